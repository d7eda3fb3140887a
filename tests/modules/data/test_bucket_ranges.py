"""Ranges of objects in a bucket whose service answers them with another status than S3 does."""

import hashlib
from pathlib import Path

import pytest

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules.data.errors import StorageUnreachable
from app.modules.data.storage import ObjectMissing
from app.modules.data.storage_opening import open_storage
from tests.conftest import settings_for
from tests.modules.data.buckets import Breaker, bucket, bucket_server

MEBIBYTE = 1024**2
CONTENT = b"".join(hashlib.sha256(n.to_bytes(4, "big")).digest() for n in range(20 * MEBIBYTE // 32)) + b"odd"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_for(tmp_path / "data")
    made.kernel.egress.allow.append("127.0.0.1")
    return made


async def test_each_range_is_read_from_where_it_begins(node: Node, tmp_path: Path) -> None:
    (tmp_path / "served/buoys").mkdir(parents=True)
    (tmp_path / "served/buoys/wave.nc").write_bytes(CONTENT)
    async with bucket_server(tmp_path / "served") as port, Breaker(port, lambda: None) as proxy:
        storage_id = await bucket(node, proxy.port, "buoys")
        async with node.database.sessions() as session:
            storage = await open_storage(session, node, storage_id)
        size = 4 * MEBIBYTE
        for start in range(0, len(CONTENT), size):
            end = min(start + size, len(CONTENT))
            got = b"".join([chunk async for chunk in storage.read("wave.nc", start=start, end=end)])
            assert got == CONTENT[start:end], start
        assert b"".join([chunk async for chunk in storage.read("wave.nc", start=len(CONTENT) - 3)]) == b"odd"
        assert [chunk async for chunk in storage.read("wave.nc", start=len(CONTENT))] == []
        # Not once more from the first byte for each: that would be three times as much.
        assert len(CONTENT) <= proxy.received < 1.1 * len(CONTENT) + size, proxy.received
        with pytest.raises(ObjectMissing):
            [chunk async for chunk in storage.read("none.nc", start=3)]


async def test_a_bucket_that_is_not_there_is_said_in_words(node: Node, tmp_path: Path) -> None:
    (tmp_path / "served/buoys").mkdir(parents=True)
    async with bucket_server(tmp_path / "served") as port:
        storage_id = await bucket(node, port, "bouys")
        async with node.database.sessions() as session:
            storage = await open_storage(session, node, storage_id)
        with pytest.raises(StorageUnreachable, match="answers, but has no such bucket"):
            await storage.probe()
