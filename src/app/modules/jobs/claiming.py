"""Taking jobs out of the queue: a statement a batch, own sections first; what an unanswered one took is given back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import asyncpg
import structlog

from app.kernel.failpoints import reach
from app.modules.jobs import queries
from app.modules.jobs.hot import hot_connection
from app.modules.jobs.kinds import registered
from app.modules.jobs.policies import policies_of

if TYPE_CHECKING:
    from app.kernel.node import Node

# What may be spent on looking at the head of the queue again while a backlog is taken from further on: a tenth.
_HEAD_SHARE = 0.1
_HEAD_SECONDS = 2.0

log = structlog.get_logger(__name__)

LOOP = "claim"
FULL_NAME = f"jobs.{LOOP}"


# In the order of the queue: what is least urgent and youngest is largest.
_Place = tuple[int, float, int]


class Claims:
    """This node's hand in the queue."""

    def __init__(self, node: "Node", lease_seconds: float, floor_seconds: float) -> None:
        self._node = node
        self._lease_seconds = lease_seconds
        self._floor_seconds = floor_seconds
        self._connection = hot_connection(node.database)
        self.in_doubt = False
        self.recovering = False  # what is inserted as running in this moment would be handed back
        self._due_known = False
        self._due_at = self._due_asked_at = float("-inf")
        self._last_chances_at = float("-inf")
        # How far the full claims of (own sections or all) have come, and when they are to begin at the head again.
        self._places: dict[tuple[int, ...] | None, tuple[_Place, float]] = {}

    async def take(
        self, most: int, room: Mapping[str, int], own: Sequence[int] | None, *, backlog: bool = False
    ) -> list[asyncpg.Record]:
        """Claim at most ``most`` jobs, of limited kinds at most ``room``, and return their rows in their order.

        Those of the ``own`` sections come first; the others only when these were too few. Of the jobs that were lost
        twice there is never more than one in these hands. With a ``backlog`` every claim is a large one.
        """
        kinds = [name for name in registered if room.get(name, 1) > 0]
        left = {name: places for name, places in room.items() if places > 0}
        paused = policies_of(self._node).paused
        rows: list[asyncpg.Record] = []
        self.in_doubt = True
        reach("jobs.claim")
        if self._node.clock.monotonic() >= self._last_chances_at:
            rows = await self._last_chance(kinds, left, paused)
        if own:
            rows += await self._claim(kinds, most - len(rows), left, paused, own, backlog=backlog)
        # What others have no hands for.
        rows += await self._claim(kinds, most - len(rows), left, paused, None, backlog=backlog)
        if rows:
            reach("jobs.claimed")
        self.in_doubt = False
        rows.sort(key=_order)
        return rows

    async def _last_chance(self, kinds: list[str], left: dict[str, int], paused: Sequence[str]) -> list[asyncpg.Record]:
        rows = await self._connection.fetch(
            queries.CLAIM_LAST_CHANCE, self._node.boot_id, self._lease_seconds, kinds, paused
        )
        _count(rows, left)
        if not rows:  # there is hardly ever one: asked now and then
            self._last_chances_at = self._node.clock.monotonic() + self._floor_seconds
        return rows

    async def recover(self, in_hand: Sequence[str]) -> None:
        """Give back what a claim took whose answer never came."""
        if not self.in_doubt:
            return
        self.in_doubt, self.recovering = False, True  # it may become doubtful again meanwhile
        try:
            lost = await self._connection.fetch(queries.RELEASE, self._node.boot_id, in_hand, False)
        except BaseException:
            self.in_doubt = True
            raise
        finally:
            self.recovering = False
        if lost:
            log.warning("jobs of an unanswered claim handed back", count=len(lost))

    async def learn_due(self) -> None:
        """Learn when the next delayed job is due, asking only when that may have changed."""
        now = self._node.clock.monotonic()
        if not self._due_known or self._due_at <= now or now - self._due_asked_at >= self._floor_seconds:
            self._due_known, self._due_asked_at = True, now  # before asking: a hint meanwhile makes it unknown again
            rows = await self._connection.fetch(queries.NEXT_DUE)
            self._due_at = self._node.clock.monotonic() + rows[0][0] if rows else float("inf")

    def forget_due(self) -> None:
        """Ask anew: a delayed job was added."""
        self._due_known = False

    def due_in(self) -> float:
        """Return the seconds until the next delayed job is due."""
        return max(0.0, self._due_at - self._node.clock.monotonic())

    async def close(self) -> None:
        """Let go of the connection."""
        await self._connection.close()

    async def _claim(
        self,
        kinds: Sequence[str],
        most: int,
        left: dict[str, int],
        paused: Sequence[str],
        own: Sequence[int] | None,
        *,
        backlog: bool,
    ) -> list[asyncpg.Record]:
        """Claim from ``own`` sections or, where that is None, from all."""
        limited = [kind for kind in kinds if left.get(kind, 0) > 0]
        free = [kind for kind in kinds if kind not in left]
        # Sorting by kind costs as much as all the rest of a claim: not when there is nothing to sort out.
        if (limited and backlog and free and most > 0) and not await self._connection.fetch(
            queries.LIMITED_AHEAD, [*free, *limited], most, limited
        ):
            limited = []
        if not limited:
            return await self._fetch(free, most, {}, paused, own)
        return await self._fetch([*free, *limited], most, left, paused, own)

    async def _fetch(
        self,
        kinds: Sequence[str],
        most: int,
        left: dict[str, int],
        paused: Sequence[str],
        own: Sequence[int] | None,
    ) -> list[asyncpg.Record]:
        if most <= 0 or not kinds:
            return []
        more: list[object] = [part for part in (own, paused) if part]
        taker = (self._node.boot_id, self._lease_seconds)
        rows: list[asyncpg.Record] = []
        if left:
            more += [list(left), list(left.values())]
            sql = queries.CLAIMS[own is not None, bool(paused), True]
            rows = await self._connection.fetch(sql, kinds, most, *taker, *more)
            _count(rows, left)
            return rows
        which, clock = tuple(own) if own is not None else None, self._node.clock
        place, head_at = self._places.pop(which, (None, 0.0))
        if place is not None and clock.monotonic() < head_at:
            rows = await self._connection.fetch(
                queries.CLAIMS_ON[own is not None, bool(paused)], kinds, most, *taker, *more, -place[0], *place[1:]
            )
        if len(rows) < most:
            began = clock.monotonic()
            rows += await self._connection.fetch(
                queries.CLAIMS[own is not None, bool(paused), False], kinds, most - len(rows), *taker, *more
            )
            head_at = clock.monotonic() + min((clock.monotonic() - began) / _HEAD_SHARE, _HEAD_SECONDS)
        if len(rows) == most:
            if len(self._places) > 1:  # those of sections that were owned before
                self._places.clear()
            self._places[which] = max(map(_order, rows)), head_at
        return rows


def _count(rows: Iterable[asyncpg.Record], left: dict[str, int]) -> None:
    """Take note of what is left of the room for limited kinds."""
    for row in rows if left else ():
        if row["kind"] in left:
            left[row["kind"]] -= 1


def _order(row: asyncpg.Record) -> _Place:
    return -row[10], row[11], row[12]
