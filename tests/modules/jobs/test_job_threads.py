"""Handlers that are plain functions: beside the event loop, told to stop, given up when they do not."""

import threading
from collections.abc import Iterator

import pytest
from pydantic import BaseModel
from queue_probe import Count, cancel, ended, enqueue, eventually, in_state, loop_of, sql

from app.kernel.logs import work_at_hand
from app.kernel.node import Node
from app.modules import jobs


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What handlers wait for; opened at the end in any case."""
    event = threading.Event()
    yield event
    event.set()


async def test_a_plain_function_runs_beside_the_event_loop(make_node) -> None:
    class Where(BaseModel):
        thread: str
        n: int

    @jobs.kind("test.where")
    def where(attempt: jobs.SyncAttempt, payload: Count) -> Where:
        work = work_at_hand.get()
        assert work is not None
        assert work.log_fields()["job_id"] == attempt.job_id
        return Where(thread=threading.current_thread().name, n=payload.n)

    node = await make_node()
    job = await ended(node, await enqueue(node, "test.where", 7))
    [row] = await sql(node, "SELECT result FROM finished_jobs WHERE id = :id", id=job.id)
    assert row.result == {"thread": "job handler", "n": 7}


async def test_threads_are_as_many_as_are_needed_and_never_more(make_node, gate: threading.Event) -> None:
    running, most, lock = 0, 0, threading.Lock()

    @jobs.kind("test.block")
    def block(attempt: jobs.SyncAttempt, payload: Count) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        gate.wait(20)
        with lock:
            running -= 1

    node = await make_node(**{"jobs.threads": 3})
    job_ids = [await enqueue(node, "test.block") for _ in range(8)]

    async def three_run() -> bool:
        return running == 3

    await eventually(three_run)
    gate.set()
    assert [(await ended(node, job_id)).state for job_id in job_ids] == ["succeeded"] * 8
    assert most == 3


async def test_what_a_function_raises_fails_its_attempt(make_node) -> None:
    @jobs.kind("test.raise", max_attempts=1)
    def raise_(attempt: jobs.SyncAttempt, payload: Count) -> None:
        raise (ValueError("no"), SystemExit("out"), StopIteration())[payload.n]

    node = await make_node()
    errors = [(await ended(node, await enqueue(node, "test.raise", n))).error for n in range(3)]
    assert errors == ["ValueError: no", "HandlerEscaped: SystemExit: out", "HandlerEscaped: StopIteration"]


async def test_a_function_that_looks_stops_when_it_is_cancelled(make_node) -> None:
    @jobs.kind("test.look")
    def look(attempt: jobs.SyncAttempt, payload: Count) -> None:
        attempt.cancelled.wait(20)
        attempt.check()

    node = await make_node()
    job_id = await enqueue(node, "test.look")
    await in_state(node, job_id, "running")
    await cancel(node, job_id)
    assert (await ended(node, job_id)).state == "cancelled"


async def trouble(node: Node) -> str:
    return " ".join(text for texts in node.trouble().values() for text in texts)


async def test_a_function_that_does_not_stop_is_given_up_and_health_says_so(make_node, gate: threading.Event) -> None:
    @jobs.kind("test.deaf", timeout_seconds=0.2, max_attempts=1)
    def deaf(attempt: jobs.SyncAttempt, payload: Count) -> None:
        gate.wait(20)

    @jobs.kind("test.fine")
    def fine(attempt: jobs.SyncAttempt, payload: Count) -> None: ...

    node = await make_node(**{"jobs.stop_seconds": 0.1, "jobs.threads": 2})
    job = await ended(node, await enqueue(node, "test.deaf"))
    assert (job.state, job.error) == ("timed_out", "took longer than 0.2 s")

    async def told() -> bool:
        return "1 of 2 threads taken by handlers that ignore their cancellation" in await trouble(node)

    await eventually(told)
    assert (await ended(node, await enqueue(node, "test.fine"))).state == "succeeded"
    gate.set()

    async def well_again() -> bool:
        return "cancellation" not in await trouble(node)

    await eventually(well_again)
    assert loop_of(node, "executors").health.blocked_text is None
