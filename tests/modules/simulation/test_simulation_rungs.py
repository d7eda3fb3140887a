"""Rungs of a ladder: who may use one by naming its place, what is reserved for it, the house's runs and races."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ladder_probe import FULL, GROUP, LADDER, machine_with_ladder, moved, person
from sqlalchemy import select

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import HOUSE, Role
from app.modules import machines, simulation
from app.modules.accounts.allocation_models import Allocation
from app.modules.accounts.allocations import Grant, grant
from app.modules.accounts.models import User
from app.modules.machines import Machine
from app.modules.simulation import Simulation, SimulationSubmit
from app.modules.simulation.core_hours import Budget
from app.modules.simulation.group_models import SimulationGroup
from app.modules.simulation.placement import Choice, decide
from app.modules.simulation.queue_room import Survey
from app.modules.simulation.rung_rights import Asker, asker_of
from app.modules.simulation.service import Origin, submit_many
from app.modules.simulation.settings import SimulationSettings
from app.modules.simulation.states import RunAttempt, RunAttempts, end, end_or_repeat
from app.modules.simulation.submission import claim
from app.modules.simulation.views import view_of
from app.modules.workflows.models import IncidentRow

EACH = 2 * 600 / 3600  # core-hours of a run below, at no extra cost


@pytest.fixture
async def herons(node: Node) -> AsyncIterator[list[Machine]]:
    """Two machines with the same ladder, both full."""
    async with node.database.transaction() as session:
        session.add_all([machine_with_ladder("heron"), machine_with_ladder("ibis")])
    async with node.database.sessions() as session:
        yield list(await machines.list_all(session))


def quake(**given: Any) -> SimulationSubmit:
    resources = {"cores": 2, "walltime_seconds": 600, **given.pop("resources", {})}
    return SimulationSubmit.model_validate({"command": ["quake"], "resources": resources, **given})


def urgent_quake(**given: Any) -> SimulationSubmit:
    return quake(deadline_at=datetime.now(UTC) + timedelta(minutes=12), **given)


async def named(node: Node, machine: Machine, asker: Asker, **given: Any) -> Choice:
    """Decide about a run that names a place itself."""
    async with node.database.transaction() as session:
        return await decide(
            session, [machine], node, quake(**given), history_key=None, promised={}, taken={}, asker=asker,
            budget=Budget(node, "usr_ada"),
        )  # fmt: skip


async def claimed(node: Node, known: list[Machine], ids: list[str]) -> list[Simulation]:
    """Place simulations as their submission does, all queues being full."""
    payload = RunAttempts(runs=[RunAttempt(simulation_id=one, attempt=1) for one in ids])
    surveys = {machine.id: Survey(moved(FULL)) for machine in known}
    async with node.database.transaction() as session:
        await claim(session, node, known, payload, surveys, {})
    async with node.database.sessions() as session:
        return list(await simulation.find_many(session, ids))


async def asked(node: Node, owner_id: str, *specs: SimulationSubmit, group_id: str | None = None) -> list[str]:
    async with node.database.transaction() as session:
        return await submit_many(
            session, [(f"quake {n}", one) for n, one in enumerate(specs)], incident_id=None, stage_id=None,
            owner_id=owner_id, origin=Origin(group_id=group_id),
        )  # fmt: skip


async def user(node: Node, role: str, core_hours: float | None = None) -> str:
    """Add a user, and what they may use."""
    user_id = new_id("usr")
    async with node.database.transaction() as session:
        session.add(User(id=user_id, email=f"{user_id}@example.org".lower(), name="Ada", role=role))
        await session.flush()
        if core_hours is not None:
            await grant(session, person(Role.OWNER), Grant("user", user_id, "core_hours", core_hours))
    return user_id


async def reserved(node: Node) -> tuple[float, float]:
    """Return what is reserved and what is used of the one allocation there is."""
    async with node.database.sessions() as session:
        row = (await session.scalars(select(Allocation))).one()
        return float(row.reserved), float(row.used)


@pytest.mark.parametrize(
    ("given", "least", "cost_factor"),
    [
        ({"resources": {"partition": "fast"}}, Role.RUNNER, 2.0),
        ({"resources": {"partition": "normal,FAST"}}, Role.RUNNER, 2.0),
        ({"resources": {"qos": "first"}}, Role.ADMIN, 4.0),
        ({"resources": {"qos": "First", "partition": "fast"}}, Role.ADMIN, 4.0),
        ({"extra": ["--qos=first"]}, Role.ADMIN, 4.0),
        ({"resources": {"reservation": "quake"}}, Role.OWNER, 8.0),
        ({"resources": {"partition": "quake"}}, Role.OWNER, 8.0),  # as PBS has it
        ({"resources": {"partition": "normal", "qos": "second"}}, Role.VIEWER, 1.0),
        ({}, Role.VIEWER, 1.0),
    ],
)
@pytest.mark.covers("V51")
async def test_a_place_that_is_named_is_held_to_its_rungs_role_and_cost(
    node: Node, herons: list[Machine], given: dict[str, Any], least: Role, cost_factor: float
) -> None:
    heron = herons[0]
    found = await named(node, heron, Asker(person(least)), **given)
    assert (found.machine, found.cost_factor, found.kept()["cost_factor"]) == (heron, cost_factor, cost_factor)
    if least > Role.RUNNER:
        below = await named(node, heron, Asker(person(Role(least - 1))), **given)
        assert (below.machine, below.hopeless) == (None, True)
        assert f"is for {least.label}s" in below.reasons[0]
        assert (await named(node, heron, Asker(None), **given)).machine is None


async def test_what_a_group_may_climb_it_may_name_and_what_a_machine_gives_anyway_is_no_rung(
    node: Node, herons: list[Machine]
) -> None:
    heron = herons[0]
    member = await named(node, heron, Asker(person(Role.RUNNER, GROUP)), resources={"qos": "first"})
    assert (member.machine, member.cost_factor) == (heron, 4.0)
    heron.settings = {"ladder": LADDER, "partition": "fast"}
    assert (await named(node, heron, Asker(None), resources={"partition": "fast"})).cost_factor == 1.0


async def test_a_place_one_may_not_use_is_refused_when_it_is_asked_for(
    running_node: Node, client: Any, herons: list[Machine]
) -> None:
    async with running_node.database.transaction() as session:
        row = await session.get_one(Machine, herons[0].id)
        row.settings = {"ladder": [{**LADDER[0], "role": "owner"}]}
    body = {"name": "quake", "command": ["quake"], "machine": herons[0].name, "resources": {"partition": "fast"}}
    assert (await client.post("/api/v1/simulations/preview", json=body)).json()["core_hours"] == pytest.approx(2.0)
    allowed = await client.post("/api/v1/simulations", json={**body, "hold": True})
    assert allowed.status_code == 201, allowed.text
    running_node.authenticate = authenticate_as(Role.ADMIN)
    for path in ("simulations", "simulations/preview"):
        refused = await client.post(f"/api/v1/{path}", json=body, headers={"X-Test-Caller": "nobody"})
        assert (refused.status_code, refused.json()["code"]) == (403, "rung_not_allowed"), refused.text
        assert "is the rung urgent of its ladder, which is for owners" in refused.json()["detail"]


def authenticate_as(role: Role) -> Any:
    async def authenticate(_request: Any) -> Any:
        return person(role)

    return authenticate


@pytest.mark.covers("V51")
async def test_what_a_climb_costs_more_is_reserved_with_it_and_given_back_when_it_is_not_used(
    node: Node, herons: list[Machine]
) -> None:
    owner_id = await user(node, "admin", core_hours=1.8)
    first, second = await asked(node, owner_id, urgent_quake(), urgent_quake())
    assert await reserved(node) == pytest.approx((2 * EACH, 0))
    row, other = await claimed(node, herons, [first, second])
    assert (row.placement["rung"]["kind"], row.placement["cost_factor"]) == ("preempt", 4.0)
    # For the other one not enough is left: it was reserved in the transaction that placed the first.
    assert "rung" not in other.placement
    assert "are left" in other.placement["ladder"][1]["against"]
    assert await reserved(node) == pytest.approx((5 * EACH, 0), abs=1e-3)

    async with node.database.transaction() as session:
        row = await simulation.get(session, first, lock=True)
        row.started_at, row.run_seconds = datetime.now(UTC), 90.0
        await end_or_repeat(session, row, "lost", "the node failed", counts=False)
    used = 4 * 2 * 90 / 3600
    assert await reserved(node) == pytest.approx((2 * EACH, used), abs=1e-3)
    async with node.database.transaction() as session:
        for one in (first, second):
            await end(session, await simulation.get(session, one, lock=True), "cancelled")
    assert await reserved(node) == pytest.approx((0, used), abs=1e-3)


async def test_a_named_place_that_costs_more_than_is_left_waits_and_says_so(node: Node, herons: list[Machine]) -> None:
    owner_id = await user(node, "admin", core_hours=1.0)
    (one,) = await asked(node, owner_id, quake(resources={"qos": "first"}, machine="heron"))
    (row,) = await claimed(node, herons, [one])
    assert (row.machine, row.state) == (None, "created")
    assert "core-hours are needed" in row.waiting_text
    assert await reserved(node) == pytest.approx((EACH, 0), abs=1e-3)
    async with node.database.transaction() as session:
        allocation = (await session.scalars(select(Allocation).with_for_update())).one()
        allocation.granted *= 2
    (row,) = await claimed(node, herons, [one])
    assert (row.machine, row.placement["cost_factor"]) == ("heron", 4.0)
    assert await reserved(node) == pytest.approx((4 * EACH, 0), abs=1e-3)


async def test_the_houses_runs_climb_as_far_as_they_may_and_further_where_their_incidents_owner_may(
    node: Node, herons: list[Machine]
) -> None:
    settings = node.settings.of(SimulationSettings)
    assert settings.house_rung == "urgent"
    (one,) = await asked(node, HOUSE, urgent_quake())
    (row,) = await claimed(node, herons, [one])
    assert "rung" not in row.placement
    against = {rung["kind"]: rung["against"] for rung in row.placement["ladder"]}
    assert against["urgent"] is None
    assert against["preempt"] == "is not for runs of the house (simulation.house_rung is urgent)"
    node.settings.sections["simulation"] = settings.model_copy(update={"house_rung": "preempt"})
    (two,) = await asked(node, HOUSE, urgent_quake())
    assert (await claimed(node, herons, [two]))[0].placement["rung"]["kind"] == "preempt"
    node.settings.sections["simulation"] = settings

    rungs = machines.ladder_of(herons[0])
    for role, may in (("admin", True), ("runner", False)):
        owner_id = await user(node, role)
        async with node.database.transaction() as session:
            incident = IncidentRow(
                id=new_id("inc"), name="west", workflow="bell", workflow_version="1", state="active", owner_id=owner_id
            )
            session.add(incident)
            await session.flush()
            asker = await asker_of(session, node, HOUSE, incident.id)
        assert (asker.may_not(rungs[1]) is None) is may


async def test_a_race_climbs_once(node: Node, herons: list[Machine]) -> None:
    owner_id = await user(node, "admin")
    group = SimulationGroup(id=new_id("race"), owner_id=owner_id, kind="race", name="quake", wins_on="succeeded")
    async with node.database.transaction() as session:
        session.add(group)
    ids = await asked(node, owner_id, urgent_quake(), urgent_quake(), group_id=group.id)
    first, second = await claimed(node, herons, ids)
    assert {first.machine, second.machine} == {"heron", "ibis"}
    assert first.placement["rung"]["kind"] == "preempt"
    assert (second.placement.get("rung"), second.placement["ladder"]) == (None, [])
    assert second.placement["reasons"][-1] == f"does not climb: quake 0 of its race has climbed on {first.machine}"


async def test_a_race_of_which_one_is_in_time_does_not_climb(node: Node, herons: list[Machine]) -> None:
    owner_id = await user(node, "admin")
    group = SimulationGroup(id=new_id("race"), owner_id=owner_id, kind="race", name="quake", wins_on="succeeded")
    async with node.database.transaction() as session:
        session.add(group)
        empty = await session.get_one(Machine, herons[1].id)
        empty.cores_used, empty.queued_count = 0, 0
    async with node.database.sessions() as session:
        known = list(await machines.list_all(session))
    ids = await asked(node, owner_id, urgent_quake(), urgent_quake(), group_id=group.id)
    first, second = await claimed(node, known, ids)
    assert (first.machine, second.machine) == ("ibis", "heron")
    assert second.placement["reasons"][-1] == "does not climb: quake 0 of its race is likely to be in time on ibis"


async def test_whom_a_run_stops_is_told_those_who_may_see_the_queue_and_others_how_many(
    node: Node, herons: list[Machine]
) -> None:
    owner_id = await user(node, "admin")
    (row,) = await claimed(node, herons, await asked(node, owner_id, urgent_quake()))
    async with node.database.sessions() as session:
        row = await simulation.get(session, row.id)
        views = {role: view_of(row, person(role)) for role in (Role.VIEWER, Role.RUNNER, Role.OPERATOR)}
    for role, view in views.items():
        rungs = [view.placement.rung, *view.placement.ladder]
        assert view.placement.rung is not None
        assert (view.placement.rung.victim_count, view.placement.rung.victim_cores) == (1, 2)
        told = [victim.user for rung in rungs if rung for victim in rung.victims]
        assert told == (["ada"] * 3 if role is Role.OPERATOR else [])
        if role < Role.OPERATOR:
            assert '"ada"' not in view.model_dump_json()
            assert " ada " not in " ".join(view.placement.reasons)
