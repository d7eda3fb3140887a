"""Jobs that kill their process, block it, fork, carry too much or are nobody's: the others go on."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from chaos_node import Work
from fleet import LONG, Fleet, size
from history import read

from app.modules import jobs
from app.modules.jobs import kinds

SECONDS = size(4, 60)
JOBS_PER_SECOND = size(60, 200)

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(size(600, 1800))]


@asynccontextmanager
async def kept_alive(fleet: Fleet) -> AsyncIterator[list[float]]:
    """Do what an init system does: start a node again as soon as it is gone. Yields when they died."""
    deaths: list[float] = []

    async def life(home: str) -> None:
        while True:
            member = await fleet.start(home=home)
            await member.ready()
            await member.process.wait()
            deaths.append(time.monotonic())

    lives = asyncio.gather(life("one"), life("two"))
    try:
        yield deaths
    finally:
        if lives.done():
            lives.result()  # why no node could be started
        lives.cancel()
        await asyncio.gather(lives, return_exceptions=True)


async def supply(fleet: Fleet, until: float) -> float:
    """Put jobs in at a steady rate; return how many of them a second were done before the time was over."""
    began, job_ids = time.monotonic(), []
    while time.monotonic() < until:
        job_ids += await fleet.enqueue("chaos.plain", [Work(seconds=0.02)] * (JOBS_PER_SECOND // 20))
        await asyncio.sleep(max(0.0, began + len(job_ids) / JOBS_PER_SECOND - time.monotonic()))
    async with fleet.sql() as connection:
        done = await connection.fetchval("SELECT count(*) FROM finished_jobs WHERE id = ANY($1)", job_ids)
    return done / (time.monotonic() - began)


async def state_of(fleet: Fleet, job_id: str) -> tuple[str, int, str]:
    async with fleet.sql() as connection:
        row = await connection.fetchrow("SELECT state, attempt, error FROM finished_jobs WHERE id = $1", job_id)
    assert row is not None, f"{job_id} has not ended"
    return row["state"], row["attempt"], row["error"] or ""


async def test_poison_job_is_delivered_three_times_and_its_neighbours_go_on(fleet: Fleet, say) -> None:
    async with kept_alive(fleet) as deaths:
        async with asyncio.timeout(60):
            while sum(member.ready_seconds is not None for member in fleet.members) < 2:
                await asyncio.sleep(0.02)
        without = await supply(fleet, time.monotonic() + SECONDS)
        [poison] = await fleet.enqueue("chaos.poison", [Work()])
        beside = await supply(fleet, time.monotonic() + SECONDS)
        async with asyncio.timeout(60):
            while len(deaths) < 3:
                await asyncio.sleep(0.02)
        await fleet.drained(60)
        found = await fleet.verdict()
    deliveries = [event.attempt for event in read(fleet.history) if (event.what, event.job_id) == ("started", poison)]
    async with fleet.sql() as connection:
        alarms = await connection.fetchval("SELECT count(*) FROM alarms WHERE key = 'jobs.quarantined.chaos.poison'")
    say(
        f"delivered {len(deliveries)} times, {len(deaths)} deaths; neighbours {without:.0f}/s before, {beside:.0f}/s"
        f" beside it ({100 * (1 - beside / without):.0f} % less); {found}"
    )
    found.hold()
    assert (deliveries, alarms, len(deaths)) == ([1, 2, 3], 1, 3)
    assert (await state_of(fleet, poison))[:2] == ("quarantined", 3)
    if LONG:
        assert beside >= 0.9 * without


async def test_those_in_the_same_hands_as_a_poison_job_are_not_set_aside_with_it(fleet: Fleet, say) -> None:
    """They are lost together twice; then each has its last chance apart from the others."""
    long = await fleet.enqueue("chaos.effect", [Work(seconds=1.5)] * 6)
    [poison] = await fleet.enqueue("chaos.poison", [Work()])
    async with kept_alive(fleet) as deaths:
        await fleet.drained(120)
    found = await fleet.verdict()
    say(f"{len(deaths)} deaths; {found}")
    found.hold()
    assert (await state_of(fleet, poison))[:2] == ("quarantined", 3)
    assert [(await state_of(fleet, job_id))[0] for job_id in long] == ["succeeded"] * 6


async def test_handler_that_blocks_the_loop_loses_its_lease_and_nothing_else(fleet: Fleet, say) -> None:
    blocked = await fleet.start(home="one", **{"jobs.lease_seconds": 1, "nodes.heartbeat_seconds": 0.3})
    await blocked.ready()
    [job_id] = await fleet.enqueue("chaos.block", [Work(seconds=2.5)])
    async with asyncio.timeout(30):
        while not any((e.what, e.job_id) == ("started", job_id) for e in read(fleet.history)):
            await asyncio.sleep(0.01)
    other = await fleet.start(home="two", **{"jobs.lease_seconds": 1, "nodes.heartbeat_seconds": 0.3})
    await other.ready()
    neighbours = await fleet.enqueue("chaos.effect", [Work(seconds=0.01)] * 50)
    await fleet.drained(60)
    found = await fleet.verdict()
    attempts = [e.attempt for e in read(fleet.history) if (e.what, e.job_id) == ("started", job_id)]
    say(f"blocked in attempts {attempts}, {await state_of(fleet, job_id)}; {found}")
    found.hold()
    for neighbour in neighbours:
        assert (await state_of(fleet, neighbour))[0] == "succeeded"


async def test_handler_that_forks_leaves_its_node_whole(fleet: Fleet) -> None:
    await (await fleet.start()).ready()
    forks = await fleet.enqueue("chaos.fork", [Work(seconds=0.2)] * 4)
    neighbours = await fleet.enqueue("chaos.effect", [Work(seconds=0.01)] * 50)
    await fleet.drained(60)
    (await fleet.verdict()).hold()
    for job_id in forks + neighbours:
        assert (await state_of(fleet, job_id))[:2] == ("succeeded", 1)


async def test_what_cannot_be_run_is_refused_or_fails_alone(fleet: Fleet) -> None:
    """A payload that does not fit, one of 10 MB, a kind nobody knows, a result that is not what was promised."""
    await (await fleet.start()).ready()

    @jobs.kind("chaos.known")
    async def known(attempt: jobs.Attempt, payload: Work) -> None: ...

    try:
        for payload in ({"seconds": "soon"}, Work(text="x" * 10 * 1024**2)):
            with pytest.raises((jobs.JobPayloadInvalid, jobs.JobPayloadTooLarge), match=r"seconds|bytes|MB|MiB"):
                async with fleet.client.database.transaction() as session:
                    await jobs.enqueue(session, "chaos.known", payload)
    finally:
        del kinds.registered["chaos.known"]
    async with fleet.client.database.transaction() as session:
        unknown = await jobs.enqueue(session, "chaos.unheard", {"what": "ever"})
        # Written by an older release, or by hand: only the node that runs it can tell.
        misfit = await jobs.enqueue(session, "chaos.plain", {"seconds": "soon"})
        rubbish = await jobs.enqueue(session, "chaos.rubbish", {})
        good = await jobs.enqueue(session, "chaos.effect", {})
    fleet.acknowledge([unknown, misfit, rubbish, good])
    async with asyncio.timeout(60):
        while await fleet.live() > 1:
            await asyncio.sleep(0.02)
    assert (await state_of(fleet, good))[0] == "succeeded"
    state, attempt, error = await state_of(fleet, misfit)
    assert (state, attempt) == ("failed", 1)
    assert "seconds" in error
    state, _, error = await state_of(fleet, rubbish)
    assert (state, bool(error)) == ("failed", True)
    async with fleet.sql() as connection:
        assert await connection.fetchval("SELECT state FROM jobs WHERE id = $1", unknown) == "queued"
