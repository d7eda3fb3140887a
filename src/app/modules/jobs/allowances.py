"""Rates: how many jobs may still begin at a gate, so that no period of its length ever holds more than the rate.

A job counts from the moment it is let go until a period after the pass that found it begun, which is never before it
began: whatever window one looks through, at most ``rate`` jobs began in it by the database's clock.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from app.modules.jobs.insertion import Fetch
from app.modules.jobs.policies import Policies

# Beginnings within this part of a period are one group, which counts until its last one is a period old.
_GROUPS = 50
_MOST_WAIT_SECONDS = 1.0
_LEAST_WAIT_SECONDS = 0.02

_READ = """
SELECT gate, pending, recent::text, extract(epoch FROM clock_timestamp())::float8
FROM (SELECT 1) AS one LEFT JOIN job_allowances ON true
"""
_WRITE = """
INSERT INTO job_allowances (gate, pending, recent)
SELECT gate, pending, recent::jsonb FROM unnest($1::text[], $2::int[], $3::text[]) AS n (gate, pending, recent)
ON CONFLICT (gate) DO UPDATE SET pending = excluded.pending, recent = excluded.recent
"""
_FORGET = "DELETE FROM job_allowances WHERE gate = ANY($1::text[])"


@dataclass
class _Window:
    """One gate's last period: groups of [last, how many, first], the oldest first."""

    rate: int
    period_seconds: float
    groups: list[list[float]]
    pending: int

    def observe(self, now: float, queued: int) -> None:
        """Count as begun what was let go and waits no more, and forget what is a period old."""
        begun = self.pending - queued
        if begun > 0:
            last = self.groups[-1] if self.groups else None
            if last is not None and now - last[2] < self.period_seconds / _GROUPS:
                last[0], last[1] = now, last[1] + begun
            else:
                self.groups.append([now, begun, now])
        self.groups = [group for group in self.groups if group[0] > now - self.period_seconds]

    def allowed(self, queued: int) -> int:
        """Return how many more may be let go; below 0 when the rate was lowered."""
        return self.rate - int(sum(group[1] for group in self.groups)) - queued


class Allowances:
    """The windows of the gates with a rate that matter to one pass."""

    def __init__(self, known: Mapping[str, tuple[int, str]], now: float) -> None:
        self.allowed: dict[str, int] = {}
        self._known = known
        self._now = now
        self._windows: dict[str, _Window] = {}

    @classmethod
    async def read(cls, fetch: Fetch, policies: Policies, gates: Iterable[str], queued: Counter[str]) -> "Allowances":
        """Read them, and note what has begun since the pass before. After ``queued`` was counted, never before."""
        rows = await fetch(_READ)
        found = cls({row[0]: (row[1], row[2]) for row in rows if row[0] is not None}, rows[0][3])
        for gate in {*found._known, *gates}:
            rule = policies.rule(gate)
            if rule is not None and rule.rate is not None and rule.period_seconds is not None:
                found._observe(gate, rule.rate, rule.period_seconds, queued[gate])
        return found

    def _observe(self, gate: str, rate: float, period_seconds: float, queued: int) -> None:
        if rate < 1:  # half a job a second is one in two seconds
            rate, period_seconds = 1, period_seconds / rate
        pending, recent = self._known.get(gate, (0, "[]"))
        window = self._windows[gate] = _Window(math.floor(rate), period_seconds, orjson.loads(recent), pending)
        window.observe(self._now, queued)
        self.allowed[gate] = window.allowed(queued)

    def wait_seconds(self, held_at: set[str], queued: Counter[str]) -> float:
        """Return when to look again: what is held may have room then, or what was let go may have begun."""
        waits = [math.inf]
        for gate, window in self._windows.items():
            if queued[gate]:
                waits.append(min(_MOST_WAIT_SECONDS, max(_LEAST_WAIT_SECONDS, window.period_seconds / _GROUPS)))
            if gate in held_at and window.groups:
                waits.append(max(0.001, window.groups[0][0] + window.period_seconds - self._now))
        return min(waits)

    async def write(self, fetch: Fetch, queued: Counter[str]) -> None:
        """Keep what the next pass has to know."""
        kept = {
            gate: (queued[gate], orjson.dumps(window.groups).decode())
            for gate, window in self._windows.items()
            if window.groups or queued[gate]
        }
        changed = {gate: values for gate, values in kept.items() if self._known.get(gate) != values}
        if changed:
            await fetch(_WRITE, list(changed), [v[0] for v in changed.values()], [v[1] for v in changed.values()])
        gone = [gate for gate in self._known if gate not in kept]
        if gone:
            await fetch(_FORGET, gone)
