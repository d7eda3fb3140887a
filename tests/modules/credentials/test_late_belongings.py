"""What a request makes while its caller's account is deleted gets an owner who is there."""

import asyncio

import pytest
from consenting import people
from fastapi import FastAPI
from sqlalchemy import text

from app.kernel.node import Node
from app.kernel.principal import SYSTEM, Role
from app.modules.accounts.deletion import delete_user
from app.modules.accounts.late_belongings import KIND, LOOKS_SECONDS, Leaver, look
from tests.modules.accounts.people import run_sql
from tests.modules.accounts.racing import somebody_waits

LOOKS = f"SELECT payload FROM jobs WHERE kind = '{KIND}' ORDER BY run_at"


@pytest.mark.security("S6")
@pytest.mark.parametrize("named_heir", [False, True])
async def test_what_a_request_made_over_the_deletion_is_not_nobodys(
    running_node: Node, app: FastAPI, *, named_heir: bool
) -> None:
    async with people(running_node, app) as logged:
        ada, _, _ = await logged("ada"), await logged("eve"), await logged("olga", Role.OWNER)
        ids = dict(await run_sql(running_node, "SELECT email, id FROM users"))
        leaves, eve = ids["ada@example.org"], ids["eve@example.org"]
        async with running_node.database.transaction() as session:
            await session.execute(text("LOCK TABLE collections IN EXCLUSIVE MODE"))
            asking = asyncio.create_task(ada.post("/collections", json={"name": "late"}))
            await somebody_waits(running_node)
            await delete_user(session, SYSTEM, leaves, eve if named_heir else None)
        assert (await asking).status_code == 201
    assert await run_sql(running_node, "SELECT owner_id FROM collections") == [(leaves,)]
    [(payload,)] = await run_sql(running_node, LOOKS)
    leaver = Leaver.model_validate(payload)
    for _ in range(2):  # as after a node that was killed in it
        await look(running_node, leaver)
    [(owner, role)] = await run_sql(
        running_node, "SELECT u.id, u.role FROM collections c JOIN users u ON u.id = c.owner_id"
    )
    assert owner == eve if named_heir else role == "owner"
    [_, (again,)] = await run_sql(running_node, LOOKS)
    assert Leaver.model_validate(again).look == 1
    notes = await run_sql(running_node, "SELECT data FROM audit_events WHERE action = 'user.hand_over'")
    assert [data["owned"] for (data,) in notes if data.get("late")] == [{"collections": 1}]
    last = leaver.model_copy(update={"look": len(LOOKS_SECONDS) - 1})
    await look(running_node, last)
    assert len(await run_sql(running_node, LOOKS)) == 2, "there is an end to it"
