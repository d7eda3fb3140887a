"""Nodes over the API: seen, paused, drained, resumed, their loops stopped and started, pinged."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kernel.node import Node
from app.kernel.principal import Role
from app.kernel.settings import Settings
from app.modules import accounts, nodes
from app.modules.nodes.models import LoopSwitch
from tests.conftest import settings_for
from tests.modules.nodes.conftest import Database, MakeNode, until_open

API = "/api/v1"
# A few ms when nothing else is to be done; the heartbeats that would bring it too come every 60 s.
BY_HINT_SECONDS = 15


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A whole house that beats slowly enough for a machine with other things to do: what matters comes by hints."""
    return settings_for(tmp_path / "data", **{"server.node_name": "heron", "nodes.heartbeat_seconds": 2})


@pytest.mark.covers("J7")
async def test_pause_takes_effect_on_another_node_at_once(
    running_node: Node, client: httpx.AsyncClient, make_node: MakeNode, database: Database
) -> None:
    other = await make_node("stork", **{"nodes.heartbeat_seconds": 60})  # only the hint can tell it in time
    await database.until("SELECT count(*) = 256 FROM node_sections WHERE node_id = $1", other.boot_id)
    answer = await client.post(f"{API}/nodes/stork/pause")
    assert answer.status_code == 202
    assert answer.json()["pause_requested"]
    assert answer.json()["sections_count"] == 0
    await until_open(other, False, seconds=BY_HINT_SECONDS)
    await database.until(
        "SELECT state = 'paused' AND reason = 'asked' FROM nodes WHERE id = $1", other.boot_id, seconds=BY_HINT_SECONDS
    )
    assert await database.owned() == {running_node.boot_id: 512}
    assert (await client.get(f"{API}/nodes/{other.boot_id}")).json()["state"] == "paused"
    assert (await client.post(f"{API}/nodes/{other.boot_id}/resume")).status_code == 202
    await until_open(other, True, seconds=BY_HINT_SECONDS)
    assert (await database.owned())[other.boot_id] == 256
    types = await database.column("SELECT type FROM events WHERE subject_id = $1 ORDER BY number", other.boot_id)
    about = [t for t in types if t.startswith("node.")]
    assert about == ["node.joined", "node.pause_requested", "node.paused", "node.resumed"]


async def test_a_name_of_two_processes_names_neither(
    running_node: Node, client: httpx.AsyncClient, make_node: MakeNode, database: Database
) -> None:
    assert (await client.get(f"{API}/nodes/heron")).json()["id"] == running_node.boot_id
    other = await make_node("heron")
    refused = await client.get(f"{API}/nodes/heron")
    assert (refused.status_code, refused.json()["code"]) == (409, "node_name_ambiguous")
    assert {running_node.boot_id, other.boot_id} <= set(refused.json()["detail"].replace(",", "").split())
    assert (await client.get(f"{API}/nodes/{other.boot_id}")).json()["id"] == other.boot_id
    await other.stop()
    assert (await client.get(f"{API}/nodes/heron")).json()["id"] == running_node.boot_id


async def test_a_running_job_ends_before_its_node_is_paused_or_drained(
    running_node: Node, client: httpx.AsyncClient, make_node: MakeNode, database: Database
) -> None:
    other = await make_node("stork")
    presence = nodes.presence_of(other)
    for verb, reason in (("pause", "asked"), ("drain", "drained")):
        presence.report(busy=1, slots=4)
        await database.until("SELECT state = 'working' FROM nodes WHERE id = $1", other.boot_id)
        assert (await client.post(f"{API}/nodes/stork/{verb}")).status_code == 202
        await until_open(other, False)
        # Several heartbeats later it still works, and owns nothing.
        seen = await database.value("SELECT clock_timestamp() + interval '0.6 seconds'")
        await database.until("SELECT heartbeat_at > $2 FROM nodes WHERE id = $1", other.boot_id, seen)
        assert await database.value("SELECT state FROM nodes WHERE id = $1", other.boot_id) == "working"
        presence.report(busy=0, slots=4)
        await database.until("SELECT state = 'paused' AND reason = $2 FROM nodes WHERE id = $1", other.boot_id, reason)
        await client.post(f"{API}/nodes/stork/resume")
        await until_open(other, True)


@pytest.mark.covers("J7")
async def test_a_node_may_forbid_to_be_paused(
    running_node: Node, client: httpx.AsyncClient, make_node: MakeNode
) -> None:
    await make_node("stork", **{"nodes.pause_forbidden": True})
    for verb in ("pause", "drain"):
        answer = await client.post(f"{API}/nodes/stork/{verb}")
        assert answer.status_code == 409
        assert answer.json()["code"] == "node_pause_forbidden"
        assert "nodes.pause_forbidden" in answer.json()["detail"]


async def test_a_node_may_start_paused_and_one_without_work_has_no_sections(
    make_node: MakeNode, database: Database
) -> None:
    paused = await make_node("heron", **{"nodes.start_paused": True})
    assert nodes.presence_of(paused).state == "paused"
    assert not nodes.presence_of(paused).may_claim()
    front = await make_node("ibis", **{"server.roles": "api"})
    assert (nodes.presence_of(front).state, nodes.presence_of(front).reason) == ("paused", "no_worker")
    assert not nodes.presence_of(front).may_claim()
    assert await database.column("SELECT node_id FROM leader_candidates") == [paused.boot_id]
    worker = await make_node("stork", **{"server.roles": "worker"})
    assert nodes.presence_of(worker).may_claim()
    assert await database.owned() == {worker.boot_id: 512}


async def test_what_there_is_not_or_is_no_more(
    running_node: Node, client: httpx.AsyncClient, make_node: MakeNode
) -> None:
    gone = await make_node("stork")
    await gone.stop()
    assert (await client.get(f"{API}/nodes/nobody")).json()["code"] == "node_not_found"
    assert (await client.post(f"{API}/nodes/nobody/pause")).json()["code"] == "node_not_found"
    assert (await client.post(f"{API}/nodes/stork/pause")).json()["code"] == "node_gone"
    first, second = await make_node("twin"), await make_node("twin")
    answer = await client.post(f"{API}/nodes/twin/pause")
    assert answer.status_code == 409
    assert first.boot_id in answer.json()["detail"]
    assert second.boot_id in answer.json()["detail"]
    listed = (await client.get(f"{API}/nodes", params={"state": "dead"})).json()["items"]
    assert [(item["name"], item["reason"]) for item in listed] == [("stork", "terminated")]
    page = (await client.get(f"{API}/nodes", params={"limit": 2})).json()
    rest = (await client.get(f"{API}/nodes", params={"limit": 2, "cursor": page["next_cursor"]})).json()
    assert [item["name"] for item in page["items"] + rest["items"]] == ["twin", "twin", "stork", "heron"]


@pytest.mark.covers("J10", "W2")
async def test_the_ring_and_the_leaders_are_shown(
    running_node: Node, client: httpx.AsyncClient, make_node: MakeNode
) -> None:
    other = await make_node("stork")
    ring = (await client.get(f"{API}/sections")).json()
    assert ring["size"] == len(ring["items"]) == 512
    owners = [item["node_id"] for item in ring["items"]]
    assert owners.count(other.boot_id) == owners.count(running_node.boot_id) == 256
    (watch,) = [item for item in (await client.get(f"{API}/leaders")).json()["items"] if item["role"] == "watch"]
    assert (watch["node"], watch["generation"]) == ("heron", 1)
    assert watch["candidates"] == [running_node.boot_id, other.boot_id]
    node = (await client.get(f"{API}/nodes/heron")).json()
    assert "watch" in node["leads"]
    assert node["sections_count"] == 256
    assert 0 <= node["heartbeat_age_seconds"] < 5


def loop_of(view: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [item for item in view["items"] if item["name"] == name]
    return found


@pytest.mark.covers("W10")
async def test_loops_are_stopped_and_started_and_stay_so_over_a_restart(
    running_node: Node, client: httpx.AsyncClient, make_node: MakeNode
) -> None:
    place = f"{API}/nodes/heron/loops"
    loop = loop_of((await client.get(place)).json(), "jobs.rescue")
    assert loop["state"] in ("running", "waiting")
    assert loop["since"] is not None
    assert loop["restarts"] == 0
    (sweep,) = [one for one in running_node.loops if one.full_name == "jobs.rescue"]
    answer = await client.post(f"{place}/jobs.rescue/stop")
    assert answer.status_code == 202
    assert loop_of(answer.json(), "jobs.rescue")["switched_off"]
    async with asyncio.timeout(BY_HINT_SECONDS):
        while sweep.health.state != "stopped":
            await asyncio.sleep(0.002)
    assert running_node.trouble() == {}
    assert (await client.get("/readyz")).status_code == 200
    runs = sweep.health.runs
    assert (await client.post(f"{place}/jobs.rescue/start")).status_code == 202
    async with asyncio.timeout(BY_HINT_SECONDS):
        while sweep.health.runs == runs:
            await asyncio.sleep(0.002)
    assert loop_of((await client.get(place)).json(), "jobs.rescue")["restarts"] == 1

    for name, code in (
        ("nodes.heartbeat", "loop_essential"),
        ("no.such", "loop_not_found"),
        ("role:cook", "loop_not_found"),
        ("role:api", "last_api_node"),
    ):
        assert (await client.post(f"{place}/{name}/stop")).json()["code"] == code

    # Of a machine that is not there any more: its alarm can be let go, and names its loop as a shell wants it.
    async with running_node.database.transaction() as session:
        session.add(LoopSwitch(node_name="heron", loop="simulation.watch gone", running=False))
    assert (await client.post(f"{place}/simulation.watch%20gone/start")).status_code == 202
    assert (await client.post(f"{place}/simulation.watch%20gone/start")).json()["code"] == "loop_not_found"

    other = await make_node("stork")
    assert nodes.presence_of(other).may_claim()
    assert (await client.post(f"{API}/nodes/stork/loops/role:worker/stop")).status_code == 202
    await until_open(other, False, seconds=BY_HINT_SECONDS)
    await other.stop()
    again = await make_node("stork")
    assert not nodes.presence_of(again).may_claim()
    assert nodes.presence_of(again).reason == "no_worker"
    assert (await client.post(f"{API}/nodes/stork/loops/role:worker/start")).status_code == 202
    await until_open(again, True, seconds=BY_HINT_SECONDS)


async def test_a_node_without_the_role_api_answers_supervisors_only(
    running_node: Node, client: httpx.AsyncClient, make_node: MakeNode
) -> None:
    await make_node("stork")
    assert (await client.post(f"{API}/nodes/heron/loops/role:api/stop")).status_code == 202
    async with asyncio.timeout(BY_HINT_SECONDS):
        while "api" in running_node.roles:
            await asyncio.sleep(0.002)
    refused = await client.get(f"{API}/nodes")
    assert refused.status_code == 503
    assert refused.json()["code"] == "role_stopped"
    assert refused.headers["Retry-After"] == "5"
    assert (await client.get("/")).status_code == 503
    for open_path in ("/livez", "/metrics", f"{API}/ping"):
        assert (await client.get(open_path)).status_code == 200


@pytest.mark.covers("J8")
async def test_ping_and_deep_ping(running_node: Node, client: httpx.AsyncClient, anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get(f"{API}/ping")).status_code == 401
    pong = await client.get(f"{API}/ping")
    assert (pong.status_code, pong.text) == (200, "pong\n")
    assert (await anonymous.get(f"{API}/deep-ping")).status_code == 401
    async with running_node.database.transaction() as session:
        viewer = await accounts.create_user(session, "vera@example.org", "Vera", Role.VIEWER, "correct horse battery")
        _, token = await accounts.create_token(session, viewer.id, "probe", ("ping_get",))
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await anonymous.get(f"{API}/ping", headers=bearer)).text == "pong\n"
    assert (await anonymous.get(f"{API}/deep-ping", headers=bearer)).status_code == 403
    assert (await anonymous.get(f"{API}/ping", headers={"Authorization": f"Bearer {token.lower()}"})).status_code == 401
    answer = await client.get(f"{API}/deep-ping")
    assert answer.status_code == 200
    found = answer.json()
    assert found["status"] == "ok", [check for check in found["checks"] if check["status"] != "ok"]
    names = [check["name"] for check in found["checks"]]
    assert len(set(names)) == len(names)
    assert {"database", "clock", "state", "leader", "disk", "queue", "schedules", "history", "samples"} <= set(names)
    # What a module does in the background is tried too, whatever it is.
    assert {loop.module for loop in running_node.loops} <= set(names)
    (sweep,) = [loop for loop in running_node.loops if loop.full_name == "jobs.rescue"]
    sweep.health.consecutive_failures, sweep.health.last_error = 3, "OSError: postgres://secret@host"
    checks = (await client.get(f"{API}/deep-ping")).json()["checks"]
    (said,) = [check for check in checks if check["name"] == "jobs"]
    assert (said["status"], "rescue" in said["text"], "secret" in said["text"]) == ("error", True, False)
    sweep.recovered()

    async def never() -> str:
        await asyncio.Event().wait()
        return ""

    async def refuses() -> str:
        raise nodes.CheckFailed("the cable is cut")

    nodes.add_check(running_node, "slow", never, seconds=0.05)
    nodes.add_check(running_node, "cable", refuses)
    found = (await client.get(f"{API}/deep-ping")).json()
    assert found["status"] == "partial"
    assert [check["text"] for check in found["checks"] if check["status"] == "error"] == [
        "no answer within 0.05 s",
        "the cable is cut",
    ]


async def test_deep_ping_says_error_without_a_living_boot(
    running_node: Node, client: httpx.AsyncClient, database: Database
) -> None:
    (heartbeat,) = [loop for loop in running_node.loops if loop.name == "heartbeat"]
    await heartbeat.stop()
    await database.connection.execute("UPDATE nodes SET state = 'dead'")
    answer = await client.get(f"{API}/deep-ping")
    assert (answer.status_code, answer.json()["status"]) == (503, "error")
    heartbeat.start(running_node.bus, running_node.clock)
