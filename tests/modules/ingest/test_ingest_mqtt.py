"""MQTT with a real broker: once each message, whatever happens between the broker and the commit."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from broker import Broker, needs_mosquitto, serving
from hypothesis import given
from hypothesis import strategies as st
from polls import rows, source_of
from pydantic import ValidationError
from structlog.testing import capture_logs

import app as house
from app.kernel.node import Node
from app.kernel.principal import HOUSE, Principal, Role
from app.modules.credentials.credentials import create_credential
from app.modules.credentials.schemas import CredentialCreate
from app.modules.ingest import ensure_source, mqtt_batches
from app.modules.ingest.items import Item, Quarantined
from app.modules.ingest.mqtt_client import Message, message_of
from app.modules.ingest.schemas import SourceChange
from app.modules.ingest.source import Found, Listening, mqtt
from app.modules.ingest.sources import change_source
from app.modules.ingest.subscriptions import Subscriber
from tests.conftest import TestServer

pytestmark = needs_mosquitto


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker that lets everybody in."""
    async with serving(tmp_path / "broker") as running:
        yield running


async def add_source(node: Node, port: int, **settings: Any) -> str:
    given = {"host": "127.0.0.1", "port": port, "tls": False, "topics": ["gauge/+"], **settings}
    async with node.database.transaction() as session:
        return (await ensure_source(session, "gauges", "mqtt", given)).id


async def deliveries(node: Node, count: int, seconds: float = 20) -> list[Any]:
    """Wait until there are so many."""
    async with asyncio.timeout(seconds):
        while len(found := await rows(node, "SELECT item_key, body, state FROM deliveries ORDER BY id")) < count:
            await asyncio.sleep(0.02)
    return found


async def listening(node: Node, source_id: str, seconds: float = 20) -> None:
    """Wait until the session is held and the broker has granted the topics."""
    async with asyncio.timeout(seconds):
        while (row := await source_of(node, source_id)).last_polled_at is None or row.failures:
            await asyncio.sleep(0.02)


def level(number: int) -> tuple[str, bytes]:
    return f"gauge/{number % 3}", orjson.dumps({"level": number})


@pytest.mark.covers("V59")
async def test_messages_become_deliveries_under_their_topic(node: Node, broker: Broker) -> None:
    source_id = await add_source(node, broker.port)
    subscriber = node.part(Subscriber, Subscriber)
    await subscriber.run()
    await listening(node, source_id)
    await broker.publish([level(1), level(2), ("gauge/x", b"not json"), ("other/1", b"{}"), level(1)])
    found = await deliveries(node, 3)
    assert [(key, bytes(body), state) for key, body, state in found] == [
        ("gauge/1", b'{"level":1}', "queued"),
        ("gauge/2", b'{"level":2}', "queued"),
        ("", b"not json", "quarantined"),
    ]
    await subscriber.stop()


async def test_what_comes_while_nobody_listens_waits_at_the_broker(node: Node, broker: Broker) -> None:
    source_id = await add_source(node, broker.port)
    subscriber = node.part(Subscriber, Subscriber)
    await subscriber.run()
    await listening(node, source_id)
    async with node.database.transaction() as session:
        await change_source(session, source_id, SourceChange(enabled=False), actor="usr_owner")
    await subscriber.run()
    await broker.publish([level(number) for number in range(10)])
    assert await rows(node, "SELECT count(*) FROM deliveries") == [0]
    async with node.database.transaction() as session:
        await change_source(session, source_id, SourceChange(enabled=True), actor="usr_owner")
    await subscriber.run()
    assert len(await deliveries(node, 10)) == 10
    await subscriber.stop()


async def test_a_broker_that_goes_away_is_an_alarm_until_it_is_back(node: Node, broker: Broker) -> None:
    source_id = await add_source(node, broker.port)
    subscriber = node.part(Subscriber, Subscriber)
    await subscriber.run()
    await listening(node, source_id)
    await broker.stop()
    async with asyncio.timeout(30):
        while not await rows(node, "SELECT title FROM alarms WHERE cleared_at IS NULL"):
            await asyncio.sleep(0.05)
    assert "the broker" in ((await source_of(node, source_id)).last_error or "")
    await broker.start()
    await listening(node, source_id, 30)
    assert await rows(node, "SELECT title FROM alarms WHERE cleared_at IS NULL") == []
    await broker.publish([level(1)])
    await deliveries(node, 1)
    await subscriber.stop()


async def test_one_node_holds_the_session(node: Node, broker: Broker) -> None:
    source_id = await add_source(node, broker.port)
    first, second = Subscriber(node), Subscriber(node)
    await first.run()
    await listening(node, source_id)
    await second.run()
    assert (len(first._held), len(second._held)) == (1, 0)
    await first.stop()
    await second.run()
    assert len(second._held) == 1
    await broker.publish([level(1)])
    await deliveries(node, 1)
    await second.stop()


@asynccontextmanager
async def closed_database(server: TestServer, database_url: str) -> AsyncIterator[None]:
    """Cut every connection to the test's database and let none in until the block ends."""
    name = database_url.partition("?")[0].rpartition("/")[2]
    ending = f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
    await server.execute(
        f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false",
        ending,
        f"ALTER DATABASE {name} RENAME TO {name}_gone",
        superuser=True,
    )
    try:
        yield
    finally:
        await server.execute(
            f"ALTER DATABASE {name}_gone RENAME TO {name}",
            f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true",
            superuser=True,
        )


async def logged(logs: list[Any], event: str, count: int = 1, seconds: float = 20) -> None:
    """Wait until that was logged so often."""
    async with asyncio.timeout(seconds):
        while sum(one["event"] == event for one in logs) < count:
            await asyncio.sleep(0.02)


async def test_a_source_hears_again_after_the_database_was_away(
    node: Node, broker: Broker, server: TestServer, database_url: str
) -> None:
    source_id = await add_source(node, broker.port)
    subscriber = node.part(Subscriber, Subscriber)
    await subscriber.run()
    await listening(node, source_id)
    with capture_logs() as logs:
        async with closed_database(server, database_url):
            await broker.publish([level(1), level(2)])
            await logged(logs, "deliveries could not be kept", 2)
        assert len(await deliveries(node, 2, 40)) == 2
        async with closed_database(server, database_url):
            await broker.stop()  # so that listening ends, too, and there is nobody to note it
            await logged(logs, "a source waits for the database", 2)
        await broker.start()
    await broker.publish([level(3)])
    assert len(await deliveries(node, 3, 40)) == 3
    assert len(await rows(node, "SELECT id FROM sources WHERE poll_number = 1 AND lease_boot_id IS NOT NULL")) == 1
    await subscriber.stop()


async def test_a_source_nobody_listens_to_any_more_is_taken_over_again(node: Node, broker: Broker) -> None:
    source_id = await add_source(node, broker.port)
    subscriber = node.part(Subscriber, Subscriber)
    await subscriber.run()
    await listening(node, source_id)
    _, task = subscriber._held[source_id]
    task.cancel()  # whatever it is that ends it
    await asyncio.wait({task})
    await subscriber.run()
    await broker.publish([level(1)])
    assert len(await deliveries(node, 1)) == 1
    await subscriber.stop()


async def test_what_was_not_committed_is_sent_again_after_kill_9(node: Node, broker: Broker, database_url: str) -> None:
    """A node dies between the commit and the acknowledgement of its first batch; another takes over."""
    source_id = await add_source(node, broker.port, in_flight=5)
    script = Path(__file__).with_name("mqtt_process.py")
    environment = {**os.environ, "PYTHONPATH": str(Path(house.__file__).parents[1])}
    environment["STORMBELL_FAILPOINTS"] = "ingest.heard=kill@1"
    process = subprocess.Popen(
        [sys.executable, str(script), database_url, str(node.settings.data_directory)], env=environment
    )
    try:
        await listening(node, source_id, 60)
        await broker.publish([level(number) for number in range(200)])
        assert await asyncio.to_thread(process.wait, 60) == -signal.SIGKILL
    finally:
        process.kill()
        process.wait()
    left = await rows(node, "SELECT count(*) FROM deliveries")
    assert 0 < left[0] < 200
    async with node.database.transaction() as session:
        row = await session.get_one(type(await source_of(node, source_id)), source_id)
        row.lease_until = row.created_at  # its lease is over
    subscriber = node.part(Subscriber, Subscriber)
    await subscriber.run()
    found = await deliveries(node, 200, 40)
    await subscriber.stop()
    assert sorted(orjson.loads(body)["level"] for _, body, _ in found) == list(range(200))
    assert len(await rows(node, "SELECT 1 FROM jobs WHERE kind = 'delivery.arrived'")) == 200


async def test_a_login_comes_from_the_vault_and_tls_checks_the_broker(node: Node, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    pem, key = tmp_path / "broker.pem", tmp_path / "broker.key"
    made = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout {key} -out {pem} -subj /CN=x"
    command = ["openssl", *made.split(), "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(passwords), "ada", "login-canary"], check=True)
    extra = ("allow_anonymous false", f"password_file {passwords}", f"certfile {pem}", f"keyfile {key}")
    async with serving(tmp_path / "broker", *extra) as broker:
        wanted = CredentialCreate(name="b", kind="password", settings={"user": "ada", "password": "login-canary"})
        async with node.database.transaction() as session:
            row = await create_credential(node, session, wanted, Principal(HOUSE, "house", Role.OWNER))
            settings = {"host": "127.0.0.1", "port": broker.port, "topics": ["#"], "credential": row.id}
            source_id = (await ensure_source(session, "gauges", "mqtt", settings)).id
        subscriber = node.part(Subscriber, Subscriber)
        await subscriber.run()
        async with asyncio.timeout(20):
            while not (error := (await source_of(node, source_id)).last_error):
                await asyncio.sleep(0.02)
        assert "self-signed certificate" in error or "certificate verify failed" in error
        async with node.database.transaction() as session:
            trusted = {**settings, "certificate_authority": pem.read_text()}
            await change_source(session, source_id, SourceChange(settings=trusted), actor=HOUSE)
        await subscriber.run()
        await listening(node, source_id)
        assert await rows(node, "SELECT purpose FROM credential_uses") == ["source gauges"]
        assert "login-canary" not in str(await rows(node, "SELECT settings::text, last_error FROM sources"))
        await subscriber.stop()


@pytest.mark.security("S8")
async def test_a_broker_that_no_request_may_go_to_is_none_for_mqtt_either(node: Node) -> None:
    node.settings.kernel.egress.allow.clear()
    closed = type(node.http)(node.settings.kernel.egress)
    node.http = closed
    source_id = await add_source(node, 1883)
    subscriber = node.part(Subscriber, Subscriber)
    await subscriber.run()
    async with asyncio.timeout(20):
        while not (error := (await source_of(node, source_id)).last_error):
            await asyncio.sleep(0.02)
    assert "may not connect" in error
    await subscriber.stop()


@pytest.mark.parametrize("topic", ["", "a/#/b", "a+", "#a", "a\0"])
def test_what_is_no_topic_filter_is_refused(topic: str) -> None:
    with pytest.raises(ValidationError, match="is no topic filter"):
        mqtt.Settings(host="x", topics=[topic])


def test_messages_that_are_not_json_or_too_long() -> None:
    source = mqtt.Source(mqtt.Settings(host="x", topics=["#"], payload="any", max_bytes=10))
    (item,) = source.items_of(b"\x00raw")
    assert isinstance(item, Item)
    (cut,) = source.items_of(b"x" * 11)
    assert isinstance(cut, Quarantined)
    assert "11 bytes" in cut.reason


@pytest.mark.parametrize(
    ("packet", "qos", "with_properties", "message"),
    [
        (b"\x00\x03a/b\x01\x02\x00hi", 1, True, Message("a/b", b"hi", 258)),
        (b"\x00\x03a/b\x01\x02hi", 1, False, Message("a/b", b"hi", 258)),
        (b"\x00\x01a\x02\x01\x01", 0, True, Message("a", b"", None)),
        (b"\x00\x01a\x00\x07\x83\x01" + b"p" * 131 + b"x", 1, True, Message("a", b"x", 7)),
    ],
)
def test_packets_are_taken_apart(packet: bytes, qos: int, with_properties: bool, message: Message) -> None:
    assert message_of(packet, qos, with_properties=with_properties) == message


@given(st.binary(max_size=40), st.integers(0, 1), st.booleans())
def test_no_packet_is_taken_apart_beyond_its_end(packet: bytes, qos: int, with_properties: bool) -> None:
    try:
        found = message_of(packet, qos, with_properties=with_properties)
    except (IndexError, UnicodeDecodeError):
        return
    assert len(found.topic.encode()) + len(found.payload) <= len(packet) - 2


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
async def test_both_protocols_take_what_was_published_with_either_quality(
    node: Node, broker: Broker, protocol: str
) -> None:
    source_id = await add_source(node, broker.port, protocol=protocol)
    subscriber = node.part(Subscriber, Subscriber)
    await subscriber.run()
    await listening(node, source_id)
    await broker.publish([level(number) for number in range(50)])
    await broker.publish([("gauge/zero", b"{}")], qos=0)
    assert len(await deliveries(node, 51)) == 51
    await subscriber.stop()


@pytest.mark.security("S21")
async def test_no_more_is_read_than_may_wait_for_the_database(
    node: Node, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "_HELD_BYTES", 20_000)
    monkeypatch.setattr(mqtt_batches, "_MOST_BYTES", 5_000)
    settings = mqtt.Settings(host="127.0.0.1", port=broker.port, tls=False, topics=["gauge/+"], payload="any")
    answers, ready, taken = asyncio.Event(), asyncio.Event(), list[int]()

    async def take(found: Sequence[Found]) -> None:
        await answers.wait()
        taken.append(len(found))

    async def begun() -> None:
        ready.set()

    listening = Listening("stormbell-test", take, begun)
    connection = mqtt._Connection(mqtt.Source(settings), settings, listening, ["127.0.0.1"], broker.port)
    running = asyncio.create_task(connection.run())
    try:
        async with asyncio.timeout(20):
            await ready.wait()
            await broker.publish([("gauge/1", b"%04d" % number * 250) for number in range(100)])
            while not connection._pausing:
                await asyncio.sleep(0.01)
            assert connection._batches.held_bytes < 26_000
            answers.set()
            while sum(taken) < 100:
                await asyncio.sleep(0.01)
        assert max(taken) <= 4
        assert connection._batches.held_bytes == 0
    finally:
        running.cancel()
        await asyncio.wait({running})
        connection.close()


@pytest.mark.security("S21")
async def test_the_broker_sends_nothing_that_is_far_too_large(node: Node, broker: Broker) -> None:
    source_id = await add_source(node, broker.port, max_bytes=1000)
    subscriber = node.part(Subscriber, Subscriber)
    await subscriber.run()
    await listening(node, source_id)
    await broker.publish([("gauge/1", b"a" * 200_000), ("gauge/2", b"b" * 100_000), level(3)])
    found = await deliveries(node, 2)
    assert [(bytes(body)[:1], state) for _, body, state in found] == [(b"b", "quarantined"), (b"{", "queued")]
    await subscriber.stop()


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
async def test_a_topic_that_was_taken_out_brings_nothing_any_more(node: Node, broker: Broker, protocol: str) -> None:
    source_id = await add_source(node, broker.port, topics=["gauge/1", "gauge/2"], protocol=protocol)
    subscriber = node.part(Subscriber, Subscriber)
    await subscriber.run()
    await listening(node, source_id)
    async with node.database.transaction() as session:
        settings = (await source_of(node, source_id)).settings | {"topics": ["gauge/2", "gauge/3"]}
        await change_source(session, source_id, SourceChange(settings=settings), actor=HOUSE)
    before = (await source_of(node, source_id)).last_polled_at
    await subscriber.run()
    async with asyncio.timeout(20):
        while (await source_of(node, source_id)).last_polled_at == before:
            await asyncio.sleep(0.02)
    await broker.publish([("gauge/1", b"{}"), ("gauge/3", b"{}"), ("gauge/2", b"{}")])
    assert [key for key, _, _ in await deliveries(node, 2)] == ["gauge/3", "gauge/2"]
    assert await rows(node, "SELECT cursor FROM sources") == [["gauge/2", "gauge/3"]]
    await subscriber.stop()


@pytest.mark.security("S17")
async def test_a_login_that_was_taken_back_ends_the_connection(node: Node, broker: Broker) -> None:
    wanted = CredentialCreate(name="b", kind="password", settings={"user": "ada", "password": "login-canary"})
    async with node.database.transaction() as session:
        row = await create_credential(node, session, wanted, Principal(HOUSE, "house", Role.OWNER))
    source_id = await add_source(node, broker.port, credential=row.id)
    subscriber = node.part(Subscriber, Subscriber)
    await subscriber.run()
    await listening(node, source_id)
    async with node.database.transaction() as session:
        (await session.get_one(type(row), row.id)).owner_id = "usr_somebody"
    await subscriber.run()
    async with asyncio.timeout(20):
        while not (error := (await source_of(node, source_id)).last_error):
            await asyncio.sleep(0.02)
    assert "There is no credential" in error
    await broker.publish([level(1)])
    assert await rows(node, "SELECT count(*) FROM deliveries") == [0]
    await subscriber.stop()
