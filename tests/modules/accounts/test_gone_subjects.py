"""People and groups that go while somebody shares with them, puts them into a group or grants them something."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from people import Browse, add_user, run_sql
from racing import Change, just_before
from test_groups import somebody
from test_shares import add_simulation

from app.kernel.node import Node
from app.kernel.principal import SYSTEM, Role
from app.modules.accounts.deletion import delete_user
from app.modules.accounts.groups import delete_group

LEFT = "SELECT subject_id FROM shares UNION ALL SELECT subject_id FROM allocations"
REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a share": ("PUT", "/shares/{simulation}/{subject}", {}),
    "a grant": (
        "POST",
        "/allocations",
        {"subject_kind": "{kind}", "subject_id": "{subject}", "resource": "bytes", "granted": 5},
    ),
    "a member": ("PUT", "/groups/{group}/members/{user}", {}),
}
ENDS: dict[str, Callable[[str], Change]] = {
    "user": lambda user: lambda session: delete_user(session, SYSTEM, user, None),
    "group": lambda group: lambda session: delete_group(session, SYSTEM, group),
}


@pytest.mark.security("S6")
@pytest.mark.parametrize("goes", ENDS)
@pytest.mark.parametrize("asks", REQUESTS)
async def test_who_goes_meanwhile_is_said_to_be_gone_and_leaves_nothing(
    asks: str, goes: str, running_node: Node, browse: Browse
) -> None:
    ann_id, ann = await somebody(running_node, browse, "Ann", Role.ADMIN)
    user = await add_user(running_node, "ben@example.org", Role.RUNNER, "Ben")
    group = (await ann.post("/groups", json={"name": "Fire weather"})).json()["id"]
    simulation = await add_simulation(running_node, ann_id)
    subject = {"user": user, "group": group}[goes]
    names = {"user": user, "group": group, "simulation": simulation, "subject": subject, "kind": goes}
    verb, path, body = REQUESTS[asks]
    body = {key: value.format(**names) if isinstance(value, str) else value for key, value in body.items()}
    async with just_before(running_node, ENDS[goes](subject)):
        asking = asyncio.create_task(ann.request(verb, path.format(**names), json=body))
    answer = await asking
    assert answer.status_code == 404, answer.text
    assert await run_sql(running_node, LEFT) == []
