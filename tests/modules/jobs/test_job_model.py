"""The queue against a model of it: any sequence of what two workers, clients and people may do, on real PostgreSQL.

After every step the keeper settles what it can, and the tables have to say what the model says.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from queue_probe import Count
from sqlalchemy import text

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.modules import jobs, nodes
from app.modules.jobs import bulk, policies, queries, queues
from app.modules.jobs.claiming import Claims
from app.modules.jobs.keeper import Keeper
from app.modules.jobs.leases import MAX_LOST, Leases

LONG = os.environ.get("CHAOS_LONG") == "1"
NEVER_SECONDS = 100_000.0
KINDS = ("model.a", "model.b")
QUEUES = ("default", "other")

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800 if LONG else 600)]


@dataclass
class Known:
    """A job as the model knows it."""

    id: str
    kind: str
    queue: str
    priority: int
    number: int
    run_at: datetime
    delayed: bool = False
    state: str = "waiting"
    attempt: int = 0
    failed: int = 0
    lost: int = 0
    worker: int | None = None
    cancel: bool = False
    begun: bool = False
    unique_key: str | None = None
    after: str | None = None
    on_failure: str = "cancel"
    attempts: list[tuple[int, str]] = field(default_factory=list)

    @property
    def live(self) -> bool:
        return self.state in ("waiting", "running")

    def place(self) -> tuple[int, datetime, int]:
        return -self.priority, self.run_at, self.number


class QueueMachine(RuleBasedStateMachine):
    """Steps of two workers, and of whoever else touches the queue."""

    def __init__(self, runner: asyncio.Runner, workers: list[Node], claims: list[Claims]) -> None:
        super().__init__()
        self.run = runner.run
        self.workers = workers
        self.claims = claims
        self.jobs: dict[str, Known] = {}
        self.keyed: dict[int, str] = {}  # what a key's job was called, for ever
        self.paused: set[str] = set()
        self.tokens: list[tuple[str, int, int]] = []  # every attempt ever handed out: job, attempt, worker
        self.run(self._empty())

    # What clients do.

    @rule(
        kind=st.sampled_from(KINDS),
        queue=st.sampled_from(QUEUES),
        urgency=st.sampled_from(("low", "normal", "high")),
        priority=st.integers(-2, 2),
        delayed=st.booleans(),
        unique=st.none() | st.sampled_from(("u1", "u2")),
    )
    def enqueue(self, kind: str, queue: str, urgency: Any, priority: int, delayed: bool, unique: str | None) -> None:
        in_the_way = next((j for j in self.jobs.values() if j.live and unique and j.unique_key == unique), None)
        options = {"queue": queue, "urgency": urgency, "priority": priority, "unique_key": unique}
        if delayed:
            options["delay_seconds"] = NEVER_SECONDS
        job_id = self.run(self._enqueue(kind, 0, **options))
        if in_the_way is not None:
            assert job_id == in_the_way.id
            return
        sums = {"low": -1000, "normal": 0, "high": 1000}
        self._learn(job_id, kind, queue, sums[urgency] + priority, delayed=delayed, unique_key=unique)

    @rule(key=st.integers(1, 3))
    def enqueue_once(self, key: int) -> None:
        job_id = self.run(self._enqueue("model.a", key, idempotency_key=f"order {key}"))
        assert self.keyed.setdefault(key, job_id) == job_id
        if job_id not in self.jobs:
            self._learn(job_id, "model.a", "default", 0)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), on_failure=st.sampled_from(("cancel", "run")))
    def enqueue_after(self, data: st.DataObject, on_failure: str) -> None:
        parent = self._draw(data, lambda job: True)
        job_id = self.run(self._enqueue("model.b", 0, after=[parent.id], on_failure=on_failure))
        self._learn(job_id, "model.b", "default", 0, after=parent.id, on_failure=on_failure)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        job = self._draw(data, lambda job: True, rather=lambda job: job.live)

        async def cancel() -> None:
            async with self.workers[0].database.transaction() as session:
                await jobs.cancel(session, job.id)

        if job.state not in ("waiting", "running", "cancelled"):
            with pytest.raises(jobs.JobFinished):
                self.run(cancel())
            return
        self.run(cancel())
        if job.state == "waiting":
            self._end(job, "cancelled")
        elif job.state == "running":
            job.cancel = True

    @precondition(lambda self: any(not job.live for job in self.jobs.values()))
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        job = self._draw(data, lambda job: not job.live)

        async def delete() -> None:
            async with self.workers[0].database.transaction() as session:
                await bulk.delete(session, job.id)

        self.run(delete())
        del self.jobs[job.id]

    @rule()
    def pause_or_resume(self) -> None:
        queue = "other"

        async def change() -> None:
            async with self.workers[0].database.transaction() as session:
                if queue in self.paused:
                    await queues.resume_queue(session, queue, by="usr_1")
                else:
                    await queues.pause_queue(session, queue, by="usr_1")
            for worker in self.workers:
                await policies.refresh(worker)

        self.run(change())
        self.paused ^= {queue}

    # What workers do.

    @rule(
        worker=st.integers(0, 1),
        most=st.integers(1, 4),
        owns_half=st.booleans(),
        room=st.none() | st.integers(0, 2),
    )
    def claim(self, worker: int, most: int, owns_half: bool, room: int | None) -> None:
        self._claim(worker, most, owns_half=owns_half, room=room)

    @rule(worker=st.integers(0, 1))
    def claim_all(self, worker: int) -> None:
        self._claim(worker, 20, owns_half=False, room=None)

    def _claim(self, worker: int, most: int, *, owns_half: bool, room: int | None) -> None:
        own = list(range(worker, 512, 2)) if owns_half else None
        places = {} if room is None else {"model.b": room}
        rows = self.run(self.claims[worker].take(most, places, own))
        expected = self._expected(worker, most, room, owns_half=owns_half)
        assert [row["id"] for row in rows] == [job.id for job in expected]
        for job, row in zip(expected, rows, strict=True):
            job.state, job.worker, job.attempt = "running", worker, job.attempt + 1
            assert (row["attempt"], row["failed_count"]) == (job.attempt, job.failed)
            self.tokens.append((job.id, job.attempt, worker))

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), state=st.sampled_from(("succeeded", "failed", "timed_out", "cancelled")))
    def finish(self, data: st.DataObject, state: str) -> None:
        job_id, attempt, worker = self._token(data)
        error = None if state == "succeeded" else "no"
        rows = self._sql(worker, queries.FINISH, [job_id], [attempt], [state], [error], "running", [None])
        job = self._owned(job_id, attempt)
        assert len(rows) == (job is not None)  # a late writer is refused
        if job is not None:
            job.failed += state in ("failed", "timed_out")
            self._end(job, state)

    @precondition(lambda self: self.tokens)
    @rule(
        data=st.data(),
        outcome=st.sampled_from(("failed", "timed_out", "released", "snoozed", "returned")),
        later=st.booleans(),
    )
    def give_back(self, data: st.DataObject, outcome: str, later: bool) -> None:
        job_id, attempt, worker = self._token(data)
        delay = NEVER_SECONDS if later else 0.0
        boot_id = self.workers[worker].boot_id
        rows = self._sql(worker, queries.REQUEUE, [job_id], [attempt], [outcome], [delay], ["no"], boot_id)
        job = self._owned(job_id, attempt)
        if job is None or job.cancel:
            assert not rows
            return
        assert len(rows) == 1
        job.failed += outcome in ("failed", "timed_out")
        job.begun = job.begun or outcome != "returned"
        if outcome not in ("snoozed", "returned"):
            job.attempts.append((attempt, outcome))
        self._wait(job)
        if later:
            job.delayed = True
            self._read(job)

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        job_id, attempt, worker = self._token(data)
        rows = self._sql(worker, queries.RENEW, [job_id], [attempt], self.workers[worker].boot_id, 15.0)
        job = self._owned(job_id, attempt)
        assert [row.cancelled for row in rows] == ([] if job is None else [job.cancel])

    @rule(worker=st.integers(0, 1), keeps=st.integers(0, 2), stops=st.booleans())
    def stop_or_doubt(self, worker: int, keeps: int, stops: bool) -> None:
        """A worker gives back what it does not know to be in its hands; what it held at a stop may have begun."""
        mine = [job for job in self.jobs.values() if job.state == "running" and job.worker == worker]
        kept, released = mine[:keeps], mine[keeps:]
        rows = self._sql(worker, queries.RELEASE, self.workers[worker].boot_id, [job.id for job in kept], stops)
        assert {row.id for row in rows} == {job.id for job in released}
        for job in released:
            job.begun = job.begun or stops
            if job.cancel:  # it does not begin again: the next to look for silent ones ends it
                self._lose(job, 1 - worker)
            else:
                self._wait(job)

    @precondition(lambda self: any(job.state == "running" for job in self.jobs.values()))
    @rule(data=st.data(), rescuer=st.integers(0, 1))
    def lose_lease(self, data: st.DataObject, rescuer: int) -> None:
        self._lose(self._draw(data, lambda job: job.state == "running"), rescuer)

    @precondition(lambda self: any(job.state == "running" for job in self.jobs.values()))
    @rule(data=st.data(), late=st.sampled_from(("finish", "give back", "renew")))
    def overtake(self, data: st.DataObject, late: str) -> None:
        """A worker is silent, another one has its job by the time it speaks up."""
        job = self._draw(data, lambda job: job.state == "running")
        assert job.worker is not None
        silent, other, attempt = job.worker, 1 - job.worker, job.attempt
        self._lose(job, other)
        self.run(self._settled())
        self._claim(other, 20, owns_half=False, room=None)
        boot_id = self.workers[silent].boot_id
        if late == "finish":
            assert not self._sql(silent, queries.FINISH, [job.id], [attempt], ["failed"], ["no"], "running", [None])
        elif late == "give back":
            assert not self._sql(silent, queries.REQUEUE, [job.id], [attempt], ["failed"], [0.0], ["no"], boot_id)
        else:
            assert not self._sql(silent, queries.RENEW, [job.id], [attempt], boot_id, 15.0)

    def _lose(self, job: Known, rescuer: int) -> None:
        async def rescue() -> None:
            node = self.workers[rescuer]
            async with node.database.transaction() as session:
                await session.execute(
                    text("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE id = :id"), {"id": job.id}
                )
            await Leases(node, 15.0, set(), lambda _: None).rescue()

        self.run(rescue())
        if job.cancel:
            self._end(job, "cancelled")
        elif job.lost + 1 >= MAX_LOST:
            job.lost += 1
            self._end(job, "quarantined")
        else:
            job.lost += 1
            job.begun = True
            job.attempts.append((job.attempt, "lost"))
            self._wait(job)

    @precondition(lambda self: any(job.delayed and job.state == "waiting" for job in self.jobs.values()))
    @rule(data=st.data())
    def time_passes(self, data: st.DataObject) -> None:
        job = self._draw(data, lambda job: job.delayed and job.state == "waiting")
        self._sql(0, "UPDATE jobs SET run_at = now() - interval '1 second' WHERE id = $1 RETURNING id", job.id)
        job.delayed = False
        self._read(job)

    @precondition(lambda self: any(job.state == "waiting" for job in self.jobs.values()))
    @rule(data=st.data())
    def expire(self, data: st.DataObject) -> None:
        """The time to begin is over: what has never begun ends, claimed and given back or not."""
        job = self._draw(data, lambda job: job.state == "waiting")
        self._sql(0, "UPDATE jobs SET expires_at = now() - interval '1 second' WHERE id = $1 RETURNING id", job.id)
        if not job.begun:
            job.failed += 1
            self._end(job, "timed_out")

    @invariant()
    def tables_agree(self) -> None:
        live, ended, attempts = self.run(self._settled())
        for job in self.jobs.values():  # before its time it is all the same whether it is held
            if job.delayed and job.state == "waiting" and live[job.id][0] == "held":
                live[job.id] = (self._stored(job), *live[job.id][1:])
        assert live == {
            job.id: (self._stored(job), job.attempt, job.failed, job.lost, job.cancel, job.begun)
            for job in self.jobs.values()
            if job.live
        }
        assert ended == {
            job.id: (job.state, job.attempt, job.failed, job.lost) for job in self.jobs.values() if not job.live
        }
        assert attempts == {job.id: job.attempts for job in self.jobs.values() if job.attempts}

    # The model.

    def _stored(self, job: Known) -> str:
        if job.state == "running":
            return "running"
        return "held" if self._held(job) else "queued"

    def _held(self, job: Known) -> bool:
        return job.queue in self.paused or job.after is not None

    def _expected(self, worker: int, most: int, room: int | None, *, owns_half: bool) -> list[Known]:
        due = sorted(
            (j for j in self.jobs.values() if j.state == "waiting" and not j.delayed and not self._held(j)),
            key=Known.place,
        )
        if room == 0:
            due = [job for job in due if job.kind != "model.b"]
        taken: list[Known] = []
        # Those that were lost twice go one at a time on a worker, and before the others.
        last_chance = [job for job in due if job.lost == MAX_LOST - 1]
        mine = [job for job in self.jobs.values() if job.state == "running" and job.worker == worker]
        if not any(job.lost == MAX_LOST - 1 for job in mine):
            taken = last_chance[:1]
        due = [job for job in due if job not in last_chance]
        for own in (True, False) if owns_half else (False,):
            batch = [j for j in due if j not in taken and (not own or j.number % 2 == worker)][: most - len(taken)]
            for job in batch:  # what is beyond its kind's room has used up a place of the batch all the same
                counted = job.kind == "model.b" and room is not None
                if not counted or sum(other.kind == job.kind for other in taken) < room:
                    taken.append(job)
        return sorted(taken, key=Known.place)

    def _wait(self, job: Known) -> None:
        job.state, job.worker = "waiting", None

    def _end(self, job: Known, state: str) -> None:
        job.state, job.worker = state, None
        for child in list(self.jobs.values()):
            if child.after == job.id and child.state == "waiting":
                child.after = None
                if state != "succeeded" and child.on_failure == "cancel":
                    self._end(child, "cancelled")

    def _owned(self, job_id: str, attempt: int) -> Known | None:
        job = self.jobs.get(job_id)
        return job if job is not None and job.state == "running" and job.attempt == attempt else None

    def _draw(
        self, data: st.DataObject, fits: Callable[[Known], bool], rather: Callable[[Known], bool] | None = None
    ) -> Known:
        fitting = [job for job in self.jobs.values() if fits(job)]
        if rather is not None and any(map(rather, fitting)) and data.draw(st.integers(0, 3)):
            fitting = [job for job in fitting if rather(job)]
        return fitting[data.draw(st.integers(0, len(fitting) - 1))]

    def _token(self, data: st.DataObject) -> tuple[str, int, int]:
        """Draw any attempt there ever was, rather one that still owns its job."""
        tokens = [token for token in self.tokens if self._owned(token[0], token[1]) is not None]
        if not tokens or not data.draw(st.integers(0, 3)):
            tokens = self.tokens
        return tokens[data.draw(st.integers(0, len(tokens) - 1))]

    def _learn(self, job_id: str, kind: str, queue: str, priority: int, **more: Any) -> None:
        assert job_id not in self.jobs
        job = self.jobs[job_id] = Known(job_id, kind, queue, priority, 0, datetime.min, **more)  # noqa: DTZ901
        self._read(job)
        if job.after is not None and not self.jobs[job.after].live:
            parent, job.after = self.jobs[job.after], None
            if parent.state != "succeeded" and job.on_failure == "cancel":
                self._end(job, "cancelled")

    def _read(self, job: Known) -> None:
        [row] = self._sql(0, "SELECT number, run_at FROM jobs WHERE id = $1", job.id)
        job.number, job.run_at = row.number, row.run_at

    # The tables.

    def _sql(self, worker: int, statement: str, *values: Any) -> list[Any]:
        async def ask() -> list[Any]:
            async with self.workers[worker].database.connection() as connection:
                return list((await connection.exec_driver_sql(statement, values)).all())

        return self.run(ask())

    async def _enqueue(self, kind: str, n: int, **options: Any) -> str:
        async with self.workers[0].database.transaction() as session:
            return await jobs.enqueue(session, kind, Count(n=n), **options)

    async def _settled(self) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        await Keeper(self.workers[1]).run()
        async with self.workers[1].database.connection() as connection:
            live = await connection.exec_driver_sql(
                "SELECT id, state, attempt, failed_count, lost_count, cancel_requested_at IS NOT NULL, begun FROM jobs"
            )
            ended = await connection.exec_driver_sql(
                "SELECT id, state, attempt, failed_count, lost_count FROM finished_jobs"
            )
            rows = await connection.exec_driver_sql(
                "SELECT job_id, attempt, outcome FROM job_attempts ORDER BY job_id, attempt, ended_at"
            )
            attempts: dict[str, list[tuple[int, str]]] = {}
            for job_id, attempt, outcome in rows.all():
                attempts.setdefault(job_id, []).append((attempt, outcome))
            return {r[0]: tuple(r[1:]) for r in live.all()}, {r[0]: tuple(r[1:]) for r in ended.all()}, attempts

    async def _empty(self) -> None:
        async with self.workers[0].database.transaction() as session:
            await session.execute(text("SELECT set_config('stormbell.retention', 'on', true)"))
            for table in ("jobs", "finished_jobs", "job_attempts", "job_dependencies", "job_endings", "job_queues"):
                await session.execute(text(f"DELETE FROM {table}"))
            await queues.order_queue(session, "other", fifo=False, by="usr_1")  # no kind names it
        for worker in self.workers:
            await policies.refresh(worker)


def test_queue_does_what_its_model_does(database_url: str, tmp_path: Path) -> None:
    @jobs.kind("model.a")
    async def first(attempt: jobs.Attempt, payload: Count) -> None: ...

    @jobs.kind("model.b")
    async def second(attempt: jobs.Attempt, payload: Count) -> None: ...

    with asyncio.Runner() as runner:
        sections = {module.name: module.settings for module in (jobs.module, nodes.module) if module.settings}
        workers = [
            Node(
                settings_sources.load(
                    sections, flags={"data_directory": str(tmp_path / name)}, environ={}, toml_paths=()
                ),
                (jobs.module, nodes.module),
                database_url,
            )
            for name in ("one", "two")
        ]
        claims = [Claims(worker, 15.0, 0.0) for worker in workers]
        examples = 0

        def machine() -> QueueMachine:
            nonlocal examples
            examples += 1
            return QueueMachine(runner, workers, claims)

        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=400 if LONG else 8,
                    stateful_step_count=60 if LONG else 30,
                    deadline=None,
                    database=None,
                    derandomize=not LONG,
                    phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
                    suppress_health_check=list(HealthCheck),
                    print_blob=True,
                ),
            )
        finally:
            print(f"{examples} histories")
            for hand, worker in zip(claims, workers, strict=True):
                runner.run(hand.close())
                runner.run(worker.database.close())
                runner.run(worker.http.close())
