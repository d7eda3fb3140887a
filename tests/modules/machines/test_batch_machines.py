"""Machines with a batch system of another host: asked, changed live, and in test mode."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules import machines
from app.modules.machines.batch import BatchRun, RunRef
from tests.conftest import settings_for
from tests.modules.machines.test_machine_registration import API, registered
from tests.sites.batch_machines import PbsMachine, pbs_machine  # noqa: F401


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "data", **{"egress.allow": "127.0.0.0/8"})


async def row_of(node: Node, machine: dict[str, Any]) -> machines.Machine:
    async with node.database.sessions() as session:
        return await machines.get(session, machine["id"])


@pytest.mark.covers("V52")
async def test_a_machine_with_a_batch_system_shows_its_queue_and_its_settings_change_live(
    running_node: Node,
    client: httpx.AsyncClient,
    pbs_machine: PbsMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    settings = {"run_directory": str(tmp_path / "runs"), "poll_seconds": 0.5}
    machine = await registered(client, pbs_machine.login, driver="pbs", settings=settings)
    at = f"{API}/{machine['id']}"
    probed = (await client.post(f"{at}/probe")).json()
    assert (probed["state"], probed["cores"]) == ("answers", 2)
    assert "pbs" in probed["report"]["batch_systems"]
    batch = await machines.batch_of(running_node, await row_of(running_node, machine))
    await batch.prepare("m1")
    native_id = await batch.submit(BatchRun(marker="m1", name="m1", command=["sleep", "60"]))
    view = (await client.get(f"{at}/queue")).json()
    assert [(job["native_id"], job["name"]) for job in view["jobs"]] == [(native_id, "m1")]
    assert view["nodes"][0]["cores"] == 2
    await batch.cancel(RunRef("m1", native_id))

    pbs_machine.server.answers(yes=False)
    try:
        silent = await client.get(f"{at}/queue")
        assert (silent.status_code, silent.json()["code"]) == (503, "machine_unreachable")
    finally:
        pbs_machine.server.answers(yes=True)

    odd = await client.patch(at, json={"settings": {**settings, "poll_seconds": "often"}})
    assert (odd.status_code, odd.json()["code"]) == (422, "machine_settings_invalid")
    changed = await client.patch(at, json={"settings": {**settings, "poll_seconds": 2.5}})
    assert changed.status_code == 200, changed.text
    assert (await machines.batch_of(running_node, await row_of(running_node, machine))).poll_seconds == 2.5


async def test_a_machine_without_a_batch_system_has_no_queue(
    running_node: Node,
    client: httpx.AsyncClient,
    pbs_machine: PbsMachine,  # noqa: F811
) -> None:
    machine = await registered(client, pbs_machine.login)
    refused = await client.get(f"{API}/{machine['id']}/queue")
    assert (refused.status_code, refused.json()["code"]) == (422, "driver_unavailable")


@pytest.mark.covers("V54")
async def test_in_test_mode_nothing_is_sent_and_runs_go_a_state_at_a_time(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    wanted = {"name": "heron", "transport_settings": {"host": "127.0.0.1", "port": 1}, "driver": "slurm"}
    machine = (await client.post(API, json={**wanted, "test_mode": True})).json()
    at = f"{API}/{machine['id']}"
    assert (await client.post(f"{at}/probe")).json()["state"] == "answers"
    refused = await client.post(f"{at}/commands", json={"command": ["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "machine_file_refused")

    batch = await machines.batch_of(running_node, await row_of(running_node, machine))
    transport = await machines.transport_of(running_node, await row_of(running_node, machine))
    directory = await batch.prepare("m1")
    await transport.put(b"{}", f"{directory}/input.json")
    await batch.submit(BatchRun(marker="m1", name="m1", command=["no-such-program"], outputs=["out/*.nc"]))
    states = [(await batch.poll([RunRef("m1")]))[0].state for _ in range(4)]
    assert states == ["queued", "running", "succeeded", "succeeded"]
    receipt = await batch.receipt("m1")
    assert receipt is not None
    assert [output.name for output in receipt.outputs] == ["out/made-up.nc"]
    assert await transport.tail(f"{directory}/out/made-up.nc", 100) == b"made up in test mode\n"
    await batch.submit(BatchRun(marker="m2", name="m2", command=["true"]))
    await batch.cancel(RunRef("m2"))
    assert [status.state for status in await batch.poll([RunRef("m2"), RunRef("m3")])] == ["cancelled", "lost"]

    on = await client.patch(at, json={"test_mode": False})
    assert (on.status_code, on.json()["test_mode"]) == (200, False)
    real = await machines.batch_of(running_node, await row_of(running_node, machine))
    with pytest.raises(ConnectionError):
        await real.load()
