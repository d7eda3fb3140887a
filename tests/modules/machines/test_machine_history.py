"""How machines were over time: a sample a minute, thinned with age, read as points."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules.machines import Machine
from app.modules.machines.asking import probe
from app.modules.machines.batch import Load
from app.modules.machines.history import keep_answer, keep_silence, thin
from app.modules.machines.history_models import MachineSample
from app.modules.simulation import Simulation

API = "/api/v1"
LOAD = Load(
    cores=40, memory_bytes=None, cores_used=30, queued_count=7, running_count=5, node_count=10, nodes_used=8
)  # fmt: skip


@pytest.fixture
async def heron(node: Node) -> Machine:
    """A machine nobody asks by itself."""
    async with node.database.transaction() as session:
        machine = Machine(id=new_id("mch"), name="heron", driver="slurm", transport="ssh", cores=40, state="answers")
        session.add(machine)
    return machine


async def samples(node: Node, machine: Machine) -> list[MachineSample]:
    async with node.database.sessions() as session:
        query = select(MachineSample).where(MachineSample.machine_id == machine.id).order_by(MachineSample.at)
        return list(await session.scalars(query))


async def was(node: Node, machine: Machine, ago: timedelta, **figures: Any) -> None:
    """Write down a sample of some time ago, at the beginning of that minute."""
    at = (datetime.now(UTC) - ago).replace(second=0, microsecond=0)
    async with node.database.transaction() as session:
        session.add(MachineSample(machine_id=machine.id, at=at, **{"answered": True, **figures}))


async def test_a_minute_has_one_sample_and_a_silence_in_it_is_not_lost(node: Node, heron: Machine) -> None:
    async with node.database.transaction() as session:  # in one minute, by the clock of the transaction
        await keep_answer(session, node, heron.id, LOAD, 0.25)
        await keep_answer(session, node, heron.id, LOAD, 9.0)
    (one,) = await samples(node, heron)
    assert (one.answered, one.latency_seconds, one.cores_used, one.nodes_used) == (True, 0.25, 30, 8)
    async with node.database.transaction() as session:
        await session.execute(text("DELETE FROM machine_samples"))
        await keep_answer(session, node, heron.id, LOAD, 0.25)
        await keep_silence(session, heron.id)
    (one,) = await samples(node, heron)
    assert (one.answered, one.cores_used) == (False, 30)


async def test_a_probe_leaves_a_sample_with_the_runs_of_ours(running_node: Node, client: httpx.AsyncClient) -> None:
    node = running_node
    async with node.database.transaction() as session:
        (local,) = (await session.scalars(select(Machine))).all()
        await session.execute(text("DELETE FROM machine_samples"))
        # Recorded as running, and asked for by no watcher since it is on no batch system.
        session.add(
            Simulation(
                id=new_id("sim"), name="run", max_attempts=1, state="running", machine_id=local.id, machine="local",
                spec={"command": ["true"], "resources": {"cores": 1, "walltime_seconds": 60.0}},
            )
        )  # fmt: skip
    await probe(node, local)
    found = (await client.get(f"{API}/machines/{local.id}/history")).json()
    assert found["step_seconds"] == 360
    point = found["points"][-1]
    assert (point["answered"], point["own_running_count"], point["own_queued_count"]) == (1.0, 1.0, 0.0)
    assert point["cores"] == local.cores
    assert point["latency_seconds"] >= 0
    missing = await client.get(f"{API}/machines/mch_none/history")
    assert (missing.status_code, missing.json()["code"]) == (404, "machine_not_found")
    assert (await client.get(f"{API}/machines/{local.id}/history?span_seconds=5")).status_code == 422


async def test_points_are_means_of_whole_steps_and_times_without_samples_are_left_out(
    node: Node, client: httpx.AsyncClient, heron: Machine
) -> None:
    hour = timedelta(hours=1)
    for minutes in (601, 602):
        await was(node, heron, timedelta(minutes=minutes), cores=40, cores_used=minutes - 600, queued_count=4)
    await was(node, heron, timedelta(minutes=603), answered=False)
    await was(node, heron, 50 * hour, cores=40, cores_used=40)
    path = f"{API}/machines/{heron.id}/history"
    found = (await client.get(path, params={"span_seconds": 86400, "points": 1})).json()
    assert found["step_seconds"] == 86400
    (point,) = found["points"]
    assert (point["cores_used"], point["queued_count"], point["answered"]) == (1.5, 4.0, 0.6667)
    assert point["own_running_count"] is None
    fine = (await client.get(path, params={"span_seconds": 86400, "points": 1000})).json()
    assert (fine["step_seconds"], fine["points"]) == (120, fine["points"])
    assert sum(one["cores_used"] is not None for one in fine["points"]) in (1, 2)
    assert len((await client.get(path, params={"span_seconds": 7 * 86400, "points": 7})).json()["points"]) == 2


async def test_samples_are_thinned_with_age_and_silences_stay_two_weeks(node: Node, heron: Machine) -> None:
    now = datetime.now(UTC)
    start = {"day": now - timedelta(hours=3), "week": now - timedelta(days=7), "month": now - timedelta(days=40)}
    async with node.database.transaction() as session:
        for at in (*start.values(), now - timedelta(days=366)):
            hour = at.replace(minute=0, second=0, microsecond=0)
            for minute in range(60):
                one = hour + timedelta(minutes=minute)
                session.add(MachineSample(machine_id=heron.id, at=one, answered=minute != 33))
    async with node.database.transaction() as session:
        await thin(session)
        await thin(session)
    hours = func.date_trunc("hour", MachineSample.at)
    async with node.database.sessions() as session:
        query = select(hours, func.count()).group_by(hours).order_by(hours.desc())
        assert [count for _, count in await session.execute(query)] == [60, 7, 1]
