"""What was decided about queues, kinds and keys, as one node knows it: at most ten seconds behind the tables.

Enqueueing asks it which gates a new job gets, claiming which queues are paused. A job that came by an older decision
is found by the keeper, which reads the tables themselves.
"""

import time
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.kernel.loops import Loop
from app.modules.jobs.errors import QueueDraining
from app.modules.jobs.kinds import registered

if TYPE_CHECKING:
    from app.kernel.node import Node

POLICIES_TOPIC = "jobs.policies"
_FLOOR_SECONDS = 5.0
# A transaction that meets older knowledge reads anew: its node's loop does not run, or cannot reach the database.
_STALE_SECONDS = 10.0

# Whoever enqueued by older knowledge has committed soon after; a transaction may stay open for longer.
TO_ADOPT = """(adopted_at IS NULL OR adopted_at < now() - interval '5 minutes'
    OR adopted_at < least(changed_at + interval '15 seconds', now() - interval '4 seconds'))"""

_READ = f"""
SELECT 'state' AS scope, name, state, fifo, reason, changed_by, NULL::int AS concurrency, NULL::float8 AS rate,
    NULL::float8 AS period_seconds, {TO_ADOPT} AS to_adopt
FROM job_queues WHERE state <> 'active' OR fifo
UNION ALL
SELECT scope, name, NULL, NULL, NULL, changed_by, concurrency, rate, period_seconds, {TO_ADOPT} FROM job_limits
"""  # noqa: S608 (constants of ours)


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue that is not simply active."""

    name: str
    state: str
    fifo: bool
    reason: str | None
    changed_by: str | None
    to_adopt: bool


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A limit as the tables have it."""

    scope: str
    name: str
    concurrency: int | None
    rate: float | None
    period_seconds: float | None
    to_adopt: bool


@dataclass(frozen=True)
class Policies:
    """Every decision in force, at one moment."""

    queues: Mapping[str, QueueState] = field(default_factory=dict)
    limits: Mapping[tuple[str, str], LimitRule] = field(default_factory=dict)
    prefixes: tuple[LimitRule, ...] = ()  # of keys, the longest first

    @classmethod
    def of(cls, rows: Iterable[Any]) -> "Policies":
        """Build them from the rows of the two tables."""
        queues: dict[str, QueueState] = {}
        limits: dict[tuple[str, str], LimitRule] = {}
        for row in rows:
            if row.scope == "state":
                queues[row.name] = QueueState(
                    row.name, row.state, row.fifo, row.reason, row.changed_by, to_adopt=row.to_adopt
                )
            else:
                limits[row.scope, row.name] = LimitRule(
                    row.scope, row.name, row.concurrency, row.rate, row.period_seconds, to_adopt=row.to_adopt
                )
        prefixes = [rule for rule in limits.values() if rule.scope == "key" and rule.name.endswith("*")]
        prefixes.sort(key=lambda rule: -len(rule.name))
        return cls(queues, limits, tuple(prefixes))

    @property
    def paused(self) -> list[str]:
        """Return the queues nothing is claimed from."""
        return [queue.name for queue in self.queues.values() if queue.state == "paused"]

    def rule(self, gate: str) -> LimitRule | None:
        """Return the limit that is in force at a gate."""
        scope, _, name = gate.partition(":")
        found = self.limits.get((scope, name))
        if found is None and scope == "key":
            return next((rule for rule in self.prefixes if name.startswith(rule.name[:-1])), None)
        return found

    def gates(self, kind: str, queue: str, limit_key: str | None) -> tuple[list[str], bool]:
        """Return the gates of a new job, and whether any of them limits it now.

        Raises QueueDraining (409).
        """
        found: list[str] = []
        limited = False
        if queue in self.queues:
            state = self.queues[queue]
            if state.state == "draining":
                by = f" by {state.changed_by}" if state.changed_by else ""
                raise QueueDraining(
                    f"Queue {queue} is being drained{by} and takes no new jobs; resume it, or use another"
                )
            found, limited = [f"queue:{queue}"], True
        elif ("queue", queue) in self.limits:
            found, limited = [f"queue:{queue}"], True
        if ("kind", kind) in self.limits:
            found.append(f"kind:{kind}")
            limited = True
        if limit_key is not None:
            known = registered.get(kind)
            key = f"key:{kind}:{limit_key}" if known is not None and known.key_limit is not None else f"key:{limit_key}"
            # Kept even when no limit is in force: one that is set later has to find the job.
            found.append(key)
            limited = limited or self.rule(key) is not None
        return sorted(found), limited


class PolicyCache:
    """The policies as one engine's users last read them."""

    def __init__(self) -> None:
        self.current = Policies()
        self._read_at = float("-inf")
        self._forgotten_count = 0

    @property
    def is_stale(self) -> bool:
        """Say whether they are too old to decide by."""
        return time.monotonic() - self._read_at > _STALE_SECONDS

    def forget(self) -> None:
        """Let the next one who asks read anew; what is being read now may be from before, and is not kept."""
        self._read_at = float("-inf")
        self._forgotten_count += 1

    async def read(self, connection: AsyncConnection) -> Policies:
        """Read them anew, and return what was read."""
        asked_at, forgotten_count = time.monotonic(), self._forgotten_count
        found = await read(connection)
        if forgotten_count == self._forgotten_count and asked_at >= self._read_at:
            self.current, self._read_at = found, asked_at
        return found


# By engine, because enqueueing knows its caller's session and nothing else.
_caches: "weakref.WeakKeyDictionary[Any, PolicyCache]" = weakref.WeakKeyDictionary()


async def read(connection: AsyncConnection) -> Policies:
    """Read the tables."""
    return Policies.of((await connection.exec_driver_sql(_READ)).all())


async def policies_for(session: AsyncSession) -> Policies:
    """Return the policies for what is enqueued in this session."""
    bind = session.bind
    cache = _cache_of(bind.sync_engine if bind is not None and not isinstance(bind, AsyncConnection) else None)
    if cache.is_stale:
        return await cache.read(await session.connection())
    return cache.current


async def policies_now(node: "Node") -> Policies:
    """Return the policies for what this node enqueues on its own connections."""
    cache = _cache_of(node.database.engine.sync_engine)
    return await refresh(node) if cache.is_stale else cache.current


def cache_of(node: "Node") -> PolicyCache:
    """Return what this node knows of the policies; who decides by it often asks it first whether it is stale."""
    return _cache_of(node.database.engine.sync_engine)


def policies_of(node: "Node") -> Policies:
    """Return the policies as this node knows them, asking nobody."""
    return _cache_of(node.database.engine.sync_engine).current


async def start(node: "Node") -> None:
    """Read the policies for this node, and from now on at the moment somebody here changes one."""
    node.bus.on(POLICIES_TOPIC, _cache_of(node.database.engine.sync_engine).forget)
    await refresh(node)


async def refresh(node: "Node") -> Policies:
    """Read the policies for this node, and return what was read."""
    async with node.database.connection() as connection:
        return await _cache_of(node.database.engine.sync_engine).read(connection)


def policies_loop(node: "Node") -> Loop:
    """Return the loop that keeps this node's knowledge fresh."""

    async def run() -> None:
        await refresh(node)

    return Loop("policies", run, every_seconds=_FLOOR_SECONDS, topics=(POLICIES_TOPIC,))


def _cache_of(engine: Any) -> PolicyCache:
    if engine is None:
        return PolicyCache()
    cache = _caches.get(engine)
    if cache is None:
        cache = _caches[engine] = PolicyCache()
    return cache
