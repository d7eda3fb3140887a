"""Health, probes, metrics, version, drivers: what a node says about itself."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from types import FunctionType
from typing import Any

import httpx
import pytest
from event_streams import OWNER, next_of, opened
from fastapi import FastAPI
from sqlalchemy import text

from app.kernel import logs
from app.kernel.alarms import Alarm
from app.kernel.loops import Loop
from app.kernel.module import Module
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.settings import Settings
from app.main import create_app
from app.modules import accounts
from app.modules.logging.health import Readiness
from app.modules.logging.keeping import keeper_of
from app.modules.logging.loops import LogStoreWatch
from app.modules.logging.models import LogSegment, LogShipment
from app.modules.logging.settings import LoggingSettings
from app.modules.logging.version import commit_of


async def fail() -> None:
    raise RuntimeError("no such river")


async def block() -> None:
    time.sleep(1.7)


# The same code, as if it stood in a module: the watchdog goes by the file on the stack.
block_in_module: Callable[[], Any] = FunctionType(
    block.__code__, {"__name__": "app.modules.sleepy.loops", "time": time}
)


@pytest.fixture
async def node(node: Node, settings: Settings, database_url: str) -> AsyncIterator[Node]:
    """A node with two bad modules."""
    grumpy = Module(name="grumpy", loops=lambda _node: [Loop("river", fail, every_seconds=0.1)])
    sleepy = Module(name="sleepy", loops=lambda _node: [Loop("nap", block_in_module, every_seconds=60)])
    made = Node(settings, (grumpy, sleepy, *node.modules), database_url)
    yield made
    await made.stop()


async def get_health(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/v1/health")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found | {"by_name": {module["name"]: module for module in found["modules"]}}


async def until(client: httpx.AsyncClient, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while not wanted(health := await get_health(client)):
            pass
    return health


@pytest.mark.covers("V62", "V30")
async def test_a_raising_loop_is_named_and_the_others_run_on(running_node: Node, client: httpx.AsyncClient) -> None:
    health = await until(client, lambda h: h["by_name"]["grumpy"]["loops"][0]["failures"] >= 2)
    grumpy = health["by_name"]["grumpy"]
    assert (health["status"], grumpy["status"]) == ("degraded", "degraded")
    assert grumpy["text"].startswith("river: RuntimeError: no such river (")
    [loop] = grumpy["loops"]
    assert loop["name"] == "river"
    assert loop["state"] in ("backing_off", "running")
    assert loop["last_error"] == "RuntimeError: no such river"
    assert health["by_name"]["logging"]["status"] == "ok"
    names = {loop["name"] for loop in health["by_name"]["logging"]["loops"]}
    assert names >= {"event_stream", "log_store", "retention"}
    assert health["node"] == {
        "id": running_node.boot_id,
        "name": running_node.name,
        "started_at": running_node.started_at.isoformat().replace("+00:00", "Z"),
    }


async def test_the_watchdog_names_who_blocks_the_loop(running_node: Node, client: httpx.AsyncClient) -> None:
    health = await until(client, lambda h: h["by_name"]["sleepy"]["status"] == "degraded")
    said = health["by_name"]["sleepy"]["text"]
    assert said.startswith("blocked the event loop for ")
    assert "app.modules.sleepy.loops:" in said
    assert "in block" in said


async def test_a_log_store_that_cannot_write_is_an_alarm_until_it_can(
    node: Node, writer: logs.LogWriter, client: httpx.AsyncClient
) -> None:
    watch = LogStoreWatch(node)
    assert writer._sink is not None
    writer._sink.trouble = "log records cannot be written: No space left on device"
    await watch.look()
    await watch.look()
    async with node.database.transaction() as session:
        rows = (await session.execute(text("SELECT key, priority, count FROM alarms WHERE cleared_at IS NULL"))).all()
    assert [tuple(row) for row in rows] == [(f"logging.store.{node.name}", "high", 1)]
    assert "No space left" in (await get_health(client))["by_name"]["logging"]["text"]
    writer._sink.trouble = None
    await LogStoreWatch(node).look()  # as the next boot would
    async with node.database.transaction() as session:
        assert (await session.get(Alarm, "x")) is None
        assert await session.scalar(text("SELECT count(*) FROM alarms WHERE cleared_at IS NULL")) == 0


async def test_the_deep_ping_tries_the_log(
    running_node: Node, writer: logs.LogWriter, client: httpx.AsyncClient
) -> None:
    async def log_check() -> tuple[str, str]:
        checks = (await client.get("/api/v1/deep-ping")).json()["checks"]
        [found] = [check for check in checks if check["name"] == "log"]
        return found["status"], found["text"]

    assert await log_check() == ("ok", "what was logged is on disk")
    assert writer._sink is not None
    writer._sink.trouble = "log records cannot be written: No space left on device"
    assert await log_check() == ("error", "log records cannot be written: No space left on device")
    writer._sink.trouble = None
    async with running_node.database.transaction() as session:
        at = datetime.now(UTC)
        row = {"stem": "20260101T000000-boot_A", "node": writer.node_name, "boot_id": "boot_A"}
        row |= {"first_at": at, "last_at": at, "sha256": "", "index_sha256": ""}
        counts = dict.fromkeys(("record_count", "raw_bytes", "packed_bytes", "torn_bytes"), 1)
        session.add(LogSegment(**row, **counts))
        await session.flush()
        session.add(LogShipment(stem=row["stem"], sink="archive", failure_count=3, last_error="it is away"))
    keeper_of(running_node).sinks["archive"] = None  # type: ignore[assignment]  # only its name is asked for
    assert await log_check() == ("error", "what was logged is on disk, and not brought to archive: it is away")
    async with running_node.database.transaction() as session:
        await session.execute(text("UPDATE log_shipments SET failure_count = 0"))
    assert await log_check() == ("ok", "what was logged is on disk, and is brought to archive")


async def test_livez_and_readyz_need_no_login(
    anonymous: httpx.AsyncClient, app: FastAPI, running_node: Node, client: httpx.AsyncClient
) -> None:
    await until(client, lambda h: h["by_name"]["sleepy"]["status"] == "degraded")
    alive = await anonymous.get("/livez")
    assert (alive.status_code, alive.json()["status"]) == (200, "ok")
    ready = (await anonymous.get("/readyz")).json()
    checks = {check["name"]: check["ok"] for check in ready["checks"]}
    assert checks | {"schema": True} == {"database": True, "schema": True, "disk": True, "loops": True}


@pytest.mark.security("S29")
async def test_what_the_probes_found_is_for_who_may_read_the_nodes_health(
    running_node: Node, anonymous: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    async with running_node.database.transaction() as session:
        viewer = await accounts.create_user(session, "vera@example.org", "Vera", Role.VIEWER, "correct horse battery")
        _, narrow = await accounts.create_token(session, viewer.id, "probe", ("ping_get",))
        _, scraper = await accounts.create_token(session, viewer.id, "scraper", ("health_get",))

    async def told(token: str | None) -> set[str]:
        answer = await anonymous.get("/readyz", headers={"Authorization": f"Bearer {token}"} if token else {})
        assert answer.status_code in (200, 503)
        return {name for check in answer.json()["checks"] for name in check}

    for stranger in (None, narrow, "sb_nonsense", scraper[:-1] + "!"):
        assert await told(stranger) == {"name", "ok"}, stranger
    assert await told(scraper) == {"name", "ok", "text"}
    assert {name for check in (await client.get("/livez")).json()["checks"] for name in check} == {"name", "ok"}
    for token, status in ((narrow, 403), (scraper, 200)):
        assert (await anonymous.get("/metrics", headers={"Authorization": f"Bearer {token}"})).status_code == status


async def test_a_draining_node_is_not_ready(running_node: Node) -> None:
    running_node.draining.set()
    probe = await Readiness(running_node).ask()
    assert probe.status == "failing"
    assert [(check.name, check.text) for check in probe.checks if not check.ok and check.name == "loops"] == [
        ("loops", "draining")
    ]


async def test_a_node_without_a_database_or_disk_is_not_ready(settings: Settings, node: Node) -> None:
    settings.kernel.data_directory.mkdir(parents=True, exist_ok=True)
    lost = Node(settings, node.modules, "postgresql+asyncpg://nobody@/none?host=/nowhere")
    settings.sections["logging"].disk_reserve_bytes = 2**62  # type: ignore[attr-defined]
    probe = await Readiness(lost).ask()
    await lost.http.close()
    failed = {check.name: check.text for check in probe.checks if not check.ok}
    assert set(failed) == {"database", "disk", "loops"}
    assert failed["database"].startswith("does not answer: ")


async def test_metrics_are_for_this_machine_or_a_caller(
    running_node: Node, client: httpx.AsyncClient, url: str
) -> None:
    running_node.settings.of(LoggingSettings).metrics = "local"
    async with opened(url) as stream:
        await next_of(stream)
        await client.get("/api/v1/events/nothing")
        local = await client.get("/metrics")
    assert local.headers["Content-Type"].startswith("text/plain; version=")
    lines = local.text.splitlines()
    assert "stormbell_event_readers 1.0" in lines
    assert "stormbell_database_up 1.0" in lines
    assert 'stormbell_jobs{state="queued"} 0.0' in lines
    assert any(line.startswith('stormbell_loop_failures_total{loop="river",module="grumpy"}') for line in lines)
    assert any(
        line.startswith(
            'stormbell_http_request_seconds_count{method="GET",operation="event_list",route="/events",status="200"}'
        )
        for line in lines
    )
    assert not any("/nothing" in line for line in lines)

    running_node.settings.kernel.server.allowed_hosts.append("stormbell.example")

    async def ask(ip: str, **headers: str) -> int:
        transport = httpx.ASGITransport(app=create_app(running_node), client=(ip, 40000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as other:
            return (await other.get("/metrics", headers=headers)).status_code

    assert await ask("127.0.0.1") == await ask("::1") == 200
    assert await ask("192.0.2.7") == await ask("127.0.0.1", **{"X-Forwarded-For": "192.0.2.7"}) == 403
    assert await ask("127.0.0.1", Host="stormbell.example") == 403  # a proxy on this machine that says nothing else
    assert await ask("192.0.2.7", **OWNER) == 200


@pytest.mark.covers("V5")
async def test_the_version_names_commit_and_schema(client: httpx.AsyncClient, tmp_path: Any) -> None:
    answer = (await client.get("/api/v1/version")).json()
    assert set(answer) == {"version", "commit", "schema_revision"}
    package = tmp_path / "src" / "app"
    package.mkdir(parents=True)
    assert commit_of(package) is None
    git = tmp_path / ".git"
    git.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "packed-refs").write_text("# pack-refs\nabc123 refs/heads/main\n")
    commit_of.cache_clear()
    assert commit_of(package) == "abc123"
    (package / "_commit").write_text("def456\n")
    commit_of.cache_clear()
    assert commit_of(package) == "def456"


async def test_drivers_are_listed_with_their_forms(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/drivers")
    assert answer.status_code == 200, answer.text
    drivers = {(d["kind"], d["name"]): d for d in answer.json()["items"]}
    local = drivers["data.storage", "local"]
    assert (local["available"], local["error"]) == (True, None)
    assert local["settings_schema"]["type"] == "object"
    assert {kind for kind, _ in drivers} >= {"machines.batch", "machines.transport", "data.storage", "ingest.source"}


async def test_what_a_node_says_is_not_for_everybody(anonymous: httpx.AsyncClient, node: Node) -> None:
    for path in ("health", "version", "drivers", "logs", "events", "alarms"):
        assert (await anonymous.get(f"/api/v1/{path}")).status_code == 401, path
    assert node.permissions["log_list"] is Role.VIEWER
    assert Principal(user_id="u", name="n", role=Role.VIEWER).may("log_list", Role.VIEWER)
