"""``stormbell password``."""

import sys
from typing import Annotated

import typer

from app.cli import connection, remote, show
from app.cli.app import Json, noun
from app.cli.passwords import OtherWays

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
    said = "If this address has a password here, a code is on its way"
    show.done(f"{said}, or on the server's terminal if it has no mail server.", {"email": email}, json_)


@password.command("redeem")
def redeem(other_ways: OtherWays = None, json_: Json = False) -> None:
    """Set a new password with the code from the mail. Your sessions and API tokens end.

    Asks for both; without a terminal it reads them from stdin, the code on the first line, the password on the second.

    Example: stormbell password redeem
    """
    from stormbell_client.api.accounts import password_reset_redeem
    from stormbell_client.models.password_reset_redeem import PasswordResetRedeem

    # Never as arguments: everybody on the machine can read those.
    if sys.stdin.isatty():
        code = typer.prompt("Code", hide_input=True, err=True)
        chosen = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        code, chosen = sys.stdin.readline(), sys.stdin.readline().rstrip("\n")
    stranger = remote.client_of(connection.current().url)
    body = PasswordResetRedeem.from_dict({"code": code.strip(), "password": chosen, "other_ways": other_ways})
    remote.ask(password_reset_redeem.sync_detailed, client=stranger, body=body)
    show.done("The password is set. Log in with it: stormbell login", {"reset": True}, json_)
