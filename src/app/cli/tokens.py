"""``stormbell tokens``."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.problems import NOT_ALLOWED, USAGE, CommandFailed
from app.cli.units import LONGEST_DAYS, in_days

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
        list[str],
        typer.Option(
            help="An operation it may call, such as delivery_push, or a directory, as storage:ID:/reports:read; "
            "may be repeated; default: all"
        ),
    ] = [],  # noqa: B006
    days: Annotated[
        int | None,
        typer.Option(min=1, max=LONGEST_DAYS, help="How long it is good; default: as long as what you call with"),
    ] = None,
    json_: Json = False,
) -> None:
    """Make an API token. It is printed once and cannot be had again. It ends no later than the one that makes it.

    Example: stormbell tokens create "gauge station" --scope delivery_push --days 365
    """
    from stormbell_client.api.accounts import token_create
    from stormbell_client.models.token_create import TokenCreate

    expires_at, own = in_days(days) if days else None, _own_end()
    told = None
    if own is not None and (expires_at is None or expires_at > own):
        told = f"It is good until {own:%Y-%m-%d %H:%M} UTC, as your own token is; log in on the pages for a longer one."
        expires_at = own
    body = TokenCreate(name=name, scopes=scope or None, expires_at=expires_at)
    made = remote.ask(token_create.sync_detailed, client=remote.client(), body=body)
    if told is not None:
        show.note(told)
    show.done(made.view.token, made.document, json_)


@tokens.command("revoke")
def revoke_token(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="Its name or id, not the token itself")],
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Make an API token of yours useless.

    Example: stormbell tokens revoke "gauge station"
    """
    from stormbell_client.api.accounts import token_list, token_revoke

    if token.startswith("sb_"):  # it would be told in the refusal, and then stand in somebody's scrollback twice
        raise CommandFailed("give the token's name or id, which 'stormbell tokens list' tells, not the token", USAGE)
    found = remote.id_of(token_list.sync_detailed, "API token", "tok_", token)
    subject = {"id": found}
    if allowed(f"revoke API token {token}", subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(token_revoke.sync_detailed, found, client=remote.client())
        show.done(f"{token} is revoked.", {"revoked": subject}, json_)


def _own_end() -> datetime | None:
    """Return when the token of this command ends; ``None`` for never, and where its scopes do not let it ask."""
    from stormbell_client.api.accounts import session_get

    try:
        ends_at = remote.ask(session_get.sync_detailed, client=remote.client()).view.expires_at
    except CommandFailed as problem:
        if problem.code != NOT_ALLOWED:
            raise
        return None
    return ends_at.astimezone(UTC) if isinstance(ends_at, datetime) else None
