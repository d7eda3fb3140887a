"""Any node answers for any node's log in a bucket: of a node that is gone too, and never as if nothing had been."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import obstore
import orjson
import pytest
import structlog
from finished_segments import rows
from obstore.store import S3Store
from sqlalchemy import update

from app.kernel import logs
from app.kernel.node import Node
from app.kernel.settings import Settings
from app.main import MODULES
from app.modules.logging.keeping import keeper_of
from app.modules.logging.models import LogSegment
from tests.conftest import settings_for
from tests.sites.storage_servers import ACCESS_KEY, BUCKET, SECRET_KEY, Server, seaweed

log = structlog.get_logger("app.modules.jobs.worker")
INCIDENT = "inc_01HZX3V7M8Q2N4R6T8W0Y1A2B3"


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """SeaweedFS, started once."""
    with seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        yield server


class Road:
    """The way to the bucket: counts what is asked for, and can be closed or lead to nowhere."""

    def __init__(self, server: Server) -> None:
        self._port = int(server.url.rsplit(":", 1)[1].strip("/"))
        self.url = ""
        self.answers = True
        self.gets: list[tuple[str, str]] = []
        self.sent_bytes = 0
        self._open: set[asyncio.StreamWriter] = set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        if not self.answers:
            await reader.read()  # until the client gives up
            writer.close()
            return
        up_reader, up = await asyncio.open_connection("127.0.0.1", self._port)
        self._open.add(up)

        async def back() -> None:
            while chunk := await up_reader.read(65536):
                self.sent_bytes += len(chunk)
                writer.write(chunk)
            writer.close()

        going = asyncio.ensure_future(back())
        try:
            while chunk := await reader.read(65536):
                for head in chunk.split(b"\r\n\r\n"):
                    if head.startswith(b"GET "):
                        lines = head.decode().split("\r\n")
                        asked = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("range:")]
                        self.gets.append((lines[0].split(" ")[1], asked[0] if asked else ""))
                up.write(chunk)
        except ConnectionError:
            pass
        up.close()
        await asyncio.gather(going, return_exceptions=True)

    def cut(self) -> None:
        for writer in self._open:
            writer.close()
        self._open.clear()


@pytest.fixture
async def road(bucket: Server) -> AsyncIterator[Road]:
    made = Road(bucket)
    server = await asyncio.start_server(made.carry, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield made
    made.cut()
    server.close()


def named(name: str, tmp_path: Path, url: str) -> Settings:
    keys = tmp_path / "keys"
    keys.write_text(orjson.dumps({"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}).decode())
    sink = {"driver": "s3", "endpoint": url, "bucket": BUCKET, "keys_file": str(keys), "prefix": tmp_path.name}
    sinks = orjson.dumps({"bucket": sink | {"timeout_seconds": 1.5}}).decode()
    more = {"logging.sinks": sinks, "server.node_name": name, "egress.allow": "127.0.0.1"}
    return settings_for(tmp_path / name / "data", **more)


@pytest.fixture
def settings(tmp_path: Path, road: Road) -> Settings:
    return named("egret", tmp_path, road.url)


@pytest.fixture
async def of_heron(node: Node, database_url: str, tmp_path: Path, road: Road) -> list[str]:
    """Segments that heron wrote and shipped before it was stopped and its disk was gone; egret writes now."""
    heron = Node(named("heron", tmp_path, road.url), MODULES, database_url)
    directory = tmp_path / "heron" / "logs"
    for number in range(3):
        writer = logs.configure("info", directory, console=False, node_name="heron", boot_id=f"boot_{number}")
        for line in range(4_000 if number == 1 else 20):
            log.info("a line of many", number=line, filler="x" * 60)
            if line % 1000 == 999:
                assert writer.flush()
        log.info(f"Found in Heron's segment {number}", incident_id=INCIDENT)
        writer.close()
    keeper = keeper_of(heron)
    logs.configure("info", directory, console=False, node_name="heron", boot_id="boot_last")
    await keeper.pack()
    await keeper.ship()
    await heron.stop()
    logs.configure("info", tmp_path / "egret" / "logs", console=False, node_name="egret", boot_id="boot_egret")
    shutil.rmtree(tmp_path / "heron")
    found = sorted(row.stem for row in await rows(node, LogSegment))
    assert len(found) == 3
    road.gets.clear()
    road.sent_bytes = 0
    return found


async def asked(client: httpx.AsyncClient, **parameters: Any) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the messages of all pages, and what was not searched."""
    messages, missed = [], []
    async with asyncio.timeout(60):
        while True:
            answer = await client.get("/api/v1/logs", params=parameters)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            messages += [item["message"] for item in page["items"]]
            missed += page["not_searched"]
            if page["next_cursor"] is None:
                return messages, missed
            parameters["cursor"] = page["next_cursor"]


FOUND = [f"Found in Heron's segment {number}" for number in (2, 1, 0)]


@pytest.mark.covers("W3")
async def test_what_a_node_that_is_gone_shipped_is_found_by_object_time_and_text(
    node: Node, client: httpx.AsyncClient, of_heron: list[str], road: Road
) -> None:
    assert await asked(client, object_id=INCIDENT) == (FOUND, [])
    big = max(await rows(node, LogSegment), key=lambda row: row.packed_bytes)
    lines = [(path, part) for path, part in road.gets if path.endswith(".ndjson.gz")]
    assert lines
    assert all(part.startswith("bytes=") for _, part in road.gets), road.gets
    assert len([path for path, _ in lines if big.stem in path]) == 1, "one block of many"
    before = len(road.gets)
    assert await asked(client, incident_id=INCIDENT, node="heron") == (FOUND, [])
    assert len(road.gets) == before, "kept from the search before"
    assert await asked(client, q="in heron's SEGMENT 1") == ([FOUND[1]], [])
    async with node.database.transaction() as session:  # else all were written in this second
        old = datetime.now(UTC) - timedelta(days=1)
        await session.execute(
            update(LogSegment).where(LogSegment.stem != of_heron[2]).values(first_at=old, last_at=old)
        )
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert await asked(client, incident_id=INCIDENT, since=since) == (FOUND[:1], [])
    [listed] = [one for one in (await client.get("/api/v1/logs/nodes")).json()["items"] if one["node"] == "heron"]
    assert listed["readable_until"] is not None


async def test_a_bucket_that_does_not_answer_is_said_and_asked_again_later(
    node: Node, client: httpx.AsyncClient, of_heron: list[str], road: Road
) -> None:
    log.info("Found in Egret's own", incident_id=INCIDENT)
    writer = logs.active()
    assert writer is not None
    assert writer.flush()
    road.cut()
    road.answers = False
    async with asyncio.timeout(10):  # three segments, one of which is waited for
        messages, [missed] = await asked(client, incident_id=INCIDENT)
    assert messages == ["Found in Egret's own"]
    assert (missed["node"], missed["segment_count"]) == ("heron", 3)
    assert missed["why"].startswith("bucket does not answer")
    assert missed["since"] < missed["until"]
    road.answers = True
    keeper_of(node).places["bucket"].ask_again()
    assert await asked(client, incident_id=INCIDENT) == (["Found in Egret's own", *FOUND], [])


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("idx", "not what was shipped"),
        ("ndjson.gz", "damaged|incorrect header"),
        ("gone", "is gone from bucket"),
    ],
)
async def test_what_is_damaged_or_gone_in_the_bucket_is_said_and_the_rest_is_found(
    client: httpx.AsyncClient, of_heron: list[str], bucket: Server, tmp_path: Path, what: str, why: str
) -> None:
    config: Any = {"endpoint": bucket.url, "access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
    store = S3Store(BUCKET, config=config, client_options={"allow_http": True}, prefix=f"{tmp_path.name}/heron")
    if what == "gone":
        await obstore.delete_async(store, f"{of_heron[1]}.idx")
    else:
        await obstore.put_async(store, f"{of_heron[1]}.{what}", b"rotten" * 100_000)
    messages, [missed] = await asked(client, incident_id=INCIDENT)
    assert messages == [FOUND[0], FOUND[2]]
    assert (missed["node"], missed["segment_count"]) == ("heron", 1)
    assert re.search(why, missed["why"])
