"""How far a job is: gathered, written once a second for all, the last word never lost, late words refused."""

import asyncio
from typing import Any

import executor_handlers
import pytest
from executor_handlers import Order
from queue_probe import Count, ended, enqueue, eventually, expire, loop_of, sql

from app.kernel.node import Node
from app.modules import jobs
from app.modules.jobs.progress import Reporter, board_of


async def progress(node: Node, job_id: str) -> Any:
    rows = await sql(node, "SELECT * FROM job_progress WHERE job_id = :id", id=job_id)
    return rows[0] if rows else None


async def said(node: Node, job_id: str, message: str) -> Any:
    """Wait until ``message`` is written."""

    async def written() -> Any:
        row = await progress(node, job_id)
        return row if row is not None and row.message == message else None

    return await eventually(written)


async def test_the_last_word_is_written_though_the_job_is_over(make_node) -> None:
    @jobs.kind("test.tell")
    async def tell(attempt: jobs.Attempt, payload: Count) -> None:
        for n in range(payload.n + 1):
            attempt.progress(n / payload.n, f"{n} done", files=n, bytes=n * 0.5)

    node = await make_node()
    job_id = await enqueue(node, "test.tell", 2000)
    await ended(node, job_id)
    row = await said(node, job_id, "2000 done")
    assert (row.attempt, row.fraction, row.counters) == (1, 1.0, {"files": 2000, "bytes": 1000})
    assert loop_of(node, "progress").health.runs < 10


async def test_what_is_left_out_stays_and_what_is_odd_is_cut(make_node) -> None:
    @jobs.kind("test.tell")
    async def tell(attempt: jobs.Attempt, payload: Count) -> None:
        attempt.progress(0.5, "half", a=1)
        attempt.progress(b=2)
        attempt.progress(7)
        attempt.progress(float("nan"), "nul \x00 and \ud800 and long " + "x" * 1000, c=float("inf"))
        attempt.progress(**{f"counter_{n}": n for n in range(100)})

    node = await make_node()
    job_id = await enqueue(node, "test.tell")
    assert (await ended(node, job_id)).state == "succeeded"

    async def written() -> Any:
        return await progress(node, job_id)

    row = await eventually(written)
    assert row.fraction == 1.0
    assert row.message.startswith("nul \\0 and \\ud800 and long xxx")
    assert (row.counters["a"], row.counters["b"], len(row.counters)) == (1, 2, 32)


async def test_many_jobs_share_a_statement(make_node) -> None:
    @jobs.kind("test.tell")
    async def tell(attempt: jobs.Attempt, payload: Count) -> None:
        attempt.progress(1.0, "done")

    node = await make_node()
    async with node.database.transaction() as session:
        await jobs.enqueue_many(session, "test.tell", [Count(n=n) for n in range(500)])

    async def all_written() -> bool:
        return (await sql(node, "SELECT count(*) AS n FROM job_progress"))[0].n == 500

    await eventually(all_written)
    assert loop_of(node, "progress").health.runs < 20


@pytest.mark.parametrize("executor", ["thread", "process"])
async def test_functions_tell_it_too(make_node, executor: Any) -> None:
    jobs.kind("test.tell", executor=executor)(executor_handlers.tell)
    jobs.kind("test.hold", executor=executor)(executor_handlers.hold)
    node = await make_node()
    async with node.database.transaction() as session:
        telling = await jobs.enqueue(session, "test.tell", Order(n=300))
        holding = await jobs.enqueue(session, "test.hold", Order())
    assert (await ended(node, telling)).state == "succeeded"
    row = await said(node, telling, "300 of 300")
    assert (row.fraction, row.counters) == (1.0, {"done": 300})
    # Said once and then nothing: it is told while the job runs.
    row = await said(node, holding, "a quarter")
    assert (row.fraction, row.counters) == (0.25, {"done": 1})
    async with node.database.transaction() as session:
        await jobs.cancel(session, holding)
    assert (await ended(node, holding)).state == "cancelled"


@pytest.mark.security("S26")
async def test_an_attempt_that_lost_its_job_says_nothing(make_node) -> None:
    begun = asyncio.Queue[jobs.Attempt]()

    @jobs.kind("test.lost")
    async def lost(attempt: jobs.Attempt, payload: Count) -> None:
        begun.put_nowait(attempt)
        if attempt.attempt == 1:
            await asyncio.Event().wait()

    node = await make_node(**{"jobs.lease_seconds": 600})
    job_id = await enqueue(node, "test.lost")
    async with asyncio.timeout(20):
        first = await begun.get()
        await expire(node, job_id)
        loop_of(node, "rescue").wake()
        second = await begun.get()
    await ended(node, job_id)
    first.progress(0.9, "late")
    await board_of(node).flush()
    assert await progress(node, job_id) is None
    second.progress(0.5, "in time")
    await board_of(node).flush()
    first.progress(0.9, "later")
    await board_of(node).flush()
    assert (await progress(node, job_id)).message == "in time"


async def test_a_node_that_stops_writes_what_was_said(make_node) -> None:
    node = await make_node()
    job_id = await enqueue(node, "test.unknown")
    await sql(node, "UPDATE jobs SET attempt = 1")
    board = board_of(node)
    Reporter(board, job_id, 1).report(0.1, "first", {})
    await board.flush()
    Reporter(board, job_id, 1).report(0.2, "last", {})
    await node.stop()
    other = await make_node(start=False)
    assert (await progress(other, job_id)).message == "last"
