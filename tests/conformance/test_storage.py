"""What every storage driver promises, over every driver, against real servers.

A driver is given a place in ``storage_places``; one without fails the first test, so that none goes untested.
"""

import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from blake3 import blake3
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.kernel import drivers
from app.kernel.http import GuardedClient
from app.modules.data.errors import (
    PathRefused,
    SourceChanged,
    StorageBusy,
    StorageCannot,
    StorageUnreachable,
    UploadGone,
)
from app.modules.data.storage import KIND, ObjectMissing, Part, Storage
from tests.conformance.storage_places import ELSEWHERE, PLACES, READING, Servers, guarded, open_place, servers_in

CONTENT = bytes(range(256)) * 9000  # more than two chunks


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with servers_in(tmp_path_factory.mktemp("storages")) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[GuardedClient]:
    client = guarded()
    yield client
    await client.close()


@pytest.fixture(params=PLACES)
async def storage(
    request: pytest.FixtureRequest, tmp_path: Path, servers: Servers, http: GuardedClient
) -> AsyncIterator[Storage]:
    place = PLACES[request.param](servers, tmp_path)
    module = drivers.load(KIND, place.driver)
    assert await module.probe(module.Settings.model_validate(place.settings)) is None
    opened = open_place(place, http)
    yield opened
    await opened.close()


@pytest.fixture(params=READING)
async def reading(
    request: pytest.FixtureRequest, tmp_path: Path, servers: Servers, http: GuardedClient
) -> tuple[Storage, Path]:
    place = READING[request.param](servers, tmp_path)
    assert place.directory is not None
    return open_place(place, http), place.directory


def test_every_driver_is_tried_somewhere() -> None:
    tried = {name.partition("-")[0] for name in PLACES} | set(READING) | set(ELSEWHERE)
    assert {info.name for info in drivers.available(KIND)} <= tried, "give the driver a place in storage_places"


def needs(storage: Storage, *capabilities: str) -> None:
    if missing := set(capabilities) - storage.capabilities:
        pytest.skip(f"it has no {', '.join(sorted(missing))}")


async def paths(storage: Storage) -> list[str] | None:
    """Return what is there, ``None`` where the storage does not list."""
    return [o.path for o in await storage.list()] if "list" in storage.capabilities else None


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
    assert await paths(storage) in ([], None)


async def test_a_source_that_ends_early_leaves_nothing(storage: Storage) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError("cut")

    with pytest.raises(ConnectionError):
        await storage.write("x", broken())
    assert await paths(storage) in ([], None)
    with pytest.raises(ObjectMissing):
        await storage.stat("x")


async def test_writing_again_replaces_and_a_reader_keeps_what_it_opened(storage: Storage) -> None:
    needs(storage, "local")
    await storage.write("x", chunks_of(CONTENT))
    reader = storage.read("x")
    first = await anext(reader)
    await storage.write("x", chunks_of(b"new"))
    assert first + b"".join([chunk async for chunk in reader]) == CONTENT
    assert await read(storage, "x") == b"new"


async def test_list_is_ordered_and_goes_on_after_a_path(storage: Storage) -> None:
    needs(storage, "list")
    names = ["b/1", "a/2", "a/1", "c", "a/sub/3", "a.txt"]
    for name in names:
        await storage.write(name, chunks_of(name.encode()))
    assert [o.path for o in await storage.list()] == sorted(names)
    assert [o.path for o in await storage.list("a")] == ["a/1", "a/2", "a/sub/3"]
    assert [o.path for o in await storage.list(after="a/2", limit=2)] == ["a/sub/3", "b/1"]
    assert await storage.list("nowhere") == []


@pytest.mark.covers("V35", "V36")
async def test_copy_move_delete(storage: Storage) -> None:
    needs(storage, "copy", "move", "list")
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


@pytest.mark.security("S9")
async def test_paths_that_are_no_plain_names_are_refused(storage: Storage) -> None:
    await storage.write("ok", chunks_of(b"1"))
    for path in HOSTILE:
        for refused in (
            storage.write(path, chunks_of(b"x")),
            storage.stat(path),
            storage.copy("ok", path),
            storage.move("ok", path),
            storage.delete(path),
            anext(storage.read(path)),
            *([storage.begin(path)] if "parts" in storage.capabilities else []),
            *([storage.sign(path, seconds=60)] if "sign" in storage.capabilities else []),
            *([storage.list(path)] if "list" in storage.capabilities and path else []),
        ):
            with pytest.raises(PathRefused):
                await refused
    assert await paths(storage) in (["ok"], None)


NAMES = [
    "a b",
    "ü/ß.txt",
    "日本/語",
    "%41%2e",
    "a#b",
    "a&b=c+d",
    "~",
    "...",
    "-r",
    "'q'",
    "[x]",
    "a@b:c",
    "e\u0301",
]


async def test_names_are_kept_as_they_are(storage: Storage) -> None:
    names = [name for name in NAMES if "list" in storage.capabilities or "/" not in name]
    for name in names:
        await storage.write(name, chunks_of(name.encode()))
        assert (await storage.stat(name)).path == name
        assert await read(storage, name) == name.encode()
    assert await paths(storage) in (sorted(names), None)


async def test_an_etag_changes_with_the_content(storage: Storage) -> None:
    await storage.write("x", chunks_of(b"one"))
    first = await storage.stat("x")
    assert abs(datetime.now(UTC) - first.modified_at) < timedelta(minutes=5)
    await storage.write("x", chunks_of(b"two, longer"))
    second = await storage.stat("x")
    assert (first.etag, first.bytes) != (second.etag, second.bytes)
    if first.etag is not None:
        assert first.etag != second.etag


async def test_a_directory_is_no_object(storage: Storage) -> None:
    needs(storage, "list")
    await storage.write("a/b", chunks_of(b"1"))
    for missing in (storage.stat("a"), anext(storage.read("a"))):
        with pytest.raises((ObjectMissing, PathRefused)):
            await missing
    if "local" not in storage.capabilities:
        await storage.delete("a")
    assert await paths(storage) == ["a/b"]


async def test_a_directory_is_whole_whatever_is_written_to_its_path(storage: Storage) -> None:
    needs(storage, "list")
    inside = {"a/b": b"precious", "a/c/d": b"too"}
    for path, content in {**inside, "x": b"other"}.items():
        await storage.write(path, chunks_of(content))

    async def in_parts() -> None:
        begun = await storage.begin("a", bytes=3)
        await storage.finish(begun, [Part(0, 0, 3, await storage.write_part(begun, 0, 0, b"new"))])

    tries: dict[str, Callable[[], Awaitable[object]]] = {
        "write": lambda: storage.write("a", chunks_of(b"new")),
        "copy": lambda: storage.copy("x", "a"),
        "parts": in_parts,
        "move": lambda: storage.move("x", "a"),
    }
    for capability in [name for name in tries if name in storage.capabilities]:
        try:
            await tries[capability]()
        except (PathRefused, StorageCannot, IsADirectoryError, StorageUnreachable):
            pass  # the last: SeaweedFS has directories, and answers parts of one with status 500
        else:  # a storage that has no directories keeps both
            assert await read(storage, "a") in (b"new", b"other")
        assert {path: await read(storage, path) for path in inside} == inside, capability


@pytest.mark.parametrize("name", ["local", "webdav-rclone", "webdav-wsgidav", "sftp"])
async def test_a_directory_that_was_removed_is_made_anew(
    name: str, tmp_path: Path, servers: Servers, http: GuardedClient
) -> None:
    place = PLACES[name](servers, tmp_path)
    storage = open_place(place, http)
    assert place.directory is not None
    for path in ("d/e/x", "d/e/y"):
        await storage.write(path, chunks_of(b"before"))
    shutil.rmtree(place.directory / "d")
    with suppress(StorageBusy, ObjectMissing):  # what says that a directory is gone, is told so
        await storage.write("d/e/x", chunks_of(b"after"))
    await storage.write("d/e/x", chunks_of(b"after"))
    assert await read(storage, "d/e/x") == b"after"
    await storage.close()


async def test_a_name_is_never_cut_to_that_of_another_file(storage: Storage) -> None:
    await storage.write("q", chunks_of(b"precious"))
    for name in ("q;b", "q?b"):
        try:
            await storage.write(name, chunks_of(b"other"))
        except (PathRefused, StorageCannot):
            continue
        assert await read(storage, name) == b"other"
    assert await read(storage, "q") == b"precious"


@pytest.mark.covers("V38")
async def test_parts_are_written_in_any_order_and_again_and_survive_us(storage: Storage) -> None:
    needs(storage, "parts")
    size = 5 * 1024**2 + 17
    begun = await storage.begin("d/x", bytes=size)
    step = begun.part_bytes
    content = CONTENT[:997] * ((step + size) // 997 + 1)
    content = content[: step + size]
    cut = [content[:step], content[step:]]
    order = [0, 1] if begun.sequential else [1, 0, 1]
    receipts = {number: await storage.write_part(begun, number, number * step, cut[number]) for number in order}
    known = await storage.parts(begun)
    assert [(p.number, p.offset, p.bytes) for p in known] == [(0, 0, step), (1, step, size)]
    assert [p.receipt for p in known] == [receipts[0], receipts[1]]
    assert await paths(storage) == []
    with pytest.raises(ObjectMissing):
        await storage.stat("d/x")
    stat = await storage.finish(begun, known)
    assert (stat.path, stat.bytes) == ("d/x", len(content))
    assert await read(storage, "d/x") == content
    assert (await storage.finish(begun, known)).bytes == len(content)


async def test_an_abandoned_upload_leaves_nothing(storage: Storage) -> None:
    needs(storage, "parts")
    begun = await storage.begin("x", bytes=100)
    await storage.write_part(begun, 0, 0, b"1" * 100)
    await storage.abandon(begun)
    await storage.abandon(begun)
    assert await paths(storage) == []
    if begun.sequential or type(storage).__module__.endswith(".azure"):
        return  # Dropbox forgets a session when it likes, Azure its blocks after a week
    with pytest.raises(UploadGone):
        await storage.parts(begun)
    with pytest.raises(UploadGone):
        await storage.finish(begun, [Part(0, 0, 100, "1")])


async def test_what_was_given_up_is_in_nobodys_way(storage: Storage) -> None:
    needs(storage, "parts")
    begun = await storage.begin("x", bytes=100)
    await storage.write_part(begun, 0, 0, b"1" * 100)
    await storage.abandon(begun)
    large = CONTENT * 4  # more than one chunk of what is sent in several
    await storage.write("x", chunks_of(large, 1024**2))
    assert hashlib.sha256(await read(storage, "x")).digest() == hashlib.sha256(large).digest()
    again = await storage.begin("x", bytes=9)
    receipt = await storage.write_part(again, 0, 0, b"something")
    await storage.finish(again, [Part(0, 0, 9, receipt)])
    assert await read(storage, "x") == b"something"


async def test_an_upload_of_nothing_is_an_empty_object(storage: Storage) -> None:
    needs(storage, "parts")
    begun = await storage.begin("x", bytes=0)
    assert (await storage.finish(begun, [])).bytes == 0
    assert await read(storage, "x") == b""


async def test_whoever_has_the_address_reads_it(storage: Storage) -> None:
    needs(storage, "sign")
    await storage.write("a b", chunks_of(b"content"))
    async with httpx.AsyncClient() as anybody:
        answer = await anybody.get(await storage.sign("a b", seconds=60))
    assert (answer.status_code, answer.content) == (200, b"content")


@pytest.mark.covers("A9")
async def test_what_is_there_is_read(reading: tuple[Storage, Path]) -> None:
    storage, directory = reading
    (directory / "a ü").mkdir()
    (directory / "a ü" / "x#1").write_bytes(CONTENT)
    assert (await storage.stat("a ü/x#1")).bytes == len(CONTENT)
    assert await read(storage, "a ü/x#1") == CONTENT
    assert await read(storage, "a ü/x#1", start=5, end=1_100_000) == CONTENT[5:1_100_000]
    assert await read(storage, "a ü/x#1", start=len(CONTENT)) == b""
    for missing in (storage.stat("b"), anext(storage.read("b"))):
        with pytest.raises(ObjectMissing):
            await missing
    with pytest.raises(StorageCannot):
        await storage.write("b", chunks_of(b"1"))
    for path in HOSTILE:
        with pytest.raises(PathRefused):
            await storage.stat(path)


@pytest.mark.security("S9")
async def test_no_link_that_is_swapped_in_leads_out(tmp_path: Path) -> None:
    with servers_in(tmp_path) as none:
        storage = open_place(PLACES["local"](none, tmp_path), guarded())
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    await storage.write("d/x", chunks_of(b"1"))
    begun = await storage.begin("d/y", bytes=3)
    root = tmp_path / "storage"
    (root / "d").rename(root / "e")
    (root / "d").symlink_to(outside)
    (root / "f").symlink_to(outside / "secret")
    for refused in (
        storage.stat("d/secret"),
        anext(storage.read("f")),
        storage.write("d/new", chunks_of(b"1")),
        storage.write_part(begun, 0, 0, b"abc"),
        storage.copy("e/x", "d/x"),
        storage.move("e/x", "d/x"),
    ):
        with pytest.raises((PathRefused, UploadGone)):
            await refused
    assert [path.name for path in outside.iterdir()] == ["secret"]
    assert await paths(storage) == ["e/x"]


part = st.one_of(st.sampled_from(["..", ".", "", "a", "b", "~", "\\", "...", "a b"]), st.text(max_size=4))


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(part, min_size=1, max_size=5))
@example(parts=["..", "outside"])
@pytest.mark.security("S9")
async def test_no_path_reaches_outside(tmp_path: Path, parts: list[str]) -> None:
    with servers_in(tmp_path) as none:
        storage = open_place(PLACES["local"](none, tmp_path), guarded())
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
