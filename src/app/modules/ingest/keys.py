"""What senders without a login prove themselves with: a token of the source's own, and a secret to sign with."""

import hashlib
import secrets

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.kernel.errors import Invalid, ProblemItem
from app.kernel.vault import Vault
from app.modules.ingest import signatures
from app.modules.ingest.errors import SourceKeyMissing, SourceNotPushed
from app.modules.ingest.events import SourceChanged
from app.modules.ingest.gates import TOKEN_PREFIX
from app.modules.ingest.models import SourceRow
from app.modules.ingest.schemas import KeyKind, SourceKey, SourceKeyWanted
from app.modules.ingest.source import PollingSource
from app.modules.ingest.sources import SOURCES_TOPIC, get_source, open_driver


async def make_key(
    session: AsyncSession, vault: Vault, source_id: str, wanted: SourceKeyWanted, *, actor: str
) -> SourceKey:
    """Give a source a new token or signing secret, in the place of the one it had. Announces source.changed.

    Raises SourceNotFound (404), SourceNotPushed (409), Invalid (422) for a secret that is none, VaultLocked (503).
    """
    row = await get_source(session, source_id)
    if isinstance(open_driver(row.driver, row.settings).source, PollingSource):
        raise SourceNotPushed(f"{row.name} fetches its data itself; nobody sends to it")
    if wanted.kind == "token":
        given = TOKEN_PREFIX + secrets.token_urlsafe(32)
        await _set(session, row, token_sha256=hashlib.sha256(given.encode()).digest())
    else:
        given = wanted.secret.get_secret_value() if wanted.secret is not None else signatures.new_secret()
        try:
            key = signatures.key_of(given)
        except ValueError as error:
            raise Invalid(str(error), errors=[ProblemItem(pointer="/body/secret", message=str(error))]) from error
        await _set(session, row, signing=vault.seal(key, table="sources", row_id=row.id, field="signing"))
    _said(session, row, f"has a new {_NAMES[wanted.kind]}", actor)
    return SourceKey(kind=wanted.kind, secret=given)


async def remove_key(session: AsyncSession, source_id: str, kind: KeyKind, *, actor: str) -> None:
    """Take a source's token or signing secret away. Announces source.changed.

    Raises SourceNotFound, SourceKeyMissing (404).
    """
    row = await get_source(session, source_id)
    column = SourceRow.token_sha256 if kind == "token" else SourceRow.signing
    removed = await session.execute(
        update(SourceRow)
        .where(SourceRow.id == source_id, column.is_not(None))
        .values({column.key: None})
        .returning(SourceRow.id)
    )
    if removed.first() is None:
        raise SourceKeyMissing(f"{row.name} has no {_NAMES[kind]}")
    _said(session, row, f"has no {_NAMES[kind]} any more", actor)


_NAMES: dict[KeyKind, str] = {"token": "token", "signature": "signing secret"}


async def _set(session: AsyncSession, row: SourceRow, **values: bytes) -> None:
    await session.execute(update(SourceRow).where(SourceRow.id == row.id).values(**values))


def _said(session: AsyncSession, row: SourceRow, change: str, actor: str) -> None:
    publish(session, SourceChanged(subject_id=row.id, actor=actor, name=row.name, change=change))
    hint(session, SOURCES_TOPIC)
