"""Runs that tell when they begin and end: a hint that has their machine asked, and is believed in nothing."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from simulation_probe import ended, until
from sqlalchemy import func, select, update

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.settings import Settings
from app.main import MODULES, create_app
from app.modules import machines, simulation
from app.modules.machines import BatchRun, Machine, asking, callback_signature
from app.modules.simulation import Simulation, SimulationSubmit, heeding, run_callbacks
from app.modules.simulation.callback_models import RunCallbackKey
from app.modules.simulation.watching import sweep
from tests.conftest import settings_for
from tests.sites.batch_machines import PbsMachine, SlurmMachine, forgetful_slurm, pbs_machine  # noqa: F401
from tests.sites.served_app import served
from tests.sites.simulation_machines import machine_at

API = "/api/v1"
DOOR = f"{API}/run-callbacks"
# Nobody would look at these runs while the test lasts, but that they call.
NEVER: dict[str, Any] = {"poll_seconds": 3600.0, "callbacks": True, "callback_seconds": 60.0}

# When a run called, for tests in which that is not long ago however long they take.
LONG_RECENT = func.clock_timestamp() + timedelta(hours=1)


async def keys_of(node: Node) -> Sequence[str]:
    async with node.database.sessions() as session:
        return (await session.scalars(select(RunCallbackKey.marker))).all()


async def ask_for(node: Node, count: int, command: Sequence[str], **spec: Any) -> list[str]:
    given = {"command": list(command), "resources": {"memory_bytes": 64 * 1024**2, "walltime_seconds": 60}, **spec}
    wanted = [(f"run {k}", SimulationSubmit.model_validate(given)) for k in range(count)]
    async with node.database.transaction() as session:
        return await simulation.submit_many(session, wanted, incident_id=None, stage_id=None, owner_id="usr_owner")


@pytest.mark.covers("V48")
@pytest.mark.security("S31")
async def test_the_end_of_a_run_is_known_by_its_call_and_its_key_is_gone(
    running_node: Node,
    app: FastAPI,
    client: httpx.AsyncClient,
    pbs_machine: PbsMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    node, runs = running_node, tmp_path / "runs"
    go = tmp_path / "go"
    program = f"stat -c %a ../callback.key >mode; env >../env; until [ -e {go} ]; do sleep 0.1; done; exit 4"
    async with served(app) as address:
        machine = await machine_at(
            node, "pbs", "pbs", pbs_machine.login, **NEVER, run_directory=str(runs), callback_url=address
        )
        seen = await asking.inspect(node, machine.id)
        assert seen.report is not None
        assert seen.report["callbacks_reach_us"] is True
        (one,) = await ask_for(node, 1, ["sh", "-c", program], machine="pbs", max_attempts=1)
        (row,) = await until(node, lambda rows: rows[0].called_state == "running" and rows[0].state == "running")
        assert await keys_of(node) == [row.marker]
        go.touch()
        (row,) = await ended(node)
    assert (row.state, row.exit_code, row.called_state) == ("failed", 4, "ended")
    shown = (await client.get(f"{API}/simulations/{one}")).json()
    assert shown["called_state"] == "ended"
    assert shown["called_at"] is not None
    there = runs / str(row.marker)
    assert (there / "work" / "mode").read_text() == "600\n"
    assert not (there / "callback.key").exists()
    await sweep(node)
    assert await keys_of(node) == []


async def test_each_member_of_an_array_tells_of_itself(
    running_node: Node,
    app: FastAPI,
    forgetful_slurm: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    node = running_node
    async with served(app) as address:
        await machine_at(
            node, "beta", "slurm", forgetful_slurm.login, **NEVER, run_directory=str(tmp_path / "runs"),
            callback_url=address,
        )  # fmt: skip
        await ask_for(node, 5, ["sleep", "0.2"], machine="beta", max_attempts=1)
        rows = await ended(node, count=5, seconds=100)
    assert {row.state for row in rows} == {"succeeded"}
    assert {str(row.marker).rpartition(".")[2] for row in rows} == {"0", "1", "2", "3", "4"}


async def test_with_no_server_to_call_the_run_goes_on_and_the_poll_finds_its_end(
    running_node: Node,
    pbs_machine: PbsMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    machine = await machine_at(
        running_node, "pbs", "pbs", pbs_machine.login, poll_seconds=0.5, callbacks=True,
        callback_url="http://127.0.0.1:1", run_directory=str(tmp_path / "runs"),
    )  # fmt: skip
    seen = await asking.inspect(running_node, machine.id)
    assert seen.report is not None
    assert seen.report["callbacks_reach_us"] is False
    assert "http://127.0.0.1:1/api/v1/run-callbacks cannot be reached" in seen.report["remarks"][-1]
    await ask_for(running_node, 1, ["true"], machine="pbs", max_attempts=1)
    (row,) = await ended(running_node)
    assert (row.state, row.called_state) == ("succeeded", None)


async def a_run(node: Node, *, callbacks: bool = True, state: str = "running") -> tuple[Machine, str, bytes]:
    """Have a run that is followed, on a machine nobody reaches; return its marker and its key."""
    async with node.database.transaction() as session:
        machine = Machine(
            id=new_id("mch"), name="far", driver="slurm", transport="ssh", cores=2, state="answers", revision=1,
            settings={"callbacks": callbacks, "callback_url": "https://stormbell.example"}, enabled=False,
        )  # fmt: skip
        session.add(machine)
        await session.flush()
        spec = SimulationSubmit.model_validate({"command": ["true"], "machine": "far"})
        (one,) = await simulation.submit_many(
            session, [("x", spec)], incident_id=None, stage_id=None, owner_id="usr_owner"
        )
        columns = {"machine_id": machine.id, "machine": "far", "driver": "slurm", "native_id": "7", "state": state}
        columns |= {"submission": "submitted", "marker": f"{one}-1"}
        await session.execute(update(Simulation).where(Simulation.id == one).values(**columns))
        row = await simulation.get(session, one)
        await run_callbacks.make_keys(session, node, [row], [machine])
    run = await run_callbacks.with_callback(node, machine, BatchRun(marker=f"{one}-1", name="x", command=["true"]))
    assert (run.callback_url is not None) is callbacks
    return machine, run.marker, run.callback_key or b""


def said(node: Node, marker: str, key: bytes, state: str = "ended", *, seconds: float = 0.0) -> dict[str, str]:
    """Return what a run with this key says so many seconds ago."""
    at = f"{node.clock.now().timestamp() - seconds:.6f}"
    return {"marker": marker, "state": state, "at": at, "signature": callback_signature(key, marker, state, at)}


@pytest.mark.security("S31")
async def test_what_is_forged_altered_or_unknown_is_refused_in_the_same_words(
    node: Node, anonymous: httpx.AsyncClient
) -> None:
    machine, marker, key = await a_run(node)
    hints: list[str] = []
    node.bus.on(run_callbacks.topic_of(machine.id), lambda: hints.append("called"))
    good = said(node, marker, key)
    wrong = [
        said(node, marker, b"x" * 64),
        said(node, "sim_unknown-1", key),
        said(node, f"{marker}.3", key) | {"marker": f"{marker}.4"},
        good | {"state": "running"},
        good | {"at": said(node, marker, key, seconds=1)["at"]},
        good | {"signature": "0" * 64},
    ]
    answers = [await anonymous.post(DOOR, json=one) for one in wrong]
    assert {answer.status_code for answer in answers} == {401}
    assert {(answer.json()["code"], answer.json()["detail"]) for answer in answers} == {
        ("run_callback_refused", "The run is not known, its key is another one, or what it said was altered")
    }
    assert (await anonymous.post(DOOR, json=good | {"state": "succeeded"})).status_code == 422
    assert (await anonymous.post(DOOR, content=b" " * 5000)).status_code == 413
    assert hints == []
    answer = await anonymous.post(DOOR, json=good)
    assert (answer.status_code, answer.content, hints) == (202, b"", ["called"])


@pytest.mark.security("S31")
async def test_what_was_said_before_or_long_ago_does_nothing(node: Node, anonymous: httpx.AsyncClient) -> None:
    machine, marker, key = await a_run(node)
    hints: list[str] = []
    node.bus.on(run_callbacks.topic_of(machine.id), lambda: hints.append("called"))
    ended_now = said(node, marker, key)
    statuses = [
        (await anonymous.post(DOOR, json=one)).status_code
        for one in (
            said(node, marker, key, seconds=400),
            said(node, marker, key, seconds=-400),
            ended_now,
            ended_now,
            said(node, marker, key, "running", seconds=5),
        )
    ]
    assert statuses == [202] * 5
    assert hints == ["called"]
    async with node.database.sessions() as session:
        row = (await session.scalars(select(Simulation))).one()
    # It has done nothing but have its machine asked: what the call says is no state.
    assert (row.called_state, row.state) == ("ended", "running")


async def test_of_a_run_that_has_ended_nothing_is_taken_and_its_key_goes(
    node: Node, anonymous: httpx.AsyncClient
) -> None:
    machine, marker, key = await a_run(node)
    hints: list[str] = []
    node.bus.on(run_callbacks.topic_of(machine.id), lambda: hints.append("called"))
    async with node.database.transaction() as session:
        await session.execute(
            update(Simulation).values(state="failed", finished_at=node.clock.now(), error="over", exit_code=1)
        )
    assert (await anonymous.post(DOOR, json=said(node, marker, key))).status_code == 202
    await sweep(node)
    assert await keys_of(node) == []
    assert (await anonymous.post(DOOR, json=said(node, marker, key))).status_code == 401
    assert hints == []


async def test_a_key_is_sealed_and_the_same_for_whoever_submits_the_run_next(
    node: Node, settings: Settings, database_url: str
) -> None:
    machine, marker, key = await a_run(node)
    async with node.database.sessions() as session:
        sealed = (await session.scalars(select(RunCallbackKey.sealed))).one()
    assert key not in sealed
    after_a_kill = Node(settings, MODULES, database_url)
    await after_a_kill.vault.unlock()
    try:
        run = BatchRun(marker=marker, name="x", command=["true"])
        assert (await run_callbacks.with_callback(after_a_kill, machine, run)).callback_key == key
    finally:
        await after_a_kill.stop()


async def test_a_call_whose_server_was_killed_when_it_was_recorded_is_heeded_once_by_the_next(
    node: Node, anonymous: httpx.AsyncClient, settings: Settings, database_url: str
) -> None:
    machine, marker, key = await a_run(node)
    word = said(node, marker, key)
    program, sources = Path(__file__).with_name("callback_process.py"), Path(__file__).parents[3] / "src"
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(program), database_url, str(settings.data_directory), json.dumps(word),
        env={**os.environ, "PYTHONPATH": str(sources), "STORMBELL_FAILPOINTS": "simulation.called=kill"},
    )  # fmt: skip
    async with asyncio.timeout(100):
        assert await process.wait() == -signal.SIGKILL
    hints, looks = [], []
    node.bus.on(run_callbacks.topic_of(machine.id), lambda: hints.append("called"))
    node.bus.on(machines.topic_of(machine.id), lambda: looks.append("asked"))
    assert (await anonymous.post(DOOR, json=word)).status_code == 202
    assert hints == []  # it was taken already
    async with node.database.transaction() as session:
        await session.execute(update(Simulation).values(called_at=LONG_RECENT))
    await heeding.Heeding(node, machine, monotonic=node.clock.monotonic).heed()
    assert looks == ["asked"]


@pytest.mark.security("S31")
async def test_who_guesses_is_slowed_down(settings: Settings, database_url: str, tmp_path: Path) -> None:
    flags = {"limits.stranger_requests_per_second": 0.01, "limits.stranger_requests_burst": 3}
    node = Node(settings_for(tmp_path / "data", **flags), MODULES, database_url)
    transport = httpx.ASGITransport(app=create_app(node), raise_app_exceptions=False)
    word = said(node, "sim_unknown-1", b"x" * 64)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as stranger:
            codes = [(await stranger.post(DOOR, json=word)).status_code for _ in range(5)]
    finally:
        await node.stop()
    assert codes == [401, 401, 401, 429, 429]


async def test_runs_call_only_where_the_machine_says_so(node: Node) -> None:
    _, _, key = await a_run(node, callbacks=False)
    assert key == b""
    assert await keys_of(node) == []


async def test_a_machine_is_not_asked_more_often_than_its_settings_say(node: Node) -> None:
    machine, _, _ = await a_run(node)
    machine.settings = {**machine.settings, "callback_looks": 6}
    async with node.database.transaction() as session:
        await session.execute(update(Simulation).values(called_state="ended", called_at=LONG_RECENT))
    looks: list[str] = []
    node.bus.on(machines.topic_of(machine.id), lambda: looks.append("asked"))
    now = 0.0
    one = heeding.Heeding(node, machine, monotonic=lambda: now)
    waits = []
    for second in range(0, 60, 3):
        now = float(second)
        waits.append(await one.heed())
    assert 2 <= len(looks) <= 6
    assert None not in waits


async def test_nothing_is_asked_for_what_is_known_already(node: Node) -> None:
    machine, _, _ = await a_run(node)
    looks: list[str] = []
    node.bus.on(machines.topic_of(machine.id), lambda: looks.append("asked"))
    one = heeding.Heeding(node, machine, monotonic=node.clock.monotonic)
    assert await one.heed() is None  # nobody called
    async with node.database.transaction() as session:
        await session.execute(update(Simulation).values(called_state="running", called_at=LONG_RECENT))
    assert await one.heed() is None  # it is known to run
    assert looks == []
