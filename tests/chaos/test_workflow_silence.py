"""Nodes that stand still past their leases, and clocks that lie, while incidents run: no stage takes effect twice."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fleet import SEED, Member, size
from history import read
from test_job_silence import faketime
from workflow_wing import STAGES, Wing, hold_whole, verdict

STOPS = size(2, 20)
LEASE_SECONDS = 5.0  # shorter ones a crowded machine does not always renew
NAP_SECONDS = 1.5

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(size(600, 1800))]


@pytest.fixture
async def wing(database_url: str, tmp_path: Path) -> AsyncIterator[Wing]:
    opened = Wing(database_url, tmp_path)
    try:
        yield opened
    finally:
        await opened.close()


async def holder(wing: Wing, members: list[Member]) -> Member:
    """Return the node with the most stages in hand, once there are any."""
    async with asyncio.timeout(60):
        while True:
            rows = await wing.sql(
                "SELECT n.process_id FROM nodes n JOIN jobs j ON j.node = n.id JOIN stages s ON s.job_id = j.id"
                " WHERE j.state = 'running' AND s.name = 'work' GROUP BY 1 ORDER BY count(*) DESC"
            )
            for row in rows:
                for member in members:
                    if member.process.pid == row["process_id"]:
                        return member
            await asyncio.sleep(0.01)


async def test_a_stopped_node_that_comes_back_commits_no_stage_late(wing: Wing, say) -> None:
    """SIGSTOP in the middle of stages for longer than the lease, then SIGCONT: others have ended them by then."""
    dice = random.Random(SEED)
    members = [await wing.start(home) for home in ("one", "two")]
    for member in members:
        await member.ready()
    ids: list[str] = []
    for _ in range(STOPS):
        ids += await wing.open(size(8, 20), seconds=0.8)
        victim = await holder(wing, members)
        await asyncio.sleep(dice.uniform(0, 0.2))
        victim.process.send_signal(signal.SIGSTOP)
        try:
            await wing.ended(60)  # by the other one alone
        finally:
            victim.process.send_signal(signal.SIGCONT)
    await wing.ended(60)
    # Both are well again and take work.
    ids += await wing.open(4)
    await wing.ended(60)
    [lost] = await wing.sql(
        "SELECT count(*) FROM job_attempts WHERE outcome = 'lost' AND job_id IN (SELECT job_id FROM stages)"
    )
    found, stages = await verdict(wing)
    say(f"{STOPS} stops, {lost[0]} attempts of stages lost to them; {found}")
    found.hold()
    assert lost[0] > 0
    assert found.effects == len(stages) == len(ids) * STAGES
    await hold_whole(wing, ids, stages)


@pytest.mark.skipif(faketime() is None, reason="libfaketime is not installed (Debian: apt install faketime)")
async def test_clocks_that_are_ten_minutes_wrong_hurry_and_delay_no_stage(wing: Wing, say) -> None:
    library = faketime()
    assert library is not None

    async def with_clock(offset: str) -> Member:
        # The wall clock lies; the monotonic one, which no daemon sets, goes on.
        wrong = {"LD_PRELOAD": str(library), "FAKETIME": offset}
        true = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
        return await wing.start(f"wrong{offset}", lease_seconds=LEASE_SECONDS, environment=wrong | true)

    right, fast, slow = members = [
        await wing.start("right", lease_seconds=LEASE_SECONDS),
        await with_clock("+10m"),
        await with_clock("-10m"),
    ]
    for member in members:
        await member.ready()
    assert [round(m.clock_error / 600) for m in (right, fast, slow)] == [0, 1, -1], "the clocks do not lie"
    # Longer than a lease, so that all have to renew theirs.
    ids = await wing.open(size(8, 100), seconds=LEASE_SECONDS * 1.2)
    naps = await wing.open(size(8, 40), "nap", seconds=NAP_SECONDS)
    await wing.ended(size(90, 600))
    found, stages = await verdict(wing)
    ran = Counter(event.boot for event in read(wing.history) if event.what == "started")
    [stolen] = await wing.sql("SELECT count(*) FROM job_attempts WHERE job_id IN (SELECT job_id FROM stages)")
    [slept] = await wing.sql(
        "SELECT min(b.started_at - a.finished_at) AS least, max(b.started_at - a.finished_at) AS most"
        " FROM stages a JOIN stages b ON b.originator = a.id WHERE a.name = 'nap'"
    )
    [wild] = await wing.sql(
        "SELECT count(*) FROM stages WHERE abs(extract(epoch FROM started_at - now())) > 300"
        " OR abs(extract(epoch FROM finished_at - now())) > 300 OR finished_at < started_at"
    )
    # That no lease is stolen is test_job_silence's to show: stages as long as these lose theirs on a crowded machine.
    say(f"{found}; slept {slept['least']} to {slept['most']}; {dict(ran)} stages each; {stolen[0]} attempts given up")
    found.hold()
    assert wild[0] == 0
    assert set(ran) == {str(member.process.pid) for member in members}
    assert found.effects == len(stages) == len(ids) * STAGES + len(naps) * 2
    assert slept["least"].total_seconds() >= NAP_SECONDS
    assert slept["most"].total_seconds() < 60
