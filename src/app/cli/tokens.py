"""``stormbell tokens``."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed

tokens = noun("tokens", "API tokens, for programs that act as you.")


@tokens.command("list")
def list_tokens(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List your API tokens.

    Example: stormbell tokens list
    """
    from stormbell_client.api.accounts import token_list

    page = remote.pages(token_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "begins", "scopes", "made", "used", "until"),
        lambda t: (t.id, t.name, t.prefix, t.scopes, t.created_at, t.last_used_at, t.expires_at),
        "No API tokens.",
    )


@tokens.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="What uses it")],
    scope: Annotated[
        list[str], typer.Option(help="An operation it may call, such as delivery_push; may be repeated; default: all")
    ] = [],  # noqa: B006
    days: Annotated[int | None, typer.Option(min=1, help="How long it is good; default: until it is revoked")] = None,
    json_: Json = False,
) -> None:
    """Make an API token. It is printed once and cannot be had again.

    Example: stormbell tokens create "gauge station" --scope delivery_push --days 365
    """
    from stormbell_client.api.accounts import token_create
    from stormbell_client.models.token_create import TokenCreate

    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    body = TokenCreate(name=name, scopes=scope or None, expires_at=expires_at)
    made = remote.ask(token_create.sync_detailed, client=remote.client(), body=body)
    show.done(made.view.token, made.document, json_)


@tokens.command("revoke")
def revoke_token(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="Its id, not the token itself")],
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Make an API token of yours useless.

    Example: stormbell tokens revoke tok_01J8ZQ4M7T
    """
    from stormbell_client.api.accounts import token_revoke

    subject = {"id": token}
    if allowed(f"revoke API token {token}", subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(token_revoke.sync_detailed, token, client=remote.client())
        show.done(f"{token} is revoked.", {"revoked": subject}, json_)
