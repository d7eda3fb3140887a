"""Processes that stand still and come back, and clocks that lie: nobody writes late, no living lease is taken."""

import asyncio
import contextlib
import random
import signal
import sysconfig
from pathlib import Path

import pytest
from chaos_node import Work
from fleet import SEED, Fleet, size
from history import read

STOPS = size(4, 40)
LEASE_SECONDS = 1.0
CLOCK_JOBS = size(60, 600)
CLOCK_LEASE_SECONDS = 6.0  # its owner may be late by four seconds, as on a crowded machine, and keeps it

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(size(600, 1800))]


async def started(fleet: Fleet, boot_id: str, count: int) -> None:
    """Wait until a node has begun ``count`` more jobs."""
    goal = count + sum(event.boot == boot_id for event in read(fleet.history))
    async with asyncio.timeout(60):
        while sum(event.boot == boot_id for event in read(fleet.history)) < goal:
            await asyncio.sleep(0.02)


async def at_work(fleet: Fleet) -> list[int]:
    """Return the process ids of nodes that have jobs in hand, once there are any."""
    async with asyncio.timeout(60), fleet.sql() as connection:
        while True:
            rows = await connection.fetch(
                "SELECT DISTINCT process_id FROM nodes n JOIN jobs j ON j.node = n.id WHERE j.state = 'running'"
            )
            if rows:
                return [row["process_id"] for row in rows]
            await asyncio.sleep(0.01)


async def in_hand(fleet: Fleet, process_id: int) -> list[tuple[str, int]]:
    """Return the jobs a process has, with their attempts."""
    async with fleet.sql() as connection:
        rows = await connection.fetch(
            "SELECT j.id, j.attempt FROM nodes n JOIN jobs j ON j.node = n.id"
            " WHERE j.state = 'running' AND n.process_id = $1",
            process_id,
        )
    return [tuple(row) for row in rows]


async def taken_over(fleet: Fleet, held: list[tuple[str, int]]) -> None:
    """Wait until others have what a process held, but for what a transaction of it that stands still has locked."""
    ids, attempts = zip(*held, strict=True)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(10 * LEASE_SECONDS), fleet.sql() as connection:
            while await connection.fetchval(
                "SELECT count(*) FROM jobs JOIN unnest($1::text[], $2::int[]) AS held (id, attempt) USING (id, attempt)"
                " WHERE state = 'running'",
                ids,
                attempts,
            ):
                await asyncio.sleep(0.05)


async def test_stopped_node_that_comes_back_writes_nothing_late(fleet: Fleet, say) -> None:
    """SIGSTOP for longer than the lease and the others' patience, then SIGCONT, again and again."""
    dice = random.Random(SEED)
    flags = {"jobs.lease_seconds": LEASE_SECONDS, "nodes.heartbeat_seconds": 0.3}
    first, second = await fleet.start(home="one", **flags), await fleet.start(home="two", **flags)
    for member in (first, second):
        await member.ready()
    for stop in range(STOPS):
        held: list[tuple[str, int]] = []
        while not held:
            for kind in ("chaos.effect", "chaos.plain"):
                await fleet.enqueue(kind, [Work(seconds=dice.uniform(0.1, 0.8)) for _ in range(15)])
            busy = await at_work(fleet)
            victim = dice.choice([member for member in (first, second) if member.process.pid in busy])
            await asyncio.sleep(dice.uniform(0, 0.1))
            victim.process.send_signal(signal.SIGSTOP)
            try:
                if held := await in_hand(fleet, victim.process.pid):
                    await asyncio.sleep(LEASE_SECONDS * dice.uniform(1.5, 3))
                    await taken_over(fleet, held)
            finally:
                victim.process.send_signal(signal.SIGCONT)
        await asyncio.sleep(dice.uniform(0, 0.5))
        if (stop + 1) % 10 == 0:
            await fleet.observe()
            say(f"{stop + 1} of {STOPS} stops")
    drained = await fleet.drained(120)
    async with fleet.sql() as connection:
        lost = await connection.fetchval("SELECT count(*) FROM job_attempts WHERE outcome = 'lost'")
    refused = first.log.read_text().count("late outcomes refused") + first.log.read_text().count("was overtaken")
    found = await fleet.verdict()
    say(
        f"{STOPS} stops, {lost} attempts lost to them, {refused} late writers refused; {found}; drained {drained:.1f} s"
    )
    found.hold()
    assert lost > 0
    # Both are well again and take work.
    await fleet.enqueue("chaos.plain", [Work(seconds=0.3)] * 12)
    await fleet.drained(60)


def faketime() -> Path | None:
    """Return the library that moves a process's wall clock (Debian's faketime), if this machine has it."""
    triplet = sysconfig.get_config_var("MULTIARCH") or ""
    for place in (f"/usr/lib/{triplet}/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime"):
        library = Path(place) / "libfaketimeMT.so.1"
        if library.exists():
            return library
    return None


@pytest.mark.skipif(faketime() is None, reason="libfaketime is not installed (Debian: apt install faketime)")
@pytest.mark.parametrize("offset", ["+10m", "-10m"])
async def test_clock_that_is_ten_minutes_wrong_steals_no_lease(fleet: Fleet, offset: str, say) -> None:
    library = faketime()
    assert library is not None
    wrong = {
        "LD_PRELOAD": str(library),
        "FAKETIME": offset,
        # The wall clock lies; the monotonic one, which no daemon sets, goes on.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    flags = {"jobs.lease_seconds": CLOCK_LEASE_SECONDS, "jobs.slots": 6}
    right = await fleet.start(home="right", **flags)
    liar = await fleet.start(home="wrong", environment=wrong, **flags)
    for member in (right, liar):
        await member.ready()
    assert abs(abs(liar.clock_error) - 600) < 60, "the clock does not lie"
    # Longer than a lease each, so that every one of them has to be renewed, by both.
    for kind in ("chaos.effect", "chaos.plain"):
        await fleet.enqueue(kind, [Work(seconds=CLOCK_LEASE_SECONDS * 1.5)] * (CLOCK_JOBS // 10))
    for _ in range(CLOCK_JOBS // 3):
        await fleet.enqueue("chaos.plain", [Work(seconds=0.05)] * 2)
    await started(fleet, liar.boot_id, 3)
    drained = await fleet.drained(size(120, 900))
    async with fleet.sql() as connection:
        stolen = await connection.fetchval("SELECT count(*) FROM job_attempts")
        wild = await connection.fetchval(
            "SELECT count(*) FROM finished_jobs WHERE abs(extract(epoch FROM finished_at - now())) > 300"
            " OR abs(extract(epoch FROM started_at - now())) > 300"
        )
    found = await fleet.verdict()
    by_boot = [sum(e.boot == member.boot_id for e in read(fleet.history)) for member in (right, liar)]
    say(f"clock {offset}: {found}; {by_boot} starts by right and wrong clock; {stolen} leases stolen; {drained:.1f} s")
    found.hold()
    assert (stolen, wild) == (0, 0)
    assert found.ended == {"succeeded": found.enqueued}
    assert min(by_boot) > 0
