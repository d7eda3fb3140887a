"""The storage that is Stormbell's own database: what every storage promises, and what this one does not take."""

import hashlib
from collections.abc import AsyncIterator

import pytest

from app.kernel.node import Node
from app.modules.data.errors import PathRefused, SourceChanged, StorageFull
from app.modules.data.storage import ObjectMissing, Storage
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.storage_opening import open_storage

CONTENT = bytes(range(256)) * 9000


async def chunks_of(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 100_000):
        yield content[at : at + 100_000]


async def read(storage: Storage, path: str, **wanted: int) -> bytes:
    return b"".join([chunk async for chunk in storage.read(path, **wanted)])


@pytest.fixture
async def storage(running_node: Node) -> Storage:
    async with running_node.database.transaction() as session:
        settings = {"largest_bytes": 3_000_000}
        session.add(StorageRow(id="sto_blobs", name="blobs", driver="database", settings=settings))
        await session.flush()
        return await open_storage(session, running_node, "sto_blobs")


@pytest.mark.covers("W5")
async def test_contents_are_kept_as_every_storage_keeps_them(storage: Storage) -> None:
    digest = await storage.write("a/b", chunks_of(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())
    assert (digest.bytes, digest.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert await read(storage, "a/b") == CONTENT
    for start, end in ((0, 1), (5, 5), (1_048_575, 1_048_577), (len(CONTENT), 10**9), (10**10, 10**11)):
        assert await read(storage, "a/b", start=start, end=end) == CONTENT[start:end]
    assert await read(storage, "a/b", start=7) == CONTENT[7:]
    for name in ("c", "a/1", "a.txt", "a/sub/3"):
        await storage.write(name, chunks_of(name.encode()))
    assert [one.path for one in await storage.list()] == ["a.txt", "a/1", "a/b", "a/sub/3", "c"]
    assert [one.path for one in await storage.list("a")] == ["a/1", "a/b", "a/sub/3"]
    assert [one.path for one in await storage.list(after="a/1", limit=2)] == ["a/b", "a/sub/3"]
    first = await storage.stat("c")
    await storage.write("c", chunks_of(b"other"))
    assert (await storage.stat("c")).etag != first.etag
    await storage.copy("c", "d/e")
    await storage.move("c", "a/1")
    assert await read(storage, "d/e") == await read(storage, "a/1") == b"other"
    await storage.delete("d/e")
    await storage.delete("d/e")
    for missing in (storage.stat("c"), storage.copy("c", "x"), storage.move("c", "x"), anext(storage.read("d/e"))):
        with pytest.raises(ObjectMissing):
            await missing
    await storage.write("empty", chunks_of(b""))
    assert await read(storage, "empty") == b""


@pytest.mark.security("S9")
async def test_what_it_does_not_take_leaves_nothing(storage: Storage) -> None:
    with pytest.raises(StorageFull):
        await storage.write("x", chunks_of(CONTENT * 2))
    with pytest.raises(SourceChanged):
        await storage.write("x", chunks_of(b"other"), sha256=hashlib.sha256(CONTENT).hexdigest())
    for path in ("../x", "/x", "a//b", "", "x\x00y", "a\\b", "\ud800", "a/.."):
        for refused in (storage.write(path, chunks_of(b"1")), storage.stat(path), anext(storage.read(path))):
            with pytest.raises(PathRefused):
                await refused
    assert await storage.list() == []
