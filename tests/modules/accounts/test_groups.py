"""Groups: made by administrators, filled by who manages them, seen by who is in them."""

import httpx
import pytest
from people import Browse, add_token, add_user, bearer

from app.kernel.node import Node
from app.kernel.principal import Role


async def somebody(node: Node, browse: Browse, name: str, role: Role = Role.RUNNER) -> tuple[str, httpx.AsyncClient]:
    """Add a user; return the id and a client that is them."""
    user_id = await add_user(node, f"{name.lower()}@example.org", role, name)
    _, raw = await add_token(node, user_id)
    client = browse()
    client.headers.update(bearer(raw))
    return user_id, client


@pytest.mark.security("S6")
async def test_a_group_from_its_making_to_its_end(running_node: Node, browse: Browse) -> None:
    _, admin = await somebody(running_node, browse, "Ann", Role.ADMIN)
    mia_id, mia = await somebody(running_node, browse, "Mia")
    ben_id, ben = await somebody(running_node, browse, "Ben")
    assert (await mia.post("/groups", json={"name": "Own"})).status_code == 403
    made = await admin.post("/groups", json={"name": "Fire weather"})
    assert made.status_code == 201
    path = f"/groups/{made.json()['id']}"
    assert made.headers["location"] == f"/api/v1{path}"
    same = await admin.post("/groups", json={"name": "FIRE weather"})
    assert (same.status_code, same.json()["code"]) == (409, "group_name_taken")

    assert (await mia.get(path)).status_code == 404, "who is in it is nothing to others"
    assert (await admin.put(f"{path}/members/{mia_id}", json={"manages": True})).status_code == 200
    assert (await mia.put(f"{path}/members/{ben_id}", json={})).status_code == 200, "who manages it fills it"
    assert (await mia.put(f"{path}/members/usr_none", json={})).status_code == 404
    seen = (await ben.get(path)).json()
    assert [(m["name"], m["manages"]) for m in seen["members"]] == [("Ben", False), ("Mia", True)]
    assert (await ben.get("/groups")).json()["items"][0] | {"created_at": ""} == {
        "id": made.json()["id"],
        "name": "Fire weather",
        "description": "",
        "member_count": 2,
        "mine": True,
        "created_at": "",
    }
    for refused in (
        await ben.patch(path, json={"name": "Ours"}),
        await ben.put(f"{path}/members/{ben_id}", json={"manages": True}),
        await ben.delete(f"{path}/members/{mia_id}"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_group")
    assert (await mia.patch(path, json={"name": "Fire"})).json()["name"] == "Fire"
    assert (await mia.delete(path)).status_code == 403
    assert (await ben.delete(f"{path}/members/{ben_id}")).status_code == 204, "anybody may leave"
    assert (await ben.get(path)).status_code == 404
    assert (await admin.delete(path)).status_code == 204
    assert (await mia.get(path)).status_code == 404
