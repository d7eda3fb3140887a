"""What somebody makes in the moment in which their account goes is not left behind without an owner."""

import asyncio

import pytest
from consenting import Logged, people
from fastapi import FastAPI

from app.kernel.node import Node
from app.kernel.principal import SYSTEM
from app.modules.accounts.deletion import delete_user
from tests.modules.accounts.people import run_sql
from tests.modules.accounts.racing import just_before


@pytest.mark.security("S6")
@pytest.mark.parametrize("named_heir", [False, True])
async def test_a_secret_of_nobody_is_not_kept(running_node: Node, app: FastAPI, *, named_heir: bool) -> None:
    logged: Logged
    async with people(running_node, app) as logged:
        ada, _ = await logged("ada"), await logged("eve")
        ids = dict(await run_sql(running_node, "SELECT email, id FROM users"))
        leaves = ids["ada@example.org"]
        heir = ids["eve@example.org"] if named_heir else None
        body = {"name": "one", "kind": "bearer", "settings": {"token": "nobody-s-canary"}}
        async with just_before(running_node, lambda session: delete_user(session, SYSTEM, leaves, heir)):
            asking = asyncio.create_task(ada.post("/credentials", json=body))
        assert (await asking).status_code == 401
    assert await run_sql(running_node, "SELECT owner_id FROM credentials") == []
