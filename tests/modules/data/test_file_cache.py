"""The cache of files elsewhere: many at once after a start, and a disk that takes nothing."""

import asyncio
from pathlib import Path

from app.kernel.node import Node
from app.modules.data.storage.local import Settings, Storage
from app.modules.data.storage_cache import FileCache


async def read(cache: FileCache, storage: Storage, path: str) -> bytes:
    stat = await storage.stat(path)
    return b"".join([chunk async for chunk in await cache.read("sto_x", storage, stat, 1, stat.bytes)])


def filled(tmp_path: Path, count: int) -> Storage:
    storage = Storage(Settings(directory=tmp_path / "there"))
    for number in range(count):
        (storage.root / f"{number}").write_bytes(b"-%d" % number)
    return storage


async def test_the_first_files_of_a_node_are_read_at_once(node: Node, tmp_path: Path) -> None:
    storage = filled(tmp_path, 20)
    left = node.settings.data_directory / "cache" / "files"
    left.mkdir(parents=True)
    for number in range(300):  # by the process before this one
        (left / f"{number}").touch()
    cache = FileCache(node)
    found = await asyncio.gather(*[read(cache, storage, f"{number}") for number in range(20)])
    assert found == [b"%d" % number for number in range(20)]
    assert len([*left.iterdir()]) == 20


async def test_what_the_disk_of_the_cache_does_not_take_is_passed_through(node: Node, tmp_path: Path) -> None:
    storage = filled(tmp_path, 2)
    place = node.settings.data_directory / "cache"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("no directory")
    cache = FileCache(node)
    assert [await read(cache, storage, name) for name in "01"] == [b"0", b"1"]
    place.unlink()
    assert [await read(cache, storage, name) for name in "0101"] == [b"0", b"1"] * 2
    assert cache.hits == 2
