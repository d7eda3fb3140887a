"""Asking a machine's accounting what runs used: what has none is not asked, what is silent not for ever."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ladder_probe import machine_with_ladder
from simulation_probe import until_true

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules import jobs
from app.modules.machines import Machine
from app.modules.simulation import Simulation
from app.modules.simulation.breakers import breaker_of
from app.modules.simulation.measuring import MEASURE_JOB, EndedRuns
from tests.conftest import settings_for

CLOSED = 1  # where nobody listens


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "data", **{"egress.allow": "127.0.0.0/8"})


async def asked_about(node: Node, machine: Machine, *, ended_seconds_ago: float) -> jobs.JobDetail:
    """Have a machine asked about a run that ended there, and return the job once it has ended."""
    at = datetime.now(UTC) - timedelta(seconds=ended_seconds_ago)
    run = Simulation(
        id=new_id("sim"), name="ran", max_attempts=1, state="succeeded", state_at=at, started_at=at, finished_at=at,
        spec={"command": ["true"], "resources": {"cores": 1, "walltime_seconds": 60.0}}, machine_id=machine.id,
        machine=machine.name, driver=machine.driver, marker="m-1", native_id="1", submission="submitted",
    )  # fmt: skip
    async with node.database.transaction() as session:
        session.add(run)
        payload = EndedRuns(machine_id=machine.id, simulation_ids=[run.id])
        job_id = await jobs.enqueue(session, MEASURE_JOB, payload)
    found: list[jobs.JobDetail] = []

    async def looked() -> bool:
        async with node.database.sessions() as session:
            one = await jobs.detail(session, job_id)
        found.append(one)
        return one.finished_at is not None

    await until_true(looked, seconds=60)
    return found[-1]


async def machine_of_slurm(node: Node, report: dict[str, object] | None = None) -> Machine:
    machine = machine_with_ladder("heron")
    machine.report, machine.enabled = report, False  # nobody else asks it
    machine.transport_settings = {"host": "127.0.0.1", "port": CLOSED}
    async with node.database.transaction() as session:
        session.add(machine)
    async with node.database.sessions() as session:
        return await session.get_one(Machine, machine.id)


async def hush(node: Node, machine: Machine) -> None:
    """Have a machine left alone for its silence."""
    breaker = breaker_of(node, machine)
    while not breaker.wait_seconds:
        with pytest.raises(TimeoutError):
            async with breaker.call():
                raise TimeoutError("no answer")


async def test_a_machine_without_accounting_is_not_asked(running_node: Node) -> None:
    machine = await machine_of_slurm(running_node, {"accounting": False})
    job = await asked_about(running_node, machine, ended_seconds_ago=0)
    assert (job.state, job.attempt) == ("succeeded", 1)
    assert job.result == {"measured_count": 0, "given_up": "heron keeps no accounting"}


async def test_a_silent_machine_is_asked_for_minutes_and_then_no_more(running_node: Node) -> None:
    machine = await machine_of_slurm(running_node)
    await hush(running_node, machine)
    job = await asked_about(running_node, machine, ended_seconds_ago=3600)
    assert (job.state, job.attempt) == ("succeeded", 1)
    assert job.result is not None
    assert job.result["given_up"].startswith("heron does not answer")
