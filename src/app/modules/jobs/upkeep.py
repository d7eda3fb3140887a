"""Upkeep of the queue: an alarm for jobs nobody here can run, refused callbacks, and alarms that are over."""

from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select

from app.kernel.alarms import Alarm, clear_alarm, raise_alarm
from app.modules.jobs import alarm_ends, callbacks
from app.modules.jobs.kinds import registered

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

_KEY = "jobs.no_handler."
_SETTLE_SECONDS = 60.0

# So many due jobs a round looks at, in the order of the queue; the next one goes on behind them.
AT_ONCE = 20_000
_HEAD = """
SELECT priority, run_at, number, kind FROM jobs WHERE state = 'queued' AND run_at <= now() {behind}
ORDER BY priority DESC, run_at, number LIMIT $2
"""
_BEHIND = f"""
SELECT * FROM (
    ({_HEAD.format(behind="AND priority = $3 AND (run_at, number) > ($4, $5)")})
    UNION ALL
    ({_HEAD.format(behind="AND priority < $3")})
) AS behind ORDER BY priority DESC, run_at, number LIMIT $2
"""  # noqa: S608 (constants)
# The unknown kinds among them and, in a row without a kind, the last of them when there may be more.
_UNKNOWN = """
WITH part AS MATERIALIZED ({part})
SELECT kind, min(number) AS number, NULL::int AS priority, NULL::timestamptz AS run_at
FROM part WHERE kind <> ALL($1::text[]) GROUP BY kind
UNION ALL
(SELECT NULL, number, priority, run_at FROM part WHERE (SELECT count(*) FROM part) >= $2
    ORDER BY priority, part.run_at DESC, part.number DESC LIMIT 1)
"""
_UNKNOWN_FIRST = _UNKNOWN.format(part=_HEAD.format(behind=""))
_UNKNOWN_NEXT = _UNKNOWN.format(part=_BEHIND)


class Upkeep:
    """What one node remembers between two rounds of upkeep."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._seen: dict[str, int] = {}  # the first job of each unknown kind, in the walk before
        self._found: dict[str, int] = {}  # and in this one
        self._behind: tuple[Any, ...] = ()
        self._alarmed: set[str] | None = None
        self._call_at = self._settle_at = float("-inf")

    async def run(self, *, look_for_unknown_kinds: bool, at_once: int = AT_ONCE) -> None:
        """Do one round. With a backlog there is better to do than to look for unknown kinds: it waits."""
        if look_for_unknown_kinds and await self._walk_on(at_once):
            await self._tell_of_unknown_kinds()
        now = self._node.clock.monotonic()
        if now >= self._call_at:
            self._call_at = now + callbacks.AGAIN_SECONDS
            async with self._node.database.transaction() as session:
                await callbacks.call_again(session)
        if now >= self._settle_at:
            self._settle_at = now + _SETTLE_SECONDS
            async with self._node.database.transaction() as session:
                await alarm_ends.settle(session)

    async def _walk_on(self, at_once: int) -> bool:
        """Look at the next jobs of the queue; say whether those were the last."""
        sql = _UNKNOWN_NEXT if self._behind else _UNKNOWN_FIRST
        async with self._node.database.connection() as connection:
            rows = (await connection.exec_driver_sql(sql, (list(registered), at_once, *self._behind))).all()
        self._behind = ()
        for row in rows:
            if row.kind is None:
                self._behind = (row.priority, row.run_at, row.number)
            else:
                self._found[row.kind] = min(row.number, self._found.get(row.kind, row.number))
        return not self._behind

    async def _tell_of_unknown_kinds(self) -> None:
        """Raise an alarm per kind that waits for a handler, and clear it when none waits any more."""
        if self._alarmed is None:
            self._alarmed = await self._open_alarms()
        # Seen twice, the same job: another node, with other modules, may be about to take it.
        waiting = {kind for kind, number in self._found.items() if self._seen.get(kind) == number}
        self._seen, self._found = self._found, {}
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
