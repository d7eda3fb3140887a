"""How log segments are kept: packed once finished, registered, brought to every sink, removed when they are old.

Every node does this for its own. Each step can be broken off anywhere and is done again: packing removes the original
last, a registration is an insert that may be there, a shipment goes on from where it was. No segment holds up the rest.
"""

import asyncio
import errno
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import drivers, logs
from app.kernel.alarms import Alarm, clear_alarm, raise_alarm
from app.kernel.errors import Problem
from app.kernel.node import Node
from app.kernel.plain_words import plainly
from app.kernel.segments import is_being_written, segments_in
from app.kernel.settings import SettingsProblem
from app.modules.logging import faults
from app.modules.logging.models import LogNode, LogSegment, LogShipment
from app.modules.logging.packing import pack
from app.modules.logging.places import Place
from app.modules.logging.registration import register
from app.modules.logging.settings import LoggingSettings
from app.modules.logging.sink import KIND, Parcel, Sink

log = structlog.get_logger(__name__)

ALARM_AFTER = 3
SEGMENTS_A_RUN = 50
TELL_SECONDS = 30.0


@dataclass(frozen=True)
class _Due:
    parcel: Parcel
    reached: int
    failures: int


class Keeper:
    """What a node does with its own segments, and the sinks it knows."""

    def __init__(self, node: Node) -> None:
        """Open the sinks the settings name. Raises SettingsProblem."""
        self._node = node
        self._settings = node.settings.of(LoggingSettings)
        self.sinks = {name: _opened(name, dict(wanted), node) for name, wanted in self._settings.sinks.items()}
        self.places = {name: Place(name, sink) for name, sink in self.sinks.items() if sink.reads_back != "no"}
        self._known: set[str] | None = None  # the stems of ours that are registered
        self._looked_again = False
        self._told: tuple[Any, ...] | None = None
        self._told_at = 0.0

    def set_up(self) -> None:
        """Tell the writer how much of the disk to leave alone and how old a segment may get."""
        if (writer := logs.active()) is not None:
            ages = self._settings.ship_after_seconds if self.sinks else None
            writer.keep(reserve_bytes=self._settings.log_reserve_bytes, segment_seconds=ages)

    async def pack(self) -> float | None:
        """Pack what is finished, register what is packed, and say how far this node's log goes."""
        writer = logs.active()
        if writer is None or writer.directory is None:
            return None
        trouble = await self._pack_finished(writer.directory)
        await self._register(writer.directory)
        await self._tell(writer)
        if trouble is not None:
            raise trouble
        return None

    async def ship(self) -> float | None:
        """Bring what is due to every sink, oldest first. One sink's trouble does not hold up another."""
        if not self._looked_again:
            async with self._node.database.transaction() as session:
                passed_over = await self._passed_over(session)
            await faults.look_again(self._node, passed_over)
            self._looked_again = True
        for name, sink in self.sinks.items():
            async with self._node.database.transaction() as session:
                due = await self._due(session, name)
            for one in due:
                if not await self._send(name, sink, one):
                    break
        return None

    async def _pack_finished(self, directory: Path) -> OSError | None:
        """Pack what can be packed; return why something could not be, for the loop to show and to try again."""
        trouble: OSError | None = None
        for path in await asyncio.to_thread(segments_in, directory):
            try:
                if await asyncio.to_thread(is_being_written, path):
                    continue
                packed = await asyncio.to_thread(pack, path)
            except OSError as error:
                log.warning("log segment not packed", segment=path.stem, error=str(error))
                trouble = trouble or error
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    break  # nor can the others
                continue
            if packed.header.torn_bytes:
                log.warning("torn tail left out", segment=path.stem, bytes=packed.header.torn_bytes)
        return trouble

    async def _register(self, directory: Path) -> None:
        if self._known is None:
            async with self._node.database.transaction() as session:
                mine = select(LogSegment.stem).where(LogSegment.node == self._node.name)
                known = set((await session.scalars(mine)).all())
                await self._forget_other_sinks(session)
            self._known = known
        paths = await asyncio.to_thread(lambda: sorted(directory.glob("*.idx")))
        for path in paths:
            if path.stem in self._known or not path.with_name(f"{path.stem}.ndjson.gz").exists():
                continue
            await register(self._node, path)
            self._known.add(path.stem)

    async def _tell(self, writer: logs.LogWriter) -> None:
        says = (writer.written_at, writer.dropped_count, writer.trouble)
        now = self._node.clock.monotonic()
        if says == self._told or (self._told is not None and now - self._told_at < TELL_SECONDS):
            return
        row = {
            "boot_id": self._node.boot_id,
            "dropped_count": writer.dropped_count,
            "trouble": writer.trouble,
            "told_at": func.now(),
        }
        if writer.written_at is not None:
            row["written_at"] = writer.written_at
        async with self._node.database.transaction() as session:
            statement = insert(LogNode).values(node=self._node.name, **row)
            await session.execute(statement.on_conflict_do_update(index_elements=[LogNode.node], set_=row))
        self._told, self._told_at = says, now

    async def _due(self, session: AsyncSession, sink: str) -> list[_Due]:
        writer = logs.active()
        if writer is None or writer.directory is None:
            return []
        shipment = (
            select(LogShipment)
            .where(LogShipment.sink == sink, LogShipment.stem == LogSegment.stem)
            .correlate(LogSegment)
        )
        rows = await session.execute(
            select(LogSegment, LogShipment.reached, LogShipment.failure_count)
            .outerjoin(LogShipment, (LogShipment.stem == LogSegment.stem) & (LogShipment.sink == sink))
            .where(LogSegment.node == self._node.name, LogSegment.on_node, LogSegment.fault.is_(None))
            .where(~shipment.where(LogShipment.confirmed_at.is_not(None)).exists())
            .order_by(LogSegment.stem)
            .limit(SEGMENTS_A_RUN)
        )
        return [_Due(_parcel_of(row, writer.directory), reached or 0, failures or 0) for row, reached, failures in rows]

    async def _passed_over(self, session: AsyncSession) -> list[Parcel]:
        writer = logs.active()
        if writer is None or writer.directory is None:
            return []
        mine = (LogSegment.node == self._node.name, LogSegment.on_node, LogSegment.fault.is_not(None))
        rows = (await session.scalars(select(LogSegment).where(*mine))).all()
        return [_parcel_of(row, writer.directory) for row in rows]

    async def _send(self, name: str, sink: Sink, due: _Due) -> bool:
        """Bring one segment to a sink; say whether the next one is worth trying."""
        parcel = due.parcel
        failures = due.failures

        async def reached(place: int) -> None:
            await self._record(parcel.stem, name, reached=place)

        try:
            if (fault := await asyncio.to_thread(faults.fault_of, parcel)) is not None:
                async with self._node.database.transaction() as session:
                    await faults.pass_over(session, self._node.name, parcel.stem, fault)
                return True
            there = await sink.ship(parcel, due.reached, reached)
            error = None if there == parcel.sha256 else f"there is {there[:12]}… instead of {parcel.sha256[:12]}…"
        except (OSError, Problem, ValueError, zlib.error) as problem:  # the last: it broke since it was looked at
            error = str(problem) or type(problem).__name__
        if error is None:
            await self._record(parcel.stem, name, confirmed_at=func.now(), last_error=None, failure_count=0)
        else:
            failures += 1
            await self._record(parcel.stem, name, last_error=error[:500], failure_count=failures)
            log.warning("log segment not shipped", sink=name, segment=parcel.stem, error=error, failures=failures)
        await self._alarm(name, error, failures)
        return error is None

    async def _record(self, stem: str, sink: str, **values: Any) -> None:
        async with self._node.database.transaction() as session:
            statement = insert(LogShipment).values(stem=stem, sink=sink, **values)
            keys = [LogShipment.stem, LogShipment.sink]
            await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))

    async def _forget_other_sinks(self, session: AsyncSession) -> None:
        """Clear the alarms about sinks the settings name no more: no shipment there will ever succeed."""
        about = (
            Alarm.key.startswith("logging.sink.", autoescape=True),
            Alarm.key.endswith(f".{self._node.name}", autoescape=True),
            Alarm.cleared_at.is_(None),
        )
        for key in (await session.scalars(select(Alarm.key).where(*about))).all():
            if key not in {self._key(sink) for sink in self.sinks}:
                await clear_alarm(session, key)

    def _key(self, sink: str) -> str:
        return f"logging.sink.{sink}.{self._node.name}"

    async def _alarm(self, sink: str, error: str | None, failures: int) -> None:
        key = self._key(sink)
        if error is not None and failures < ALARM_AFTER:
            return
        async with self._node.database.transaction() as session:
            if error is None:
                await clear_alarm(session, key)
            else:
                await raise_alarm(
                    session,
                    key,
                    priority="low",
                    title=f"{self._node.name} cannot bring its log to {sink}",
                    consequence=f"Its log is only on its own disk: {error}",
                    action="Repair the sink or change logging.sinks",
                )


def _opened(name: str, wanted: dict[str, Any], node: Node) -> Sink:
    driver = wanted.pop("driver", None)
    if not isinstance(driver, str):
        raise SettingsProblem(f"logging.sinks: {name} names no driver; there are local, otlp and s3")
    try:
        module = drivers.load(KIND, driver)
        settings = module.Settings.model_validate(wanted)
    except Problem as problem:
        raise SettingsProblem(f"logging.sinks: {name}: {problem.detail}") from problem
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsProblem(f"logging.sinks: {name}: {'.'.join(map(str, first['loc']))}: {plainly(first)}") from error
    sink: Sink = module.Sink(settings, node.http)
    return sink


def _parcel_of(row: LogSegment, directory: Path) -> Parcel:
    return Parcel(
        node=row.node,
        boot_id=row.boot_id,
        stem=row.stem,
        path=directory / f"{row.stem}.ndjson.gz",
        index_path=directory / f"{row.stem}.idx",
        packed_bytes=row.packed_bytes,
        sha256=row.sha256,
        index_sha256=row.index_sha256,
    )


def keeper_of(node: Node) -> Keeper:
    """Return who keeps the node's log segments. Raises SettingsProblem when a sink's settings are not valid."""
    return node.part(Keeper, Keeper)
