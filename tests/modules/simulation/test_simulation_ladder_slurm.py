"""Climbing on a real Slurm: past a full queue by stopping who is named, and into a reservation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from simulation_probe import until, until_true

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import machines, simulation
from app.modules.accounts.models import User
from app.modules.machines import Machine
from app.modules.simulation import Simulation, SimulationSubmit
from tests.sites.batch_machines import SlurmMachine, forgetful_slurm, slurm_machine  # noqa: F401 (fixtures)
from tests.sites.simulation_machines import machine_at
from tests.sites.slurm_cluster import SlurmCluster
from tests.sites.slurm_cluster import until as until_there

API = "/api/v1"
LADDER: list[dict[str, Any]] = [
    {"kind": "urgent", "partition": "urgent", "cost_factor": 2.0},
    {"kind": "preempt", "partition": "urgent", "preempts": ["normal"], "cost_factor": 4.0},
    {"kind": "reservation", "reservation": "quake", "cost_factor": 8.0},
]


@contextmanager
def others_work(cluster: SlurmCluster, *given: str) -> Iterator[str]:
    """Have somebody else's jobs there, and none afterwards."""
    options = ("--parsable", "--time=10", "--output=/dev/null", "--requeue")
    native_id = cluster.ask("sbatch", *options, *given, "--wrap=sleep 300").strip()
    try:
        yield native_id
    finally:
        cluster.ask("scancel", native_id)


@contextmanager
def kept_free(cluster: SlurmCluster) -> Iterator[None]:
    """Reserve the whole cluster."""
    until_there(lambda: not cluster.ask("squeue", "-h").strip(), "jobs do not end", cluster.folder)
    wanted = ("ReservationName=quake", "StartTime=now", "Duration=60", "Users=root", "Nodes=ALL")
    cluster.ask("scontrol", "create", "reservation", *wanted)
    try:
        yield
    finally:
        cluster.ask("scontrol", "delete", "ReservationName=quake")


async def machine_with_ladder(
    node: Node, name: str, site: SlurmMachine, folder: Path, ladder: list[dict[str, Any]]
) -> Machine:
    """Add a cluster. What is learned of its waits is other tests' doing, so nothing is."""
    for loop in [one for one in node.loops if one.name == "waits"]:
        await node.remove_loop(loop)
    quick = {"poll_seconds": 0.3, "grace_seconds": 0.5, "run_directory": str(folder / "runs")}
    return await machine_at(node, name, "slurm", site.login, **quick, ladder=ladder)


async def full(node: Node, machine: Machine, is_full: Callable[[Machine], bool]) -> None:
    """Wait until the machine was seen to be."""

    async def seen() -> bool:
        load = await (await machines.batch_of(node, machine)).load()
        async with node.database.transaction() as session:
            await machines.record_answer(session, machine.id, load)
            return is_full(await machines.get(session, machine.id))

    await until_true(seen)


async def quake(node: Node, path: Path, machine: str = "beta") -> Simulation:
    """Ask for a run of a minute that is needed in less than two; return it once it runs."""
    spec = SimulationSubmit.model_validate(
        {
            "command": ["sh", "-c", f"until [ -e {path} ]; do sleep 0.1; done"],
            "machine": machine,
            "deadline_at": datetime.now(UTC) + timedelta(seconds=105),
            "resources": {"cores": 2, "walltime_seconds": 60, "memory_bytes": 64 * 1024**2},
        }
    )
    async with node.database.transaction() as session:
        owner_id = new_id("usr")  # the house's own runs stop nobody
        session.add(User(id=owner_id, email=f"{owner_id}@example.org".lower(), name="Ada", role="operator"))
        await session.flush()
        simulation_id = await simulation.submit(
            session, spec, incident_id=None, stage_id=None, name=path.name, owner_id=owner_id
        )

    def runs(rows: list[Simulation]) -> bool:
        return next(row for row in rows if row.id == simulation_id).state == "running"

    return next(row for row in await until(node, runs, seconds=60) if row.id == simulation_id)


@pytest.mark.covers("V51")
async def test_a_run_that_would_be_late_stops_who_is_named_or_goes_where_cores_are_kept_free(
    running_node: Node,
    client: httpx.AsyncClient,
    forgetful_slurm: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    node, cluster = running_node, forgetful_slurm.cluster
    machine = await machine_with_ladder(node, "beta", forgetful_slurm, tmp_path, LADDER)

    with others_work(cluster, "--ntasks=4", "--partition=normal") as blocker:
        await full(node, machine, lambda seen: seen.cores_used == 4)
        row = await quake(node, tmp_path / "first")
        rung = row.placement["rung"]
        assert (rung["kind"], rung["core_hours"]) == ("preempt", pytest.approx(4 * 2 * 60 / 3600, abs=1e-3))
        assert [victim["native_id"] for victim in rung["victims"]] == [blocker]
        assert [(one["kind"], one["meets_deadline"]) for one in row.placement["ladder"]] == [
            ("urgent", False), ("preempt", True),
        ]  # fmt: skip
        assert cluster.ask("squeue", "-h", "-j", str(row.native_id), "-o", "%P").strip() == "urgent"
        # Whom the decision named is whom Slurm stopped.
        assert cluster.ask("squeue", "-h", "-j", blocker, "-o", "%T").strip() == "PENDING"
        view = (await client.get(f"{API}/simulations/{row.id}")).json()
        assert view["placement"]["rung"]["victims"][0]["user"] == "root"
        assert view["resources"]["partition"] == "urgent"
        assert any("stops 1 job of others on 4 cores" in reason for reason in view["placement"]["reasons"])
        (tmp_path / "first").touch()
        await until(node, lambda rows: all(one.finished_at for one in rows))

    with kept_free(cluster), others_work(cluster, "--array=0-9", "--ntasks=2", "--partition=normal"):
        await full(node, machine, lambda seen: seen.queued_count >= 10)
        row = await quake(node, tmp_path / "second")
        assert [(one["kind"], one["meets_deadline"]) for one in row.placement["ladder"]] == [
            ("urgent", None), ("preempt", None), ("reservation", True),
        ]  # fmt: skip
        assert row.placement["rung"]["reservation"] == "quake"
        assert cluster.ask("squeue", "-h", "-j", str(row.native_id), "-o", "%v").strip() == "quake"
        queue = (await client.get(f"{API}/machines/{machine.id}/queue")).json()
        assert [(one["name"], one["cores"]) for one in queue["reservations"]] == [("quake", 4)]
        (tmp_path / "second").touch()
        rows = await until(node, lambda rows: all(one.finished_at for one in rows))
    assert {one.state for one in rows} == {"succeeded"}


async def test_a_qos_that_goes_first_is_taken_when_the_queue_is_long(
    running_node: Node,
    slurm_machine: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    node, cluster = running_node, slurm_machine.cluster
    cluster.ask("sacctmgr", "--immediate", "add", "qos", "first", "priority=100")
    known = ("scontrol", "show", "assoc_mgr", "flags=qos")
    until_there(lambda: "first" in cluster.ask(*known), "the QOS is not known", cluster.folder)
    ladder: list[dict[str, Any]] = [{"kind": "urgent", "qos": "first", "cost_factor": 1.5}]
    machine = await machine_with_ladder(node, "alpha", slurm_machine, tmp_path, ladder)
    with others_work(cluster, "--array=0-9", "--begin=now+1hour"):
        await full(node, machine, lambda seen: seen.queued_count >= 10)
        row = await quake(node, tmp_path / "first", "alpha")
        assert (row.placement["rung"]["kind"], row.spec["resources"]["qos"]) == ("urgent", "first")
        assert cluster.ask("squeue", "-h", "-j", str(row.native_id), "-o", "%q").strip() == "first"
        (tmp_path / "first").touch()
        await until(node, lambda rows: all(one.finished_at for one in rows))
