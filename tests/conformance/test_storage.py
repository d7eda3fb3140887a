"""What every storage driver promises, over every driver that can be used here.

A driver is given a place in ``PLACES``; one without fails the first test, so that none goes untested.
"""

import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.kernel import drivers
from app.modules.data.errors import PathRefused, SourceChanged
from app.modules.data.storage import ObjectMissing, Storage

KIND = "data.storage"
PLACES: dict[str, Callable[[Path], dict[str, Any]]] = {"local": lambda path: {"directory": str(path / "storage")}}
DRIVERS = [info.name for info in drivers.available(KIND)]
CONTENT = bytes(range(256)) * 9000  # more than two chunks


@pytest.fixture(params=DRIVERS)
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    assert request.param in PLACES, f"give the driver {request.param} a place in PLACES"
    module = drivers.load(KIND, request.param)
    settings = module.Settings.model_validate(PLACES[request.param](tmp_path))
    assert await module.probe(settings) is None
    opened: Storage = module.Storage(settings)
    return opened


async def chunks_of(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def read(storage: Storage, path: str, **wanted: int) -> bytes:
    return b"".join([chunk async for chunk in storage.read(path, **wanted)])


@pytest.mark.covers("V33")
async def test_what_is_written_is_read_and_its_digests_are_right(storage: Storage) -> None:
    digest = await storage.write("a/b/c.bin", chunks_of(CONTENT))
    assert digest.bytes == len(CONTENT)
    assert digest.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert digest.blake3 == blake3(CONTENT).hexdigest()
    assert await read(storage, "a/b/c.bin") == CONTENT
    found = await storage.stat("a/b/c.bin")
    assert (found.path, found.bytes) == ("a/b/c.bin", len(CONTENT))


async def test_nothing_is_an_object_too(storage: Storage) -> None:
    digest = await storage.write("empty", chunks_of(b""))
    assert (digest.bytes, digest.sha256) == (0, hashlib.sha256(b"").hexdigest())
    assert await read(storage, "empty") == b""


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (0, None), (5, 5), (1024 * 1024 - 1, 1024 * 1024 + 1), (len(CONTENT), None), (9, 10**9)]
)
async def test_ranges(storage: Storage, start: int, end: int | None) -> None:
    await storage.write("x", chunks_of(CONTENT))
    assert await read(storage, "x", start=start, **({} if end is None else {"end": end})) == CONTENT[start:end]


@pytest.mark.parametrize("move", [True, False])
async def test_a_file_is_copied_or_taken(storage: Storage, tmp_path: Path, move: bool) -> None:
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    digest = await storage.write("x", source, sha256=hashlib.sha256(CONTENT).hexdigest(), move=move)
    assert digest.bytes == len(CONTENT)
    assert source.exists() is not move
    source.write_bytes(b"changed later")
    assert await read(storage, "x") == CONTENT


@pytest.mark.parametrize("move", [True, False])
async def test_another_content_than_announced_is_not_stored(storage: Storage, tmp_path: Path, move: bool) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"other")
    with pytest.raises(SourceChanged):
        await storage.write("x", source, sha256=hashlib.sha256(CONTENT).hexdigest(), move=move)
    with pytest.raises(SourceChanged):
        await storage.write("x", chunks_of(b"other"), sha256=hashlib.sha256(CONTENT).hexdigest())
    assert source.read_bytes() == b"other"
    assert await storage.list() == []


async def test_a_source_that_ends_early_leaves_nothing(storage: Storage) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError("cut")

    with pytest.raises(ConnectionError):
        await storage.write("x", broken())
    assert await storage.list() == []
    with pytest.raises(ObjectMissing):
        await storage.stat("x")


async def test_writing_again_replaces_and_a_reader_keeps_what_it_opened(storage: Storage) -> None:
    await storage.write("x", chunks_of(CONTENT))
    reader = storage.read("x")
    first = await anext(reader)
    await storage.write("x", chunks_of(b"new"))
    assert first + b"".join([chunk async for chunk in reader]) == CONTENT
    assert await read(storage, "x") == b"new"


async def test_list_is_ordered_and_goes_on_after_a_path(storage: Storage) -> None:
    names = ["b/1", "a/2", "a/1", "c", "a/sub/3", "a.txt"]
    for name in names:
        await storage.write(name, chunks_of(name.encode()))
    assert [o.path for o in await storage.list()] == sorted(names)
    assert [o.path for o in await storage.list("a")] == ["a/1", "a/2", "a/sub/3"]
    assert [o.path for o in await storage.list(after="a/2", limit=2)] == ["a/sub/3", "b/1"]
    assert await storage.list("nowhere") == []


@pytest.mark.covers("V35", "V36")
async def test_copy_move_delete(storage: Storage) -> None:
    await storage.write("x", chunks_of(CONTENT))
    await storage.copy("x", "d/y")
    await storage.move("x", "e/z")
    assert [o.path for o in await storage.list()] == ["d/y", "e/z"]
    assert await read(storage, "d/y") == await read(storage, "e/z") == CONTENT
    await storage.delete("d/y")
    await storage.delete("d/y")
    assert [o.path for o in await storage.list()] == ["e/z"]
    for missing in (storage.stat("x"), storage.copy("x", "q"), storage.move("x", "q"), anext(storage.read("x"))):
        with pytest.raises(ObjectMissing):
            await missing


async def test_room_is_known(storage: Storage) -> None:
    space = await storage.probe()
    assert space.bytes_free is None or space.bytes_free > 0


HOSTILE = [
    "../x", "/etc/passwd", "a/../../x", "a//b", "", ".", "..", "a/", "/", "a/./b", "x\x00y", "n" * 256, "\ud800",
    ".part-x", "a/.part-x/b",
]  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE, ids=ascii)
@pytest.mark.security("S9")
async def test_paths_that_are_no_plain_names_are_refused(storage: Storage, path: str) -> None:
    await storage.write("ok", chunks_of(b"1"))
    for refused in (
        storage.write(path, chunks_of(b"x")),
        storage.stat(path),
        storage.copy("ok", path),
        storage.move("ok", path),
        storage.delete(path),
        anext(storage.read(path)),
    ):
        with pytest.raises(PathRefused):
            await refused
    assert [o.path for o in await storage.list()] == ["ok"]


part = st.one_of(st.sampled_from(["..", ".", "", "a", "b", "~", "\\", "...", "a b"]), st.text(max_size=4))


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(part, min_size=1, max_size=5))
@example(parts=["..", "outside"])
@pytest.mark.security("S9")
async def test_no_path_reaches_outside(storage: Storage, tmp_path: Path, parts: list[str]) -> None:
    path = "/".join(parts)
    outside = set(_everything(tmp_path))
    try:
        await storage.write(path, chunks_of(b"content"))
    except (PathRefused, OSError):  # OSError: a directory of that name is there from an example before
        pass
    else:
        assert await read(storage, path) == b"content"
        await storage.delete(path)
    inside = tmp_path / "storage"
    assert {p for p in _everything(tmp_path) if inside not in p.parents} <= outside | {inside}


def _everything(path: Path) -> Iterator[Path]:
    for directory, _, names in os.walk(path):
        yield Path(directory)
        yield from (Path(directory, name) for name in names)
