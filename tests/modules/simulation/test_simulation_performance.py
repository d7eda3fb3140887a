"""How a run went: what it waited, took and used, by itself and by its machine's accounting."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from simulation_probe import ended, submit, until

from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules import accounts, simulation
from app.modules.machines.batch import RunRef, Usage
from app.modules.machines.batch import _pbs_text as pbs
from app.modules.machines.batch._receipts import Evidence, read_receipt
from app.modules.machines.batch._slurm_accounts import read_reservations, read_usage
from app.modules.machines.batch._verdict import judge
from app.modules.simulation.performance import performance_of
from app.modules.simulation.schemas import SimulationSubmit
from tests.sites.batch_machines import SlurmMachine, slurm_machine  # noqa: F401 (a fixture)
from tests.sites.simulation_machines import machine_at

API = "/api/v1"
AT = datetime(2026, 11, 23, 9, 14, 52, tzinfo=UTC)
ASKED = {"cores": 4, "memory_bytes": 1024**3}

# Slurm 22.05.8: a job, one that was requeued, the first and the last member of an array, one whose steps are not there.
SACCT = """8|00:10.250||m1
8.batch|00:09.000|61440K|batch
8.0|00:01.250|1.50M|srun
9|00:01.000||again
9.batch|00:01.000|1000K|batch
9|1-01:00:02||again
9.batch|1-01:00:02|2G|batch
10_0|00:00.500||mm
10_0.batch|00:00.500|2048|batch
11|00:00.500||early
10_7|00:03||mm
10_7.batch|00:03|4K|batch
"""


def test_accounting_of_slurms_is_read_with_the_largest_of_its_steps() -> None:
    assert dict(read_usage(SACCT)) == {
        "m1": Usage(cpu_seconds=10.25, max_rss_bytes=61_440 * 1024, source="accounting"),
        "again": Usage(cpu_seconds=90_002.0, max_rss_bytes=2 * 1024**3, source="accounting"),
        "mm.0": Usage(cpu_seconds=0.5, max_rss_bytes=2048, source="accounting"),
        "mm.7": Usage(cpu_seconds=3.0, max_rss_bytes=4096, source="accounting"),
    }
    assert dict(read_usage("sacct: error: no\n|\n8.batch|00:01|1K|batch\n")) == {}
    said = (
        "ReservationName=quake StartTime=2026-11-23T09:14:52 EndTime=2026-11-23T10:14:52 Duration=01:00:00 "
        "Nodes=beta[1-2] NodeCnt=2 CoreCnt=4 Features=(null) PartitionName=(null) Users=root State=ACTIVE"
    )
    (one,) = read_reservations(f"No reservations in the system\n{said}\n")
    assert (one.name, one.state, one.starts_at, one.nodes, one.cores, one.partition) == (
        "quake", "ACTIVE", AT, "beta[1-2]", 4, None,
    )  # fmt: skip


def test_accounting_of_pbs_comes_with_its_jobs_and_short_runs_know_better() -> None:
    job = {
        "Job_Name": "m1", "job_state": "F", "Exit_status": 0, "stime": "Mon Nov 23 09:14:52 2026",
        "resources_used": {"cpupct": 98, "cput": "01:00:02", "mem": "5120kb", "vmem": "9kb", "walltime": "01:00:04"},
    }  # fmt: skip
    ((_, row),) = pbs.read_jobs(json.dumps({"Jobs": {"7.pbs": job}}))
    assert row.usage == Usage(cpu_seconds=3602.0, max_rss_bytes=5120 * 1024, source="accounting")
    receipt = read_receipt("exit 0\nstarted 1\nfinished 2\ntimes 90m0.00s 0m1.50s\noutputs\nend\n")
    status = judge(RunRef("m1", "7.pbs"), row, Evidence(receipt=receipt))
    assert status.usage == Usage(cpu_seconds=5401.5, max_rss_bytes=5120 * 1024, source="accounting")
    ((_, bare),) = pbs.read_jobs(json.dumps({"Jobs": {"7.pbs": {**job, "resources_used": {}}}}))
    assert bare.usage is None


@pytest.mark.parametrize(
    ("usage", "seconds", "found"),
    [
        (None, None, (None, None, None)),
        ({"cpu_seconds": 20.0, "max_rss_bytes": 2**28}, 10.0, (0.5, 2**28, 0.25)),
        ({"cpu_seconds": 20.0, "max_rss_bytes": 0}, 10.0, (0.5, None, None)),
        ({"cpu_seconds": 20.0, "max_rss_bytes": 0}, 0.0, (None, None, None)),
    ],
)
def test_efficiency_is_told_as_far_as_it_is_known(usage: Any, seconds: float | None, found: Any) -> None:
    times = {"queued_at": AT - timedelta(seconds=3), "started_at": AT}
    went = performance_of(ASKED, usage, **times, seconds=seconds)
    assert went is not None
    assert (went["cpu_efficiency"], went["max_rss_bytes"], went["memory_efficiency"]) == found
    assert went["queue_seconds"] == 3
    assert performance_of(ASKED, usage, queued_at=AT, started_at=None, seconds=None) is None


async def test_a_run_here_tells_by_itself_how_it_went(running_node: Node, client: httpx.AsyncClient) -> None:
    code = "import time; kept = bytearray(50_000_000); until = time.process_time() + 0.5\n"
    code += "while time.process_time() < until: pass"
    simulation_id = await submit(running_node, [sys.executable, "-I", "-c", code])
    await ended(running_node)
    went = (await client.get(f"{API}/simulations/{simulation_id}")).json()["performance"]
    assert went["source"] == "run"
    assert 0.5 <= went["cpu_seconds"] < 5
    assert 0 < went["cpu_efficiency"] <= 1.1
    assert 50_000_000 < went["max_rss_bytes"] < 200_000_000
    assert 0.02 < went["memory_efficiency"] < 0.1
    assert went["elapsed_seconds"] > 0
    assert went["queue_seconds"] >= 0


async def test_slurms_accounting_tells_how_a_run_went_there(
    running_node: Node,
    client: httpx.AsyncClient,
    slurm_machine: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    quick = {"poll_seconds": 0.3, "grace_seconds": 0.5, "run_directory": str(tmp_path / "runs")}
    await machine_at(running_node, "alpha", "slurm", slurm_machine.login, **quick)
    code = "import time; kept = bytearray(60_000_000); until = time.process_time() + 2.0\n"
    code += "while time.process_time() < until: pass"
    resources = {"cores": 2, "walltime_seconds": 60, "memory_bytes": 256 * 1024**2}
    command = [sys.executable, "-I", "-c", code]
    simulation_id = await submit(running_node, command, machine="alpha", resources=resources)
    # Its accounting hears of it some seconds after the end.
    await until(running_node, lambda rows: (rows[0].usage or {}).get("source") == "accounting", seconds=60)
    await ended(running_node)
    view = (await client.get(f"{API}/simulations/{simulation_id}")).json()
    went = view["performance"]
    assert (view["state"], went["source"]) == ("succeeded", "accounting")
    assert 2 <= went["cpu_seconds"] < 6
    assert 0 < went["cpu_efficiency"] < 0.8  # one of two cores
    assert 60_000_000 < went["max_rss_bytes"] < 200_000_000
    assert 0.2 < went["memory_efficiency"] < 0.8
    assert 2 <= went["elapsed_seconds"] < 60


@pytest.mark.covers("V49")
async def test_a_run_pushes_its_own_figures_and_nobody_elses(
    running_node: Node, client: httpx.AsyncClient, app: FastAPI, tmp_path: Path
) -> None:
    async with running_node.database.transaction() as session:
        ada = await accounts.create_user(session, "ada@example.org", "Ada", Role.RUNNER, "a password nobody has")
        _, raw = await accounts.create_token(session, ada.id, "push", scopes=["simulation_figures_add"])
        waits = f"until [ -e {tmp_path}/go ]; do sleep 0.1; done"
        spec = SimulationSubmit.model_validate({"command": ["sh", "-c", waits]})
        ids = [
            await simulation.submit(session, spec, incident_id=None, stage_id=None, name="run", owner_id=owner_id)
            for owner_id in (ada.id, "usr_owner")
        ]
    hers, not_hers = (f"{API}/simulations/{one}/figures" for one in ids)
    await until(running_node, lambda rows: rows[0].state == "running")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    pushed = {"Authorization": f"Bearer {raw}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=pushed) as run:
        for kind, figures in (("timings", {"solve_seconds": 1}), ("likwid", {"L3": [1, 2]})):
            assert (await run.post(hers, json={"kind": kind, "figures": figures})).status_code == 200
        told = (await run.post(hers, json={"kind": "timings", "figures": {"solve_seconds": 2.5}})).json()
        assert told == {"figures": {"timings": {"solve_seconds": 2.5}, "likwid": {"L3": [1, 2]}}}
        assert (await run.post(not_hers, json={"kind": "timings", "figures": {}})).status_code == 404
        assert (await run.get(hers)).status_code == 403  # the token may push and no more
        for wrong in (
            {"kind": "Not this", "figures": {}},
            {"kind": "long", "figures": {"a": "x" * 70_000}},
            {"kind": "bare", "figures": [1]},
            {"kind": "more", "figures": {}, "extra": 1},
        ):
            assert (await run.post(hers, json=wrong)).status_code == 422, wrong["kind"]
        many = [(await run.post(hers, json={"kind": f"k{n}", "figures": {}})).status_code for n in range(19)]
        assert many == [200] * 18 + [422]
    (tmp_path / "go").touch()
    await ended(running_node, count=2)
    assert (await client.get(hers)).json()["figures"]["timings"] == {"solve_seconds": 2.5}
    after = await client.post(hers, json={"kind": "timings", "figures": {"solve_seconds": 3}})
    assert after.json()["figures"]["timings"] == {"solve_seconds": 3}
