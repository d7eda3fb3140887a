"""Cancelling simulations in every state, alone and with their incident."""

import asyncio
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from simulation_probe import Ended, ended, machine_of, said, submit, until

from app.kernel.node import Node
from app.kernel.principal import SYSTEM
from app.modules import machines, simulation
from app.modules.machines.schemas import MachineChange
from app.modules.simulation import Simulation, SimulationEnded


async def cancel(node: Node, simulation_id: str) -> Simulation:
    async with node.database.transaction() as session:
        return await simulation.cancel(session, simulation_id)


async def cordon(node: Node, *, cordoned: bool) -> None:
    machine = await machine_of(node)
    async with node.database.transaction() as session:
        await machines.change(session, machine.id, MachineChange(cordoned=cordoned), actor=SYSTEM)


def waits_for_a_machine(rows: list[Simulation]) -> bool:
    return all("is cordoned" in (row.waiting_text or "") for row in rows)


@pytest.mark.covers("V45")
async def test_running_and_queued_are_stopped_on_the_machine(
    running_node: Node, callbacks: list[Ended], tmp_path: Path
) -> None:
    for _ in range(4):
        await submit(running_node, ["sh", "-c", f"echo x >> {tmp_path}/tally; sleep 60"])
    rows = await until(running_node, lambda rows: sorted(r.state for r in rows)[2:] == ["running", "running"])
    async with running_node.database.transaction() as session:
        for row in rows:
            await simulation.cancel(session, row.id)
    rows = await ended(running_node, count=4)
    assert {(row.state, row.error) for row in rows} == {("cancelled", None)}
    assert (await (await machines.batch_of(running_node, await machine_of(running_node))).load()).running_count == 0
    await said(callbacks, 4)
    assert (tmp_path / "tally").read_text() == "x\n" * 2
    with pytest.raises(SimulationEnded, match="cancelled already"):
        await cancel(running_node, rows[0].id)


async def test_one_that_waits_for_a_machine_ends_at_once(running_node: Node, callbacks: list[Ended]) -> None:
    await cordon(running_node, cordoned=True)
    simulation_id = await submit(running_node, ["true"])
    (row,) = await until(running_node, waits_for_a_machine)
    assert row.waiting_on is not None
    assert (row.waiting_on["kind"], row.waiting_on["text"]) == (
        "placement", "no machine can take it now: local: is cordoned",
    )  # fmt: skip
    assert (await cancel(running_node, simulation_id)).state == "cancelled"
    await said(callbacks, 1)


async def test_a_machine_that_is_released_is_used_at_once(running_node: Node) -> None:
    await cordon(running_node, cordoned=True)
    await submit(running_node, ["true"])
    await until(running_node, waits_for_a_machine)
    await cordon(running_node, cordoned=False)
    (row,) = await ended(running_node, seconds=8)
    assert row.state == "succeeded"


async def test_asked_at_every_moment_it_ends_once(running_node: Node, callbacks: list[Ended]) -> None:
    """Whatever the cancellation meets, there is one end and one callback."""

    async def one(n: int) -> None:
        simulation_id = await submit(running_node, ["sleep", "0.05"], name=f"{n}")
        await asyncio.sleep(n * 0.015)
        with suppress(SimulationEnded):
            await cancel(running_node, simulation_id)

    await asyncio.gather(*[one(n) for n in range(30)])
    rows = await ended(running_node, count=30)
    assert {row.state for row in rows} <= {"cancelled", "succeeded"}
    assert "cancelled" in {row.state for row in rows}
    await said(callbacks, 30)
    assert sorted(int(c.tag) for c in callbacks) == list(range(30))
    assert {c.simulation_id: c.state for c in callbacks} == {row.id: row.state for row in rows}


async def test_an_incident_takes_its_simulations_with_it(running_node: Node, callbacks: list[Ended]) -> None:
    for _ in range(3):
        await submit(running_node, ["sleep", "60"])
    await until(running_node, lambda rows: any(row.state == "running" for row in rows))
    async with running_node.database.transaction() as session:
        assert await simulation.cancel_of_incident(session, "inc_other") == 0
        assert await simulation.cancel_of_incident(session, "inc_test") == 3
    assert {row.state for row in await ended(running_node, count=3)} == {"cancelled"}
    async with running_node.database.transaction() as session:
        assert await simulation.cancel_of_incident(session, "inc_test") == 0


@pytest.mark.covers("V45", "V46")
async def test_over_http(running_node: Node, client: httpx.AsyncClient) -> None:
    simulation_id = await submit(running_node, ["sh", "-c", "echo said; echo wrong >&2; sleep 60"], name="long")
    await until(running_node, lambda rows: rows[0].state == "running")
    path = f"/api/v1/simulations/{simulation_id}"
    shown = (await client.get(path)).json()
    assert (shown["name"], shown["state"], shown["machine"]) == ("long", "running", "local")
    assert shown["command"][0] == "sh"
    assert {key: value for key, value in shown["resources"].items() if value} == {
        "cores": 1, "memory_bytes": 2 * 1024**3, "walltime_seconds": 3600.0,
    }  # fmt: skip
    assert shown["placement"]["machine"] == "local"
    assert shown["waiting_on"]["kind"] == "run"
    assert shown["seconds"] >= 0

    async def output(**params: str) -> httpx.Response:
        return await client.get(f"{path}/output", params=params)

    async with asyncio.timeout(10):
        while (await output()).text != "said\n" or (await output(stream="stderr")).text != "wrong\n":
            await asyncio.sleep(0.02)
    assert (await output(tail_bytes="3")).text == "id\n"
    assert (await output()).headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (await output(tail_bytes="0")).status_code == 422

    for params, count in (
        ({}, 1), ({"state": "running"}, 1), ({"state": "failed"}, 0), ({"machine": "local"}, 1),
        ({"incident_id": "inc_test"}, 1), ({"incident_id": "inc_other"}, 0),
    ):  # fmt: skip
        assert len((await client.get("/api/v1/simulations", params=params)).json()["items"]) == count
    assert (await client.get("/api/v1/simulations", params={"state": "odd"})).status_code == 422

    cancelled = await client.post(f"{path}/cancellation")
    assert (cancelled.status_code, cancelled.json()["waiting_on"]["kind"]) == (202, "cancellation")
    await ended(running_node)
    assert (await client.get(path)).json()["state"] == "cancelled"
    again = await client.post(f"{path}/cancellation")
    assert (again.status_code, again.json()["code"]) == (409, "simulation_ended")
    assert (await client.get("/api/v1/simulations/sim_none")).json()["code"] == "simulation_not_found"
