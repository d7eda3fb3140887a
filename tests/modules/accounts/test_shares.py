"""Shares: what is private is seen by whom its owner names, at once, and no longer than that."""

from pathlib import Path

import httpx
import pytest
from people import Browse, run_sql
from test_groups import somebody

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.scoping import NotYours
from app.main import MODULES
from app.modules import simulation
from app.modules.accounts.group_models import Share
from app.modules.accounts.shares import list_shares, share, unshare
from app.modules.simulation.cancellation import cancel
from app.modules.simulation.models import Simulation
from tests.conftest import settings_for

ADA = Principal(user_id="usr_ada", name="Ada", role=Role.RUNNER)
SPEC = {"command": ["true"], "resources": {"walltime_seconds": 1, "cores": 1}}


async def add_simulation(node: Node, owner_id: str, incident_id: str | None = None) -> str:
    row = Simulation(
        id=new_id("sim"), owner_id=owner_id, name="spread", spec=SPEC, max_attempts=1, incident_id=incident_id
    )
    async with node.database.transaction() as session:
        session.add(row)
    return row.id


async def sees(node: Node, caller: Principal, simulation_id: str) -> bool:
    async with node.database.transaction(caller) as session:
        return await simulation.find(session, simulation_id) is not None


@pytest.mark.security("S6")
async def test_an_owner_shares_and_takes_back(running_node: Node, browse: Browse) -> None:
    ada_id, ada = await somebody(running_node, browse, "Ada")
    ben_id, ben = await somebody(running_node, browse, "Ben")
    _, olga = await somebody(running_node, browse, "Olga", Role.OPERATOR)
    simulation_id = await add_simulation(running_node, ada_id)
    caller = Principal(user_id=ben_id, name="Ben", role=Role.RUNNER)
    path, query = f"/shares/{simulation_id}", {"object_id": simulation_id}
    assert not await sees(running_node, caller, simulation_id)
    assert (await ben.put(f"{path}/{ben_id}", json={})).status_code == 404
    assert (await ben.get("/shares", params=query)).status_code == 404
    assert (await ada.put(f"{path}/usr_nobody", json={})).json()["code"] == "subject_not_found"
    made = await ada.put(f"{path}/{ben_id}", json={"level": "view"})
    assert made.json() | {"shared_at": ""} == {
        "object_id": simulation_id,
        "object_name": "spread",
        "owner_id": ada_id,
        "owner_name": "Ada",
        "subject_id": ben_id,
        "subject_name": "Ben",
        "level": "view",
        "shared_by": ada_id,
        "shared_by_name": "Ada",
        "shared_at": "",
    }
    assert await sees(running_node, caller, simulation_id)
    further = await ben.put(f"{path}/everyone", json={})
    assert (further.status_code, further.json()["code"]) == (403, "not_yours"), "what is shared is not passed on"
    assert (await olga.put(f"{path}/everyone", json={"level": "act"})).status_code == 200, "operators keep order"
    listed = (await ada.get("/shares", params=query)).json()["items"]
    assert [(s["subject_name"], s["level"]) for s in listed] == [("Ben", "view"), ("Everyone", "act")]
    for subject in ("everyone", ben_id, ben_id):
        assert (await ada.delete(f"{path}/{subject}")).status_code == 204
    assert not await sees(running_node, caller, simulation_id)


async def test_a_group_sees_while_one_is_in_it(running_node: Node, browse: Browse) -> None:
    ada_id, ada = await somebody(running_node, browse, "Ada")
    ben_id, ben = await somebody(running_node, browse, "Ben")
    _, admin = await somebody(running_node, browse, "Ann", Role.ADMIN)
    simulation_id = await add_simulation(running_node, ada_id)
    group_id = (await admin.post("/groups", json={"name": "Fire"})).json()["id"]
    assert (await ada.put(f"/shares/{simulation_id}/{group_id}", json={})).status_code == 200

    async def asks() -> int:
        """What somebody may see of it is at least its refusal: 403, and 404 for who sees nothing."""
        return (await ben.get("/shares", params={"object_id": simulation_id})).status_code

    assert await asks() == 404
    await admin.put(f"/groups/{group_id}/members/{ben_id}", json={})
    assert await asks() == 403, "the authenticator knows of the group at once"
    await admin.delete(f"/groups/{group_id}/members/{ben_id}")
    assert await asks() == 404
    await admin.put(f"/groups/{group_id}/members/{ben_id}", json={})
    await admin.delete(f"/groups/{group_id}")
    assert await asks() == 404


@pytest.mark.security("S5", "S6")
async def test_acting_needs_more_than_seeing(node: Node) -> None:
    ben = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)
    group = Principal(user_id="usr_eve", name="Eve", role=Role.RUNNER, group_ids=frozenset({"everyone"}))
    house = await add_simulation(node, "usr_system")
    hers = await add_simulation(node, ADA.user_id)
    async with node.database.transaction(ADA) as session:
        await share(session, ADA, hers, "everyone", "view")
    for caller, simulation_id in ((ben, house), (ben, hers), (group, hers)):
        async with node.database.session_of(caller) as session:
            with pytest.raises(NotYours):
                await cancel(session, simulation_id)
    async with node.database.transaction(ADA) as session:
        await share(session, ADA, hers, "everyone", "act")
        assert [s.level for s in await list_shares(session, ADA, hers)] == ["act"]
    async with node.database.transaction(ben) as session:
        assert (await cancel(session, hers)).state == "cancelled"
    async with node.database.transaction(ADA) as session:
        await unshare(session, ADA, hers, "everyone")
    assert not await sees(node, ben, hers)


async def test_what_belongs_to_a_thing_is_shared_with_it(node: Node) -> None:
    ben = Principal(user_id="usr_ben", name="Ben", role=Role.VIEWER)
    simulation_id = await add_simulation(node, ADA.user_id, incident_id="inc_1")
    assert not await sees(node, ben, simulation_id)
    async with node.database.transaction() as session:
        session.add(Share(object_id="inc_1", subject_id=ben.user_id, level="view", shared_by=ADA.user_id))
    assert await sees(node, ben, simulation_id)


@pytest.mark.parametrize(("setting", "seen"), [("nobody", False), ("everyone", True)])
async def test_what_is_new_is_shared_as_the_settings_say(
    tmp_path: Path, database_url: str, setting: str, seen: bool
) -> None:
    node = Node(settings_for(tmp_path, **{"accounts.share_new_with": setting}), MODULES, database_url)
    try:
        await node.start()
        row = Simulation(id=new_id("sim"), owner_id=ADA.user_id, name="spread", spec=SPEC, max_attempts=1)
        async with node.database.transaction(ADA) as session:
            session.add(row)
        ben = Principal(user_id="usr_ben", name="Ben", role=Role.VIEWER)
        assert await sees(node, ben, row.id) is seen
    finally:
        await node.stop()


@pytest.mark.security("S25")
async def test_the_audit_says_who_let_whom_do_what(running_node: Node, browse: Browse) -> None:
    ada_id, ada = await somebody(running_node, browse, "Ada")
    ben_id, _ = await somebody(running_node, browse, "Ben")
    simulation_id = await add_simulation(running_node, ada_id)
    path = f"/shares/{simulation_id}/{ben_id}"
    for level in ("view", "act"):
        assert (await ada.put(path, json={"level": level})).status_code == 200
    assert (await ada.delete(path)).status_code == 204
    written = await run_sql(
        running_node,
        "SELECT action, actor_id, object_id, changes FROM audit_events WHERE action LIKE 'share%' ORDER BY number",
    )
    assert [(row.action, row.actor_id) for row in written] == [
        ("share_set", ada_id),
        ("share_set", ada_id),
        ("share_remove", ada_id),
    ]
    levels = [
        {side: (change.get(side) or {}).get("level") for side in ("before", "after")}
        for row in written
        for change in row.changes
    ]
    assert levels == [
        {"before": None, "after": "view"},
        {"before": "view", "after": "act"},
        {"before": "act", "after": None},
    ]


@pytest.mark.security("S6")
async def test_what_i_share_and_what_is_shared_with_me_is_listed_page_by_page(
    running_node: Node, browse: Browse
) -> None:
    ada_id, ada = await somebody(running_node, browse, "Ada")
    ben_id, ben = await somebody(running_node, browse, "Ben")
    _, cleo = await somebody(running_node, browse, "Cleo")
    _, olga = await somebody(running_node, browse, "Olga", Role.OPERATOR)
    hers = [await add_simulation(running_node, ada_id) for _ in range(3)]
    his = await add_simulation(running_node, ben_id)
    for simulation_id in hers:
        assert (await ada.put(f"/shares/{simulation_id}/{ben_id}", json={})).status_code == 200
    assert (await ben.put(f"/shares/{his}/everyone", json={"level": "act"})).status_code == 200

    async def listed(client: httpx.AsyncClient, **query: str) -> list[str]:
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = (await client.get("/shares", params={"limit": "2", **query, **cursor})).json()
            found += [one["object_id"] for one in page["items"]]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": page["next_cursor"]}

    newest_first = hers[::-1]
    assert await listed(ada, direction="by_me") == newest_first
    assert await listed(ada, direction="with_me") == [his]
    assert await listed(ada) == [his, *newest_first]
    assert await listed(ben, direction="by_me") == [his]
    assert await listed(ben, direction="with_me") == newest_first
    assert await listed(cleo) == [his], "what everyone sees, and nothing between others"
    assert await listed(olga) == [his, *newest_first], "operators all"
    assert await listed(olga, direction="by_me") == []
    (seen, *_) = (await ben.get("/shares", params={"direction": "with_me"})).json()["items"]
    assert (seen["object_name"], seen["owner_name"], seen["subject_name"]) == ("spread", "Ada", "Ben")
    assert (await ada.get("/shares", params={"cursor": "x"})).status_code == 400
    assert (await ada.get("/shares", params={"direction": "up"})).status_code == 422
