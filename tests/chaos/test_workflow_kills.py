"""kill -9 at every commit point of incidents that fan out and gather: each ends, each stage takes effect once."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fleet import LONG, SEED, size
from history import read
from workflow_node import WAVE
from workflow_wing import STAGES, Wing, hold_whole, verdict

INCIDENTS = size(40, 200)
KILLS = size(4, 80)
OPENING_KILLS = size(3, 20)
LIFE_SECONDS = 20.0  # at most, of a node that does not come to its line

# Where a node dies: the line, with the latest pass, and how long after it (between a statement and its answer).
LINES = {
    "stages.begin": (8, "0.0004"),
    "stages.begun": (8, ""),
    "stages.commit": (12, "0.0004"),
    "stages.committed": (12, ""),
    "stages.settle": (8, "0.0004"),
    "stages.settled": (8, ""),
    "stages.carry_out": (30, "0.0004"),
    "stages.carried_out": (30, ""),
    "jobs.claim": (8, "0.0004"),
    "jobs.claimed": (8, ""),
    "jobs.begin": (60, ""),
    "jobs.commit": (30, "0.0004"),
    "jobs.committed": (30, ""),
}
ANY = "any moment"
# Before the statement, between it and its answer, after the commit.
OPENING = ("incidents.open=kill", "incidents.open=kill:0.0004", "incidents.opened=kill")

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(size(600, 1800))]


@pytest.fixture
async def wing(database_url: str, tmp_path: Path) -> AsyncIterator[Wing]:
    opened = Wing(database_url, tmp_path)
    try:
        yield opened
    finally:
        await opened.close()


def plans(dice: random.Random) -> Iterator[tuple[str, str]]:
    """Yield every line in turn, in an order and at a pass the dice choose, and what arms it."""
    lines = [ANY, *LINES]
    dice.shuffle(lines)
    for line in itertools.cycle(lines):
        if line == ANY:
            yield line, ""
            continue
        passes, seconds = LINES[line]
        late = f":{seconds}" if seconds and dice.random() < 0.6 else ""
        yield line, f"{line}=kill{late}@{dice.randint(1, size(max(2, passes // 8), passes))}"


async def live_and_die(
    wing: Wing, home: str, planned: Iterator[tuple[str, str]], dice: random.Random, deaths: Counter[str]
) -> None:
    """One node's lives, each cut at the line that is next, or at any moment."""
    while deaths.total() < KILLS and await wing.left():
        line, plan = next(planned)
        member = await wing.start(home, plan)
        await member.ready()
        give_up_at = time.monotonic() + LIFE_SECONDS
        reached = await member.gone(1 if plan else dice.uniform(0.05, 0.6))
        while plan and not reached and time.monotonic() < give_up_at and await wing.left():
            reached = await member.gone(1)
        await member.kill()
        deaths[line if reached else ANY] += 1


async def whole(wing: Wing, ids: list[str]) -> str:
    """Let two nodes that nobody kills bring everything to its end, and judge it."""
    for member in wing.members:
        await member.kill()
    for home in ("one", "two"):
        await (await wing.start(home)).ready()
    await wing.ended(120)
    found, stages = await verdict(wing)
    found.hold()
    assert found.effects == len(stages) == found.ended["succeeded"] == len(ids) * STAGES, found
    await hold_whole(wing, ids, stages)
    return str(found)


@pytest.mark.covers("V26")
async def test_kill_9_at_every_commit_point_of_a_fan_out(wing: Wing, say) -> None:
    dice = random.Random(SEED)
    say(f"seed {SEED}, {INCIDENTS} incidents, {KILLS} kills, 2 nodes")
    planned = plans(dice)
    ids: list[str] = []
    deaths: Counter[str] = Counter()
    began = time.monotonic()
    while deaths.total() < KILLS:  # fast nodes are done before enough of them died
        ids += await wing.open(INCIDENTS)
        async with asyncio.TaskGroup() as lives:
            for home in ("one", "two"):
                lives.create_task(live_and_die(wing, home, planned, dice, deaths))
    found = await whole(wing, ids)
    say(f"{found}; {dict(deaths)}; {time.monotonic() - began:.0f} s")
    assert not LONG or set(deaths) >= set(LINES), f"nobody died at {set(LINES) - set(deaths)}"


async def test_kill_9_while_incidents_are_opened_opens_each_once(wing: Wing, say) -> None:
    """Whoever opens them is killed before, in the middle of and after a commit, and begins again with the same keys."""
    dice = random.Random(SEED)
    deaths: Counter[str] = Counter()
    count = size(40, 200)
    for line in itertools.islice(itertools.cycle(OPENING), OPENING_KILLS):
        member = await wing.start("opener", f"{line}@{dice.randint(1, count // WAVE)}", opens=count)
        await member.ready()
        reached = await member.gone(LIFE_SECONDS)
        await member.kill()
        deaths[line if reached else ANY] += 1
    await (await wing.start("opener", opens=count)).ready()
    async with asyncio.timeout(60):
        while len(rows := await wing.sql("SELECT id, key FROM incidents")) < count:
            await asyncio.sleep(0.05)
    say(f"{dict(deaths)}")
    assert set(deaths) >= set(OPENING)
    assert sorted(row["key"] for row in rows) == sorted(f"k{n}" for n in range(count))
    say(await whole(wing, [row["id"] for row in rows]))


async def test_a_stage_that_kills_its_process_is_set_aside_after_three_deliveries(wing: Wing, say) -> None:
    poisoned = await wing.open(1, "poison")
    others = await wing.open(20)
    deaths = 0

    async def life(home: str) -> None:
        nonlocal deaths
        while True:
            member = await wing.start(home)
            await member.ready()
            await member.process.wait()
            deaths += 1

    lives = [asyncio.create_task(life(home)) for home in ("one", "two")]
    try:
        await wing.ended(120)
    finally:
        for one in lives:
            one.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
    deliveries = [e.attempt for e in read(wing.history) if e.what == "started"]
    rows = {row["id"]: (row["state"], row["comment"]) for row in await wing.sql("SELECT * FROM incidents")}
    say(f"{deaths} deaths, {len(deliveries)} begins; {rows[poisoned[0]]}")
    state, comment = rows[poisoned[0]]
    assert state == "error"
    assert comment.startswith("stage poison failed")
    assert deaths == 3
    assert {rows[one] for one in others} == {("complete", "done")}
    # By losses, not by attempts: a busy machine also takes jobs back that have not begun.
    [job] = await wing.sql("SELECT state, lost_count FROM finished_jobs WHERE incident_id = $1", poisoned[0])
    assert tuple(job) == ("quarantined", 3)
