"""Where simulations go and why: limits, predictions, deadlines, groups each on another machine, races."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from second_machine import Moody, second_machine
from simulation_probe import CALLBACK, Ended, ended, said, submit, until, until_true
from sqlalchemy import update

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import jobs, machines, simulation
from app.modules.machines import Machine, RunRefused
from app.modules.simulation.application_schemas import Race
from app.modules.simulation.asking import Asked, ask
from app.modules.simulation.groups import get_group
from app.modules.simulation.limits import against
from app.modules.simulation.models import Simulation
from app.modules.simulation.queue_wait import Queue, Wait, Wanted, predict, without_history
from app.modules.simulation.run_time import RunTime, expect
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.service import Origin

API = "/api/v1"
MOVED_JOB = "test.simulation_moved"


class Moved(simulation.SimulationMoved):
    """Payload of the callback for states."""

    tag: str


MOVED: list[Moved] = []


@jobs.kind(MOVED_JOB)
async def hear_moved(_attempt: jobs.Attempt, payload: Moved) -> None:
    MOVED.append(payload)


@pytest.fixture
async def heron(running_node: Node, tmp_path: Path) -> AsyncIterator[tuple[Machine, Moody]]:
    async with second_machine(running_node, tmp_path) as made:
        yield made


def partition(name: str, **values: Any) -> dict[str, Any]:
    return {
        "name": name, "state": "up", "node_count": 4, "cores_per_node": 8,
        "memory_bytes_per_node": 2**34, "walltime_seconds": 3600, **values,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("resources", "never", "not_now"),
    [
        ({}, None, None),
        ({"partition": "fast"}, "has no partition fast; there are: long, short", None),
        ({"walltime_seconds": 7200.0}, "partition short lets runs take 3600 s, 7200 s are wanted", None),
        ({"walltime_seconds": 7200.0, "partition": "long"}, None, "partition long is drain"),
        ({"nodes": 5}, "partition short has 4 nodes, 5 are wanted", None),
        ({"cores": 33}, "partition short has 4 nodes, 5 are wanted", None),
        ({"cores": 32, "nodes": 1}, "nodes of partition short have 8 cores, 32 on 1 are wanted", None),
        ({"memory_bytes": 2**35}, "nodes of partition short have 17,179,869,184 bytes", None),
        ({"cores": 10_000}, "has 40 cores for runs", None),
    ],
)
def test_what_a_machine_reported_is_held_against_it(
    node: Node, resources: dict[str, Any], never: str | None, not_now: str | None
) -> None:
    report = {
        "partitions": [
            partition("short", is_default=True), partition("long", walltime_seconds=90_000, state="drain"),
        ]
    }  # fmt: skip
    machine = Machine(id="mch", name="heron", driver="slurm", state="answers", cores=40, enabled=True, report=report)
    machine.cordoned, machine.cores_used, machine.queued_count = False, 0, 0
    spec = SimulationSubmit.model_validate({"command": ["true"], "resources": resources})
    found_never, found_not_now = against(machine, node, spec)
    assert (found_never or "").startswith(never or "")
    assert (found_never is None) == (never is None)
    assert found_not_now == not_now
    machine.last_polled_at = datetime.now(UTC) - timedelta(hours=1)
    stale = against(machine, node, SimulationSubmit.model_validate({"command": ["true"]}))
    assert stale[1] is not None
    assert "was last heard of" in stale[1]


def test_waits_are_those_of_runs_like_it() -> None:
    free, full = Queue(free=True, backlog=0.2), Queue(free=False, backlog=4.0)
    small, large = Wanted(1, 600.0), Wanted(64, 86_400.0)
    history = [Wait(1.0, small, free), Wait(5000.0, large, full), Wait(60.0, small, full)] * 20
    fits = predict(history, small, free)
    assert fits is not None
    assert (fits.p10, fits.p50, fits.p90) == (1.0, 1.0, 1.0)
    waits = predict(history, large, full)
    assert waits is not None
    assert waits.p50 == 5000.0
    assert predict([], small, free) is None
    assert without_history(small, free).p50 == 0
    assert without_history(small, full).p50 == 1200.0


def test_run_times_are_scaled_by_cores() -> None:
    history = [RunTime("heron", 100.0, 4)] * 3 + [RunTime("local", 900.0, 4)]
    assert expect(history, "heron", 4, 3600).p50 == 100.0
    assert 50.0 < expect(history, "heron", 8, 3600).p50 < 60.0
    assert (expect(history, "crane", 4, 3600).basis, expect(history, "crane", 4, 3600).count) == ("elsewhere", 4)
    assert (expect([], "heron", 4, 3600).p50, expect([], "heron", 4, 3600).basis) == (3600.0, "walltime")


async def ran_before(node: Node, machine: Machine, *, run: float, wait: float, count: int = 5) -> None:
    """Write down runs of ``quake`` on a machine."""
    now = datetime.now(UTC)
    async with node.database.transaction() as session:
        for n in range(count):
            at = now - timedelta(hours=n + 1)
            session.add(
                Simulation(
                    id=new_id("sim"), name="before", history_key=":quake", max_attempts=1, state="succeeded",
                    spec={"command": ["quake"], "resources": {"cores": 1, "walltime_seconds": 3600.0}},
                    machine_id=machine.id, machine=machine.name, run_seconds=run, queued_at=at,
                    started_at=at + timedelta(seconds=wait), finished_at=at + timedelta(seconds=wait + run),
                )
            )  # fmt: skip


@pytest.mark.covers("V51")
async def test_the_machine_that_has_it_done_first_is_chosen_and_the_page_says_why(
    running_node: Node, client: httpx.AsyncClient, heron: tuple[Machine, Moody]
) -> None:
    machine, _ = heron
    local = await machine_of_name(running_node, "local")
    await ran_before(running_node, local, run=30.0, wait=900.0)
    await ran_before(running_node, machine, run=200.0, wait=10.0)
    body = {"name": "quake", "command": ["quake"]}
    plan = (await client.post(f"{API}/simulations/preview", json=body)).json()
    assert plan["machine"] == "heron"
    reasons = plan["placement"]["reasons"]
    assert reasons[-1] == "heron is predicted to have it done first"
    assert "queue 10 s, run 3 min (5 runs there)" in reasons[0]
    candidates = {one["machine"]: one for one in plan["placement"]["candidates"]}
    assert candidates["local"]["estimate"]["done_seconds"] > candidates["heron"]["estimate"]["done_seconds"]
    soon = (datetime.now(UTC) + timedelta(seconds=60)).isoformat()
    late = (await client.post(f"{API}/simulations/preview", json={**body, "deadline_at": soon})).json()
    assert "no machine is likely to have it done by" in late["placement"]["reasons"][-1]
    assert not any(one["meets_deadline"] for one in late["placement"]["candidates"])
    only = (await client.post(f"{API}/simulations/preview", json={**body, "machines": ["local"]})).json()
    assert only["machine"] == "local"
    async with running_node.database.transaction() as session:
        await session.execute(update(Machine).where(Machine.id == machine.id).values(cordoned=True))
    assert (await client.post(f"{API}/simulations/preview", json=body)).json()["machine"] == "local"


@pytest.mark.covers("V42")
async def test_instances_are_each_on_another_machine(
    running_node: Node, client: httpx.AsyncClient, heron: tuple[Machine, Moody]
) -> None:
    body = {"name": "twin", "command": ["true"], "instances": 2}
    answer = await client.post(f"{API}/simulations", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    rows = await ended(running_node, count=2)
    assert sorted((row.name, row.state) for row in rows) == [("twin 1", "succeeded"), ("twin 2", "succeeded")]
    assert {row.machine for row in rows} == {"local", "heron"}
    group = (await client.get(f"{API}/simulation-groups/{made['group_id']}")).json()
    assert (group["kind"], len(group["simulations"]), group["winner_id"]) == ("instances", 2, None)
    too_many = await client.post(f"{API}/simulations", json={**body, "instances": 3})
    assert (too_many.status_code, too_many.json()["code"]) == (422, "too_few_machines")


async def test_one_that_a_machine_refuses_goes_elsewhere_by_itself(
    running_node: Node, heron: tuple[Machine, Moody]
) -> None:
    _, batch = heron
    first = await submit(running_node, ["sleep", "0.5"], machine="local")
    await submit(running_node, ["true"], after=[first], machines=["heron", "local"])
    (sweep,) = [loop for loop in running_node.loops if loop.full_name == "simulation.sweep"]
    await sweep.stop()  # it would come by in half a minute
    batch.limits = [RunRefused("not this one")]
    rows = await ended(running_node, count=2)
    assert [(row.state, row.machine) for row in rows] == [("succeeded", "local")] * 2
    assert batch.limits == []
    sweep.start(running_node.bus, running_node.clock)


@pytest.mark.covers("V47")
async def test_of_a_race_one_wins_the_other_is_cancelled_and_one_callback_is_made(
    running_node: Node, heron: tuple[Machine, Moody], callbacks: list[Ended], tmp_path: Path, owner: Any
) -> None:
    # The slower one: its cores are in use, so that it stays queued there.
    blocker = await submit_blocker(running_node, tmp_path)
    script = f"until [ -e {tmp_path}/go ]; do sleep 0.02; done; echo won > out"
    spec = SimulationSubmit.model_validate({"command": ["sh", "-c", script], "outputs": [{"pattern": "out"}]})
    async with running_node.database.transaction() as session:
        asked = Asked(name="race", spec=spec, count=2, race=Race(machines=2), origin=Origin())
        rows, group_id, _ = await ask(session, running_node, owner, asked)
        for row in rows:
            row.callback_kind, row.callback_payload = CALLBACK, {"tag": "race"}
    rows = await until(
        running_node, lambda rows: sorted(r.state for r in rows if r.group_id) == ["cancelled", "running"]
    )
    loser = next(row for row in rows if row.state == "cancelled")
    assert loser.machine == "local"
    assert loser.started_at is None
    assert loser.error is not None
    assert "on heron was first" in loser.error
    (tmp_path / "go").touch()
    rows = await until(running_node, lambda rows: all(r.finished_at for r in rows if r.group_id))
    winner = next(row for row in rows if row.state == "succeeded" and row.group_id)
    await said(callbacks, 1)
    assert (callbacks[0].simulation_id, callbacks[0].state) == (winner.id, "succeeded")
    async with running_node.database.sessions() as session:
        group = await get_group(session, str(group_id), Principal("usr_ann", "Ann", Role.OPERATOR))
    assert (group.winner_id, group.wasted_core_hours) == (winner.id, 0.0)
    async with running_node.database.transaction() as session:
        await simulation.cancel(session, blocker)
    await ended(running_node, count=3)


async def test_callbacks_for_states_come_once_each_with_what_was_left(running_node: Node, tmp_path: Path) -> None:
    MOVED.clear()
    spec = SimulationSubmit.model_validate(
        {
            "command": [
                "sh",
                "-c",
                f"echo o > out; [ -e {tmp_path}/been ] || {{ touch {tmp_path}/been; exit 1; }}; "
                f"until [ -e {tmp_path}/seen ]; do sleep 0.1; done",
            ],
            "outputs": [{"pattern": "out"}],
        }
    )
    async with running_node.database.transaction() as session:
        states = ["queued", "running", "succeeded", "failed"]
        back = simulation.JobCallback(kind=MOVED_JOB, payload={"tag": "x"}, states=states)
        await simulation.submit(session, spec, incident_id=None, stage_id=None, name="told", on_finished=back)

    async def is_running() -> bool:
        return any(one.state == "running" for one in MOVED)

    async def enough() -> bool:
        return len(MOVED) >= 3

    await until_true(is_running)
    (tmp_path / "seen").touch()
    (row,) = await ended(running_node)
    assert (row.state, row.attempt) == ("succeeded", 2)

    await until_true(enough)
    assert sorted(one.state for one in MOVED) == ["queued", "running", "succeeded"]
    done = next(one for one in MOVED if one.state == "succeeded")
    assert list(done.outputs) == ["out"]


async def machine_of_name(node: Node, name: str) -> Machine:
    """Return a machine."""
    async with node.database.sessions() as session:
        return next(one for one in await machines.list_all(session) if one.name == name)


async def submit_blocker(node: Node, tmp_path: Path) -> str:
    """Fill this host's own machine."""
    command = ["sh", "-c", f"until [ -e {tmp_path}/free ]; do sleep 0.1; done"]
    spec = SimulationSubmit.model_validate({"command": command, "resources": {"cores": 2}, "machine": "local"})
    async with node.database.transaction() as session:
        blocker = await simulation.submit(session, spec, incident_id=None, stage_id=None, name="blocker")
    await until(node, lambda rows: rows[0].state == "running")
    return blocker
