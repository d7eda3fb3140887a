"""Credentials of nodes on other machines: a database login of its own for each, made and ended by name (J12)."""

import base64
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from app.kernel.errors import StartProblem
from app.kernel.logs import register_secret

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,47}")
_ITERATIONS = 4096  # what PostgreSQL 18 itself uses (scram_iterations)


class EnrolmentRefused(StartProblem):
    """A node cannot be enrolled or revoked so; the message says what to do."""


async def enroll(
    path: Path,
    name: str,
    *,
    url: str,
    address: str | None = None,
    admin_url: str | None = None,
    roles: str | None = None,
) -> str:
    """Make a database login ``node_<name>`` and write it with its password into a new file, mode 0600.

    ``url`` is this server's database; ``address`` (host or host:port) is where other machines find it, ``admin_url`` is
    used to make the login when this server's own may not. Returns the login's name. Raises EnrolmentRefused.
    """
    login = _login_of(name)
    reachable = _address_of(url, address)
    password = secrets.token_urlsafe(32)
    register_secret(password)
    parts = urlsplit(url)
    netloc = f"{quote(login)}:{quote(password)}@{reachable}"
    query = "&".join(p for p in parts.query.split("&") if p and p.split("=")[0] not in ("host", "port", "user"))
    target = urlunsplit(("postgresql", netloc, parts.path, query, ""))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise EnrolmentRefused(f"{path} exists; a credential is never overwritten: name another file") from error
    except OSError as error:
        raise EnrolmentRefused(f"{path} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "w") as file:
            app_role = await _app_role(url)
            await _make_login(admin_url or url, login, app_role, _verifier(password))
            file.write(_document(name, target, roles))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        _discard(path)
        raise
    return login


async def revoke(name: str, *, url: str, admin_url: str | None = None) -> str:
    """End a node's login: it cannot connect any more, and its connections are cut. Raises EnrolmentRefused."""
    login = _login_of(name)
    connection = await _connect(admin_url or url)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", login):
            raise EnrolmentRefused(f"there is no login {login}: no node {name} was enrolled with this database")
        await connection.execute(f"ALTER ROLE {_quoted(login)} NOLOGIN")
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", login)
        await connection.execute(f"DROP ROLE {_quoted(login)}")
    except asyncpg.InsufficientPrivilegeError as error:
        raise EnrolmentRefused(_needs_admin(f"may not end {login}")) from error
    except asyncpg.DependentObjectsStillExistError as error:
        raise EnrolmentRefused(f"{login} can no longer log in; it owns objects, so it stays: {error}") from error
    finally:
        await connection.close()
    return login


def _discard(path: Path) -> None:
    path.unlink(missing_ok=True)


def _login_of(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise EnrolmentRefused(f"{name!r} is no name for a login: up to 48 of a-z, 0-9, - and _")
    return f"node_{name}"


def _address_of(url: str, address: str | None) -> str:
    if address is not None:
        return address
    parts = urlsplit(url)
    host = parts.hostname
    if host is None or host in ("localhost", "127.0.0.1", "::1"):
        raise EnrolmentRefused(
            f"the database is known here as {host or 'a socket of this machine'}, where no other machine finds it: let "
            "PostgreSQL listen on an address (listen_addresses, and a line for it in pg_hba.conf) and name that with "
            "--address HOST:PORT"
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{parts.port or 5432}"


async def _app_role(url: str) -> str:
    connection = await _connect(url)
    try:
        # Of an enrolled node itself it is the role it works as, not its login.
        return str(await connection.fetchval("SELECT current_user"))
    finally:
        await connection.close()


async def _make_login(url: str, login: str, app_role: str, verifier: str) -> None:
    connection = await _connect(url)
    try:
        async with connection.transaction():
            # The verifier, not the password, so no statement log can tell it. Both are ASCII without quotes.
            await connection.execute(
                f"CREATE ROLE {_quoted(login)} LOGIN PASSWORD '{verifier}' IN ROLE {_quoted(app_role)}"
            )
            # What it makes (a day of history, a new version's tables) belongs to all.
            await connection.execute(f"ALTER ROLE {_quoted(login)} SET role TO {_quoted(app_role)}")
    except asyncpg.DuplicateObjectError as error:
        raise EnrolmentRefused(f"{login} exists: 'stormbell nodes revoke' ends it, or choose another name") from error
    except asyncpg.InsufficientPrivilegeError as error:
        raise EnrolmentRefused(_needs_admin(f"may not make {login} a member of {app_role}")) from error
    finally:
        await connection.close()


def _needs_admin(what: str) -> str:
    return (
        f"this server's own login {what}: write the URL of an administrator of the database into a file and name it "
        "with --admin-url-file"
    )


async def _connect(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    try:
        return await asyncpg.connect(url, timeout=10)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise EnrolmentRefused(f"the database does not answer as it should: {error}") from error


def _verifier(password: str) -> str:
    """Return the SCRAM-SHA-256 verifier of an ASCII password (RFC 5803), as PostgreSQL keeps it."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(value).decode() for value in (salt, stored, server))
    return f"SCRAM-SHA-256${_ITERATIONS}:{salt64}${stored64}:{server64}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _document(name: str, url: str, roles: str | None) -> str:
    lines = [
        f"# Credential of node {name}. Whoever can read it has the database: keep it at mode 0600.",
        "# Use: STORMBELL_CONFIG=<this file> stormbell serve. End it: stormbell nodes revoke " + name,
        "[server]",
        f'node_name = "{name}"',
        *([f'roles = "{roles}"'] if roles else []),
        "",
        "[database]",
        f'url = "{url}"',
        "",
    ]
    return "\n".join(lines)
