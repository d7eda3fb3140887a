"""Seals secrets before they are stored: AES-256-GCM, bound to the table, row and column they belong to.

The data keys are rows of ``vault_keys``, so all nodes share one ring and a rotation is seen by each of them; every row
is itself sealed with the file key, which is never in the database. See docs/decisions/0011-the-vault.md.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, LargeBinary, Table, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.bus import Bus, hint
from app.kernel.db import Database
from app.kernel.errors import Problem, StartProblem, Unavailable
from app.kernel.ids import new_id
from app.kernel.tables import Base
from app.kernel.vault_file import FileKey, VaultFile

log = structlog.get_logger(__name__)

TOPIC = "vault"
_MAGIC = b"SBV1"
_ID_CHARACTERS = 26
_HEADER_BYTES = len(_MAGIC) + _ID_CHARACTERS
_NONCE_BYTES = 12
_KEY_BYTES = 32
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('stormbell.vault'))")


class VaultKey(Base):
    """One data key of the ring, sealed with a file key. The one that seals is the youngest past ``seals_from``."""

    __tablename__ = "vault_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, info={"secret": True})
    file_key: Mapped[str] = mapped_column(comment="Which file key opens it: a check value, not the key")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seals_from: Mapped[datetime] = mapped_column(server_default=func.now())
    retired_at: Mapped[datetime | None] = mapped_column(comment="Nothing was sealed with it any more")


class VaultLocked(Unavailable):
    """This node cannot open the vault.

    `detail` names the key file it wants. Copy that file from the node that made it, or from the back-up, and restart.
    """

    code = "vault_locked"


class SealBroken(Problem):
    """A sealed value cannot be opened.

    It was altered, moved from another row, or damaged. Replace the secret: `stormbell credentials replace ID`.
    """

    code = "seal_broken"


class VaultKeyMissing(StartProblem):
    """There are sealed rows and the key they need is not there; the message names the file."""


@dataclass(frozen=True)
class SealedColumn:
    """A column that holds sealed bytes: its model says ``info={"sealed": True}``."""

    table: Table
    name: str

    @property
    def row_id(self) -> str:
        """Return the name of the primary key's only column."""
        [column] = self.table.primary_key.columns
        return column.name


def sealed_columns() -> list[SealedColumn]:
    """Return every column that holds sealed bytes, in a fixed order."""
    return [
        SealedColumn(table, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.info.get("sealed")
    ]


def key_of(sealed: bytes) -> str:
    """Return the id of the data key a value is sealed with. Raises SealBroken (500) for what was never sealed."""
    if len(sealed) < _HEADER_BYTES + _NONCE_BYTES or not sealed.startswith(_MAGIC):
        raise SealBroken("It does not have the form of a sealed value")
    return "key_" + sealed[len(_MAGIC) : _HEADER_BYTES].decode("ascii", "replace")


def key_text(column: ColumnElement[bytes]) -> ColumnElement[str]:
    """Return the SQL for the id of the data key a sealed column is sealed with."""
    head = func.substring(column, len(_MAGIC) + 1, _ID_CHARACTERS)
    return literal("key_").concat(func.encode(head, "escape"))


class Vault:
    """The vault of one node. ``unlock`` comes first; sealing and opening then need no database."""

    def __init__(self, database: Database, bus: Bus, file: VaultFile) -> None:
        self._database = database
        self._bus = bus
        self.file = file
        self._ring: Mapping[str, AESGCM] = {}
        self._current: str | None = None
        self._why_locked = "The vault is opened when the node starts"

    @property
    def why_locked(self) -> str | None:
        """Return what keeps this node from sealing and opening; ``None`` when nothing does."""
        return None if self._current is not None else self._why_locked

    @property
    def current(self) -> str:
        """Return the id of the data key that seals now. Raises VaultLocked (503)."""
        if self._current is None:
            raise VaultLocked(self._why_locked)
        return self._current

    def seal(self, plaintext: bytes, *, table: str, row_id: str, field: str) -> bytes:
        """Return ``plaintext`` sealed for this one place: 58 bytes longer. Raises VaultLocked (503)."""
        return _seal(self._ring[self.current], self.current, plaintext, (table, row_id, field))

    def open(self, sealed: bytes, *, table: str, row_id: str, field: str) -> bytes:
        """Return what was sealed for this place.

        Raises SealBroken (500) when it was altered or sealed for another place, VaultLocked (503) without its key.
        """
        key_id = key_of(sealed)
        key = self._ring.get(key_id)
        if key is None:
            self._bus.wake(TOPIC, remote=False)  # another node may have made it this moment
            raise VaultLocked(self.why_locked or f"This node does not know {key_id} yet", retry_after=1)
        return _open(key, key_id, sealed, (table, row_id, field))

    async def unlock(self) -> None:
        """Read the ring; make the key file and the first data key where there is neither. Again is harmless.

        Raises VaultKeyMissing when something is sealed and its key is not to be had, VaultFileProblem. When nothing is
        sealed yet the node starts, and only what needs the vault is refused.
        """
        async with self._database.transaction() as session:
            await session.execute(_LOCK)
            if await session.scalar(select(VaultKey.id).limit(1)) is None:
                await _add(session, self.file.read_or_make()[0], lead_seconds=0)
            await self._read(session)
            if self._current is None and await _anything_sealed(session):
                raise VaultKeyMissing(self._why_locked)
        if self._current is None:
            log.warning("vault locked", why=self._why_locked)

    async def reload(self) -> float | None:
        """Read the ring again, after a rotation somewhere; return the seconds until a key that is known takes over."""
        async with self._database.transaction() as session:
            await self._read(session)
            wait = func.extract("epoch", func.min(VaultKey.seals_from) - func.clock_timestamp())
            seconds = await session.scalar(select(wait).where(VaultKey.seals_from > func.clock_timestamp()))
        return None if seconds is None else max(0.05, float(seconds))

    async def add_key(self, session: AsyncSession, *, lead_seconds: float) -> VaultKey:
        """Add a data key that seals from ``lead_seconds`` on, when every node has heard of it. Raises VaultLocked."""
        self.current  # noqa: B018 (a node that cannot open the ring does not add to it)
        await session.execute(_LOCK)
        row = await _add(session, self.file.read()[0], lead_seconds=lead_seconds)
        hint(session, TOPIC)
        return row

    async def rewrap(self, session: AsyncSession) -> int:
        """Seal every data key with the newest file key; return how many were not. Raises VaultLocked (503)."""
        self.current  # noqa: B018
        await session.execute(_LOCK)
        keys = {key.id: key for key in self.file.read()}
        newest = next(iter(keys.values()))
        count = 0
        for row in (await session.scalars(select(VaultKey).where(VaultKey.file_key != newest.id))).all():
            if row.file_key not in keys:
                raise VaultLocked(self._wants(row))
            row.wrapped = _wrap(newest, row.id, _unwrap(keys[row.file_key], row))
            row.file_key = newest.id
            count += 1
        await session.flush()
        return count

    async def _read(self, session: AsyncSession) -> None:
        rows = (await session.scalars(select(VaultKey).order_by(VaultKey.seals_from, VaultKey.id))).all()
        active = set(
            (await session.scalars(select(VaultKey.id).where(VaultKey.seals_from <= func.clock_timestamp()))).all()
        )
        keys = {key.id: key for key in self.file.read()}
        ring: dict[str, AESGCM] = {}
        for row in rows:
            if row.file_key not in keys:
                self._ring, self._current, self._why_locked = {}, None, self._wants(row)
                return
            ring[row.id] = AESGCM(_unwrap(keys[row.file_key], row))
        self._ring, self._current = ring, next((row.id for row in reversed(rows) if row.id in active), None)

    def _wants(self, row: VaultKey) -> str:
        there = "is not there" if not self.file.read() else f"does not hold the file key {row.file_key}"
        return (
            f"The vault of this database was made with another key: {self.file.name} {there}. Copy it from the node "
            "that made it, or from where you keep its copy"
        )


async def _add(session: AsyncSession, file_key: FileKey, *, lead_seconds: float) -> VaultKey:
    key_id = new_id("key")
    row = VaultKey(
        id=key_id,
        wrapped=_wrap(file_key, key_id, os.urandom(_KEY_BYTES)),
        file_key=file_key.id,
        seals_from=func.now() + timedelta(seconds=lead_seconds),
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row


async def _anything_sealed(session: AsyncSession) -> bool:
    for column in sealed_columns():
        field = column.table.c[column.name]
        if await session.scalar(select(literal(1)).select_from(column.table).where(field.is_not(None)).limit(1)):
            return True
    return False


def _wrap(file_key: FileKey, key_id: str, data_key: bytes) -> bytes:
    return _seal(file_key.cipher, key_id, data_key, ("vault_keys", key_id, "wrapped"))


def _unwrap(file_key: FileKey, row: VaultKey) -> bytes:
    return _open(file_key.cipher, row.id, row.wrapped, ("vault_keys", row.id, "wrapped"))


def _seal(key: AESGCM, key_id: str, plaintext: bytes, place: tuple[str, str, str]) -> bytes:
    # 96 random bits a value: NIST SP 800-38D allows 2**32 values under one key that way.
    header, nonce = _MAGIC + key_id.removeprefix("key_").encode(), os.urandom(_NONCE_BYTES)
    return header + nonce + key.encrypt(nonce, plaintext, _bound(header, place))


def _open(key: AESGCM, key_id: str, sealed: bytes, place: tuple[str, str, str]) -> bytes:
    header, rest = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES:]
    try:
        return key.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _bound(header, place))
    except InvalidTag:
        table, row_id, field = place
        raise SealBroken(f"{field} of {row_id} in {table} was not sealed for this place with {key_id}") from None


def _bound(header: bytes, place: tuple[str, str, str]) -> bytes:
    return b"\0".join((header, *(part.encode() for part in place)))  # no id or name in PostgreSQL holds a NUL
