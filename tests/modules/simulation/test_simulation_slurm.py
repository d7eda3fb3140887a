"""A simulation on a real Slurm over a real sshd, from its inputs to its checked outputs."""

import hashlib

import httpx
import pytest
from simulation_probe import ended, until
from sqlalchemy import func

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import data
from app.modules.machines import Machine
from app.modules.machines.transport.ssh import Settings, Transport
from tests.sites.batch_machines import SlurmMachine, slurm_machine  # noqa: F401 (a fixture)
from tests.sites.machine_login import settings_of, surroundings_of

API = "/api/v1"


@pytest.fixture
async def alpha(running_node: Node, slurm_machine: SlurmMachine, tmp_path: object) -> Machine:  # noqa: F811
    """The cluster as a machine of the node's, its key and host key at hand."""
    login = slurm_machine.login
    async with running_node.database.transaction() as session:
        machine = Machine(
            id=new_id("mch"), name="alpha", driver="slurm", transport="ssh",
            settings={"run_directory": f"{tmp_path}/runs"},
            transport_settings=settings_of(login), cores=2, state="answers", last_polled_at=func.now(), revision=1,
        )  # fmt: skip
        session.add(machine)
    transport = Transport(Settings.model_validate(settings_of(login)), surroundings_of(login))
    running_node.registry.setdefault("machines.transports", {})[machine.id] = (1, transport)
    running_node.bus.wake("machines")
    return machine


@pytest.mark.covers("V43", "V53", "V56")
async def test_inputs_go_there_the_run_is_followed_and_outputs_come_back(
    running_node: Node, client: httpx.AsyncClient, alpha: Machine
) -> None:
    node = running_node
    content = b"event " * 400_000
    placed = await data.place_bytes(node, content, "test", "event.bin")
    async with node.database.transaction() as session:
        event = await data.register(session, placed, name="event.bin")
    script = (
        "set -e\necho begun\nsha256sum event.bin | cut -c1-64 > sum.txt\n"
        "mkdir -p out\ncat event.bin event.bin > out/twice.bin\necho done\n"
    )
    body = {
        "name": "over there", "script": script, "files": {"event.bin": event.id}, "machine": "alpha",
        "outputs": [{"pattern": "sum.txt"}, {"pattern": "out/*", "role": "twice"}],
        "resources": {"walltime_seconds": 120, "memory_bytes": 64 * 1024**2}, "max_attempts": 1,
    }  # fmt: skip
    plan = (await client.post(f"{API}/simulations/preview", json=body)).json()
    assert plan["machine"] == "alpha", plan
    assert "#SBATCH" in plan["script"]
    answer = await client.post(f"{API}/simulations", json=body)
    assert answer.status_code == 201, answer.text
    (row,) = await ended(node, seconds=100)
    assert (row.state, row.error, row.attempt) == ("succeeded", None, 1)
    assert row.native_id is not None
    assert row.staged_bytes == len(content) + len(script)
    async with node.database.sessions() as session:
        found = {one.name: one for one in await data.list_of_simulation(session, row.id)}
        assert await data.read_bytes(session, node, found["sum.txt"].id) == (
            hashlib.sha256(content).hexdigest().encode() + b"\n"
        )
        assert found["out/twice.bin"].sha256 == hashlib.sha256(content * 2).hexdigest()
    assert {one.machine for one in found.values()} == {"alpha"}
    assert not (node.settings.data_directory / "spool" / str(row.marker)).exists()
    states = [s["state"] for s in (await client.get(f"{API}/simulations/{row.id}/states")).json()["items"]]
    assert states[0] == "queued"
    assert states[-2:] == ["completing", "succeeded"]


async def test_one_is_cancelled_there(running_node: Node, client: httpx.AsyncClient, alpha: Machine) -> None:
    body = {"name": "long", "command": ["sleep", "300"], "machine": "alpha", "max_attempts": 1}
    (one,) = (await client.post(f"{API}/simulations", json=body)).json()["simulations"]
    await until(running_node, lambda rows: rows[0].state == "running", seconds=60)
    output = await client.get(f"{API}/simulations/{one['id']}/output")
    assert output.status_code == 200
    assert (await client.post(f"{API}/simulations/{one['id']}/cancellation")).status_code == 202
    (row,) = await ended(running_node, seconds=60)
    assert row.state == "cancelled"
