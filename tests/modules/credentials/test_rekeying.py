"""A new key for the vault: everything is sealed with it, also when the node that does it is killed on the way."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from lending import ended, lent, made
from sqlalchemy import func, select, text, update

from app.kernel.node import Node
from app.kernel.principal import Role
from app.kernel.settings import Settings
from app.kernel.vault import VaultKey, key_of
from app.modules.credentials import http_headers, reminders
from app.modules.credentials.models import Credential
from tests.conftest import settings_for


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A new key takes over at once."""
    return settings_for(tmp_path / "data", **{"credentials.rotation_lead_seconds": 0})


async def keys_of(admin: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await admin.get("/vault/keys")).json()["items"]
    return items


async def sealed_with(node: Node) -> set[str]:
    async with node.database.transaction() as session:
        return {key_of(sealed) for sealed in await session.scalars(select(Credential.sealed))}


@pytest.mark.security("S24")
async def test_everything_is_sealed_with_the_new_key(running_node: Node, as_) -> None:
    ada, admin = as_("ada"), as_("root", Role.ADMIN)
    ids = [(await made(ada, "bearer", f"c{n}", token=f"secret-{n}"))["id"] for n in range(7)]
    [old] = await keys_of(admin)
    assert (old["state"], old["sealed_count"]) == ("sealing", 7)
    answer = await admin.post("/vault/keys")
    assert answer.status_code == 202, answer.text
    job = await ended(running_node, answer.json()["job_id"])
    assert job.state == "succeeded", job
    new, replaced = await keys_of(admin)
    assert (new["id"], new["state"], new["sealed_count"]) == (answer.json()["key_id"], "sealing", 7)
    assert (replaced["id"], replaced["state"], replaced["sealed_count"]) == (old["id"], "retired", 0)
    assert await sealed_with(running_node) == {new["id"]}
    for n, one in enumerate(ids):
        assert http_headers(await lent(running_node, one)) == {"Authorization": f"Bearer secret-{n}"}
    async with running_node.database.transaction() as session:
        events = await session.scalars(text("SELECT text FROM events WHERE type = 'vault.keys_rotated'"))
        assert list(events) == ["The vault has a new key; 7 values were sealed anew"]


async def test_what_cannot_be_opened_keeps_its_key_and_is_told(running_node: Node, as_) -> None:
    ada, admin = as_("ada"), as_("root", Role.ADMIN)
    good, bad = await made(ada, "bearer", token="good-secret"), await made(ada, "bearer", "two", token="bad")
    async with running_node.database.transaction() as session:
        broken = func.set_byte(Credential.sealed, 60, 0).op("||")(b"x")
        await session.execute(update(Credential).where(Credential.id == bad["id"]).values(sealed=broken))
    job = await ended(running_node, (await admin.post("/vault/keys")).json()["job_id"])
    assert job.state == "succeeded"
    assert [(key["state"], key["sealed_count"]) for key in await keys_of(admin)] == [("sealing", 1), ("replaced", 1)]
    assert http_headers(await lent(running_node, good["id"])) == {"Authorization": "Bearer good-secret"}
    alarms = (await admin.get("/alarms")).json()["items"]
    assert [alarm["title"] for alarm in alarms] == ["1 sealed values cannot be opened"]


async def test_only_administrators_see_keys(as_) -> None:
    for role in (Role.VIEWER, Role.RUNNER, Role.OPERATOR):
        client = as_(role.label, role)
        assert (await client.get("/vault/keys")).status_code == 403
        assert (await client.post("/vault/keys")).status_code == 403


async def test_one_rotation_at_a_time(running_node: Node, as_) -> None:
    running_node.settings = settings_for(
        running_node.settings.data_directory, **{"credentials.rotation_lead_seconds": 3600}
    )
    admin = as_("root", Role.ADMIN)
    assert (await admin.post("/vault/keys")).status_code == 202
    again = await admin.post("/vault/keys")
    assert (again.status_code, again.json()["code"]) == (409, "rotation_under_way")
    assert [key["state"] for key in await keys_of(admin)] == ["coming", "sealing"]


async def test_retired_keys_are_forgotten_after_a_month(running_node: Node, as_) -> None:
    admin = as_("root", Role.ADMIN)
    await ended(running_node, (await admin.post("/vault/keys")).json()["job_id"])
    await reminders.remind(running_node)
    assert len(await keys_of(admin)) == 2
    async with running_node.database.transaction() as session:
        month_ago = func.now() - text("interval '31 days'")
        await session.execute(update(VaultKey).where(VaultKey.retired_at.is_not(None)).values(retired_at=month_ago))
    await reminders.remind(running_node)
    assert len(await keys_of(admin)) == 1


async def test_a_rotation_goes_on_after_kill_9(node: Node, database_url: str) -> None:
    async with node.database.transaction() as session:
        for n in range(1000):
            one = Credential(id=f"cred_{n:04}", owner_id="usr_ada", name=f"c{n}", kind="bearer", public={})
            one.sealed = node.vault.seal(b'{"token": "secret"}', table="credentials", row_id=one.id, field="sealed")
            session.add(one)
    [old] = await sealed_with(node)
    place = Path(__file__).parent / "rekeying_process.py"
    command = [sys.executable, str(place), database_url, str(node.settings.data_directory)]
    environment = os.environ | {"STORMBELL_FAILPOINTS": "vault.batch=kill@3"}
    process = await asyncio.create_subprocess_exec(*command, "begin", env=environment)
    async with asyncio.timeout(60):
        assert await process.wait() == -signal.SIGKILL
    assert len(await sealed_with(node)) == 2
    process = await asyncio.create_subprocess_exec(*command, "go on")
    async with asyncio.timeout(90):
        assert await process.wait() == 0
    [new] = await sealed_with(node)
    assert new != old
    await node.vault.reload()
    assert http_headers(await lent(node, "cred_0999")) == {"Authorization": "Bearer secret"}
