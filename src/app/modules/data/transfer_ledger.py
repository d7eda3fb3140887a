"""The ledger of one transfer: which parts have arrived. Written in groups, by the one attempt that may."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, func, select, update

from app.kernel.failpoints import reach
from app.kernel.node import Node
from app.modules.data.storage import ObjectStat, Upload
from app.modules.data.transfer_models import Transfer, TransferPart

# Parts that end while a group is being written are the next group: one commit at a time, none waits for a timer.
_WRITE = """
WITH mine AS (
  UPDATE transfers SET bytes_done = bytes_done + $3, files_done = files_done + $4, bytes_again = $5, rate = $6,
         bytes_total = coalesce($7, bytes_total), files_total = coalesce($8, files_total),
         progress_at = now(), tries = 0, waiting_on = NULL
   WHERE id = $1 AND fence = $2 AND state = 'running' RETURNING id),
put AS (
  INSERT INTO transfer_parts (transfer_id, number, "offset", bytes, blake3, receipt)
  SELECT mine.id, p.* FROM mine,
         unnest($9::int[], $10::bigint[], $11::bigint[], $12::text[], $13::text[]) AS p
  ON CONFLICT (transfer_id, number) DO UPDATE SET "offset" = excluded."offset", bytes = excluded.bytes,
         blake3 = excluded.blake3, receipt = excluded.receipt)
SELECT id FROM mine
"""
_RATE_SECONDS = 5.0


class Superseded(Exception):
    """Another attempt, or somebody who cancelled it, has the transfer by now; nothing more may be written."""


@dataclass(frozen=True)
class Part:
    """One part that has arrived; see :class:`TransferPart`."""

    number: int
    offset: int
    bytes: int
    blake3: str | None
    receipt: str
    files: int = 0


@dataclass(frozen=True)
class Version:
    """Which content the parts in the ledger come from."""

    bytes: int
    modified_at: str | None
    etag: str | None

    @classmethod
    def of(cls, found: ObjectStat) -> "Version":
        """Return the version of what a storage has."""
        return cls(found.bytes, found.modified_at.isoformat(), found.etag)

    def is_of(self, found: ObjectStat) -> bool:
        """Say whether ``found`` is still this content."""
        now = Version.of(found)
        return (self.bytes, self.modified_at, self.etag) == (now.bytes, now.modified_at, now.etag)


class Ledger:
    """What has arrived of one transfer. Every write raises Superseded when this attempt may not write any more."""

    def __init__(self, node: Node, row: Transfer, parts: Iterable[TransferPart]) -> None:
        self._node = node
        self.transfer_id = row.id
        self.fence = row.fence
        self.version = None if row.source_version is None else Version(**row.source_version)
        self.upload = None if row.upload is None else Upload(**row.upload)
        self.parts = {p.number: Part(p.number, p.offset, p.bytes, p.blake3, p.receipt) for p in parts}
        self.bytes_done = row.bytes_done
        self.bytes_again = row.bytes_again
        self.files_done = row.files_done
        self.bytes_total = row.bytes_total
        self.files_total = row.files_total
        self._pending: list[Part] = []
        self._moved = self._files = 0
        self.bytes_seen = self.files_seen = 0  # by this attempt, told or still to be
        self._writing = asyncio.Lock()
        self._recent: deque[tuple[float, int]] = deque([(node.clock.monotonic(), self.bytes_done)])

    async def begin(self, version: Version, upload: Upload | None, *, engine: str, bytes_total: int | None) -> None:
        """Write down what is to be sent, and forget the parts of anything else."""
        await self._update(
            source_version=asdict(version),
            upload=None if upload is None else asdict(upload),
            engine=engine,
            bytes_total=bytes_total,
            bytes_done=0,
            files_done=0,
        )
        async with self._node.database.transaction() as session:
            await session.execute(delete(TransferPart).where(TransferPart.transfer_id == self.transfer_id))
        self.version, self.upload, self.parts = version, upload, {}
        self.bytes_done, self.files_done, self.bytes_total = 0, 0, bytes_total

    async def keep(self, receipts: Mapping[int, str]) -> None:
        """Forget the parts the storage does not have: they are sent again."""
        lost = [number for number in self.parts if number not in receipts]
        if lost:
            again = sum(self.parts.pop(number).bytes for number in lost)
            self.bytes_again += again
            self.bytes_done -= again
            async with self._node.database.transaction() as session:
                gone = TransferPart.transfer_id == self.transfer_id, TransferPart.number.in_(lost)
                await session.execute(delete(TransferPart).where(*gone))
            await self._update(bytes_done=self.bytes_done, bytes_again=self.bytes_again)

    async def note(self, part: Part) -> None:
        """Write that a part has arrived; when this returns a crash does not lose it."""
        self._pending.append(part)
        async with self._writing:
            if self._pending:
                await self._write()

    async def moved(self, count: int, *, files: int = 0) -> None:
        """Take note of bytes of a content that has no parts; shown, and of no use after a crash."""
        self._moved += count
        self._files += files
        self.bytes_seen += count
        self.files_seen += files
        if not self._writing.locked() and self._node.clock.monotonic() - self._recent[-1][0] >= 1:
            async with self._writing:
                await self._write()

    async def settle(self) -> None:
        """Write what was moved and is not written yet."""
        async with self._writing:
            if self._moved or self._files:
                await self._write()

    def again(self, count: int) -> None:
        """Count bytes that are sent once more."""
        self.bytes_again += count

    @property
    def rate(self) -> float | None:
        """Return the bytes a second of the last few seconds."""
        (first_at, first), (last_at, last) = self._recent[0], self._recent[-1]
        return (last - first) / (last_at - first_at) if last_at > first_at else None

    async def _write(self) -> None:
        parts, self._pending = self._pending, []
        moved, self._moved = self._moved, 0
        count = moved + sum(part.bytes for part in parts)
        files, self._files = self._files + sum(part.files for part in parts), 0
        self._measure(count)
        values = (
            *(self.transfer_id, self.fence, count, files, self.bytes_again, self.rate),
            *(self.bytes_total, self.files_total),
            *([p.number for p in parts], [p.offset for p in parts], [p.bytes for p in parts]),
            *([p.blake3 for p in parts], [p.receipt for p in parts]),
        )
        async with self._node.database.connection() as connection:
            mine = (await connection.exec_driver_sql(_WRITE, values)).first()
        if mine is None:
            raise Superseded(f"{self.transfer_id} is not attempt {self.fence}'s any more")
        self.parts.update({part.number: part for part in parts})
        self.bytes_done += count
        self.files_done += files
        reach("transfers.noted")

    def _measure(self, count: int) -> None:
        now = self._node.clock.monotonic()
        self._recent.append((now, self._recent[-1][1] + count))
        while len(self._recent) > 2 and now - self._recent[1][0] > _RATE_SECONDS:
            self._recent.popleft()

    async def _update(self, **values: Any) -> None:
        async with self._node.database.transaction() as session:
            mine = (
                update(Transfer)
                .where(Transfer.id == self.transfer_id, Transfer.fence == self.fence, Transfer.state == "running")
                .values(progress_at=func.now(), **values)
                .returning(Transfer.id)
            )
            if await session.scalar(mine) is None:
                raise Superseded(f"{self.transfer_id} is not attempt {self.fence}'s any more")


async def open_ledger(node: Node, row: Transfer) -> Ledger:
    """Return the ledger of a transfer as an earlier attempt left it."""
    async with node.database.sessions() as session:
        found = await session.scalars(select(TransferPart).where(TransferPart.transfer_id == row.id))
        return Ledger(node, row, found.all())
