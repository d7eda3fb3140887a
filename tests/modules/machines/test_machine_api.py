"""Machines as the API shows and changes them, and how their silence is told."""

import os
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import Alarm
from app.kernel.events import EventRow
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import Machine
from app.modules.machines.loops import probe


@pytest.mark.covers("V50")
async def test_this_host_is_a_machine_from_the_start(running_node: Node, client: httpx.AsyncClient) -> None:
    (machine,) = (await client.get("/api/v1/machines")).json()["items"]
    assert machine["name"] == "local"
    assert (machine["driver"], machine["transport"], machine["state"]) == ("local", "local", "answers")
    assert machine["cores"] == len(os.sched_getaffinity(0))
    assert (machine["enabled"], machine["cordoned"], machine["running_count"]) == (True, False, 0)
    again = (await client.get(f"/api/v1/machines/{machine['id']}")).json()
    assert {**again, "last_polled_at": machine["last_polled_at"]} == machine


@pytest.mark.covers("V50")
async def test_cordoning_is_kept_and_told_once(running_node: Node, client: httpx.AsyncClient) -> None:
    (machine,) = (await client.get("/api/v1/machines")).json()["items"]
    for _ in range(2):
        changed = await client.patch(f"/api/v1/machines/{machine['id']}", json={"cordoned": True})
        assert (changed.status_code, changed.json()["cordoned"]) == (200, True)
    async with running_node.database.sessions() as session:
        facts = (await session.scalars(select(EventRow).where(EventRow.subject_id == machine["id"]))).all()
    assert [(fact.type, fact.text, fact.actor) for fact in facts] == [
        ("machine.changed", "Machine local was cordoned", "usr_owner")
    ]


async def test_odd_requests_are_refused_with_a_reason(running_node: Node, client: httpx.AsyncClient) -> None:
    missing = await client.get("/api/v1/machines/mch_none")
    assert (missing.status_code, missing.json()["code"]) == (404, "machine_not_found")
    (machine,) = (await client.get("/api/v1/machines")).json()["items"]
    odd = await client.patch(f"/api/v1/machines/{machine['id']}", json={"cores": 64})
    assert (odd.status_code, odd.json()["code"]) == (422, "request_invalid")


async def test_a_renamed_node_keeps_its_machine_and_another_gets_its_own(
    node: Node, session: AsyncSession, tmp_path: Path
) -> None:
    first = await machines.ensure_local(session, node)
    node.name = "renamed"
    again = await machines.ensure_local(session, node)
    assert (again.id, again.node_name) == (first.id, "renamed")
    node.settings.kernel.data_directory = tmp_path / "elsewhere"
    node.name = "another"
    other = await machines.ensure_local(session, node)
    assert (other.name, other.node_name) == ("local-another", "another")
    assert (await machines.ensure_local(session, node)).id == other.id


async def test_a_machine_that_falls_silent_raises_one_alarm_and_clears_it(node: Node) -> None:
    async with node.database.transaction() as session:
        machine = Machine(id="mch_far", name="far", driver="nothing-like-it", transport="local", cores=1)
        session.add(machine)
        await session.flush()
        await session.refresh(machine)
    for _ in range(2):
        await probe(node, machine)
    async with node.database.transaction() as session:
        (alarm,) = (await session.scalars(select(Alarm))).all()
        assert (alarm.key, alarm.cleared_at, alarm.count) == ("machine:mch_far", None, 1)
        silent = await machines.get(session, "mch_far")
        assert silent.state == "unreachable"
        assert "there is no machines.batch driver named 'nothing-like-it'" in (silent.last_error or "")
        silent.driver = "local"
        silent.node_name = node.name
    await probe(node, silent)
    async with node.database.sessions() as session:
        assert (await session.get_one(Machine, "mch_far")).state == "answers"
        (alarm,) = (await session.scalars(select(Alarm))).all()
        assert alarm.cleared_at is not None
