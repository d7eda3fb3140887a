"""Copies that are read again by themselves, and hours in which transfers go slower."""

import asyncio
from datetime import UTC, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import ANY

import httpx
import pytest
from sqlalchemy import text

from app.kernel.clock import Clock
from app.kernel.node import Node
from app.modules.data.transfer_pace import Pace
from app.modules.data.transfer_settings import Hours
from app.modules.data.verifying import check_copy, scrub
from tests.modules.data.test_transfer_engine import dataset, replicas

AGED = text("UPDATE replicas SET verified_at = now() - interval '60 days' WHERE dataset_id = ANY(:ids)")
UNHEARD = (
    "INSERT INTO storages (id, name, driver, settings)"
    " VALUES ('sto_far', 'far', 'http', jsonb_build_object('url', 'http' || chr(58) || '//127.0.0.1/'))",
    "INSERT INTO datasets (id, name, role, bytes, sha256, media_type) SELECT 'dst_' || i, 'far', 'wave', 1,"
    " repeat('0', 64), 'text/plain' FROM generate_series(1, 150) AS i",
    "INSERT INTO replicas (dataset_id, storage_id, path, verified_at) SELECT 'dst_' || i, 'sto_far', 'x',"
    " now() - interval '90 days' FROM generate_series(1, 150) AS i",
)


@pytest.mark.covers("V41")
async def test_a_copy_that_rots_is_found_though_a_storage_with_older_ones_does_not_answer(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    node = running_node
    whole, rotten, recent = [await dataset(node, name.encode() * 9, name) for name in ("whole", "rotten", "recent")]
    root = Path(node.settings.data_directory) / "storages" / "local"
    for one in (rotten, recent):
        ((storage_id, copy),) = (await replicas(node, one.id)).items()
        (root / copy.path).write_bytes(b"rot")
    async with node.database.transaction() as session:
        for statement in UNHEARD:
            await session.execute(text(statement))
        await session.execute(AGED, {"ids": [whole.id, rotten.id]})
    before = {one.id: (await replicas(node, one.id))[storage_id].verified_at for one in (whole, recent)}

    await scrub(node)

    found = {one.id: (await replicas(node, one.id))[storage_id] for one in (whole, rotten, recent)}
    assert [one.state for one in found.values()] == ["present", "damaged", "present"]
    assert found[whole.id].verified_at > before[whole.id]
    assert found[recent.id].verified_at == before[recent.id]  # its turn comes
    alarms = (await client.get("/api/v1/alarms")).json()["items"]
    (told,) = [one for one in alarms if one["key"] == f"dataset:{rotten.id}:damaged"]
    assert (told["priority"], told["title"]) == ("critical", "A copy of rotten in local is damaged")
    async with node.database.sessions() as session:  # what is not heard of is not said to be lost
        states = await session.scalars(text("SELECT DISTINCT state FROM replicas WHERE storage_id = 'sto_far'"))
        assert list(states) == ["present"]


async def test_what_is_no_file_any_more_is_damaged_and_what_follows_it_is_read(running_node: Node) -> None:
    node = running_node
    made = [await dataset(node, name.encode(), name) for name in ("a folder", "a link", "rotten")]
    root = Path(node.settings.data_directory) / "storages" / "local"
    storage_id, files = "", []
    for one in made:
        ((storage_id, copy),) = (await replicas(node, one.id)).items()
        files.append(root / copy.path)
    for file in files[:2]:
        file.unlink()
    files[0].mkdir()
    files[1].symlink_to(files[2])
    files[2].write_bytes(b"rot")
    async with node.database.transaction() as session:
        await session.execute(AGED, {"ids": [one.id for one in made]})
    await scrub(node)
    assert [(await replicas(node, one.id))[storage_id].state for one in made] == ["damaged"] * 3


async def test_what_was_read_of_a_copy_that_is_elsewhere_by_now_says_nothing(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    """Read when it was damaged, and written again, or moved, before that could be written down."""
    node = running_node
    made = await dataset(node, b"content")
    ((storage_id, copy),) = (await replicas(node, made.id)).items()
    root = Path(node.settings.data_directory) / "storages" / "local"
    (root / copy.path).write_bytes(b"damaged")
    async with node.database.transaction() as session:
        await session.execute(text("UPDATE replicas SET verified_at = clock_timestamp()"))
    assert await check_copy(node, made, copy) == ("damaged", ANY)
    async with node.database.transaction() as session:
        await session.execute(text("UPDATE replicas SET path = path || '.moved'"))
    moved = (await replicas(node, made.id))[storage_id]
    assert await check_copy(node, made, copy) == ("damaged", ANY)
    assert (moved.state, (await replicas(node, made.id))[storage_id].state) == ("present", "present")
    assert (await client.get("/api/v1/alarms")).json()["items"] == []


class HandClock(Clock):
    """Time that stands until it is waited for."""

    def __init__(self) -> None:
        self.at, self.waited = datetime(2026, 11, 23, 12, tzinfo=UTC), 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 1000.0 + self.waited

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        self.waited += seconds or 0.0
        return False


async def test_in_the_hours_that_are_set_transfers_share_a_rate_over_midnight_too() -> None:
    clock = HandClock()
    node: Any = SimpleNamespace(clock=clock)
    hours = [
        Hours(begins=time(8), ends=time(18), bytes_per_second=10_000),
        Hours(begins=time(22), ends=time(6), bytes_per_second=50_000),
    ]
    pace = Pace(node)
    rates = {}
    for hour in (5, 6, 8, 17, 18, 22, 0):
        clock.at = clock.at.replace(hour=hour)
        bucket = pace.of_hours(hours)
        rates[hour] = None if bucket is None else bucket.rate
    assert rates == {5: 50_000, 6: None, 8: 10_000, 17: 10_000, 18: None, 22: 50_000, 0: 50_000}
    clock.at = clock.at.replace(hour=8)
    for _ in range(2):  # two transfers, one rate
        bucket = pace.of_hours(hours)
        assert bucket is not None
        await bucket.take(20_000)
    assert clock.waited == pytest.approx(4.0, abs=0.5)
