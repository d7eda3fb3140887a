"""The earthquake's ensemble as it is, on whatever machines there are; and a race between two real Slurm clusters."""

import asyncio
import copy
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules.workflows import example_directory
from tests.modules.workflows.house import House
from tests.sites import docker_engine as docker
from tests.sites.batch_machines import (  # noqa: F401 (fixtures)
    DockerMachine,
    PbsMachine,
    SlurmMachine,
    docker_machine,
    forgetful_slurm,
    pbs_machine,
    slurm_machine,
)
from tests.sites.simulation_machines import machine_at

EARTHQUAKE = example_directory("earthquake")
PLACES = {"alpha", "gamma", "whale"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Defaults, with the example."""
    settings.sections["workflows"] = settings.sections["workflows"].model_copy(update={"examples": ["earthquake"]})
    return settings


@pytest.fixture
def house(running_node: Node, client: httpx.AsyncClient) -> House:
    """The running house."""
    return House(running_node, client)


def visible() -> list[str]:
    """Return the directories that hold this Python, what it imports and the example."""
    own = {Path(sys.prefix), Path(sys.base_prefix), EARTHQUAKE.parents[1], Path(sys.executable).resolve().parents[1]}
    return sorted(str(one) for one in own if not one.is_relative_to("/usr"))


@pytest.mark.covers("V42", "V50", "V56")
async def test_the_earthquakes_ensemble_runs_unchanged_on_slurm_pbs_docker_and_here(
    house: House,
    slurm_machine: SlurmMachine,  # noqa: F811
    pbs_machine: PbsMachine,  # noqa: F811
    docker_machine: DockerMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    node = house.node
    quick: dict[str, Any] = {"poll_seconds": 0.3, "grace_seconds": 0.5, "run_directory": str(tmp_path / "runs")}
    await machine_at(node, "alpha", "slurm", slurm_machine.login, **quick)
    await machine_at(node, "gamma", "pbs", pbs_machine.login, **quick)
    engine = docker.settings_of(docker_machine.engine, *visible(), str(tmp_path))
    await machine_at(node, "whale", "docker", docker_machine.login, **quick, **engine)
    before = len(slurm_machine.cluster.ask("sacct", "-X", "-n", "-P", "-o", "JobID").split())

    source = {"name": "usgs", "driver": "push", "settings": {"key": "/id", "revision": "/properties/updated"}}
    made = (await house.client.post("/api/v1/sources", json=source)).raise_for_status().json()
    week = json.loads((EARTHQUAKE / "data" / "usgs_all_week_2018-02-07.geojson").read_text())["features"]
    record = copy.deepcopy(next(one for one in week if one["id"] == "us1000chhc"))
    (await house.client.post(f"/api/v1/sources/{made['id']}/deliveries", json=record)).raise_for_status()
    incident = await house.ended(240)
    assert incident["state"] == "complete", incident

    found = await house.get("/simulations", incident_id=incident["id"], limit=100)
    runs = found["items"]
    assert len(runs) == 24
    assert {run["state"] for run in runs} == {"succeeded"}
    local = next(m["name"] for m in (await house.get("/machines"))["items"] if m["driver"] == "local")
    assert {run["machine"] for run in runs} == {*PLACES, local}
    for run in runs:
        told = " | ".join(run["placement"]["reasons"])
        assert all(f"{name}: fits" in told for name in (*PLACES, local)), told
        assert f"{run['machine']} is " in told, told
        assert {one["machine"] for one in run["placement"]["candidates"]} == {*PLACES, local}
    # What Slurm was given is one array, and each of its members knows its own number.
    on_alpha = sorted(run["native_id"] for run in runs if run["machine"] == "alpha")
    assert len({native.partition("_")[0] for native in on_alpha}) == 1
    assert len(set(on_alpha)) == len(on_alpha) >= 4
    await asyncio.to_thread(_accounted, slurm_machine, before + len(on_alpha))
    data = (await house.get("/datasets", incident_id=incident["id"], limit=200))["items"]
    assert {"contours-1.geojson", "map-1.png", "report-1.json"} <= {one["name"] for one in data}


def _accounted(machine: SlurmMachine, count: int) -> None:
    said = machine.cluster.ask("sacct", "-X", "-n", "-P", "-o", "JobID,JobName")
    assert len(said.splitlines()) >= count, said


@pytest.mark.covers("V42", "V45")
async def test_of_a_race_between_two_clusters_the_loser_never_starts(
    house: House,
    slurm_machine: SlurmMachine,  # noqa: F811
    forgetful_slurm: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    busy, idle = slurm_machine.cluster, forgetful_slurm.cluster
    quick: dict[str, Any] = {"poll_seconds": 0.2, "grace_seconds": 0.5, "run_directory": str(tmp_path / "runs")}
    await machine_at(house.node, "busy", "slurm", slurm_machine.login, **quick)
    await machine_at(house.node, "idle", "slurm", forgetful_slurm.login, **quick)
    blocker = busy.ask("sbatch", "--parsable", "--cpus-per-task=2", "--output=/dev/null", "--wrap", "sleep 300").strip()
    try:
        body = {
            "name": "race", "command": ["sh", "-c", "echo won > won.txt"], "machines": ["busy", "idle"],
            "race": {"machines": 2, "wins_on": "running"}, "outputs": [{"pattern": "won.txt"}], "max_attempts": 1,
            "resources": {"memory_bytes": 64 * 1024**2, "walltime_seconds": 60},
        }  # fmt: skip
        answer = await house.client.post("/api/v1/simulations", json=body)
        assert answer.status_code == 201, answer.text
        group_id = answer.json()["group_id"]

        async def over() -> Any:
            group = await house.get(f"/simulation-groups/{group_id}")
            ended = all(one["state"] in ("succeeded", "cancelled") for one in group["simulations"])
            return group if ended else None

        group = await house.until(over, 90)
        by_machine = {one["machine"]: one for one in group["simulations"]}
        won, lost = by_machine["idle"], by_machine["busy"]
        assert (won["state"], lost["state"], group["winner_id"]) == ("succeeded", "cancelled", won["id"])
        assert lost["started_at"] is None
        assert "on idle was first" in lost["error"]
        assert group["wasted_core_hours"] == 0
        # Slurm itself says so: it was cancelled, and had no node.
        said = busy.ask("sacct", "-X", "-n", "-P", "-j", lost["native_id"], "-o", "State,NodeList")
        state, _, node_list = said.strip().partition("|")
        assert (state.split()[0], node_list) == ("CANCELLED", "None assigned")
        assert idle.answers()
    finally:
        busy.ask("scancel", blocker)
