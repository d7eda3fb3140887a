"""Runs nobody can say anything about: unknown, never done and never run again by themselves."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from second_machine import Moody, second_machine
from simulation_probe import Ended, ended, said, submit, until, until_true
from sqlalchemy import select, text

from app.kernel import failpoints
from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules import jobs, simulation
from app.modules.machines import ENDED, Machine, RunRef
from app.modules.simulation import Simulation
from app.modules.simulation.breakers import Breaker, MachineSilent
from app.modules.simulation.orphans import STOP_JOB
from app.modules.simulation.states import COLLECT_JOB, SUBMIT_JOB, RunAttempt, RunAttempts, end, end_or_repeat
from tests.conftest import settings_for

HERON = {"machine": "heron"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "data", **{"simulation.unknown_seconds": 0.2, "simulation.ask_seconds": 2})


@pytest.fixture
async def heron(running_node: Node, tmp_path: Path) -> AsyncIterator[tuple[Machine, Moody]]:
    async with second_machine(running_node, tmp_path) as made:
        yield made


def waits_for(path: Path) -> list[str]:
    return ["sh", "-c", f"echo x >> {path}.tally; until [ -e {path} ]; do sleep 0.02; done; echo ok > out"]


@pytest.mark.covers("V48")
async def test_a_forgotten_run_is_unknown_until_it_is_known_again(
    running_node: Node, heron: tuple[Machine, Moody], callbacks: list[Ended], tmp_path: Path
) -> None:
    _, batch = heron
    await submit(running_node, waits_for(tmp_path / "go"), outputs=[{"pattern": "out"}], **HERON)
    await until(running_node, lambda rows: rows[0].state == "running")
    batch.forgets = True
    (row,) = await until(running_node, lambda rows: rows[0].state == "unknown")
    assert row.waiting_on is not None
    assert "heron does not know it" in row.waiting_on["text"]
    batch.forgets = False
    await until(running_node, lambda rows: rows[0].state == "running")
    (tmp_path / "go").touch()
    (row,) = await ended(running_node)
    assert (row.state, row.attempt, row.doubted_at) == ("succeeded", 1, None)
    assert (tmp_path / "go.tally").read_text() == "x\n"
    await said(callbacks, 1)


async def test_the_receipt_of_a_forgotten_run_is_evidence_of_its_end(
    running_node: Node, heron: tuple[Machine, Moody], tmp_path: Path
) -> None:
    _, batch = heron
    await submit(running_node, waits_for(tmp_path / "go"), outputs=[{"pattern": "out"}], **HERON)
    await until(running_node, lambda rows: rows[0].state == "running")
    batch.forgets = True
    await until(running_node, lambda rows: rows[0].state == "unknown")
    (tmp_path / "go").touch()
    (row,) = await ended(running_node)
    assert (row.state, row.exit_code, row.attempt) == ("succeeded", 0, 1)


async def test_what_became_of_it_is_decided_by_people_and_kept(
    running_node: Node, client: httpx.AsyncClient, heron: tuple[Machine, Moody], tmp_path: Path
) -> None:
    _, batch = heron
    simulation_id = await submit(running_node, waits_for(tmp_path / "go"), **HERON)
    path = f"/api/v1/simulations/{simulation_id}"
    await until(running_node, lambda rows: rows[0].state == "running")
    refused = await client.post(f"{path}/resolution", json={"became": "lost"})
    assert (refused.status_code, refused.json()["code"]) == (409, "simulation_not_in_doubt")
    batch.forgets = batch.loses_receipts = True
    await until(running_node, lambda rows: rows[0].state == "unknown")
    assert (await client.post(f"{path}/resolution", json={"became": "done"})).status_code == 422
    answer = await client.post(f"{path}/resolution", json={"became": "lost"})
    assert (answer.status_code, answer.json()["state"]) == (200, "lost")
    assert "Olga Owner said so" in answer.json()["error"]
    states = (await client.get(f"{path}/states")).json()["items"]
    assert [one["state"] for one in states] == ["queued", "running", "unknown", "lost"]
    assert [one["at"] for one in states] == sorted(one["at"] for one in states)
    (tmp_path / "go").touch()


async def test_a_silent_machine_is_left_alone_and_slows_no_other(
    running_node: Node, heron: tuple[Machine, Moody], tmp_path: Path
) -> None:
    _, batch = heron
    await submit(running_node, waits_for(tmp_path / "go"), name="there", outputs=[{"pattern": "out"}], **HERON)
    await until(running_node, lambda rows: rows[0].state == "running")
    batch.silent = True
    await until(running_node, lambda rows: rows[0].state == "unknown")
    for _ in range(3):
        await submit(running_node, ["true"], name="here", machine="local")
    rows = await ended(running_node, count=3)
    assert {row.state for row in rows if row.name == "here"} == {"succeeded"}
    batch.silent = False
    (tmp_path / "go").touch()
    rows = await ended(running_node, count=4)
    assert {(row.state, row.attempt) for row in rows} == {("succeeded", 1)}
    assert (tmp_path / "go.tally").read_text() == "x\n"


async def test_cancelling_more_runs_than_a_look_has_time_for_is_no_silence(
    running_node: Node, heron: tuple[Machine, Moody], tmp_path: Path
) -> None:
    _, batch = heron
    for _ in range(8):
        await submit(running_node, waits_for(tmp_path / "go"), **HERON)
    rows = await until(running_node, lambda rows: all(row.state in ("queued", "running") for row in rows))
    batch.cancel_seconds = 0.3  # all of them take longer than ask_seconds
    async with running_node.database.transaction() as session:
        for row in sorted(rows, key=lambda row: row.id):
            await simulation.cancel(session, row.id)
    assert {row.state for row in await ended(running_node, count=8, seconds=120)} == {"cancelled"}


async def test_outputs_of_a_machine_that_is_down_wait_however_long_that_takes(
    running_node: Node, heron: tuple[Machine, Moody], tmp_path: Path
) -> None:
    machine, batch = heron
    now = [0.0]
    running_node.registry["simulation.breakers"] = {machine.id: Breaker("heron", monotonic=lambda: now[0])}
    batch.mute = True
    (tmp_path / "go").touch()
    await submit(running_node, waits_for(tmp_path / "go"), outputs=[{"pattern": "out"}], **HERON)

    async def hours_pass() -> None:
        now[0] += 1000.0
        async with running_node.database.transaction() as session:
            due = "UPDATE jobs SET run_at = now() WHERE kind = :kind AND state = 'queued' AND run_at > now()"
            await session.execute(text(due), {"kind": COLLECT_JOB})
        running_node.bus.wake("jobs.delayed")

    async def asked_often() -> bool:
        await hours_pass()
        return batch.mute_count > 25  # more than its job has attempts

    await until_true(asked_often, seconds=120)
    (row,) = await until(running_node, lambda rows: "no route to it" in (rows[0].waiting_text or ""))
    assert (row.state, row.attempt) == ("completing", 1)
    batch.mute = False

    async def is_over() -> bool:
        await hours_pass()
        async with running_node.database.sessions() as session:
            return await session.scalar(select(Simulation.finished_at)) is not None

    await until_true(is_over, seconds=60)
    (row,) = await ended(running_node)
    assert (row.state, row.attempt) == ("succeeded", 1)


async def test_a_run_that_was_repeated_while_it_was_submitted_is_stopped(
    running_node: Node, heron: tuple[Machine, Moody], tmp_path: Path
) -> None:
    _, batch = heron

    async def given_up() -> None:  # as when the lease of its job ran out, and that was its last attempt
        async with running_node.database.transaction() as session:
            (row,) = (await session.scalars(select(Simulation).with_for_update())).all()
            await end_or_repeat(session, row, "failed", "it could not be submitted", counts=False)

    batch.meanwhile = given_up
    simulation_id = await submit(running_node, waits_for(tmp_path / "go"), **HERON)
    await until(running_node, lambda rows: (rows[0].attempt, rows[0].state) == (2, "running"))

    async def is_over() -> bool:
        (status,) = await batch.poll([RunRef(f"{simulation_id}-1")])
        return status.state in ENDED

    await until_true(is_over, seconds=60)
    (tmp_path / "go").touch()
    (row,) = await ended(running_node)
    assert (row.state, row.marker) == ("succeeded", f"{simulation_id}-2")


@pytest.mark.parametrize("dies_at", ["simulation.submitted", "simulation.orphan_stopped"])
async def test_a_run_that_arrived_after_its_end_is_stopped_whoever_dies_meanwhile(
    running_node: Node, heron: tuple[Machine, Moody], tmp_path: Path, dies_at: str
) -> None:
    _, batch = heron

    async def given_up() -> None:
        async with running_node.database.transaction() as session:
            (row,) = (await session.scalars(select(Simulation).with_for_update())).all()
            await end(session, row, "failed", error="it could not be submitted")

    batch.meanwhile = given_up
    failpoints.arm(f"{dies_at}=raise@1")
    try:
        simulation_id = await submit(running_node, waits_for(tmp_path / "go"), **HERON)
        of_orphans = "SELECT result FROM finished_jobs WHERE kind = :kind AND state = 'succeeded'"
        due = "UPDATE jobs SET run_at = now() WHERE state = 'queued' AND run_at > now() AND kind IN (:kind, :submit)"

        async def is_recorded() -> bool:
            async with running_node.database.transaction() as session:
                await session.execute(text(due), {"kind": STOP_JOB, "submit": SUBMIT_JOB})
                session.info.setdefault("topics", set()).add("jobs.delayed")
                return bool((await session.execute(text(of_orphans), {"kind": STOP_JOB})).all())

        await until_true(is_recorded)
    finally:
        failpoints.arm("")

    async def is_over() -> bool:
        (status,) = await batch.poll([RunRef(f"{simulation_id}-1")])
        return status.state in ENDED

    await until_true(is_over)
    async with running_node.database.sessions() as session:
        (result,) = (await session.scalars(text(of_orphans), {"kind": STOP_JOB})).all()
    assert (result["stopped"], result["native_id"]) == (True, f"{simulation_id}-1")
    (row,) = await ended(running_node)
    assert (row.state, row.attempt) == ("failed", 1)


async def test_an_unclear_submission_whose_job_gave_up_is_looked_for_not_repeated(
    node: Node, callbacks: list[Ended], tmp_path: Path
) -> None:
    """The machine was dark for longer than a submission is tried: the run may be there."""
    await node.start()
    loops = [loop for loop in node.loops if loop.module == "jobs"]
    for loop in loops:
        await loop.stop()
    async with second_machine(node, tmp_path) as (machine, batch):
        simulation_id = await submit(node, waits_for(tmp_path / "go"), outputs=[{"pattern": "out"}], **HERON)
        async with node.database.transaction() as session:
            await session.execute(
                text(
                    "UPDATE simulations SET submission = 'intent', marker = :marker, machine_id = :machine,"
                    " machine = 'heron', state = 'unknown', doubted_at = now()"
                ),
                {"marker": f"{simulation_id}-1", "machine": machine.id},
            )
            await session.execute(text("DELETE FROM jobs"))
            session.info.setdefault("topics", set()).add(f"machine:{machine.id}")
        for loop in loops:
            loop.start(node.bus, node.clock)
        # It never arrived: submitted again, under the same marker.
        (row,) = await until(node, lambda rows: rows[0].state == "running")
        assert (row.attempt, row.marker) == (1, f"{simulation_id}-1")
        async with node.database.transaction() as session:  # a late job of the first submission changes nothing
            run = RunAttempt(simulation_id=simulation_id, attempt=1)
            await jobs.enqueue(session, SUBMIT_JOB, RunAttempts(runs=[run]))
        (tmp_path / "go").touch()
        (row,) = await ended(node)
        assert row.state == "succeeded"
        assert (tmp_path / "go.tally").read_text() == "x\n"
        assert batch.polls > 0


async def test_a_breaker_refuses_at_once_and_lets_one_try() -> None:
    now = 0.0
    breaker = Breaker("heron", monotonic=lambda: now)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with breaker.call():
                raise TimeoutError
    assert breaker.wait_seconds == 5.0
    with pytest.raises(MachineSilent, match="asked again in 5 s"):
        async with breaker.call():
            raise AssertionError
    now = 6.0
    async with breaker.call():
        with pytest.raises(MachineSilent):
            async with breaker.call():
                raise AssertionError
    assert breaker.wait_seconds == 0.0
    async with breaker.call(), breaker.call():
        pass
