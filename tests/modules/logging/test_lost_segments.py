"""One log segment that is lost or damaged is told, counted and passed over; the others are kept and brought on."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import orjson
import pytest
from finished_segments import finish_a_segment, rows

from app.kernel.alarms import Alarm
from app.kernel.node import Node
from app.kernel.segments import segments_in
from app.kernel.settings import Settings
from app.modules.logging import faults, packing, segment_retention
from app.modules.logging.keeping import Keeper, keeper_of
from app.modules.logging.log_query import LogQuery
from app.modules.logging.models import LogSegment, LogShipment
from app.modules.logging.records import Stream, search, segments_at
from tests.conftest import settings_for

DAMAGE: dict[str, Callable[[Path], object]] = {
    "packed_gone": lambda path: path.unlink(),
    "packed_damaged": lambda path: path.write_bytes(path.read_bytes()[:-20] + bytes(20)),
    "packed_cut_off": lambda path: path.write_bytes(path.read_bytes()[:40]),
    "index_gone": lambda path: path.with_name(path.name.replace(".ndjson.gz", ".idx")).unlink(),
    "index_damaged": lambda path: path.with_name(path.name.replace(".ndjson.gz", ".idx")).write_bytes(b"SBLOG001"),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    sinks = {"archive": {"driver": "local", "directory": str(tmp_path / "archive")}}
    return settings_for(
        tmp_path / "data", **{"logging.sinks": orjson.dumps(sinks).decode(), "server.node_name": "heron"}
    )


async def shipped(node: Node) -> set[str]:
    return {shipment.stem for shipment in await rows(node, LogShipment) if shipment.confirmed_at is not None}


@pytest.mark.covers("W3")
@pytest.mark.parametrize("damage", list(DAMAGE))
async def test_a_lost_segment_is_named_and_counted_and_the_rest_is_shipped(
    node: Node, client: httpx.AsyncClient, tmp_path: Path, damage: str
) -> None:
    for number in range(3):
        writer = finish_a_segment(tmp_path, f"message {number}")
    keeper = keeper_of(node)
    await keeper.pack()
    lost, *others = sorted(row.stem for row in await rows(node, LogSegment))  # the oldest: the others come after it
    directory = tmp_path / "logs"
    kept = {path.name: path.read_bytes() for path in directory.glob(f"{lost}*")}
    DAMAGE[damage](directory / f"{lost}.ndjson.gz")

    await keeper.ship()
    assert await shipped(node) == set(others)
    [fault] = [row.fault for row in await rows(node, LogSegment) if row.stem == lost]
    assert fault.startswith(lost)
    [alarm] = await rows(node, Alarm)
    assert (alarm.key, alarm.title, alarm.cleared_at) == (
        "logging.segments.heron",
        "heron lost 1 segment of its log",
        None,
    )
    assert lost in alarm.consequence
    [figure] = await faults.figures(node)
    assert list(figure.values.values()) == [1]
    [listed] = (await client.get("/api/v1/logs/nodes")).json()["items"]
    assert (listed["lost_count"], listed["waiting_count"]) == (1, 0)
    assert writer.flush()
    told = [line for path in segments_in(directory) for line in path.read_text().splitlines() if lost in line]
    assert [orjson.loads(line)["message"] for line in told] == ["log segment passed over"]
    await keeper.ship()
    assert [one.count for one in await rows(node, Alarm)] == [1], "told once"

    for name, content in kept.items():
        (directory / name).write_bytes(content)
    await Keeper(node).ship()  # the node after a restart
    assert await shipped(node) == {lost, *others}
    assert [one.cleared_at is None for one in await rows(node, Alarm)] == [False]


async def test_a_lost_segment_is_forgotten_in_its_time(node: Node, tmp_path: Path) -> None:
    finish_a_segment(tmp_path, "x")
    keeper = keeper_of(node)
    await keeper.pack()
    [row] = await rows(node, LogSegment)
    directory = tmp_path / "logs"
    (directory / f"{row.stem}.ndjson.gz").unlink()
    await keeper.ship()
    assert await segment_retention.sweep_node_copies(node, keeper, directory, timedelta(days=5), 10**9) == 0
    assert await segment_retention.sweep_node_copies(node, keeper, directory, timedelta(0), 10**9) == 1
    assert await rows(node, LogSegment) == await rows(node, LogShipment) == []
    assert [alarm.cleared_at is None for alarm in await rows(node, Alarm)] == [False]


async def test_an_index_that_says_nothing_does_not_keep_others_from_being_registered(
    node: Node, tmp_path: Path
) -> None:
    for message in ("a", "b"):
        finish_a_segment(tmp_path, message)
    first = packing.pack(segments_in(tmp_path / "logs")[0])  # and killed here
    content = first.index_path.read_bytes()
    first.index_path.write_bytes(content[:12] + b'{"stem":7' + content[21:])
    await keeper_of(node).pack()
    await keeper_of(node).ship()
    found = {row.stem: row.fault for row in await rows(node, LogSegment)}
    assert len(found) == 2
    assert found.pop(first.path.name.removesuffix(".ndjson.gz")) is not None
    assert await shipped(node) == set(found)


async def test_a_segment_that_cannot_be_read_does_not_keep_others_from_being_packed(node: Node, tmp_path: Path) -> None:
    finish_a_segment(tmp_path, "x")
    (tmp_path / "logs" / "20200101T000000-boot_0.ndjson").mkdir()
    with pytest.raises(IsADirectoryError):  # shown by the loop, and tried again
        await keeper_of(node).pack()
    assert len(await rows(node, LogSegment)) == 1


@pytest.mark.parametrize("at", [b"2026-99-99T99:99", b"0001-01-01T00:00:00.000000"])
def test_a_line_that_is_damaged_is_packed_like_one_of_another_make(tmp_path: Path, at: bytes) -> None:
    finish_a_segment(tmp_path, "before", "after")
    [path] = segments_in(tmp_path / "logs")
    line = b'{"at":"%bZ","level":"info","module":"app.x","message":"odd"}\n' % at
    path.write_bytes(line + path.read_bytes())
    packed = packing.pack(path)
    assert packed.header.records == 4
    found = search([Stream("heron", segments_at(tmp_path / "logs"))], LogQuery(text="after"), None, 10)
    assert [record.message for record in found.items] == ["after"]
