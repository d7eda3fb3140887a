"""``stormbell identities``."""

import sys
from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import DryRun, Json, Yes, noun
from app.cli.asking import allowed
from app.cli.problems import USAGE, CommandFailed

identities = noun("identities", "Your passkeys and accounts at login providers. New ones are added in a browser.")

IdentityId = Annotated[str, typer.Argument(metavar="IDENTITY", help="Its id")]


@identities.command("list")
def list_identities(json_: Json = False) -> None:
    """List your passkeys and accounts at login providers.

    Example: stormbell identities list
    """
    from stormbell_client.api.accounts import identity_list

    show.rows(
        remote.pages(identity_list.sync_detailed, remote.PAGE, False, client=remote.client()),
        json_,
        ("id", "what", "method", "name", "added", "used"),
        lambda i: (i.id, i.sort, i.method, i.name, i.created_at, i.last_used_at),
        "None; you log in with a password.",
    )


@identities.command("rename")
def rename_identity(
    identity: IdentityId, name: Annotated[str, typer.Argument(help="What to call it")], json_: Json = False
) -> None:
    """Give a passkey another name.

    Example: stormbell identities rename pky_01J8ZQ4M7T "blue key"
    """
    from stormbell_client.api.accounts import identity_rename
    from stormbell_client.models.identity_change import IdentityChange

    body = IdentityChange(name=name)
    answer = remote.ask(identity_rename.sync_detailed, identity, client=remote.client(), body=body)
    show.done(f"{identity} is called {answer.view.name}.", answer.document, json_)


@identities.command("remove")
def remove_identity(identity: IdentityId, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Remove a passkey or an account at a provider; your only way to log in stays.

    Example: stormbell identities remove pky_01J8ZQ4M7T
    """
    from stormbell_client.api.accounts import identity_remove

    subject = {"id": identity}
    if allowed(f"remove {identity}", subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(identity_remove.sync_detailed, identity, client=remote.client())
        show.done(f"{identity} is removed.", {"removed": subject}, json_)


@identities.command("methods")
def list_methods(json_: Json = False) -> None:
    """List the ways to log in that the server has.

    Example: stormbell identities methods
    """
    from stormbell_client.api.accounts import login_method_list

    show.rows(
        remote.pages(login_method_list.sync_detailed, remote.PAGE, False, client=remote.client()),
        json_,
        ("name", "title", "kind"),
        lambda m: (m.name, m.title, m.kind),
        "None.",
    )


@identities.command("verify-email")
def verify_email(json_: Json = False) -> None:
    """Have a code sent to your address, and show with it that you read it.

    Example: stormbell identities verify-email
    """
    from stormbell_client.api.accounts import email_verification_redeem, email_verification_request
    from stormbell_client.models.email_verification_redeem import EmailVerificationRedeem

    if not sys.stdin.isatty():
        raise CommandFailed("it asks for the code on a terminal, so that it is in no list of commands", USAGE)
    remote.ask(email_verification_request.sync_detailed, client=remote.client())
    code = typer.prompt("Code from the mail", hide_input=True, err=True).strip()
    remote.ask(email_verification_redeem.sync_detailed, client=remote.client(), body=EmailVerificationRedeem(code=code))
    show.done("The address is verified.", {"verified": True}, json_)
