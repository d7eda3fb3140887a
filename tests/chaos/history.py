"""What happened to jobs, and whether it may have: one checker for every chaos test.

Workers append lines to one file (O_APPEND: a line of theirs is whole or missing, also when they are killed); effects
are read back from the table they were committed to; ends are observed in the database as often as a test likes. Times
are CLOCK_MONOTONIC, which all processes of a machine share.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import asyncpg

What = Literal["enqueued", "started", "effect"]

EFFECTS = """
CREATE TABLE IF NOT EXISTS chaos_effects (
    job_id text NOT NULL, attempt int NOT NULL, boot text NOT NULL, at float8 NOT NULL
)
"""


@dataclass(frozen=True)
class Event:
    """One thing a job went through. ``enqueued``: acknowledged to whoever asked. ``effect``: committed."""

    what: What
    job_id: str
    attempt: int = 0
    boot: str = ""
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class End:
    """A job as the database showed it at ``seen_at``: ended in ``state``, or (``state`` None) waiting for ``waits``."""

    job_id: str
    state: str | None
    attempt: int
    seen_at: float
    finished_at: str = ""
    waits: str = ""


class Recorder:
    """Appends events to the file all processes of a test share."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def add(self, event: Event) -> None:
        os.write(self._descriptor, json.dumps(asdict(event)).encode() + b"\n")

    def close(self) -> None:
        os.close(self._descriptor)


def read(path: Path) -> list[Event]:
    """Return what the file holds; a last line that a kill cut short never happened."""
    if not path.exists():
        return []
    return [Event(**json.loads(line)) for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]


async def effects(connection: asyncpg.Connection) -> list[Event]:
    """Return every committed effect."""
    rows = await connection.fetch("SELECT job_id, attempt, boot, at FROM chaos_effects")
    return [Event("effect", row["job_id"], row["attempt"], row["boot"], row["at"]) for row in rows]


async def ends(connection: asyncpg.Connection) -> list[End]:
    """Observe every job there is, the ended and the live ones, in one snapshot."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        ended = await connection.fetch("SELECT id, state, attempt, finished_at FROM finished_jobs")
        live = await connection.fetch(
            "SELECT id, attempt, state, gates, run_at > now() AS delayed, last_error FROM jobs"
        )
    seen_at = time.monotonic()
    return [End(row["id"], row["state"], row["attempt"], seen_at, str(row["finished_at"])) for row in ended] + [
        End(row["id"], None, row["attempt"], seen_at, waits=_waits(row)) for row in live
    ]


def _waits(row: asyncpg.Record) -> str:
    if row["delayed"]:
        return f"its time ({row['last_error'] or 'delayed'})"
    return f"its gates {row['gates']}" if row["state"] == "held" else ""


@dataclass
class Verdict:
    """What the checker found."""

    enqueued: int
    ended: Counter[str]
    waiting: int
    starts: int
    effects: int
    lost: list[str]
    twice: list[str]
    fenced: list[str]
    disordered: list[str]
    changed: list[str]

    def __str__(self) -> str:
        ended = ", ".join(f"{count} {state}" for state, count in sorted(self.ended.items()))
        return (
            f"{self.enqueued} enqueued; ended: {ended or 'none'}; {self.waiting} waiting; {self.starts} starts,"
            f" {self.effects} effects; lost {len(self.lost)}, effects twice {len(self.twice)}, by a fenced attempt"
            f" {len(self.fenced)}, attempts out of order {len(self.disordered)}, ends that changed {len(self.changed)}"
        )

    def hold(self) -> None:
        """Fail the test unless every promise was kept."""
        broken = {
            name: found[:5]
            for name in ("lost", "twice", "fenced", "disordered", "changed")
            if (found := getattr(self, name))
        }
        assert not broken, f"{self}\n{broken}"


def check(events: Iterable[Event], observations: Sequence[End], *, waiting_is_fine: bool = False) -> Verdict:
    """Judge a history. The latest observation of a job is what has become of it.

    An effect is committed with the end of its attempt, so it belongs to a job that succeeded, in that attempt.
    ``waiting_is_fine``: jobs that are live and state what they wait for are not lost.
    """
    events = sorted(events, key=lambda event: event.at)
    first: dict[str, End] = {}
    last: dict[str, End] = {}
    changed: list[str] = []
    for end in sorted(observations, key=lambda end: end.seen_at):
        last[end.job_id] = end
        if end.state is None:
            if end.job_id in first:
                changed.append(f"{end.job_id} was {first[end.job_id].state} and is live again")
            continue
        was = first.setdefault(end.job_id, end)
        if (was.state, was.attempt, was.finished_at) != (end.state, end.attempt, end.finished_at):
            changed.append(f"{end.job_id} was {was} and is {end}")
    latest_seen = max((end.seen_at for end in observations), default=0.0)
    for job_id, end in last.items():
        if end.state is not None and end.seen_at < latest_seen:
            changed.append(f"{job_id} was {end.state} and is gone")

    enqueued = {event.job_id for event in events if event.what == "enqueued"}
    lost = [
        f"{job_id}: {'nowhere' if end is None else f'live, waits for {end.waits or None}'}"
        for job_id in sorted(enqueued)
        if (end := last.get(job_id)) is None
        or end.seen_at < latest_seen
        or (end.state is None and not (waiting_is_fine and end.waits))
    ]

    committed = Counter(event.job_id for event in events if event.what == "effect")
    twice = [f"{job_id}: {count} effects" for job_id, count in committed.items() if count > 1]
    fenced, disordered = [], []
    newest: dict[str, int] = {}
    for event in events:
        end = last.get(event.job_id)
        if event.what == "started":
            if event.attempt <= newest.get(event.job_id, 0):
                disordered.append(f"{event.job_id}: attempt {event.attempt} after {newest[event.job_id]}")
            newest[event.job_id] = max(newest.get(event.job_id, 0), event.attempt)
            if event.job_id in first and event.at > first[event.job_id].seen_at:
                changed.append(f"{event.job_id} started again after its end")
            if end is not None and event.attempt > end.attempt:
                disordered.append(f"{event.job_id}: attempt {event.attempt} ran, its row knows {end.attempt}")
        elif event.what == "effect" and end is not None and (end.state, end.attempt) != ("succeeded", event.attempt):
            fenced.append(f"{event.job_id}: effect of attempt {event.attempt}, {end.state} in attempt {end.attempt}")
    return Verdict(
        enqueued=len(enqueued),
        ended=Counter(end.state for end in last.values() if end.state is not None),
        waiting=sum(end.state is None for end in last.values()),
        starts=sum(event.what == "started" for event in events),
        effects=committed.total(),
        lost=lost,
        twice=twice,
        fenced=fenced,
        disordered=disordered,
        changed=changed,
    )
