"""Handlers that say what nobody can keep: one such job harms neither its node nor the jobs beside it."""

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, field_validator
from queue_probe import Count, ended, enqueue, eventually, sql

from app.modules import jobs


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e13])
async def test_a_snooze_nobody_lives_to_see_fails_its_job_and_no_other(make_node, seconds: float) -> None:
    @jobs.kind("test.for_ever", max_attempts=1)
    async def for_ever(attempt: jobs.Attempt, payload: Count) -> None:
        raise jobs.Snooze(seconds)

    @jobs.kind("test.again", retry_seconds=0.01)
    async def again(attempt: jobs.Attempt, payload: Count) -> None:
        if attempt.attempt == 1:
            raise OSError("not yet")

    node = await make_node()
    bad = await enqueue(node, "test.for_ever")
    good = await enqueue(node, "test.again")
    assert (await ended(node, good)).state == "succeeded"
    job = await ended(node, bad)
    assert job.state == "failed"
    assert "Snooze" in (job.error or "")


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize("raised", [Mute, SystemExit])
async def test_what_a_handler_on_the_loop_raises_ends_its_attempt_and_nothing_else(make_node, raised: Any) -> None:
    @jobs.kind("test.raises", max_attempts=1, concurrency=1, timeout_seconds=0.2)
    async def raises(attempt: jobs.Attempt, payload: Count) -> None:
        await asyncio.sleep(0)
        raise raised

    node = await make_node()
    first, second = [await enqueue(node, "test.raises", n) for n in range(2)]
    for job_id in (first, second):
        job = await ended(node, job_id)
        assert job.state == "failed"
        assert raised.__name__ in (job.error or "")


@pytest.mark.parametrize("name", ["a\x00b", "a\ud800b"])
async def test_a_counter_with_an_odd_name_does_not_silence_the_others(make_node, name: str) -> None:
    @jobs.kind("test.odd")
    async def odd(attempt: jobs.Attempt, payload: Count) -> None:
        attempt.progress(0.5, **{name: 1})

    @jobs.kind("test.even")
    async def even(attempt: jobs.Attempt, payload: Count) -> None:
        attempt.progress(0.25)

    node = await make_node()
    await ended(node, await enqueue(node, "test.odd"))
    job_id = await enqueue(node, "test.even")
    await ended(node, job_id)
    await eventually(lambda: sql(node, "SELECT 1 FROM job_progress WHERE job_id = :id", id=job_id), 6)


class Sum(BaseModel):
    model_config = ConfigDict(ser_json_inf_nan="constants")
    n: float | int = 0


@pytest.mark.parametrize("n", [pytest.param(10**140_000, id="huge"), float("inf")])
async def test_a_result_the_database_cannot_hold_fails_its_job_and_no_other(make_node, n: float) -> None:
    @jobs.kind("test.sum", max_attempts=1)
    async def add(attempt: jobs.Attempt, payload: Count) -> Sum:
        return Sum(n=n if payload.n == 7 else payload.n)

    node = await make_node(start=False)
    ids = [await enqueue(node, "test.sum", number) for number in range(20)]
    await node.start()
    seen = [await ended(node, job_id) for job_id in ids]
    assert [job.state for job in seen] == ["failed" if number == 7 else "succeeded" for number in range(20)]
    assert "its result cannot be kept" in (seen[7].error or "")


async def test_a_payload_whose_model_stumbles_is_an_attempt_that_failed(make_node) -> None:
    class Touchy(BaseModel):
        n: int = 0

        @field_validator("n")
        @classmethod
        def look_up(cls, value: int) -> int:
            return {0: 0}[value]

    @jobs.kind("test.touchy", max_attempts=1)
    async def touchy(attempt: jobs.Attempt, payload: Touchy) -> None: ...

    node = await make_node(start=False)
    async with node.database.transaction() as session:
        job_id = await jobs.enqueue(session, "test.touchy", Touchy.model_construct(n=1))
    await node.start()
    job = await ended(node, job_id)
    assert (job.state, job.error) == ("failed", "its payload could not be read: KeyError: 1")
