"""Passwords for commands: asked for on a terminal, or read from a file; never an argument, which others could see."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli import remote
from app.cli.problems import USAGE, CommandFailed

PasswordFile = Annotated[
    Path | None, typer.Option(help="Read the password from this file's first line; - reads stdin; default: it is asked")
]

OtherWays = Annotated[
    str | None,
    typer.Option(
        metavar="keep|remove", help="Whether passkeys and linked accounts stay; asked for where there are some"
    ),
]


def new_password(file: Path | None, prompt: str = "New password") -> str:
    """Return a password that is to be set; on a terminal it is asked for twice."""
    return _read(file) if file is not None else _asked(prompt, twice=True)


def own_password(file: Path | None) -> str:
    """Return the password that proves who calls."""
    return _read(file) if file is not None else _asked("Your present password", twice=False)


def own_password_if_any(file: Path | None) -> str | None:
    """Return the password that proves who calls; nobody is asked for one that the account does not have."""
    if file is not None:
        return _read(file)
    from stormbell_client.api.accounts import identity_list

    has_one = remote.ask(identity_list.sync_detailed, client=remote.client()).view.has_password
    return own_password(None) if has_one else None


def _asked(prompt: str, *, twice: bool) -> str:
    if not sys.stdin.isatty():
        raise CommandFailed("there is no terminal to ask for the password on; use --password-file", USAGE)
    password: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True)
    return password


def _read(file: Path) -> str:
    try:
        line = sys.stdin.readline() if str(file) == "-" else file.expanduser().read_text().partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"the password file {file} cannot be read: {error}", USAGE) from error
    if not (password := line.rstrip("\r\n")):
        raise CommandFailed(f"there is no password in {file}", USAGE)
    return password
