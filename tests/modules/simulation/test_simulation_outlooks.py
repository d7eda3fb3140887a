"""Outlooks of the simulations of a large incident: of those that are alike, the ones that matter are looked at."""

from datetime import UTC, datetime, timedelta

from ladder_probe import machine_with_ladder
from sqlalchemy import insert

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import simulation
from app.modules.simulation import Simulation

COUNT = 3000


async def test_of_thousands_alike_the_first_and_the_last_to_begin_are_looked_at(node: Node) -> None:
    machine, now = machine_with_ladder("heron"), datetime.now(UTC)
    common = {
        "name": "quake", "max_attempts": 1, "history_key": ":quake", "machine": "heron", "machine_id": machine.id,
        "spec": {"command": ["quake"], "files": {"big": "x" * 200}, "resources": {"cores": 2, "walltime_seconds": 9e4}},
        "submission": "submitted",
    }  # fmt: skip
    wait = {"p10": 100.0, "p50": 200.0, "p90": 300.0, "basis": "similar", "count": 9}
    candidates = [{"machine": "ibis", "estimate": None}, {"machine": "heron", "estimate": {"wait": wait}}]
    rows = [
        {**common, "id": new_id("sim"), "incident_id": "inc_1", "state": "running",
         "started_at": now - timedelta(seconds=n)} for n in range(1, COUNT)
    ]  # fmt: skip
    queued = {"incident_id": "inc_1", "state": "queued", "queued_at": now, "placement": {"candidates": candidates}}
    before = [
        {**common, "id": new_id("sim"), "state": "succeeded", "run_seconds": 2000.0 + 10 * n, "finished_at": now}
        for n in range(10)
    ]
    async with node.database.transaction() as session:
        session.add(machine)
        await session.flush()
        await session.execute(insert(Simulation), rows)
        await session.execute(insert(Simulation), before)
        await session.execute(insert(Simulation), [{**common, **queued, "id": new_id("sim")}])
    async with node.database.sessions() as session:
        found = await simulation.outlooks(session, "inc_1")
        assert len(found) == 101
        assert [one.id for one in await simulation.outlooks(session, "inc_1")] == [one.id for one in found]
        assert await simulation.outlooks(session, "inc_2") == []
    told = {one.id: one for one in found}
    assert told[rows[-1]["id"]].reason == "it has run longer than each before it"
    assert max(told[rows[0]["id"]].draws) > 2000
    (waits,) = [one for one in found if one.state == "queued"]
    assert waits.reason is None
    assert 2000 < min(waits.draws) <= max(waits.draws) < 2400
