"""Ensembles as native arrays, from simulations to data sets: one submission, each member a simulation of its own."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from simulation_probe import ended, machine_of, until
from sqlalchemy import select, update

from app.kernel.node import Node
from app.modules import data, machines, simulation
from app.modules.machines import Machine
from app.modules.machines.transport import CutShort
from app.modules.simulation import Simulation, SimulationSubmit
from app.modules.simulation.arrays import array_of, give_markers
from app.modules.simulation.states import enqueue_submission
from tests.sites.batch_machines import PbsMachine, SlurmMachine, forgetful_slurm, pbs_machine  # noqa: F401
from tests.sites.simulation_machines import machine_at

API = "/api/v1"
QUICK: dict[str, Any] = {"poll_seconds": 0.3, "grace_seconds": 0.5}


async def ensemble(
    node: Node, count: int, command: Sequence[str], *, files: dict[str, Any] | None = None, **spec: Any
) -> list[str]:
    """Ask for so many runs, each with its number in a file of its own."""
    given = {"command": list(command), "resources": {"memory_bytes": 64 * 1024**2, "walltime_seconds": 60}, **spec}
    wanted = [
        (f"member {k}", SimulationSubmit.model_validate({**given, "files": {"params.json": {"k": k}, **(files or {})}}))
        for k in range(count)
    ]
    async with node.database.transaction() as session:
        return await simulation.submit_many(session, wanted, incident_id=None, stage_id=None, owner_id="usr_owner")


def array_ids(rows: Sequence[Simulation]) -> set[str]:
    """Return the arrays these runs are members of."""
    return {str(array_of(row.marker)) for row in rows}


@pytest.mark.covers("V42", "V43")
async def test_an_ensemble_is_one_array_and_each_members_results_are_its_own(
    running_node: Node,
    client: httpx.AsyncClient,
    forgetful_slurm: SlurmMachine,  # noqa: F811  (without accounting)
    tmp_path: Path,
) -> None:
    node, runs = running_node, tmp_path / "runs"
    await machine_at(node, "beta", "slurm", forgetful_slurm.login, **QUICK, run_directory=str(runs))
    placed = await data.place_bytes(node, b"for all\n" * 1000, "test", "shared.bin")
    async with node.database.transaction() as session:
        shared = await data.register(session, placed, name="shared.bin")
    once = tmp_path / "failed once"
    script = (
        'grep -q \'"k":5\' params.json && mkdir "$0" 2>/dev/null && exit 3\n'
        "test -s in/shared.bin && mkdir out && cat params.json >out/mine.json && wc -c <in/shared.bin >>out/mine.json"
    )
    await ensemble(
        node, 12, ["sh", "-c", script, str(once)], files={"in/shared.bin": shared.id, "in/own.txt": "x"},
        machine="beta", outputs=[{"pattern": "out/*.json"}], max_attempts=2,
    )  # fmt: skip
    rows = await ended(node, count=12, seconds=120)
    assert [(row.state, row.error) for row in rows if row.state != "succeeded"] == []
    alone = [row for row in rows if array_of(row.marker) is None]
    assert [(row.name, row.attempt) for row in alone] == [("member 5", 2)]  # only it was run again
    members = [row for row in rows if row not in alone]
    assert len(array_ids(members)) == 1
    assert len({str(row.native_id).partition("_")[0] for row in members}) == 1
    assert len({row.native_id for row in members}) == 11
    async with node.database.sessions() as session:
        for row in rows:
            (mine,) = await data.list_of_simulation(session, row.id)
            number, size = (await data.read_bytes(session, node, mine.id)).split(b"}")
            assert json.loads(number + b"}") == {"k": int(row.name.partition(" ")[2])}
            assert size.strip() == b"8000"
    # What they shared was brought once; it goes with the last of them. The one that failed keeps its own files.
    (array,) = array_ids(members)
    assert sum(row.staged_bytes or 0 for row in members) < 2 * 8000
    assert not (runs / array / "work").exists() or (runs / f"{array}.5").exists()


@pytest.mark.covers("V45")
async def test_one_member_is_cancelled_and_then_all(
    running_node: Node,
    client: httpx.AsyncClient,
    pbs_machine: PbsMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    await machine_at(running_node, "gamma", "pbs", pbs_machine.login, **QUICK, run_directory=str(tmp_path / "runs"))
    ids = await ensemble(running_node, 5, ["sleep", "300"], machine="gamma", max_attempts=1)
    rows = await until(running_node, lambda rows: sum(row.state == "running" for row in rows) == 2, seconds=60)
    assert len(array_ids(rows)) == 1
    first = next(row for row in rows if row.state == "running")
    assert (await client.post(f"{API}/simulations/{first.id}/cancellation")).status_code == 202
    rows = await ended(running_node, count=1, seconds=60)
    assert [row.id for row in rows if row.state == "cancelled"] == [first.id]
    for one in ids:
        if one != first.id:
            assert (await client.post(f"{API}/simulations/{one}/cancellation")).status_code == 202
    rows = await ended(running_node, count=5, seconds=60)
    assert {row.state for row in rows} == {"cancelled"}


class Lossy:
    """A transport whose next answer to a submission is lost."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self.loses_next = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    async def run(self, command: Sequence[str], **named: Any) -> Any:
        done = await self._transport.run(command, **named)
        if self.loses_next and any("job.part" in word for word in command):
            self.loses_next = False
            raise CutShort("the connection ended before the answer did")
        return done


async def test_an_array_whose_answer_was_lost_is_adopted_and_each_member_runs_once(
    running_node: Node,
    pbs_machine: PbsMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    node = running_node
    machine = await machine_at(node, "gamma", "pbs", pbs_machine.login, **QUICK, run_directory=str(tmp_path / "runs"))
    revision, transport = node.registry["machines.transports"][machine.id]
    lossy = Lossy(transport)
    node.registry["machines.transports"][machine.id] = (revision, lossy)
    tally = tmp_path / "tally"
    command = ["sh", "-c", f"echo $STORMBELL_MEMBER >> {tally}"]
    await ensemble(node, 6, command, machine="gamma", max_attempts=1)
    rows = await ended(node, count=6, seconds=90)
    assert not lossy.loses_next
    assert {row.state for row in rows} == {"succeeded"}
    assert sorted(tally.read_text().split()) == list("012345")


async def test_whatever_job_comes_first_submits_the_whole_array(
    running_node: Node,
    pbs_machine: PbsMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    """As after a server that died between the markers and the submission: the sweep asks for one member alone."""
    node = running_node
    machine = await machine_at(node, "gamma", "pbs", pbs_machine.login, **QUICK, run_directory=str(tmp_path / "runs"))
    async with node.database.transaction() as session:
        await session.execute(update(Machine).where(Machine.id == machine.id).values(cordoned=True))
    ids = await ensemble(node, 5, ["true"], machine="gamma", max_attempts=1)
    await until(node, lambda rows: all("cordoned" in (row.waiting_text or "") for row in rows))
    async with node.database.transaction() as session:
        query = select(Simulation).where(Simulation.id.in_(ids)).order_by(Simulation.id).with_for_update()
        rows = (await session.scalars(query)).all()
        for row in rows:
            row.machine_id, row.machine, row.driver, row.submission = machine.id, "gamma", "pbs", "intent"
        give_markers(rows, [machine])
        rows[1].cancel_requested_at = rows[1].created_at
        await session.flush()
        await enqueue_submission(session, rows[3])
    rows = await ended(node, count=5, seconds=60)
    assert len(array_ids(rows)) == 1
    assert [row.state for row in rows] == ["succeeded", "cancelled", "succeeded", "succeeded", "succeeded"]


async def test_where_there_are_no_arrays_each_is_submitted_by_itself(running_node: Node) -> None:
    node = running_node
    local = await machine_of(node)
    assert machines.array_count(local) == 0
    await ensemble(node, 40, ["true"], machine=local.name, max_attempts=1)
    rows = await ended(node, count=40, seconds=120)
    assert {row.state for row in rows} == {"succeeded"}
    assert {row.marker for row in rows} == {f"{row.id}-1" for row in rows}
