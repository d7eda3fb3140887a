"""Upkeep of the queue: an alarm for jobs nobody here can run."""

from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from app.kernel.alarms import Alarm, clear_alarm, raise_alarm
from app.modules.jobs import queries
from app.modules.jobs.kinds import registered

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

_KEY = "jobs.no_handler."


class Upkeep:
    """What one node remembers between two rounds of upkeep."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._seen: dict[str, int] = {}
        self._alarmed: set[str] | None = None

    async def run(self, *, look_for_unknown_kinds: bool) -> None:
        """Do one round. With a backlog the look for unknown kinds would walk all of it, so it waits."""
        if look_for_unknown_kinds:
            await self._look_for_unknown_kinds()

    async def _look_for_unknown_kinds(self) -> None:
        """Raise an alarm per kind that waits for a handler, and clear it when none waits any more."""
        async with self._node.database.connection() as connection:
            rows = (await connection.exec_driver_sql(queries.UNKNOWN_KINDS, (list(registered),))).all()
        if self._alarmed is None:
            self._alarmed = await self._open_alarms()
        # Seen twice, the same job: another node, with other modules, may be about to take it.
        waiting = {row.kind for row in rows if self._seen.get(row.kind) == row.oldest}
        self._seen = {row.kind: row.oldest for row in rows}
        gone = self._alarmed - set(self._seen)
        new = waiting - self._alarmed
        if not (gone or new):
            return
        async with self._node.database.transaction() as session:
            for kind in gone:
                await clear_alarm(session, _KEY + kind)
            for kind in new:
                log.error("no handler for job kind", kind=kind)
                await raise_alarm(
                    session,
                    _KEY + kind,
                    priority="high",
                    title=f"No handler for kind {kind}",
                    consequence="Its jobs stay queued until a node can run them",
                    action=f"Start a node whose modules know {kind}, or cancel the jobs",
                )
        self._alarmed = (self._alarmed - gone) | new

    async def _open_alarms(self) -> set[str]:
        async with self._node.database.transaction() as session:
            keys = await session.scalars(
                select(Alarm.key).where(Alarm.key.startswith(_KEY, autoescape=True), Alarm.cleared_at.is_(None))
            )
            return {key.removeprefix(_KEY) for key in keys}
