"""``stormbell identities``."""

import sys
from typing import Annotated

import typer

from app.cli import connection, remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed

identities = noun("identities", "Your passkeys and accounts at login providers. New ones are added in a browser.")

IdentityId = Annotated[str, typer.Argument(metavar="IDENTITY", help="Its id")]


@identities.command("list")
def list_identities(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List your passkeys and accounts at login providers.

    Example: stormbell identities list
    """
    from stormbell_client.api.accounts import identity_list

    show.rows(
        remote.pages(identity_list.sync_detailed, limit, all_, client=remote.client()),
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


@identities.command("send-code")
def send_code(json_: Json = False) -> None:
    """Have a code sent to your address, to show that you read it.

    Example: stormbell identities send-code
    """
    from stormbell_client.api.accounts import email_verification_request

    remote.ask(email_verification_request.sync_detailed, client=remote.client())
    said = "A code is on its way, or on the server's terminal if it has no mail server: stormbell identities verify"
    show.done(said, {"sent": True}, json_)


@identities.command("verify")
def verify(json_: Json = False) -> None:
    """Show with the code from the mail that you read your address; asks for it, or reads it from stdin.

    Example: stormbell identities verify
    """
    from stormbell_client.api.accounts import email_verification_redeem
    from stormbell_client.models.email_verification_redeem import EmailVerificationRedeem

    # Never as an argument: everybody on the machine can read those.
    code = typer.prompt("Code", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    body = EmailVerificationRedeem(code=code.strip())
    remote.ask(email_verification_redeem.sync_detailed, client=remote.client_of(connection.current().url), body=body)
    show.done("The address is verified.", {"verified": True}, json_)
