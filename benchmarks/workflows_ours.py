"""Ours, as a participant of the workflows' benchmark: the whole house on a database of its own, in its own process."""

import asyncio
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.kernel import garbage
from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.main import MODULES
from app.modules import workflows
from benchmarks.jobs_cost import process_cpu_seconds
from benchmarks.peers.program import Program

DEFINITION = """
import time
from pydantic import BaseModel
from stormbell import Incident, stage, workflow


class Reading(BaseModel):
    index: int
    sent_at: float = 0.0
    text: str = "Magnitude 4.6, depth 11 km, 23 km WSW of Ridgecrest"


@workflow("bench")
class Bench:
    late: list[float] = []
    ended = staticmethod(lambda: None)

    class State(BaseModel):
        seen: int = 0
        total: int = 0

    @stage(sends=("second",))
    async def first(self, incident: Incident[State], message: Reading) -> None:
        if message.sent_at:
            self.late.append(time.perf_counter() - message.sent_at)
        incident.state.seen += 1
        incident.send(self.second, Reading(index=message.index))

    @stage(sends=("third",))
    async def second(self, incident: Incident[State], message: Reading) -> None:
        incident.state.total += message.index
        incident.send(self.third, Reading(index=message.index))

    @stage
    async def third(self, incident: Incident[State], message: Reading) -> None:
        incident.state.seen += 1
        incident.complete("done")
        self.ended()
"""
POISON = """
import os
import signal
from pydantic import BaseModel
from stormbell import Incident, stage, workflow


class Dose(BaseModel):
    pass


@workflow("poison")
class Poison:
    @stage(executor="process", max_attempts=3)
    async def drink(self, incident: Incident, message: Dose) -> None:
        os.kill(os.getpid(), signal.SIGKILL)
"""
# Those of one drive, found by an index: to look through a million others every time is no part of what they cost.
_ENDED = """
SELECT state, count(*) FROM incidents
WHERE opened_at >= :since AND workflow = 'bench' AND state_data ->> 'seen' = '2' GROUP BY state
"""
_GIVEN_UP = """
SELECT i.state, s.state, s.attempt FROM incidents i JOIN stages s ON s.incident_id = i.id
WHERE i.opened_at >= :since AND i.workflow = 'poison' AND i.state NOT IN ('pending', 'active', 'completing')
"""
# A million incidents that have ended, with a stage, a job and a fact each, as time leaves them.
_HISTORY = (
    """
    INSERT INTO incidents (id, name, workflow, workflow_version, state, owner_id, finished_at)
    SELECT 'inc_old' || n, 'old', 'old', '0', 'complete', 'usr_system', now() FROM generate_series($1::int, $2::int) n
    """,
    """
    INSERT INTO stages (id, incident_id, name, message, originator, state, job_id)
    SELECT 'stg_old' || n, 'inc_old' || n, 'first', '{}', 'x', 'succeeded', 'job_old' || n
    FROM generate_series($1::int, $2::int) n
    """,
    """
    INSERT INTO finished_jobs (id, number, kind, queue, priority, state, run_at, created_at, attempt, failed_count,
        lost_count, max_attempts, incident_id, payload)
    SELECT 'job_old' || n, -n, 'workflows.stage', 'default', 0, 'succeeded', now(), now(), 1, 0, 0, 5, 'inc_old' || n,
        '{}' FROM generate_series($1::int, $2::int) n
    """,
    """
    INSERT INTO events (type, subject_id, incident_id, text, data, owner_id)
    SELECT 'stage.succeeded', 'stg_old' || n, 'inc_old' || n, 'old', '{}', 'usr_system'
    FROM generate_series($1::int, $2::int) n
    """,
)


class Ours(Program):
    node: Node

    async def open(self, url: str, directory: str = "", slots: int = 400) -> None:
        """Start the house with the workflow."""
        home = Path(directory) / "workflows-data"
        (home / "workflows").mkdir(parents=True, exist_ok=True)
        (home / "workflows" / "bench.py").write_text(DEFINITION)
        (home / "workflows" / "poison.py").write_text(POISON)
        sections = {module.name: module.settings for module in MODULES if module.settings is not None}
        flags = {"data_directory": str(home), "log_level": "warning", "jobs.slots": slots}
        settings = settings_sources.load(sections, flags=flags, environ={}, toml_paths=())
        self.node = Node(settings, MODULES, url)
        await self.node.vault.unlock()
        await self.node.start()
        catalogue = self.node.registry["workflows.catalogue"]
        self.definition, self.poison = catalogue.find("bench"), catalogue.find("poison")
        assert self.definition is not None
        assert self.poison is not None
        garbage.settle()  # as the server does once it has started

    async def drive(self, count: int, in_flight: int) -> dict[str, float]:
        """Run ``count`` workflows, so many at a time: one is opened when the last stage of another ran."""
        since, began, cpu = await self._now(), time.perf_counter(), process_cpu_seconds(self.pid)
        await self._open_many(in_flight, lambda opened: opened < count)
        await asyncio.wait_for(self._all(since, count), 300)
        seconds = time.perf_counter() - began
        return {"rate": count / seconds, "app_us": (process_cpu_seconds(self.pid) - cpu) / count * 1e6}

    async def neighbours(self, seconds: float, in_flight: int, poison: bool) -> dict[str, float]:
        """Run workflows for so long; with ``poison`` until a stage that kills its process is given up, too."""
        since, began = await self._now(), time.perf_counter()
        given_up = asyncio.create_task(self._given_up(since)) if poison else None

        def goes_on(_opened: int) -> bool:
            waits = given_up is not None and not given_up.done()
            return waits or time.perf_counter() < began + seconds

        count = await self._open_many(in_flight, goes_on)
        await asyncio.wait_for(self._all(since, count), 300)
        took = time.perf_counter() - began
        if given_up is not None:
            await given_up
        return {"rate": count / took, "seconds": took}

    async def paced(self, count: int, rate: float) -> dict[str, Any]:
        """Open ``count`` workflows at ``rate`` a second; return how late each first stage began, in seconds."""
        instance = self.definition.spec.instance
        instance.late.clear()
        since, cpu, began = await self._now(), process_cpu_seconds(self.pid), time.perf_counter()
        opened = []
        for index in range(count):
            await asyncio.sleep(max(0.0, began + index / rate - time.perf_counter()))
            opened.append(asyncio.create_task(self._open(index, sent_at=time.perf_counter())))
        await asyncio.gather(*opened)
        await self._all(since, count)
        return {"late": list(instance.late), "app_us": (process_cpu_seconds(self.pid) - cpu) / count * 1e6}

    async def history(self, count: int) -> None:
        """Write ``count`` finished incidents, for the caller to vacuum."""
        async with self.node.database.engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            for first in range(1, count + 1, 50_000):
                for statement in _HISTORY:
                    await raw.execute(statement, first, min(first + 49_999, count))

    async def close(self) -> None:
        await self.node.stop()

    @property
    def pid(self) -> int:
        return os.getpid()

    async def _open_many(self, in_flight: int, goes_on: Callable[[int], bool]) -> int:
        """Open workflows, so many at a time, while it goes on: one when the last stage of another ran."""
        open_now = asyncio.Semaphore(in_flight)
        self.definition.spec.instance.ended = open_now.release
        opened: set[asyncio.Task[None]] = set()
        count = 0
        while goes_on(count):
            await open_now.acquire()
            task = asyncio.create_task(self._open(count))
            opened.add(task)
            task.add_done_callback(opened.discard)
            count += 1
        return count

    async def _given_up(self, since: datetime) -> None:
        """Open an incident whose stage kills its process, and wait for its end, after three times."""
        await workflows.open_at_once(
            self.node, self.poison, name="Poison", owner_id="usr_system", stage="drink", message={}
        )
        async with asyncio.timeout(300):
            while (found := await self._one(_GIVEN_UP, since)) is None:
                await asyncio.sleep(0.25)
        assert tuple(found) == ("error", "failed", 3), found

    async def _one(self, statement: str, since: datetime) -> Any:
        async with self.node.database.connection() as connection:
            return (await connection.execute(text(statement), {"since": since})).one_or_none()

    async def _open(self, index: int, sent_at: float = 0.0) -> None:
        await workflows.open_at_once(
            self.node,
            self.definition,
            name=f"Reading {index}",
            owner_id="usr_system",
            stage="first",
            message={"index": index, "sent_at": sent_at},
        )

    async def _now(self) -> datetime:
        async with self.node.database.connection() as connection:
            now: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        return now

    async def _all(self, since: datetime, count: int) -> None:
        """Wait until so many of those opened ``since`` are complete in the database."""
        while (ended := await self._ended(since)) < count:
            await asyncio.sleep(0.05)
        assert ended == count

    async def _ended(self, since: datetime) -> int:
        async with self.node.database.connection() as connection:
            states = {row[0]: row[1] for row in await connection.execute(text(_ENDED), {"since": since})}
        assert set(states) <= {"complete", "active", "completing"}, states
        return int(states.get("complete", 0))


program = Ours
