"""The first minute: a link on the console with which its reader, and nobody else, creates the owner.

There is no default account and no open first-come form (a scanner would win that race).
"""

import asyncio
import contextlib
import os
import re
from datetime import timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.belongings import become_service
from app.kernel.bus import hint
from app.kernel.node import Node
from app.kernel.redaction import register_secret
from app.modules.accounts.credentials import digest, is_secret, new_secret
from app.modules.accounts.errors import SetupDone, SetupTokenInvalid
from app.modules.accounts.models import SetupToken, User
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.users import create_owner, owner_exists

DONE_TOPIC = "accounts.setup"


async def setup_link(node: Node, address: str | None = None) -> str | None:
    """Return a link that creates the owner, once, or None when there is one.

    Also written to ``setup-link`` in the data directory, for the owner of the process only, and removed after use.
    ``address`` is the one really listened on; ``server.public_url`` wins over it. Links of earlier starts work until
    they expire.
    """
    path = link_path(node)
    raw = new_secret()
    async with node.database.transaction() as session:
        if await owner_exists(session):
            await asyncio.to_thread(remove_link, path)
            return None
        lifetime = timedelta(seconds=node.settings.of(AccountsSettings).setup_link_seconds)
        session.add(SetupToken(sha256=digest(raw), expires_at=func.now() + lifetime))
    register_secret(raw)
    link = f"{_base_of(node, address)}/setup?token={raw}"
    await asyncio.to_thread(_write, path, link)
    return link


async def complete_setup(
    node: Node, session: AsyncSession, token: str, *, email: str, name: str, password: str
) -> User:
    """Create the owner with the token of a setup link. Announces account.created.

    Raises SetupDone (409), SetupTokenInvalid (403) and what :func:`create_owner` raises.
    """
    # Looked at before the password is hashed, so that strangers cannot make the server hash; in a transaction of its
    # own, so that no connection is held meanwhile.
    async with node.database.transaction() as glance:
        if await owner_exists(glance):
            raise SetupDone("Log in as the owner, who can add users")
        if not is_secret(token) or await glance.scalar(select(SetupToken.sha256).where(*_usable(token))) is None:
            raise SetupTokenInvalid("Use the newest link the server printed; restart it for a new one")
    user = await create_owner(session, email, name, password)
    used = update(SetupToken).where(*_usable(token)).values(used_at=func.now()).returning(SetupToken.sha256)
    if await session.scalar(used) is None:
        raise SetupTokenInvalid("The link expired just now; restart the server for a new one")
    hint(session, DONE_TOPIC)
    await become_service(session)  # to log them in: the request is still nobody's
    return user


def link_path(node: Node) -> Path:
    """Return where this node keeps the setup link until it is used."""
    return node.settings.data_directory / "setup-link"


def remove_link(path: Path) -> None:
    """Remove the file with the link; one that cannot be removed holds a link that no longer works."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


async def forget_link(node: Node) -> None:
    """Remove this node's file when there is an owner, made on whichever node."""
    async with node.database.transaction() as session:
        if not await owner_exists(session):
            return  # whoever begins to listen is woken for every topic: that says nothing
    await asyncio.to_thread(remove_link, link_path(node))


def _usable(token: str) -> tuple[ColumnElement[bool], ...]:
    return (SetupToken.sha256 == digest(token), SetupToken.used_at.is_(None), SetupToken.expires_at > func.now())


def _write(path: Path, link: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    # Made anew with its mode, so that nobody can have opened it before and no symbolic link is followed.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(link + "\n")


def _base_of(node: Node, address: str | None) -> str:
    server = node.settings.kernel.server
    if server.public_url is not None:
        return server.public_url.rstrip("/")
    host = f"[{server.host}]" if ":" in server.host else server.host
    base = address or f"http://{host}:{server.port}"
    # "Every address" is one to listen on, not one to open.
    return re.sub(r"//(0\.0\.0\.0|\[::\])(?=:|$)", "//localhost", base.rstrip("/"))
