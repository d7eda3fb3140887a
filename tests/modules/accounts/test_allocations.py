"""Allocations: what people and groups may use, counted once for each reference."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from people import Browse, add_token, add_user, bearer, run_sql

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import HOUSE, Role
from app.modules import accounts
from app.modules.accounts import AllocationExhausted
from app.modules.accounts.allocations import revoke_allocation


async def person(node: Node, browse: Browse, name: str, role: Role) -> tuple[str, httpx.AsyncClient]:
    user_id = await add_user(node, f"{name.lower()}@example.org", role, name)
    return user_id, browse(headers=bearer((await add_token(node, user_id))[1]))


async def grant(admin: httpx.AsyncClient, subject_id: str, granted: float, **more: Any) -> str:
    body = {"subject_id": subject_id, "resource": "core_hours", "granted": granted, **more}
    made = await admin.post("/allocations", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def reserve(node: Node, user_id: str | None, **wanted: float) -> None:
    async with node.database.transaction() as session:
        await accounts.reserve(session, user_id, "core_hours", wanted)


async def charge(node: Node, reference: str, amount: float, user_id: str | None = None, *, final: bool = True) -> None:
    async with node.database.transaction() as session:
        await accounts.charge(session, reference, "core_hours", amount, user_id=user_id, final=final)


async def figures(client: httpx.AsyncClient, allocation_id: str) -> tuple[float, float, float]:
    """Return reserved, used, remaining."""
    view = (await client.get(f"/allocations/{allocation_id}")).json()
    return view["reserved"], view["used"], view["remaining"]


@pytest.mark.covers("C22")
async def test_what_is_reserved_is_charged_once_and_the_rest_comes_back(running_node: Node, browse: Browse) -> None:
    _, admin = await person(running_node, browse, "Adam", Role.ADMIN)
    bob_id, bob = await person(running_node, browse, "Bob", Role.RUNNER)
    allocation = await grant(admin, bob_id, 100)
    await reserve(running_node, bob_id, one=30, two=20.5)
    await reserve(running_node, bob_id, one=30)
    assert await figures(bob, allocation) == (50.5, 0, 49.5)
    for _ in range(2):
        await charge(running_node, "one", 12.25)
    assert await figures(bob, allocation) == (20.5, 12.25, 67.25)
    for _ in range(2):
        async with running_node.database.transaction() as session:
            await accounts.release(session, "two", "core_hours")
            await accounts.release(session, "one", "core_hours")  # what was spent stays spent
    assert await figures(bob, allocation) == (0, 12.25, 87.75)
    entries = (await bob.get(f"/allocations/{allocation}/entries")).json()["items"]
    assert {(e["reference_id"], e["state"], e["used"]) for e in entries} == {
        ("one", "charged", 12.25),
        ("two", "released", 0),
    }


async def test_attempts_add_up_and_what_was_used_counts_even_beyond(running_node: Node, browse: Browse) -> None:
    _, admin = await person(running_node, browse, "Adam", Role.ADMIN)
    bob_id, bob = await person(running_node, browse, "Bob", Role.RUNNER)
    allocation = await grant(admin, bob_id, 10)
    await reserve(running_node, bob_id, run=8)
    await charge(running_node, "run", 7, final=False)
    assert await figures(bob, allocation) == (8, 7, 0)
    await charge(running_node, "run", 8)
    assert await figures(bob, allocation) == (0, 15, 0)


async def test_an_exhausted_allocation_names_whom_to_ask(running_node: Node, browse: Browse) -> None:
    _, admin = await person(running_node, browse, "Adam", Role.ADMIN)
    bob_id, _ = await person(running_node, browse, "Bob", Role.RUNNER)
    await grant(admin, bob_id, 10)
    await reserve(running_node, bob_id, first=9)
    with pytest.raises(AllocationExhausted) as refused:
        await reserve(running_node, bob_id, second=0.5, third=0.75)
    assert refused.value.detail == "1.25 core-hours are needed and 1 core-hours are left; ask Adam for more"
    assert (refused.value.status, refused.value.code) == (409, "allocation_exhausted")
    await reserve(running_node, bob_id, second=0.5)


async def test_many_who_reserve_at_once_get_no_more_than_there_is(running_node: Node, browse: Browse) -> None:
    _, admin = await person(running_node, browse, "Adam", Role.ADMIN)
    bob_id, bob = await person(running_node, browse, "Bob", Role.RUNNER)
    allocation = await grant(admin, bob_id, 5)
    outcomes = await asyncio.gather(
        *[reserve(running_node, bob_id, **{f"run{n}": 1}) for n in range(12)],
        *[reserve(running_node, bob_id, same=1) for _ in range(3)],
        return_exceptions=True,
    )
    assert all(o is None or isinstance(o, AllocationExhausted) for o in outcomes), outcomes
    assert await figures(bob, allocation) == (5, 0, 0)
    [sums] = await run_sql(running_node, "SELECT sum(reserved), count(*) FROM allocation_entries")
    assert tuple(map(int, sums)) == (5, 5)


async def test_nobody_is_limited_in_what_nobody_was_granted(running_node: Node, browse: Browse) -> None:
    _, admin = await person(running_node, browse, "Adam", Role.ADMIN)
    bob_id, _ = await person(running_node, browse, "Bob", Role.RUNNER)
    await grant(admin, bob_id, 5, resource="leases")
    for user_id in (bob_id, HOUSE, None):
        await reserve(running_node, user_id, run=10**9)
        await charge(running_node, "run", 10**9, user_id)
    assert await run_sql(running_node, "SELECT reference_id FROM allocation_entries") == []


async def test_a_group_shares_one_and_ones_own_comes_first(running_node: Node, browse: Browse) -> None:
    _, admin = await person(running_node, browse, "Adam", Role.ADMIN)
    bob_id, bob = await person(running_node, browse, "Bob", Role.RUNNER)
    _, eve = await person(running_node, browse, "Eve", Role.RUNNER)
    group_id = new_id("grp")
    await run_sql(running_node, "INSERT INTO groups (id, name) VALUES (:id, 'Fire')", id=group_id)
    await run_sql(running_node, "INSERT INTO group_members (group_id, user_id) VALUES (:g, :u)", g=group_id, u=bob_id)
    shared = await grant(admin, group_id, 50, subject_kind="group")
    own = await grant(admin, bob_id, 10)
    await reserve(running_node, bob_id, small=6)
    await reserve(running_node, bob_id, large=20)
    assert await figures(bob, own) == (6, 0, 4)
    assert await figures(bob, shared) == (20, 0, 30)
    assert {row["id"] for row in (await bob.get("/allocations")).json()["items"]} == {own, shared}
    assert (await eve.get("/allocations")).json()["items"] == []
    for path in (f"/allocations/{own}", f"/allocations/{shared}/entries"):
        assert (await eve.get(path)).status_code == 404


async def test_an_allocation_counts_in_its_time_only(running_node: Node, browse: Browse) -> None:
    _, admin = await person(running_node, browse, "Adam", Role.ADMIN)
    bob_id, bob = await person(running_node, browse, "Bob", Role.RUNNER)
    now = datetime.now(UTC)
    begun, over, begins = (now + timedelta(days=days) for days in (-2, -1, 1))
    past = await grant(admin, bob_id, 10, starts_at=begun.isoformat(), ends_at=over.isoformat())
    with pytest.raises(AllocationExhausted) as refused:
        await reserve(running_node, bob_id, run=1)
    said = f"1 core-hours are needed and the allocation ended at {over:%Y-%m-%d %H:%M} UTC; ask Adam for a new one"
    assert refused.value.detail == said
    later = await grant(admin, bob_id, 10, starts_at=begins.isoformat())
    with pytest.raises(AllocationExhausted, match=f"the allocation begins at {begins:%Y-%m-%d %H:%M} UTC; ask Adam"):
        await reserve(running_node, bob_id, run=1)
    assert [await figures(bob, one) for one in (later, past)] == [(0, 0, 10)] * 2
    new = await grant(admin, bob_id, 3)
    await reserve(running_node, bob_id, run=1)
    assert await figures(bob, new) == (1, 0, 2)
    body = {"subject_id": bob_id, "resource": "core_hours", "granted": 1, "ends_at": over.isoformat()}
    wrong = await admin.post("/allocations", json=body)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/body/ends_at")


async def test_nothing_is_left_of_what_ended_or_was_revoked(running_node: Node, browse: Browse) -> None:
    _, admin = await person(running_node, browse, "Adam", Role.ADMIN)
    bob_id, _ = await person(running_node, browse, "Bob", Role.RUNNER)
    own = await grant(admin, bob_id, 10)
    await reserve(running_node, bob_id, before=2)
    await run_sql(running_node, "UPDATE allocations SET starts_at = now() - interval '2 s', ends_at = now()")
    with pytest.raises(AllocationExhausted, match="the allocation ended at"):
        await reserve(running_node, bob_id, run=1000)
    await reserve(running_node, bob_id, before=2)  # what has its reservation keeps it
    await charge(running_node, "before", 1.5)
    assert await run_sql(running_node, "SELECT used, reserved FROM allocations") == [(1.5, 0)]
    await run_sql(running_node, "UPDATE allocations SET ends_at = NULL")
    assert (await admin.delete(f"/allocations/{own}")).status_code == 204
    with pytest.raises(AllocationExhausted, match=r"the allocation was revoked at .* UTC; ask Adam for a new one"):
        await reserve(running_node, bob_id, run=1000)

    group_id = new_id("grp")
    eve_id, _ = await person(running_node, browse, "Eve", Role.RUNNER)
    await run_sql(running_node, "INSERT INTO groups (id, name) VALUES (:id, 'Fire')", id=group_id)
    await run_sql(running_node, "INSERT INTO group_members (group_id, user_id) VALUES (:g, :u)", g=group_id, u=eve_id)
    await reserve(running_node, eve_id, free=1000)  # nobody gave her or the group any
    shared = await grant(admin, group_id, 5, subject_kind="group")
    assert (await admin.delete(f"/allocations/{shared}")).status_code == 204
    with pytest.raises(AllocationExhausted, match="was revoked"):
        await reserve(running_node, eve_id, run=1)


async def test_what_is_revoked_while_somebody_waits_for_it_is_not_drawn_on(running_node: Node, browse: Browse) -> None:
    _, admin = await person(running_node, browse, "Adam", Role.ADMIN)
    bob_id, _ = await person(running_node, browse, "Bob", Role.RUNNER)
    allocation = await grant(admin, bob_id, 10)
    waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with running_node.database.transaction() as session:
        await revoke_allocation(session, allocation)
        await session.flush()
        reserving = asyncio.create_task(reserve(running_node, bob_id, run=1))
        async with asyncio.timeout(20):
            while not await run_sql(running_node, waits):
                assert not reserving.done()
    with pytest.raises(AllocationExhausted, match="was revoked"):
        await reserving


async def test_bytes_and_leases_come_back_when_they_are_released(running_node: Node, browse: Browse) -> None:
    _, admin = await person(running_node, browse, "Adam", Role.ADMIN)
    bob_id, bob = await person(running_node, browse, "Bob", Role.RUNNER)
    allocation = await grant(admin, bob_id, 2**40, resource="bytes")
    async with running_node.database.transaction() as session:
        await accounts.charge(session, "dst_1", "bytes", 2**30, user_id=bob_id)
    assert await figures(bob, allocation) == (0, 2**30, 2**40 - 2**30)
    for _ in range(2):
        async with running_node.database.transaction() as session:
            await accounts.release(session, "dst_1", "bytes")
    assert await figures(bob, allocation) == (0, 0, 2**40)


async def test_an_administrator_changes_and_takes_back(running_node: Node, browse: Browse) -> None:
    _, admin = await person(running_node, browse, "Adam", Role.ADMIN)
    bob_id, bob = await person(running_node, browse, "Bob", Role.RUNNER)
    allocation = await grant(admin, bob_id, 10, note="spring")
    changed = await admin.patch(f"/allocations/{allocation}", json={"granted": 20, "note": None})
    assert (changed.json()["granted"], changed.json()["note"]) == (20, None)
    for wrong in ({"granted": -1}, {"granted": 1e300}, {"used": 0}):
        assert (await admin.patch(f"/allocations/{allocation}", json=wrong)).status_code == 422
    await reserve(running_node, bob_id, run=1)
    refused = await admin.delete(f"/allocations/{allocation}")
    assert (refused.status_code, refused.json()["code"]) == (409, "allocation_in_use")
    await charge(running_node, "run", 1)
    assert (await admin.delete(f"/allocations/{allocation}")).status_code == 204
    assert (await bob.get("/allocations")).json()["items"] == []
    missing = await admin.post("/allocations", json={"subject_id": "usr_x", "resource": "bytes", "granted": 1})
    assert missing.status_code == 404
    for method, path in (("POST", "/allocations"), ("PATCH", f"/allocations/{allocation}")):
        assert (await bob.request(method, path, json={})).status_code == 403
