"""``stormbell login``, ``logout``, ``whoami``."""

import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli import connection, remote, show
from app.cli.app import Json, app
from app.cli.connection import Saved
from app.cli.problems import NOT_FOUND, UNREACHABLE, USAGE, CommandFailed
from app.cli.units import LONGEST_DAYS, in_days


@app.command()
def login(
    address: Annotated[str | None, typer.Argument(help="Server, such as https://stormbell.example.org")] = None,
    email: Annotated[str | None, typer.Option(help="Who you are; asked for when missing")] = None,
    token_file: Annotated[Path | None, typer.Option(help="Use the API token in this file; - reads stdin")] = None,
    days: Annotated[int, typer.Option(min=1, max=LONGEST_DAYS, help="How long the login lasts")] = 90,
    insecure: Annotated[bool, typer.Option("--insecure", help="Allow plain HTTP to another machine")] = False,
    json_: Json = False,
) -> None:
    """Log in on a server; its API token is kept for the next commands.

    The file is ~/.config/stormbell/client.json, readable by you only.

    Example: stormbell login https://stormbell.example.org
    """
    from stormbell_client.api.accounts import session_get

    url = connection.normal(address) if address else connection.current().url
    if not (insecure or connection.is_private(url)):
        raise CommandFailed(f"{url} has no TLS, so others could read what you send; use https, or --insecure", USAGE)
    if token_file is not None:
        kept = Saved(url, connection.read_token(token_file), None)
    else:
        kept = _make_token(url, email, days)
    origin = f"{token_file} (--token-file)" if token_file is not None else "this login"
    answer = remote.ask(session_get.sync_detailed, client=remote.client_of(url, kept.token, origin=origin))
    connection.save(kept)
    if json_:
        show.document({"url": url, **answer.document})
    else:
        show.out(f"Logged in at {url} as {answer.view.user.name} ({answer.view.role.value}).")


@app.command()
def logout(json_: Json = False) -> None:
    """Forget the login; a token that the login made is revoked.

    Example: stormbell logout
    """
    from stormbell_client.api.accounts import token_revoke

    kept = connection.saved()
    connection.forget()
    revoked = False
    if kept is not None and kept.token_id is not None:
        try:
            remote.ask(token_revoke.sync_detailed, kept.token_id, client=remote.client_of(kept.url, kept.token))
            revoked = True
        except CommandFailed as problem:
            if problem.code == UNREACHABLE:
                raise CommandFailed(
                    f"forgotten here, but {problem}; revoke it later: stormbell tokens revoke {kept.token_id}",
                    UNREACHABLE,
                ) from None
    if json_:
        show.document({"url": kept.url if kept else None, "revoked": revoked})
    else:
        show.out("Nobody was logged in." if kept is None else f"Logged out of {kept.url}.")


@app.command()
def whoami(json_: Json = False) -> None:
    """Show who you are on the server and what you may do.

    Example: stormbell whoami
    """
    from stormbell_client.api.accounts import session_get

    chosen = connection.current()
    answer = remote.ask(session_get.sync_detailed, client=remote.client())
    who = answer.view
    fields = [("id", who.user.id), ("name", who.user.name), ("e-mail", who.user.email), ("role", who.role)]
    show.one(
        answer,
        json_,
        [
            *fields,
            ("scopes", who.scopes),
            ("until", who.expires_at),
            ("server", chosen.url),
            ("token from", chosen.origin),
        ],
    )


def _make_token(url: str, email: str | None, days: int) -> Saved:
    """Ask for the password, log in with it, make a token and end the session."""
    from stormbell_client.api.accounts import session_create, session_end, setup_get, token_create
    from stormbell_client.models.log_in import LogIn
    from stormbell_client.models.token_create import TokenCreate

    if not sys.stdin.isatty():
        raise CommandFailed("login asks on a terminal; without one use --token-file, or STORMBELL_TOKEN", USAGE)
    # With a session's cookie the server wants to see that the request is no other site's.
    browser = remote.client_of(url, headers={"Origin": url})
    if remote.ask(setup_get.sync_detailed, client=browser).view.needed:
        raise CommandFailed(f"{url} has no owner yet; {remote.SET_UP}", NOT_FOUND)
    email = email or typer.prompt("E-mail", err=True)
    password = typer.prompt("Password", hide_input=True, err=True)
    remote.ask(session_create.sync_detailed, client=browser, body=LogIn(email=email, password=password))
    wanted = TokenCreate(name=f"stormbell on {socket.gethostname()}"[:100], expires_at=in_days(days))
    made = remote.ask(token_create.sync_detailed, client=browser, body=wanted).view
    remote.ask(session_end.sync_detailed, client=browser)
    return Saved(url, made.token, made.id)
