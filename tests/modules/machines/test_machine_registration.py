"""Machines as people keep them: registered, confirmed, probed, used, maintained, changed and removed."""

import asyncio
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.kernel.alarms import Alarm
from app.kernel.audit import AuditEvent
from app.kernel.errors import Forbidden
from app.kernel.http import GuardedClient
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.settings import EgressSettings, Settings
from app.modules import machines
from app.modules.machines.asking import probe
from app.modules.machines.schemas import MachineChange
from tests.conftest import settings_for
from tests.sites.login_node import LoginNode, login_node
from tests.sites.ssh_server import MISSING, SSHD

pytestmark = pytest.mark.skipif(SSHD is None, reason=MISSING)
API = "/api/v1/machines"
CLOSED = 65_000  # nothing listens there
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginNode]:
    with login_node(tmp_path_factory.mktemp("sshd")) as node:
        yield node


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "data", **{"egress.allow": "127.0.0.0/8"})


async def registered(client: httpx.AsyncClient, node: LoginNode, *, trust: bool = True, **more: Any) -> dict[str, Any]:
    """Register a machine with its key in the vault, and confirm the host key it shows."""
    key = {
        "name": f"key {node.port} {next(_numbers)}",
        "kind": "ssh_key",
        "settings": {"user": node.user, "private_key": node.key},
    }
    credential = await client.post("/api/v1/credentials", json=key)
    assert credential.status_code == 201, credential.text
    wanted = {
        "name": "heron",
        "transport_settings": {"host": "127.0.0.1", "port": node.port},
        "credential_id": credential.json()["id"],
        **more,
    }
    made = await client.post(API, json=wanted)
    assert made.status_code == 201, made.text
    machine: dict[str, Any] = made.json()
    if trust:
        shown = await client.post(f"{API}/{machine['id']}/probe")
        assert shown.json()["code"] == "host_key_unknown", shown.text
        (key_shown,) = (await client.get(f"{API}/{machine['id']}/host-keys")).json()["items"]
        trusted = await client.post(f"{API}/{machine['id']}/host-keys", json={"fingerprint": key_shown["fingerprint"]})
        assert trusted.json()["items"][0]["state"] == "trusted", trusted.text
    return machine


async def alarms(node: Node) -> list[tuple[str, bool]]:
    async with node.database.sessions() as session:
        rows = (await session.scalars(select(Alarm))).all()
    return sorted((row.key.partition(":")[0], row.cleared_at is None) for row in rows)


@pytest.mark.covers("V50", "C3", "C9")
@pytest.mark.security("S9")
async def test_a_machine_is_registered_confirmed_and_says_what_it_is(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode
) -> None:
    machine = await registered(client, sshd)
    assert (machine["state"], machine["driver"], machine["report"]) == ("pending", None, None)
    probed = await client.post(f"{API}/{machine['id']}/probe")
    assert probed.status_code == 200, probed.text
    found = probed.json()
    assert found["state"] == "answers"
    assert found["cores"] == found["report"]["cores"] > 0
    assert found["report"]["user"] == sshd.user
    assert found["report"]["address"] == f"127.0.0.1:{sshd.port}"
    assert 0 < found["report"]["latency_seconds"] < 5
    assert "private" not in probed.text
    for query, names in (
        ("", ["heron", "local"]),
        ("?name=ERO", ["heron"]),
        ("?driver=local&transport=local", ["local"]),
        ("?state=answers&state=pending&enabled=true", ["heron", "local"]),
        ("?state=unreachable", []),
        ("?cordoned=true", []),
    ):
        assert [one["name"] for one in (await client.get(f"{API}{query}")).json()["items"]] == names, query
    assert (await client.get(f"{API}?state=asleep")).status_code == 422
    # A credential that a machine logs in with stays.
    refused = await client.delete(f"/api/v1/credentials/{machine['credential_id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "credential_in_use")
    assert "machine heron" in refused.json()["detail"]


@pytest.mark.covers("V53")
async def test_files_and_commands_are_done_there_and_in_the_audit(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode, tmp_path: Path
) -> None:
    machine = await registered(client, sshd, trust=False, host_key=sshd.host_key)
    at, top = f"{API}/{machine['id']}", str(tmp_path / "there")
    assert (await client.post(f"{at}/directories", json={"path": top})).status_code == 204
    content = b"\x00quake" * 100_000
    put = await client.put(f"{at}/files/content", params={"path": f"{top}/a.bin"}, content=content)
    assert (put.status_code, put.json()["bytes"]) == (200, len(content)), put.text
    for act in ("copy", "move"):
        done = await client.post(f"{at}/files/{act}", json={"source": f"{top}/a.bin", "target": f"{top}/{act}"})
        assert done.status_code == 204, done.text
    listed = (await client.get(f"{at}/files", params={"path": top})).json()
    assert [(one["name"], one["bytes"]) for one in listed["items"]] == [("copy", len(content)), ("move", len(content))]
    assert (await client.get(f"{at}/files/content", params={"path": f"{top}/move"})).content == content
    tail = await client.get(f"{at}/files/content", params={"path": f"{top}/move", "tail_bytes": 5})
    assert (tail.content, tail.headers["content-disposition"]) == (b"quake", "attachment")
    ran = await client.post(
        f"{at}/commands",
        json={
            "command": ["sh", "-c", "echo $ODD; cat; pwd"],
            "environment": {"ODD": "$(x)"},
            "directory": top,
            "stdin": "in\n",
        },
    )
    assert (ran.json()["exit_code"], ran.json()["stdout"]) == (0, f"$(x)\nin\n{top}\n"), ran.text
    gone = await client.delete(f"{at}/files", params={"path": top, "recursive": True})
    assert gone.status_code == 204
    async with running_node.database.sessions() as session:
        rows = (await session.scalars(select(AuditEvent).where(AuditEvent.object_id == machine["id"]))).all()
    deeds = {row.action: row for row in rows}
    expected = {"put", "copy", "move", "make_directory", "read", "run", "remove"}
    assert {f"machine.{deed}" for deed in expected} <= deeds.keys()
    assert deeds["machine.run"].data["command"] == ["sh", "-c", "echo $ODD; cat; pwd"]
    assert deeds["machine.run"].actor_id == "usr_owner"


async def test_what_a_machine_refuses_is_a_problem_with_a_name(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode, tmp_path: Path
) -> None:
    machine = await registered(client, sshd, trust=False, host_key=sshd.host_key)
    at = f"{API}/{machine['id']}"
    (tmp_path / "x").write_text("there")
    answers = [
        (await client.get(f"{at}/files", params={"path": "/no/such"}), 404, "machine_file_not_found"),
        (await client.get(f"{at}/files/content", params={"path": str(tmp_path)}), 409, "machine_file_refused"),
        (await client.delete(f"{at}/files", params={"path": "/", "recursive": True}), 409, "machine_file_refused"),
        (
            await client.post(f"{at}/files/copy", json={"source": str(tmp_path / "x"), "target": str(tmp_path)}),
            409,
            "machine_file_exists",
        ),
        (await client.post(f"{at}/commands", json={"command": ["a\x00b"]}), 422, "command_invalid"),
        (
            await client.post(f"{at}/commands", json={"command": ["sleep", "20"], "timeout_seconds": 0.5}),
            504,
            "command_timeout",
        ),
        (await client.post(f"{at}/commands", json={"command": ["cat", "/dev/zero"]}), 502, "command_output_too_large"),
        (await client.post(f"{at}/commands", json={"command": []}), 422, "request_invalid"),
    ]
    for answer, status, code in answers:
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


@pytest.mark.security("S9")
async def test_another_host_key_is_an_alarm_until_it_is_confirmed(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    with login_node(tmp_path / "sshd") as there:
        machine = await registered(client, there, trust=False, host_key=there.host_key)
        at = f"{API}/{machine['id']}"
        assert (await client.post(f"{at}/probe")).status_code == 200
        await asyncio.to_thread(there.replace_host_key)
        refused = await client.post(f"{at}/probe")
        assert (refused.status_code, refused.json()["code"]) == (409, "host_key_unknown")
        assert "another host key" in refused.json()["detail"]
        assert await alarms(running_node) == [("machine", True), ("machine.host_key", True)]
        keys = (await client.get(f"{at}/host-keys")).json()["items"]
        assert [key["state"] for key in keys] == ["trusted", "shown"]
        wrong = await client.post(f"{at}/host-keys", json={"fingerprint": "SHA256:wrong"})
        assert (wrong.status_code, wrong.json()["code"]) == (409, "host_key_not_shown")
        assert (await client.post(f"{at}/host-keys", json={"public_key": "nonsense"})).status_code == 422
        await client.post(f"{at}/host-keys", json={"fingerprint": keys[1]["fingerprint"]})
        assert (await client.post(f"{at}/probe")).json()["state"] == "answers"
        assert await alarms(running_node) == [("machine", False), ("machine.host_key", False)]
        (key,) = (await client.get(f"{at}/host-keys")).json()["items"]
        assert (await client.delete(f"{at}/host-keys/{key['id']}")).status_code == 204
        assert (await client.post(f"{at}/probe")).json()["code"] == "host_key_unknown"


async def test_who_may_not_use_a_machines_credential_does_not_say_where_it_is_sent(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode
) -> None:
    machine = await registered(client, sshd, trust=False, host_key=sshd.host_key)
    other = Principal("usr_ben", "Ben", Role.ADMIN)

    async def changed(**given: Any) -> None:
        async with running_node.database.transaction() as session:
            await machines.change(session, machine["id"], MachineChange(**given), actor=other)

    there = {"host": "127.0.0.1", "port": sshd.port}
    for elsewhere in ({**there, "port": CLOSED}, {**there, "addresses": ["localhost"]}, {**there, "jumps": [there]}):
        with pytest.raises(Forbidden, match="not yours to use"):
            await changed(transport_settings=elsewhere)
    await changed(transport_settings={**there, "connect_seconds": 5.0})  # where it goes stays as it is
    assert (await client.post(f"{API}/{machine['id']}/probe")).json()["state"] == "answers"


@pytest.mark.covers("V50")
async def test_a_machine_is_changed_live_and_removed_when_nothing_runs(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode
) -> None:
    machine = await registered(client, sshd, trust=False, host_key=sshd.host_key)
    at = f"{API}/{machine['id']}"
    assert (await client.post(f"{at}/probe")).status_code == 200
    moved = await client.patch(at, json={"name": "egret", "transport_settings": {"host": "127.0.0.1", "port": CLOSED}})
    assert (moved.status_code, moved.json()["name"]) == (200, "egret"), moved.text
    gone = await client.post(f"{at}/probe")
    assert (gone.status_code, gone.json()["code"]) == (503, "machine_unreachable")
    assert (await client.get(at)).json()["state"] == "unreachable"
    back = {"host": "127.0.0.1", "port": sshd.port}
    await client.patch(at, json={"transport_settings": back})
    assert (await client.post(f"{at}/probe")).json()["state"] == "answers"
    for odd, code in (
        ({"transport_settings": {"host": "a b"}}, "machine_settings_invalid"),
        ({"transport_settings": {"host": "127.0.0.1", "password": "x"}}, "machine_settings_invalid"),
        ({"name": "local"}, "machine_name_taken"),
        ({"credential_id": "cred_none"}, "credential_not_found"),
    ):
        assert (await client.patch(at, json=odd)).json()["code"] == code

    async def needed(_session: Any, machine_id: str) -> list[str]:
        return ["2 simulations"] if machine_id == machine["id"] and busy else []

    busy = True
    machines.register_users(running_node, needed)
    kept = await client.delete(at)
    assert (kept.status_code, kept.json()["code"]) == (409, "machine_in_use")
    assert "2 simulations" in kept.json()["detail"]
    busy = False
    assert (await client.delete(at)).status_code == 204
    assert (await client.get(at)).status_code == 404
    assert [one["name"] for one in (await client.get(API)).json()["items"]] == ["local"]
    again = await registered(client, sshd, trust=False, name="egret")
    assert again["id"] != machine["id"]


async def test_odd_machines_are_refused_with_a_reason(running_node: Node, client: httpx.AsyncClient) -> None:
    (local,) = (await client.get(API)).json()["items"]
    at = f"{API}/{local['id']}"
    answers = [
        (await client.post(API, json={"name": "x", "transport": "carrier_pigeon"}), 422, "driver_unavailable"),
        (await client.post(API, json={"name": "x", "transport_settings": {}}), 422, "machine_settings_invalid"),
        (await client.post(API, json={"name": "x", "transport": "local"}), 409, "machine_of_node"),
        (
            await client.post(API, json={"name": "local", "transport_settings": {"host": "a"}}),
            409,
            "machine_name_taken",
        ),
        (
            await client.post(API, json={"name": "x", "transport_settings": {"host": "a"}, "host_key": "no key"}),
            422,
            "machine_settings_invalid",
        ),
        (await client.delete(at), 409, "machine_of_node"),
        (await client.patch(at, json={"name": "y"}), 409, "machine_of_node"),
        (await client.get(f"{at}/files"), 403, "machine_is_server"),
        (await client.post(f"{at}/commands", json={"command": ["id"]}), 403, "machine_is_server"),
    ]
    for answer, status, code in answers:
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_a_private_address_needs_an_administrators_word(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode
) -> None:
    running_node.http = GuardedClient(EgressSettings())
    machine = await registered(client, sshd, trust=False)
    denied = await client.post(f"{API}/{machine['id']}/probe")
    assert (denied.status_code, denied.json()["code"]) == (403, "egress_denied")


async def test_a_machine_that_is_maintained_takes_nothing_new_and_may_be_silent(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode
) -> None:
    machine = await registered(client, sshd, trust=False, host_key=sshd.host_key)
    at = f"{API}/{machine['id']}"
    assert (await client.post(f"{at}/probe")).status_code == 200
    now = datetime.now(UTC)
    plan = {"ends_at": (now + timedelta(hours=1)).isoformat(), "reason": "New file system"}
    planned = await client.post(f"{at}/maintenance", json=plan)
    assert planned.status_code == 201, planned.text
    assert (await client.get(at)).json()["maintenance_until"] is not None
    await client.patch(at, json={"transport_settings": {"host": "127.0.0.1", "port": CLOSED}})
    async with running_node.database.sessions() as session:
        await probe(running_node, await machines.get(session, machine["id"]))
    assert await alarms(running_node) == []
    late = {"ends_at": (now - timedelta(hours=1)).isoformat(), "reason": "late"}
    assert (await client.post(f"{at}/maintenance", json=late)).status_code == 422
    (one,) = (await client.get(f"{at}/maintenance")).json()["items"]
    assert (one["reason"], one["created_by"]) == ("New file system", "usr_owner")
    assert (await client.delete(f"{at}/maintenance/{one['id']}")).status_code == 204
    assert (await client.get(at)).json()["maintenance_until"] is None
    async with running_node.database.sessions() as session:
        await probe(running_node, await machines.get(session, machine["id"]))
    assert await alarms(running_node) == [("machine", True)]
