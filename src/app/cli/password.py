"""``stormbell password``."""

import sys
from typing import Annotated

import typer

from app.cli import connection, remote, show
from app.cli.app import Json, noun
from app.cli.problems import USAGE, CommandFailed

password = noun("password", "A forgotten password.")


@password.command("reset")
def reset(email: Annotated[str, typer.Argument(help="Whose password is forgotten")], json_: Json = False) -> None:
    """Have a code sent that sets a new password; give it to `password redeem`.

    Example: stormbell password reset ada@example.org
    """
    from stormbell_client.api.accounts import password_reset_request
    from stormbell_client.models.password_reset import PasswordReset

    stranger = remote.client_of(connection.current().url)
    remote.ask(password_reset_request.sync_detailed, client=stranger, body=PasswordReset(email=email))
    show.done("If this address has a password here, a code is on its way.", {"email": email}, json_)


@password.command("redeem")
def redeem(json_: Json = False) -> None:
    """Set a new password with the code from the mail. Your sessions and API tokens end.

    Example: stormbell password redeem
    """
    from stormbell_client.api.accounts import password_reset_redeem
    from stormbell_client.models.password_reset_redeem import PasswordResetRedeem

    if not sys.stdin.isatty():
        raise CommandFailed(
            "it asks for code and password on a terminal, so that neither is in a list of commands", USAGE
        )
    code = typer.prompt("Code", hide_input=True, err=True).strip()
    chosen = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    stranger = remote.client_of(connection.current().url)
    body = PasswordResetRedeem(code=code, password=chosen)
    remote.ask(password_reset_redeem.sync_detailed, client=stranger, body=body)
    show.done("The password is set. Log in with it: stormbell login", {"reset": True}, json_)
