"""A real Slurm is asked when a run would start: placement goes by it, once a minute, and not when that takes long."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from simulation_probe import until
from sqlalchemy import func

from app.kernel.node import Node
from app.modules import simulation
from app.modules.machines import Machine
from app.modules.simulation import SimulationSubmit
from app.modules.simulation.breakers import breaker_of
from app.modules.simulation.pace_rows import SubmissionPace
from app.modules.simulation.settings import SimulationSettings
from app.modules.simulation.start_probes import starts_for, starts_of
from app.modules.simulation.wait_rows import QueueLook, WaitModelRow
from tests.sites.batch_machines import SlurmMachine, forgetful_slurm, slurm_machine  # noqa: F401 (fixtures)
from tests.sites.login_node import LoginNode, login_node
from tests.sites.simulation_machines import machine_at
from tests.sites.slurm_cluster import SlurmCluster

API = "/api/v1"
RUNS = 1000

# Says that it was asked, and takes for ever over that as long as there is a file.
_SBATCH = """#!/bin/sh
case " $* " in *" --test-only "*)
  echo asked >> {folder}/asked
  while [ -e {folder}/hangs ]; do sleep 0.1; done ;;
esac
exec /usr/bin/sbatch "$@"
"""


@dataclass
class Door:
    """A login node whose sbatch counts and can hang."""

    login: LoginNode
    folder: Path

    @property
    def asked_count(self) -> int:
        asked = self.folder / "asked"
        return len(asked.read_text().splitlines()) if asked.exists() else 0


@pytest.fixture
def door(slurm_machine: SlurmMachine, tmp_path: Path) -> Iterator[Door]:  # noqa: F811
    """Another way in to alpha."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "sbatch").write_text(_SBATCH.format(folder=folder))
    (folder / "sbatch").chmod(0o755)
    environment = {
        "SLURM_CONF": slurm_machine.cluster.environment["SLURM_CONF"],
        "PATH": f"{folder}:/usr/local/bin:/usr/bin:/bin",
    }
    with login_node(tmp_path / "login", environment=environment) as login:
        yield Door(login, folder)
        (folder / "hangs").unlink(missing_ok=True)


@contextmanager
def kept_from_us(cluster: SlurmCluster) -> Iterator[None]:
    """Reserve the whole cluster for somebody else for an hour, which its load does not show."""
    wanted = (
        "ReservationName=others",
        "StartTime=now",
        "Duration=60",
        "Users=nobody",
        "Nodes=ALL",
        "Flags=IGNORE_JOBS",
    )
    cluster.ask("scontrol", "create", "reservation", *wanted)
    try:
        yield
    finally:
        cluster.ask("scontrol", "delete", "ReservationName=others")


@pytest.fixture(autouse=True)
def patient(node: Node) -> SimulationSettings:
    """Have answers waited for however busy this host is."""
    settings = node.settings.of(SimulationSettings)
    settings.start_probe_seconds = 60.0
    return settings


def quake(**given: Any) -> dict[str, Any]:
    resources = {"cores": 1, "walltime_seconds": 600, "memory_bytes": 64 * 1024**2, **given.pop("resources", {})}
    return {"command": ["true"], "machines": ["alpha", "beta"], "resources": resources, **given}


async def learns_nothing(node: Node) -> None:
    """Have nothing learned of what other tests do on the same clusters."""
    for loop in [one for one in node.loops if one.name == "waits"]:
        await node.remove_loop(loop)


@pytest.mark.covers("V51")
async def test_of_two_machines_that_look_empty_the_one_that_says_it_would_start_it_now_is_chosen(
    slurm_machine: SlurmMachine,  # noqa: F811
    forgetful_slurm: SlurmMachine,  # noqa: F811
    running_node: Node,
    client: httpx.AsyncClient,
    tmp_path: Path,
) -> None:
    await learns_nothing(running_node)
    with kept_from_us(slurm_machine.cluster):
        for name, site in (("alpha", slurm_machine), ("beta", forgetful_slurm)):
            await machine_at(running_node, name, "slurm", site.login, run_directory=f"{tmp_path}/{name}")
        plan = (await client.post(f"{API}/simulations/preview", json={"name": "next", **quake()})).json()
        async with running_node.database.transaction() as session:
            wanted = [("next", SimulationSubmit.model_validate(quake()))]
            await simulation.submit_many(session, wanted, incident_id="inc_test", stage_id="stg_test")
        (row,) = await until(running_node, lambda rows: rows[0].machine is not None, seconds=100)
    view = (await client.get(f"{API}/simulations/{row.id}")).json()
    for placement in (plan["placement"], view["placement"]):
        assert placement["machine"] == "beta", placement
        found = {one["machine"]: one["estimate"] for one in placement["candidates"] if one["estimate"]}
        alpha, beta = found["alpha"], found["beta"]
        assert (alpha["wait"]["basis"], beta["wait"]["basis"]) == ("told", "told")
        assert 0 < alpha["wait"]["p90"] <= 3600
        assert beta["wait"]["p90"] == 0
        starts, asked = (datetime.fromisoformat(alpha["told"][name]) for name in ("starts_at", "asked_at"))
        assert timedelta(minutes=55) < starts - asked <= timedelta(hours=1, seconds=2)
        said = f"its batch system said at {asked:%H:%M:%S} UTC that it would start at {starts:%Y-%m-%d %H:%M:%S}"
        (reason,) = [one for one in placement["reasons"] if one.startswith("alpha: fits")]
        assert said in reason
        assert "beta is predicted to have it done first" in placement["reasons"]


async def test_a_probe_that_hangs_says_nothing_and_the_run_is_placed_all_the_same(
    door: Door, running_node: Node, tmp_path: Path, patient: SimulationSettings
) -> None:
    await learns_nothing(running_node)
    patient.start_probe_seconds = 1.0
    (door.folder / "hangs").touch()
    quick = {"poll_seconds": 0.3, "grace_seconds": 0.5, "run_directory": f"{tmp_path}/runs"}
    await machine_at(running_node, "alpha", "slurm", door.login, **quick)
    async with running_node.database.transaction() as session:
        wanted = [("next", SimulationSubmit.model_validate(quake()))]
        await simulation.submit_many(session, wanted, incident_id="inc_test", stage_id="stg_test")
    (row,) = await until(running_node, lambda rows: rows[0].state in simulation.TERMINAL, seconds=100)
    assert (row.state, row.machine) == ("succeeded", "alpha")
    assert (door.folder / "hangs").exists()
    (found,) = [one["estimate"] for one in row.placement["candidates"] if one["estimate"]]
    assert (found["told"], found["wait"]["basis"]) == (None, "guess")


async def test_a_thousand_runs_of_a_shape_are_asked_about_once(door: Door, node: Node, tmp_path: Path) -> None:
    machine = await machine_at(node, "alpha", "slurm", door.login, run_directory=f"{tmp_path}/runs")
    spec = SimulationSubmit.model_validate(quake())
    async with node.database.transaction() as session:
        wanted = [(f"member {number}", spec) for number in range(RUNS)]
        ids = await simulation.submit_many(session, wanted, incident_id="inc_test", stage_id="stg_test")
    found = await asyncio.gather(*[starts_for(node, ids[first : first + 100]) for first in range(0, RUNS, 100)])
    assert [[key[0] for key in starts] for starts in found] == [[machine.id]] * 10
    assert door.asked_count == 1

    shapes = [SimulationSubmit.model_validate(quake(resources={"walltime_seconds": 60 * n})) for n in range(1, 31)]
    assert len(await starts_of(node, [machine], shapes)) == 4
    await asyncio.gather(*[starts_of(node, [machine], [one]) for one in shapes])
    assert door.asked_count == 20  # whatever is asked for in a minute


async def test_a_machine_that_is_busy_silent_or_known_is_not_asked(
    door: Door, node: Node, tmp_path: Path, patient: SimulationSettings
) -> None:
    machine = await machine_at(node, "alpha", "slurm", door.login, run_directory=f"{tmp_path}/runs")
    spec = SimulationSubmit.model_validate(quake())

    async def starts(one: Machine = machine, **given: Any) -> int:
        wanted = spec.model_copy(update=given)
        return len(await starts_of(node, [one], [wanted]))

    assert await starts(machine="heron") == 0
    machine.cordoned = True
    assert await starts() == 0
    machine.cordoned, machine.test_mode = False, True
    assert await starts() == 0
    machine.test_mode, machine.driver = False, "pbs"  # which cannot say
    assert await starts() == 0
    machine.driver, machine.node_name = "slurm", node.name
    assert await starts() == 0
    machine.node_name, patient.start_probe_seconds = None, 0.0
    assert await starts() == 0
    patient.start_probe_seconds = 60.0
    async with node.database.transaction() as session:
        session.add(SubmissionPace(machine_id=machine.id, per_minute=1.0, next_at=func.now() + timedelta(hours=1)))
    assert await starts() == 0
    async with node.database.transaction() as session:
        await session.delete(await session.get(SubmissionPace, machine.id))
        session.add(QueueLook(machine_id=machine.id, source="jobs", looked_at=datetime.now(UTC)))
        session.add(WaitModelRow(machine_id=machine.id, partition="", learned_count=50, model={}))
    assert await starts() == 0
    async with node.database.transaction() as session:
        await session.delete(await session.get(WaitModelRow, (machine.id, "")))
    for _ in range(3):
        with pytest.raises(ConnectionError):
            async with breaker_of(node, machine).call():
                raise ConnectionError("no answer")
    assert await starts() == 0
    node.registry.pop("simulation.breakers")
    assert door.asked_count == 0
    assert await starts() == 1
    assert door.asked_count == 1


async def test_a_run_slurm_would_not_have_is_no_hint(door: Door, node: Node, tmp_path: Path) -> None:
    machine = await machine_at(node, "alpha", "slurm", door.login, run_directory=f"{tmp_path}/runs")
    spec = SimulationSubmit.model_validate(quake(resources={"constraint": "nowhere"}))
    assert await starts_of(node, [machine], [spec]) == {}
    assert door.asked_count == 1
