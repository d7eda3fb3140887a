"""How segments are kept: packed, registered, shipped whole and once, found from every node, removed in their time."""

import asyncio
import gzip
import hashlib
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import structlog
from event_streams import listening
from fastapi import FastAPI, Request, Response
from finished_segments import finish_a_segment, rows
from sqlalchemy import update

from app.kernel import drivers, logs
from app.kernel.alarms import Alarm
from app.kernel.http import GuardedClient
from app.kernel.node import Node
from app.kernel.segments import segments_in
from app.kernel.settings import EgressSettings, Settings, SettingsProblem
from app.modules.logging import packing, segment_retention
from app.modules.logging.keeping import Keeper, keeper_of
from app.modules.logging.models import LogNode, LogSegment, LogShipment
from app.modules.logging.sink import Parcel
from tests.conftest import settings_for

log = structlog.get_logger("app.modules.jobs.worker")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    sinks = {"archive": {"driver": "local", "directory": str(tmp_path / "archive")}}
    return settings_for(
        tmp_path / "data",
        **{"logging.sinks": orjson.dumps(sinks).decode(), "server.node_name": "heron", "egress.allow": "127.0.0.1"},
    )


@pytest.mark.covers("W3")
async def test_a_finished_segment_is_packed_registered_and_shipped_whole(
    node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    finish_a_segment(tmp_path, "the first", "the second", incident_id="inc_1")
    keeper = keeper_of(node)
    await keeper.pack()
    await keeper.pack()
    [row] = await rows(node, LogSegment)
    assert (row.node, row.record_count, row.torn_bytes, row.on_node) == ("heron", 3, 0, True)
    await keeper.ship()
    [shipment] = await rows(node, LogShipment)
    assert (shipment.sink, shipment.last_error) == ("archive", None)
    assert shipment.confirmed_at is not None
    there = tmp_path / "archive" / "heron" / f"{row.stem}.ndjson.gz"
    assert hashlib.sha256(there.read_bytes()).hexdigest() == row.sha256
    assert b"the second" in gzip.decompress(there.read_bytes())
    modified = there.stat().st_mtime_ns
    await keeper.ship()
    assert there.stat().st_mtime_ns == modified, "shipped once"
    answer = (await client.get("/api/v1/logs", params={"incident_id": "inc_1"})).json()
    assert [item["message"] for item in answer["items"]] == ["the second", "the first"]
    assert answer["behind"] == []


async def test_any_node_answers_for_any_nodes_log_once_shipped_and_says_what_is_missing(
    node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    finish_a_segment(tmp_path, "written elsewhere", job_id="job_1")
    await keeper_of(node).pack()
    later = datetime.now(UTC) + timedelta(seconds=90)
    async with node.database.transaction() as session:  # it was another node that did all this
        await session.execute(update(LogSegment).values(node="egret"))
        await session.execute(update(LogNode).values(node="egret", written_at=later))
    for path in (tmp_path / "logs").iterdir():
        path.rename(path.with_suffix(path.suffix + ".hidden"))

    async def asked(**parameters: str) -> dict[str, Any]:
        answer = await client.get("/api/v1/logs", params=parameters)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    before = await asked(job_id="job_1")
    assert before["items"] == []
    assert before["behind"] == [{"node": "egret", "readable_until": None, "behind_seconds": 0.0}]
    [row] = await rows(node, LogSegment)
    for suffix in (".ndjson.gz", ".idx"):
        target = tmp_path / "archive" / "egret" / f"{row.stem}{suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "logs" / f"{row.stem}{suffix}.hidden").rename(target)
    async with node.database.transaction() as session:
        session.add(LogShipment(stem=row.stem, sink="archive", confirmed_at=datetime.now(UTC)))
    after = await asked(job_id="job_1")
    assert [item["message"] for item in after["items"]] == ["written elsewhere"]
    [missing] = after["behind"]
    assert missing["node"] == "egret"
    assert missing["behind_seconds"] == pytest.approx(90, abs=30)
    assert (await asked(node="egret", q="ELSEWHERE"))["items"] == after["items"]
    assert (await asked(node="heron"))["items"] == []
    assert (await asked(since=(datetime.now(UTC) + timedelta(hours=1)).isoformat()))["items"] == []
    listed = (await client.get("/api/v1/logs/nodes")).json()["items"]
    assert [(one["node"], one["answers"], one["waiting_count"]) for one in listed] == [("egret", False, 0)]


async def test_what_a_killed_process_left_is_salvaged(node: Node, tmp_path: Path) -> None:
    finish_a_segment(tmp_path, "whole")
    [path] = segments_in(tmp_path / "logs")
    path.write_bytes(path.read_bytes() + b'{"at":"2026-0')
    await keeper_of(node).pack()
    [row] = await rows(node, LogSegment)
    assert (row.record_count, row.torn_bytes) == (2, 13)


async def test_the_segment_being_written_is_left_alone(node: Node, tmp_path: Path) -> None:
    writer = finish_a_segment(tmp_path, "done")
    log.info("going on")
    assert writer.flush()
    await keeper_of(node).pack()
    assert len(segments_in(tmp_path / "logs")) == 1
    assert len(await rows(node, LogSegment)) == 1


async def test_what_was_packed_and_not_registered_is_registered_later(node: Node, tmp_path: Path) -> None:
    finish_a_segment(tmp_path, "x")
    [path] = segments_in(tmp_path / "logs")
    packed = packing.pack(path)  # and killed here
    await keeper_of(node).pack()
    [row] = await rows(node, LogSegment)
    assert (row.sha256, row.index_sha256) == (packed.sha256, packed.index_sha256)


def parcel_in(tmp_path: Path, lines: int = 3_000) -> Parcel:
    path = tmp_path / "20260301T000000-boot_A.ndjson"
    text = [
        logs.encode(logs.shape("app.x", "info", f"record {n}", {"number": n, "job_id": "job_1"})) for n in range(lines)
    ]
    path.write_bytes(b"".join(text))
    packed = packing.pack(path)
    size = packed.header.packed_bytes
    return Parcel(
        "heron", "boot_A", path.stem, packed.path, packed.index_path, size, packed.sha256, packed.index_sha256
    )


async def nothing(_place: int) -> None:
    return None


async def test_a_broken_off_copy_is_gone_on_with_and_a_wrong_one_begun_again(tmp_path: Path) -> None:
    parcel = parcel_in(tmp_path)
    driver = drivers.load("logging.sink", "local")
    wanted = driver.Settings(directory=tmp_path / "there")
    assert await driver.probe(wanted) is None
    sink = driver.Sink(wanted, GuardedClient(EgressSettings()))
    packed, index = (tmp_path / "there" / "heron" / f"{parcel.stem}{end}" for end in (".ndjson.gz", ".idx"))
    packed.parent.mkdir(parents=True)
    partial = packed.with_name(f"{packed.name}.part")
    partial.write_bytes(b"not the beginning of it")
    assert await sink.ship(parcel, 0, nothing) != parcel.sha256
    assert not packed.exists()
    partial.write_bytes(parcel.path.read_bytes()[:1_000])
    assert await sink.ship(parcel, 0, nothing) == parcel.sha256
    assert packed.read_bytes() == parcel.path.read_bytes()
    assert index.read_bytes() == parcel.index_path.read_bytes()
    packed.write_bytes(b"rotten")
    assert await sink.ship(parcel, 0, nothing) == parcel.sha256
    assert packed.read_bytes() == parcel.path.read_bytes()
    assert sorted(path.name for path in packed.parent.iterdir()) == sorted([packed.name, index.name])
    await sink.remove("heron", parcel.stem)
    await sink.remove("heron", parcel.stem)
    assert list(packed.parent.iterdir()) == []


class Collector:
    """An OTLP collector: what it got, and what it answers next."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.answers: list[Response] = []
        self.headers: list[dict[str, str]] = []

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/v1/logs")
        async def take(request: Request) -> Response:
            self.headers.append(dict(request.headers))
            if self.answers and (answer := self.answers.pop(0)).status_code != 200:
                return answer
            body = orjson.loads(zlib.decompress(await request.body(), 31))
            for resource in body["resourceLogs"]:
                for scope in resource["scopeLogs"]:
                    self.records += scope["logRecords"]
            return Response("{}", media_type="application/json")

        return app


@asynccontextmanager
async def collecting() -> AsyncIterator[tuple[Collector, str]]:
    collector = Collector()
    async with listening(collector.app()) as url:
        yield collector, f"{url}/v1/logs"


async def test_a_collector_gets_every_record_and_a_refusal_is_gone_on_from(tmp_path: Path) -> None:
    parcel = parcel_in(tmp_path)
    (tmp_path / "headers").write_text("Authorization: Bearer collectors-own-secret\n")
    driver = drivers.load("logging.sink", "otlp")
    http = GuardedClient(EgressSettings(allow=["127.0.0.1"]))
    async with collecting() as (collector, url):
        wanted = driver.Settings(endpoint=url, headers_file=tmp_path / "headers")
        assert await driver.probe(wanted) is None
        sink = driver.Sink(wanted, http)
        places: list[int] = []

        async def reached(place: int) -> None:
            places.append(place)

        collector.answers = [Response(status_code=200), Response("busy", status_code=503)]
        with pytest.raises(Exception, match="503: busy"):
            await sink.ship(parcel, 0, reached)
        assert places == [1]
        assert await sink.ship(parcel, places[-1], reached) == parcel.sha256
        await http.close()
    uids = [attribute_of(record, "log.record.uid")["stringValue"] for record in collector.records]
    assert len(uids) == len(set(uids)) == 3_000
    assert [record["body"]["stringValue"] for record in collector.records] == [f"record {n}" for n in range(3_000)]
    first = collector.records[0]
    assert (first["severityNumber"], first["severityText"]) == (9, "info")
    assert attribute_of(first, "number") == {"intValue": "0"}
    assert attribute_of(first, "job_id") == {"stringValue": "job_1"}
    at = datetime.fromtimestamp(int(first["timeUnixNano"]) / 1e9, UTC)
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)
    assert all(headers["authorization"] == "Bearer collectors-own-secret" for headers in collector.headers)


def attribute_of(record: dict[str, Any], key: str) -> Any:
    return next(attribute["value"] for attribute in record["attributes"] if attribute["key"] == key)


async def test_a_sink_that_fails_raises_an_alarm_and_clears_it(node: Node, tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where the directory should be")
    finish_a_segment(tmp_path, "x")
    keeper = keeper_of(node)
    await keeper.pack()
    for _ in range(3):
        await keeper.ship()
    [shipment] = await rows(node, LogShipment)
    assert (shipment.failure_count, shipment.confirmed_at) == (3, None)
    assert shipment.last_error
    [alarm] = await rows(node, Alarm)
    assert (alarm.key, alarm.cleared_at) == ("logging.sink.archive.heron", None)
    removed = await segment_retention.sweep_node_copies(node, keeper, tmp_path / "logs", timedelta(0), 0)
    assert removed == 0, "it is nowhere else"
    await Keeper(node).pack()  # the same settings after a restart
    [alarm] = await rows(node, Alarm)
    assert alarm.cleared_at is None
    (tmp_path / "archive").unlink()
    await keeper.ship()
    [alarm] = await rows(node, Alarm)
    assert alarm.cleared_at is not None


async def test_an_alarm_about_a_sink_goes_with_the_sink(node: Node, tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where the directory should be")
    finish_a_segment(tmp_path, "x")
    keeper = keeper_of(node)
    await keeper.pack()
    for _ in range(3):
        await keeper.ship()
    another = Keeper(node)
    another.sinks = {}  # as the settings say after a restart
    await another.pack()
    [alarm] = await rows(node, Alarm)
    assert alarm.cleared_at is not None


async def test_old_copies_go_from_the_node_once_confirmed_and_from_the_sink_after(node: Node, tmp_path: Path) -> None:
    for number in range(3):
        finish_a_segment(tmp_path, f"message {number}")
    keeper = keeper_of(node)
    await keeper.pack()
    await keeper.ship()
    stems = sorted(row.stem for row in await rows(node, LogSegment))
    async with node.database.transaction() as session:
        old = datetime.now(UTC) - timedelta(days=10)
        await session.execute(update(LogSegment).where(LogSegment.stem == stems[0]).values(first_at=old, last_at=old))
    directory = tmp_path / "logs"
    assert await segment_retention.sweep_shipped(node, keeper, timedelta(days=5), 10**9) == 0, "its node has it still"
    assert await segment_retention.sweep_node_copies(node, keeper, directory, timedelta(days=5), 10**9) == 1
    assert sorted(path.stem for path in directory.glob("*.idx")) == stems[1:]
    assert await segment_retention.sweep_node_copies(node, keeper, directory, timedelta(days=5), 0) == 2
    assert [row.on_node for row in await rows(node, LogSegment)] == [False] * 3
    assert await segment_retention.sweep_shipped(node, keeper, timedelta(days=5), 10**9) == 1
    assert sorted(row.stem for row in await rows(node, LogSegment)) == stems[1:]
    there = tmp_path / "archive" / "heron"
    assert sorted(path.stem for path in there.glob("*.idx")) == stems[1:]
    assert await segment_retention.sweep_shipped(node, keeper, timedelta(days=5), 0) == 2
    assert list(there.iterdir()) == []
    assert await rows(node, LogSegment) == []


@pytest.mark.parametrize(
    ("sinks", "says"),
    [
        ('{"a": {}}', "names no driver"),
        ('{"a": {"driver": "carrier_pigeon"}}', "there is no logging.sink driver"),
        ('{"a": {"driver": "local"}}', "directory: is missing"),
    ],
)
async def test_a_sink_that_cannot_be_is_said_at_the_start(
    tmp_path: Path, database_url: str, node: Node, sinks: str, says: str
) -> None:
    node.settings = settings_for(tmp_path / "data", **{"logging.sinks": sinks})
    with pytest.raises(SettingsProblem, match=says):
        Keeper(node)


def test_sinks_that_are_no_json_are_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="JSON such as"):
        settings_for(tmp_path, **{"logging.sinks": "local"})


async def test_the_node_says_how_far_its_log_goes(node: Node, client: httpx.AsyncClient, tmp_path: Path) -> None:
    writer = finish_a_segment(tmp_path, "x")
    log.info("now")
    assert writer.flush()
    await keeper_of(node).pack()
    [listed] = (await client.get("/api/v1/logs/nodes")).json()["items"]
    assert (listed["node"], listed["answers"], listed["behind_seconds"]) == ("heron", True, 0.0)
    assert (listed["waiting_count"], listed["dropped_count"], listed["trouble"]) == (1, 0, None)
    assert datetime.fromisoformat(listed["written_at"]) > datetime.now(UTC) - timedelta(minutes=1)


async def test_packing_and_shipping_run_by_themselves(node: Node, tmp_path: Path) -> None:
    finish_a_segment(tmp_path, "by itself")
    await node.start()
    async with asyncio.timeout(30):
        while not any(shipment.confirmed_at for shipment in await rows(node, LogShipment)):
            for loop in node.loops:
                if loop.name in ("log_packing", "log_shipping"):
                    loop.wake()
            await asyncio.sleep(0.02)
