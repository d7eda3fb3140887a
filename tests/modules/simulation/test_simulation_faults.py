"""Unclear submits, late and doubled jobs, vanished runs, jobs cancelled from under a simulation: once, and said."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from simulation_probe import Ended, ended, machine_of, said, submit, until, until_true
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.kernel.node import Node
from app.modules import data, jobs, machines
from app.modules.data.models import Storage
from app.modules.machines.batch import BatchRun, Surroundings
from app.modules.machines.batch.local import Batch, Settings
from app.modules.simulation import Simulation
from app.modules.simulation.states import COLLECT_JOB, SUBMIT_JOB, RunAttempt, RunAttempts
from app.modules.simulation.watching import sweep

TALLY = "echo x >> {tmp_path}/tally; echo ok > out"


class Unclear(Batch):
    """A local batch system whose answers to submissions get lost, before or after it accepted them."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.losses: list[str] = []

    async def submit(self, run: BatchRun) -> str:
        loss = self.losses.pop(0) if self.losses else None
        if loss == "before":
            raise TimeoutError("no answer")
        native_id = await super().submit(run)
        if loss == "after":
            raise TimeoutError("no answer")
        if loss == "cancelled":
            raise asyncio.CancelledError
        return native_id


@pytest.fixture
async def unclear(running_node: Node, tmp_path: Path) -> AsyncIterator[Unclear]:
    machine = await machine_of(running_node)
    changed: Callable[[], None] = lambda: running_node.bus.wake(machines.topic_of(machine.id))  # noqa: E731
    batch = Unclear(Settings(cores=2), Surroundings(directory=tmp_path / "unclear", changed=changed))
    await batch.open()
    before = running_node.registry["machines.batch"][machine.id]
    running_node.registry["machines.batch"][machine.id] = batch
    yield batch
    await before.close()


@pytest.mark.covers("V43")
@pytest.mark.parametrize("loss", ["after", "before", "cancelled"])
async def test_after_an_unclear_submit_the_run_is_adopted_not_repeated(
    running_node: Node, unclear: Unclear, callbacks: list[Ended], tmp_path: Path, loss: str
) -> None:
    unclear.losses = [loss]
    await submit(running_node, ["sh", "-c", TALLY.format(tmp_path=tmp_path)], outputs=[{"pattern": "out"}])
    (row,) = await ended(running_node)
    assert (row.state, row.attempt) == ("succeeded", 1)
    assert (tmp_path / "tally").read_text() == "x\n"
    await said(callbacks, 1)


async def test_a_submission_recorded_by_nobody_is_found_by_its_marker(
    node: Node, callbacks: list[Ended], tmp_path: Path
) -> None:
    """The server died between the batch system's yes and the record of it."""
    await node.start()
    loops = [loop for loop in node.loops if loop.module == "jobs"]
    for loop in loops:
        await loop.stop()
    simulation_id = await submit(node, ["sh", "-c", TALLY.format(tmp_path=tmp_path)], outputs=[{"pattern": "out"}])
    machine = await machine_of(node)
    async with node.database.transaction() as session:
        await session.execute(
            text("UPDATE simulations SET submission = 'intent', marker = :marker, machine_id = :machine"),
            {"marker": f"{simulation_id}-1", "machine": machine.id},
        )
    batch = await machines.batch_of(node, machine)
    await batch.prepare(f"{simulation_id}-1")
    command = ["sh", "-c", TALLY.format(tmp_path=tmp_path)]
    await batch.submit(BatchRun(marker=f"{simulation_id}-1", name="x", command=command, outputs=["out"]))
    for loop in loops:
        loop.start(node.bus, node.clock)
    (row,) = await ended(node)
    assert (row.state, row.native_id) == ("succeeded", f"{simulation_id}-1")
    assert (tmp_path / "tally").read_text() == "x\n"


async def test_collected_by_many_jobs_at_once_it_is_registered_once(
    running_node: Node, callbacks: list[Ended], tmp_path: Path
) -> None:
    node = running_node
    simulation_id = await submit(
        node, ["sh", "-c", "for n in 1 2 3 4 5; do head -c 3000000 /dev/urandom > out$n; done"],
        outputs=[{"pattern": "out*"}],
    )  # fmt: skip
    await until(node, lambda rows: rows[0].state in ("completing", "succeeded"))
    run = RunAttempt(simulation_id=simulation_id, attempt=1)
    async with node.database.transaction() as session:
        for _ in range(6):
            await jobs.enqueue(session, COLLECT_JOB, run)
            await jobs.enqueue(session, SUBMIT_JOB, RunAttempts(runs=[run]))
            await jobs.enqueue(session, COLLECT_JOB, RunAttempt(simulation_id=simulation_id, attempt=2))
    (row,) = await ended(node)
    assert row.state == "succeeded"

    async def idle() -> bool:
        async with node.database.sessions() as session:
            return (await session.scalar(text("SELECT count(*) FROM jobs"))) == 0

    async with asyncio.timeout(20):
        while not await idle():
            await asyncio.sleep(0.05)
    async with node.database.sessions() as session:
        datasets = await data.list_of_simulation(session, simulation_id)
        assert [d.name for d in datasets] == [f"out{n}" for n in range(1, 6)]
        bad = await session.scalar(text("SELECT count(*) FROM finished_jobs WHERE state <> 'succeeded'"))
    assert bad == 0
    await said(callbacks, 1)


async def test_an_attempt_that_lost_its_lease_registers_nothing(running_node: Node, tmp_path: Path) -> None:
    node = running_node
    simulation_id = await submit(node, ["sh", "-c", "echo 1 > out"], outputs=[{"pattern": "out"}])
    await ended(node)
    late = jobs.Attempt(
        node=node, job_id="job_none", kind=COLLECT_JOB, attempt=1, last=False, incident_id=None, simulation_id=None
    )
    placed = await data.place_bytes(node, b"late", "test", "late")
    with pytest.raises(jobs.LeaseLost):
        async with late.transaction() as session:
            await data.register(session, placed, name="late", simulation_id=simulation_id)
    async with node.database.sessions() as session:
        assert [d.name for d in await data.list_of_simulation(session, simulation_id)] == ["out"]


async def test_what_has_ended_stays_ended(running_node: Node) -> None:
    await submit(running_node, ["true"])
    await ended(running_node)
    for change in ("state = 'running', finished_at = NULL", "exit_code = 1", "attempt = 9", "finished_at = now()"):
        with pytest.raises(DBAPIError, match="stays so"):
            async with running_node.database.transaction() as session:
                await session.execute(text(f"UPDATE simulations SET {change}"))


def started_pid(node: Node, marker: str) -> int:
    runs = node.settings.data_directory / "machines/local/runs"
    return int(json.loads((runs / marker / "started.json").read_text())["pid"])


async def test_a_vanished_run_is_run_again_under_a_new_marker(
    running_node: Node, callbacks: list[Ended], tmp_path: Path
) -> None:
    script = f"echo x >> {tmp_path}/tally; test -e {tmp_path}/go || sleep 60; echo ok > out"
    simulation_id = await submit(running_node, ["sh", "-c", script], outputs=[{"pattern": "out"}])
    async with asyncio.timeout(20):
        while not (tmp_path / "tally").exists():
            await asyncio.sleep(0.02)
    (tmp_path / "go").touch()
    os.kill(started_pid(running_node, f"{simulation_id}-1"), signal.SIGKILL)
    (row,) = await ended(running_node)
    assert (row.state, row.attempt, row.failed_attempts) == ("succeeded", 2, 1)
    assert row.marker == f"{simulation_id}-2"
    assert (tmp_path / "tally").read_text() == "x\nx\n"
    await said(callbacks, 1)


async def test_one_that_vanishes_each_time_ends_as_lost(running_node: Node, callbacks: list[Ended]) -> None:
    await submit(running_node, ["sh", "-c", "kill -9 $PPID; sleep 60"], max_attempts=2)
    (row,) = await ended(running_node)
    assert (row.state, row.attempt) == ("lost", 2)
    assert "without a receipt" in (row.error or "")
    await said(callbacks, 1)


async def test_the_sweep_makes_up_for_jobs_cancelled_from_under_simulations(node: Node, callbacks: list[Ended]) -> None:
    await node.start()
    working = [loop for loop in node.loops if loop.module == "jobs"]
    for loop in working:
        await loop.stop()
    for _ in range(2):
        await submit(node, ["true"])
    async with node.database.transaction() as session:
        assert await jobs.cancel_where(session, kind=SUBMIT_JOB) == 2
        await session.execute(text("UPDATE simulations SET state_at = now() - interval '1 minute'"))
    await sweep(node)
    await sweep(node)
    async with node.database.sessions() as session:
        assert await session.scalar(text("SELECT count(*) FROM jobs WHERE kind = 'simulation.submit'")) == 2
    for loop in working:
        loop.start(node.bus, node.clock)
    assert {row.state for row in await ended(node, count=2)} == {"succeeded"}


async def test_a_stopped_node_ends_its_runs_and_the_next_one_runs_them_again(
    node: Node, database_url: str, callbacks: list[Ended], tmp_path: Path
) -> None:
    await node.start()
    script = f"echo x >> {tmp_path}/tally; test -e {tmp_path}/go || sleep 60; echo ok > out"
    ids = [await submit(node, ["sh", "-c", script], outputs=[{"pattern": "out"}], max_attempts=1) for _ in range(3)]
    rows = await until(node, lambda rows: sorted(r.state for r in rows) == ["queued", "running", "running"])
    async with asyncio.timeout(20):
        while not (tmp_path / "tally").exists() or (tmp_path / "tally").read_text() != "x\nx\n":
            await asyncio.sleep(0.02)
    pids = [started_pid(node, f"{row.id}-1") for row in rows if row.state == "running"]
    await node.stop()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    (tmp_path / "go").touch()
    following = Node(node.settings, node.modules, database_url)
    await following.start()
    try:
        rows = await ended(following, count=3)
        assert sorted((r.state, r.attempt, r.failed_attempts) for r in rows) == [
            ("succeeded", 1, 0), ("succeeded", 2, 0), ("succeeded", 2, 0),
        ]  # fmt: skip
        assert (tmp_path / "tally").read_text() == "x\n" * 5
        await said(callbacks, 3)
        async with following.database.sessions() as session:
            datasets = (await session.scalars(select(data.Dataset.simulation_id))).all()
        assert sorted(map(str, datasets)) == sorted(ids)
    finally:
        await following.stop()


async def test_an_output_changed_after_the_run_is_not_taken_for_its_result(node: Node, callbacks: list[Ended]) -> None:
    await node.start()
    working = [loop for loop in node.loops if loop.module == "jobs"]
    simulation_id = await submit(node, ["sh", "-c", "echo right > out"], outputs=[{"pattern": "out"}], max_attempts=1)
    await until(node, lambda rows: rows[0].state in ("queued", "running"))
    for loop in working:
        await loop.stop()

    def over(rows: list[Simulation]) -> bool:
        return rows[0].state == "completing"

    await until(node, over)
    runs = node.settings.data_directory / "machines/local/runs"
    (runs / f"{simulation_id}-1/work/out").write_text("forged")
    for loop in working:
        loop.start(node.bus, node.clock)
    (row,) = await ended(node)
    assert row.state == "failed"
    assert "should have sha256" in (row.error or "")


async def test_results_wait_for_room_on_a_full_storage(
    running_node: Node, callbacks: list[Ended], tmp_path: Path
) -> None:
    node = running_node
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        (disk / "in the way").write_bytes(b"x" * 60_000)
        storage_id = node.registry["data.default_storage"]
        async with node.database.transaction() as session:
            place = await session.get_one(Storage, storage_id)
            place.settings, place.revision = {"directory": str(disk / "s")}, place.revision + 1
        await submit(node, ["sh", "-c", "head -c 30000 /dev/zero > out"], outputs=[{"pattern": "out"}])

        async def waits() -> bool:
            async with node.database.sessions() as session:
                (row,) = (await session.scalars(select(Simulation))).all()
            return row.waiting_on is not None and "wait for room" in row.waiting_on["text"]

        await until_true(waits)
        async with node.database.sessions() as session:
            assert await session.scalar(text("SELECT priority FROM alarms WHERE cleared_at IS NULL")) == "critical"
        (disk / "in the way").unlink()
        (row,) = await ended(node)
        assert row.state == "succeeded"
        async with node.database.sessions() as session:
            assert await session.scalar(text("SELECT count(*) FROM alarms WHERE cleared_at IS NULL")) == 0
    finally:
        subprocess.run(["umount", disk], check=True)
