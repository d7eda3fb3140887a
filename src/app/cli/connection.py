"""Which server commands ask, and with which API token.

URL: ``--url``, then STORMBELL_URL, then where you logged in, then this machine's usual port. Token: ``--token-file``,
then STORMBELL_TOKEN, then the file STORMBELL_TOKEN_FILE names, then the saved one, which goes to its own server only.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from app.cli import show
from app.cli.problems import USAGE, CommandFailed

DEFAULT_URL = "http://127.0.0.1:8000"
_flags: dict[str, str | Path | None] = {}


@dataclass(frozen=True)
class Connection:
    """A server and what to show it; ``origin`` says where the token came from."""

    url: str
    token: str | None
    origin: str | None


@dataclass(frozen=True)
class Saved:
    """What a login leaves on disk; ``token_id`` is set when the login made the token."""

    url: str
    token: str
    token_id: str | None


def choose(*, url: str | None, token_file: Path | None) -> None:
    """Take the flags of this command line."""
    _flags.update(url=url, token_file=token_file)


def current() -> Connection:
    """Return what this command talks to. Raises CommandFailed for an address or token that cannot be one."""
    kept = saved()
    url = normal(str(_flags.get("url") or os.environ.get("STORMBELL_URL") or (kept.url if kept else DEFAULT_URL)))
    file = _flags.get("token_file")
    if file:
        return Connection(url, read_token(Path(file)), f"{file} (--token-file)")
    if token := os.environ.get("STORMBELL_TOKEN"):
        return Connection(url, checked(token, "STORMBELL_TOKEN"), "STORMBELL_TOKEN")
    if name := os.environ.get("STORMBELL_TOKEN_FILE"):
        return Connection(url, read_token(Path(name)), f"{name} (STORMBELL_TOKEN_FILE)")
    if kept is not None and kept.url == url:
        return Connection(url, kept.token, str(client_file()))
    return Connection(url, None, None)


def normal(url: str) -> str:
    """Return an address as it is compared and stored. Raises CommandFailed when it is none."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        valid = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or parts.path not in ("", "/") or parts.query or parts.username:
        raise CommandFailed(f"{url!r} is not a server's address; one looks like https://stormbell.example.org", USAGE)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def is_private(url: str) -> bool:
    """Say whether what is sent to ``url`` cannot be read on the way: by TLS, or because it stays on this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ip_address(parts.hostname or "").is_loopback
    return False


def client_file() -> Path:
    """Return where a login is kept."""
    return Path("~/.config/stormbell/client.json").expanduser()


def saved() -> Saved | None:
    """Return the login that is kept, if any."""
    file = client_file()
    try:
        text = file.read_text()
        mode = file.stat().st_mode
    except FileNotFoundError:
        return None
    if mode & 0o077:
        show.note(f"others can read your token: chmod 600 {file}")
    try:
        found = json.loads(text)
        return Saved(str(found["url"]), str(found["token"]), found.get("token_id"))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CommandFailed(f"{file} cannot be read: remove it and log in again", USAGE) from None


def save(login: Saved) -> None:
    """Keep a login for the next commands, readable by this user only."""
    file = client_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f".client.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(asdict(login), out, indent=2)
    fresh.replace(file)


def forget() -> None:
    """Remove the login that is kept."""
    client_file().unlink(missing_ok=True)


def read_token(file: Path) -> str:
    """Read an API token from a file, ``-`` for stdin. Raises CommandFailed when there is none."""
    import sys

    try:
        text = sys.stdin.readline() if str(file) == "-" else file.expanduser().read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"the token file {file} cannot be read: {error}", USAGE) from error
    return checked(text, str(file))


def checked(token: str, origin: str) -> str:
    """Return a token without white space around it. Raises CommandFailed for what cannot be one."""
    token = token.strip()
    if not (token and token.isascii() and token.isprintable() and " " not in token):
        raise CommandFailed(f"there is no API token in {origin}", USAGE)
    return token
