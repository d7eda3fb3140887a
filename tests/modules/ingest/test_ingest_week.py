"""The real week of USGS records, replayed and polled: every record once, unchanged ones cheaply."""

import asyncio
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from feeds import Feed
from polls import add_source, make_due, poll_once, rows, source_of, until

from app.kernel.node import Node
from app.modules.ingest.polling import Poller

EXAMPLE = Path(__file__).parents[3] / "examples" / "earthquake"
HUALIEN = "us1000chhc"


@pytest.fixture(scope="module")
def replay() -> ModuleType:
    spec = importlib.util.spec_from_file_location("replay", EXAMPLE / "replay.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["replay"] = module  # where its dataclasses look for their annotations
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def features(replay: ModuleType) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(replay.WEEK.read_text())["features"]
    return found


def by_id(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {feature["id"]: feature["properties"] for feature in document["features"]}


def test_an_event_appears_bare_at_its_time_and_complete_at_its_update(
    replay: ModuleType, features: list[dict[str, Any]]
) -> None:
    events = replay.schedule(features)
    whole = {feature["id"]: feature["properties"] for feature in features}
    happened, updated = whole[HUALIEN]["time"], whole[HUALIEN]["updated"]
    assert HUALIEN not in by_id(replay.feed_at(events, happened - 1))
    first = by_id(replay.feed_at(events, happened))[HUALIEN]
    assert (first["mag"], first["mmi"], first["cdi"], first["felt"]) == (6.4, None, None, None)
    assert first["updated"] == happened
    assert by_id(replay.feed_at(events, updated - 1))[HUALIEN] == first
    assert by_id(replay.feed_at(events, updated))[HUALIEN] == whole[HUALIEN]


def test_the_feed_ends_as_the_week_was_and_is_the_same_for_the_same_time(
    replay: ModuleType, features: list[dict[str, Any]]
) -> None:
    events = replay.schedule(features)
    end = replay.feed_at(events, replay.turns(events)[-1])
    assert by_id(end) == {feature["id"]: feature["properties"] for feature in features}
    assert end["metadata"]["count"] == 1707
    assert [f["properties"]["time"] for f in end["features"]] == sorted(
        (f["properties"]["time"] for f in features), reverse=True
    )
    assert len(end["bbox"]) == 6
    assert replay.feed_at(events, 0) == replay.feed_at(list(reversed(events)), 0)
    half = replay.turns(events)[1000]
    assert replay.feed_at(events, half) == replay.feed_at(replay.schedule(list(features)), half)


def test_a_window_forgets_and_a_revision_corrects(replay: ModuleType, features: list[dict[str, Any]]) -> None:
    (feature,) = [feature for feature in features if feature["id"] == HUALIEN]
    happened = feature["properties"]["time"]
    events = replay.schedule([feature], gap_ms=5_000, revisions={HUALIEN: (2_000, 6.6)})
    seen = [
        (p["mag"], p["mmi"], p["updated"] - happened, p["title"][:5])
        for at in (0, 1_999, 2_000, 4_999, 5_000)
        for p in by_id(replay.feed_at(events, happened + at)).values()
    ]
    assert seen == [
        (6.4, None, 0, "M 6.4"),
        (6.4, None, 0, "M 6.4"),
        (6.6, None, 2_000, "M 6.6"),
        (6.6, None, 2_000, "M 6.6"),
        (6.6, 6.7, 5_000, "M 6.6"),
    ]
    assert replay.turns(events, 3_600_000) == [happened + ms for ms in (0, 2_000, 5_000, 3_600_000)]
    assert not replay.feed_at(events, happened + 3_600_000, window_ms=3_600_000)["features"]


@pytest.fixture
async def replaying() -> AsyncIterator[Any]:
    started: list[asyncio.subprocess.Process] = []

    async def start(*arguments: str) -> tuple[asyncio.subprocess.Process, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(EXAMPLE / "replay.py"), *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", line)
        return process, line

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # else its pipes warn when collected


async def test_the_server_answers_conditional_requests(replaying: Any, tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    arguments = ["--only", HUALIEN, "--speed", "0.001", "--start-at", "2018-02-07T00:00:00Z"]
    _, url = await replaying(*arguments, "--port-file", str(port_file))
    assert url.endswith(f":{port_file.read_text().strip()}")
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        assert (await client.get("/status")).json()["started"] is False
        first = await client.get("/feed.geojson")
        assert first.status_code == 200
        assert by_id(first.json()).keys() == {HUALIEN}
        same = await client.get("/feed.geojson", headers={"If-None-Match": first.headers["ETag"]})
        assert (same.status_code, same.content) == (304, b"")
        other = await client.get("/feed.geojson", headers={"If-None-Match": '"other"'})
        assert other.status_code == 200
        status = (await client.get("/status")).json()
        assert (status["started"], status["events_shown"], status["finished"]) == (True, 1, True)
        assert status["replay_time"].startswith("2018-02-07T00:00:00")
        assert (await client.get("/else")).status_code == 404


@pytest.mark.parametrize("how", ["stdin", signal.SIGTERM, signal.SIGINT])
async def test_the_server_ends_with_who_started_it(replaying: Any, how: Any) -> None:
    process, _ = await replaying("--only", HUALIEN)
    if how == "stdin":
        process.stdin.close()
    else:
        process.send_signal(how)
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_an_unknown_event_is_named(replaying: Any) -> None:
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, str(EXAMPLE / "replay.py"), "--only", "nowhere1"],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert done.returncode == 1
    assert "there is no event nowhere1" in done.stderr


async def test_both_records_of_an_event_arrive_through_the_polling_loop(node: Node, replaying: Any) -> None:
    _, url = await replaying("--only", HUALIEN, "--speed", "600", "--gap-seconds", "2.5")
    await add_source(node, f"{url}/feed.geojson", interval_seconds=1)
    poller = Poller(node)
    poller.loop.start(node.bus, node.clock)

    async def both() -> Any:
        found = await rows(node, "SELECT revision, convert_from(body, 'UTF8')::json FROM deliveries ORDER BY id")
        return found if len(found) == 2 else None

    (one, first), (two, second) = await until(node, both, 30)
    await poller.loop.stop()
    await poller.stop()
    assert (one, two) == (1, 2)
    assert (first["properties"]["mmi"], second["properties"]["mmi"]) == (None, 6.7)


async def test_the_week_polled_twice_is_in_once_and_the_second_time_is_quick(
    node: Node, feed: Feed, replay: ModuleType
) -> None:
    feed.body = replay.WEEK.read_bytes()
    source_id = await add_source(node, feed.url)
    took = []
    for _ in range(3):
        started = time.perf_counter()
        (answer,) = await poll_once(node)
        took.append(time.perf_counter() - started)
        assert answer.error is None
        assert len(answer.polled.items) == 1707
        await make_due(node, source_id)
    counts = "SELECT count(*), count(DISTINCT item_key), min(revision), max(revision) FROM deliveries"
    assert await rows(node, counts) == [(1707, 1707, 1, 1)]
    assert await rows(node, "SELECT count(*), count(DISTINCT payload->>'delivery_id') FROM jobs") == [(1707, 1707)]
    assert await rows(node, "SELECT text FROM events WHERE type = 'delivery.accepted'") == ["usgs: 1707 deliveries"]
    assert (await source_of(node, source_id)).failures == 0
    print(f"1,707 new: {took[0]:.3f} s; unchanged: {took[1]:.3f} s, {took[2]:.3f} s")
    # Unhurried: a busy machine may be three times slower than the 0.1 s measured; a look-up per item would take 1 s.
    assert took[2] < 0.5
