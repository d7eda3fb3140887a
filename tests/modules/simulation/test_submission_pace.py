"""Submissions at the pace a machine takes them: slowed when it is busy, held when it is full, and said to who waits."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from second_machine import Moody, second_machine
from simulation_probe import ended, now_due, submit, until, until_true
from sqlalchemy import text

from app.kernel.node import Node
from app.modules.machines import Machine, SubmissionLimited
from app.modules.machines.batch._limits import limit_of
from app.modules.simulation.models import Simulation
from app.modules.simulation.pace_rows import (
    MOST_PER_MINUTE,
    SubmissionPace,
    forget,
    limit,
    most_at,
    quicken,
    slow,
)
from app.modules.simulation.pacing import Heard, Turns, take_in

API = "/api/v1"
NOW = datetime(2026, 11, 23, 14, 2, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def heron(running_node: Node, tmp_path: Path) -> AsyncIterator[tuple[Machine, Moody]]:
    async with second_machine(running_node, tmp_path) as made:
        yield made


def busy(*, is_full: bool = False) -> SubmissionLimited:
    return SubmissionLimited("no", said="Resource temporarily unavailable", is_full=is_full)


def waits_because(words: str) -> Callable[[list[Simulation]], bool]:
    return lambda rows: any(words in (row.waiting_text or "") for row in rows)


@pytest.mark.covers("V55")
def test_a_busy_machine_halves_the_pace_and_each_minute_that_goes_well_adds_as_much() -> None:
    pace = SubmissionPace(machine_id="mch")
    slow(pace, NOW, "it said no", lately=100)
    assert pace.per_minute == 50.0
    slow(pace, NOW + timedelta(seconds=1), "it said no", lately=100)
    assert pace.per_minute == 50.0, "what several jobs hear at once is one congestion"
    slow(pace, NOW + MINUTE, "it said no", lately=100)
    assert pace.per_minute == 25.0
    quicken(pace, NOW + MINUTE, 25)
    assert pace.per_minute == pytest.approx(31.0)
    for n in range(20):
        slow(pace, NOW + n * MINUTE + 2 * MINUTE, "it said no", lately=0)
    assert pace.per_minute == 1.0, "it is never given up"
    pace.per_minute = MOST_PER_MINUTE - 1
    quicken(pace, NOW, 600)
    assert pace.per_minute is None
    slow(pace, NOW + 60 * MINUTE, "it said no", lately=0)
    assert pace.per_minute == 6.0, "the first time one of little use is not brought to a stop"
    forget(pace, NOW + 119 * MINUTE)
    assert pace.per_minute == 6.0
    forget(pace, NOW + 121 * MINUTE)
    assert pace.per_minute is None


@pytest.mark.covers("V55")
def test_what_a_queue_has_room_for_is_found_by_halves_and_tried_beyond_by_little() -> None:
    pace = SubmissionPace(machine_id="mch")
    limit(pace, NOW, "full", there=0, refused=1000)
    limit(pace, NOW, "full", there=0, refused=500)
    assert most_at(pace, NOW) == 250
    assert most_at(pace, NOW + 3 * MINUTE) == 250 + 3 * 12
    limit(pace, NOW, "full", there=251, refused=1)
    assert most_at(pace, NOW) == 251
    forget(pace, NOW + 61 * MINUTE)
    assert most_at(pace, NOW) is None
    limit(pace, NOW, "full", there=0, refused=1)
    assert (pace.most_runs, pace.per_minute) == (None, 6.0), "others fill it: what becomes free is all there is"


def test_turns_that_were_given_away_are_counted_and_an_array_needs_one() -> None:
    machine = Machine(id="mch", name="heron", settings={})
    pace = SubmissionPace(machine_id="mch", per_minute=6.0, next_at=NOW, slowed_at=NOW, slowed_by="it said no")
    turns = Turns({"mch": pace}, {}, {}, NOW)
    assert [turns.take(machine, kind) for kind in ("alike", None, "alike", None)] == [True, False, True, False]
    assert turns.wait_seconds(machine) == 25.0  # three intervals, less the five seconds one may be early
    assert turns.text(machine).startswith("heron takes 6 submissions a minute at present, because it said no at 14:02")
    members = [Simulation(machine_id="mch", marker=f"sim_a-1-4.{n}") for n in range(4)]
    turns.charge(members)
    assert pace.next_at == NOW + timedelta(seconds=10)
    full = Turns({}, {"mch": 1}, {"mch": 2}, NOW)
    assert full.against(machine) is None
    assert full.take(machine, None)
    assert full.against(machine) == "has 2 runs of ours and takes 2 at a time at present: that is set"


# sbatch of Slurm 22.05.8 and as OpenPBS 23.06 and Grid Engine 8.1 have it in their sources.
@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("sbatch: error: QOSMaxSubmitJobPerUserLimit", "full"),
        ("sbatch: error: AssocGrpSubmitJobsLimit", "full"),
        ("qsub: would exceed queue workq's per-user limit of jobs in 'Q' state", "full"),
        ("qsub: Maximum number of jobs already in queue", "full"),
        ("Unable to run job: job rejected: Only 5 jobs are allowed per user (current job count: 5)", "full"),
        ("sbatch: error: Batch job submission failed: Resource temporarily unavailable", "busy"),
        ("sh: 1: Cannot fork: Resource temporarily unavailable", "busy"),
        ("sbatch: error: QOSMaxWallDurationPerJobLimit", None),
        ("sbatch: error: Batch job submission failed: Socket timed out on send/recv operation", None),
        ("qsub: Job exceeds queue and/or server resource limits", None),
    ],
)
def test_what_may_be_submitted_later_is_told_from_what_is_refused_or_unclear(said: str, found: str | None) -> None:
    assert limit_of(said) == found


@pytest.mark.covers("V55")
async def test_a_run_that_a_busy_machine_does_not_take_waits_for_its_turn_and_says_why(
    running_node: Node, client: httpx.AsyncClient, heron: tuple[Machine, Moody], tmp_path: Path
) -> None:
    machine, batch = heron
    path = f"{API}/machines/{machine.id}/pace"
    assert (await client.get(path)).json()["per_minute"] is None
    batch.limits = [busy()]
    await submit(running_node, ["sh", "-c", f"echo x >> {tmp_path}/tally"], machine="heron", max_attempts=1)
    (row,) = await until(running_node, waits_because("heron takes 6 submissions a minute at present, because it said:"))
    assert row.waiting_on is not None
    assert row.waiting_on["next_check_at"] == row.turn_at is not None
    assert row.attempt == 1
    found = (await client.get(path)).json()
    assert (found["per_minute"], found["slowed_by"]) == (6.0, "it said: Resource temporarily unavailable")
    assert (found["runs"], found["waiting_count"]) == (0, 1)
    plan = {"name": "next", "command": ["true"], "machine": "heron"}
    planned = (await client.post(f"{API}/simulations/preview", json=plan)).json()
    assert planned["placement"]["candidates"][0]["estimate"]["turn_seconds"] > 0

    async def taken() -> bool:
        await now_due(running_node)
        return bool(batch.taken)

    await until_true(taken, seconds=60)
    (row,) = await ended(running_node)
    assert (row.state, row.attempt, row.failed_attempts) == ("succeeded", 1, 0)
    assert (tmp_path / "tally").read_text() == "x\n"
    assert (await client.get(path)).json()["per_minute"] > 6.0, "one that went well makes it quicker"


@pytest.mark.covers("V55")
async def test_a_queue_that_is_full_gets_the_next_run_when_one_has_left(
    running_node: Node, client: httpx.AsyncClient, heron: tuple[Machine, Moody], tmp_path: Path
) -> None:
    machine, batch = heron
    batch.room = 1
    script = f"until [ -e {tmp_path}/go ]; do sleep 0.05; done"
    await submit(running_node, ["sh", "-c", script], machine="heron", name="first")
    await until(running_node, lambda rows: rows[0].state == "running")
    await submit(running_node, ["sh", "-c", script], machine="heron", name="second")
    rows = await until(
        running_node, waits_because("heron: has 1 run of ours and takes 1 at a time at present: it said")
    )
    assert [row.state for row in rows] == ["running", "created"]
    assert len(batch.taken) == 1
    found = (await client.get(f"{API}/machines/{machine.id}/pace")).json()
    assert (found["most_runs"], found["runs"], found["per_minute"]) == (1, 1, None)
    (tmp_path / "go").touch()
    await until(running_node, lambda rows: rows[0].state == "succeeded")
    await now_due(running_node)
    assert {row.state for row in await ended(running_node, count=2)} == {"succeeded"}


@pytest.mark.covers("V55")
async def test_what_is_heard_of_one_machine_changes_no_other(running_node: Node, heron: tuple[Machine, Moody]) -> None:
    machine, _ = heron
    async with running_node.database.transaction() as session:
        await take_in(session, [Heard(machine.id, 1, busy="it took 20 s to take one"), Heard("mch_other", 1)])
    async with running_node.database.sessions() as session:
        rows: list[Any] = list(await session.execute(text("SELECT machine_id, per_minute FROM submission_paces")))
    assert rows == [(machine.id, 6.0)]
