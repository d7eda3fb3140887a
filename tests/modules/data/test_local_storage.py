"""A directory as a storage: links, odd files, full disks."""

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.modules.data.errors import PathRefused, StorageFull
from app.modules.data.storage._local_copy import Progress, copy_content
from app.modules.data.storage._past_cache import LEAST_BYTES
from app.modules.data.storage.local import Settings, Storage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(Settings(directory=tmp_path / "storage"))


async def once(content: bytes) -> AsyncIterator[bytes]:
    yield content


@pytest.mark.security("S9")
async def test_links_are_never_followed(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_bytes(b"secret")
    (storage.root / "away").symlink_to(tmp_path / "outside")
    (storage.root / "file").symlink_to(tmp_path / "outside/secret")
    for path in ("away/secret", "file"):
        with pytest.raises(PathRefused):
            await storage.stat(path)
        with pytest.raises(PathRefused):
            await anext(storage.read(path))
    with pytest.raises(PathRefused):
        await storage.write("away/new", once(b"x"))
    with pytest.raises(PathRefused):
        storage.local_path("away/secret")
    await storage.write("file", once(b"mine"))  # replaces the link, not what it points at
    assert (tmp_path / "outside/secret").read_bytes() == b"secret"
    assert [o.path for o in await storage.list()] == ["file"]


async def test_nothing_of_a_write_is_done_on_the_loop(storage: Storage) -> None:
    """A disk that is slow to make a directory or to sync holds up nobody but the one who writes there."""
    here: list[str] = []

    def note(_frame: object, event: str, function: object) -> None:
        if event == "c_call" and getattr(function, "__module__", None) == "posix":
            here.append(getattr(function, "__name__", ""))

    before = sys.getprofile()
    sys.setprofile(note)  # of this thread, which is the loop's
    try:
        await storage.write("a/b/c", once(b"content"))
    finally:
        sys.setprofile(before)
    blocking = {"open", "mkdir", "fsync", "write", "close", "rename", "replace", "unlink", "stat", "statvfs"}
    assert blocking & {*here} == set()
    assert (storage.root / "a/b/c").read_bytes() == b"content"
    assert [path.name for path in (storage.root / "a/b").iterdir()] == ["c"]


@pytest.mark.security("S9")
async def test_what_is_no_plain_file_is_not_taken_in(storage: Storage, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/hostname")
    (tmp_path / "directory").mkdir()
    for name in ("pipe", "link", "directory"):
        for move in (True, False):
            with pytest.raises(PathRefused):
                await storage.write("x", tmp_path / name, move=move)
    with pytest.raises(FileNotFoundError):
        await storage.write("x", tmp_path / "nothing")
    assert await storage.list() == []


async def test_a_file_with_other_names_is_copied_not_taken(storage: Storage, tmp_path: Path) -> None:
    source, other = tmp_path / "source", tmp_path / "other"
    source.write_bytes(b"content")
    os.link(source, other)
    await storage.write("x", source, move=True)
    other.write_bytes(b"changed")
    assert storage.local_path("x").read_bytes() == b"content"


async def test_taking_a_file_copies_nothing(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"content")
    inode = source.stat().st_ino
    await storage.write("x", source, move=True)
    assert storage.local_path("x").stat().st_ino == inode


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", disk], check=True)


async def test_a_full_disk_is_said_and_leaves_nothing_half(small_disk: Path, tmp_path: Path) -> None:
    storage = Storage(Settings(directory=small_disk / "storage"))
    source = tmp_path / "source"
    source.write_bytes(b"x" * 2 * 1024**2)
    for move in (True, False):
        with pytest.raises(StorageFull, match="full"):
            await storage.write("a", source, move=move)

    async def large() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    with pytest.raises(StorageFull):
        await storage.write("b", large())
    assert source.exists()
    assert [path for path in storage.root.rglob("*") if path.is_file()] == []
    await storage.write("c", once(b"x" * 700_000))
    with pytest.raises(StorageFull):
        await storage.copy("c", "d/e")
    await storage.delete("c")
    await storage.write("f", once(b"x" * 900_000))


async def test_the_reserve_is_kept(tmp_path: Path) -> None:
    free = os.statvfs(tmp_path)
    storage = Storage(Settings(directory=tmp_path / "storage", reserve_bytes=free.f_bavail * free.f_frsize * 2))
    (tmp_path / "source").write_bytes(b"x")
    with pytest.raises(StorageFull, match="reserved"):
        await storage.write("x", tmp_path / "source")
    with pytest.raises(StorageFull, match="reserved"):
        await storage.write("x", once(b"x"))
    assert (await storage.probe()).bytes_free == 0


async def test_what_is_written_past_the_page_cache_is_what_is_read_through_it(storage: Storage, tmp_path: Path) -> None:
    content = os.urandom(LEAST_BYTES + 4097)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "large").write_bytes(content)
    copied = await storage.begin("copied", bytes=len(content))
    with (storage.root / f".part-{copied.token}").open("r+b") as half:
        half.write(content[: 3 * 1024**2 + 1])  # an earlier attempt's
    digest = await asyncio.to_thread(copy_content, tmp_path / "here", "large", storage.root, copied, Progress())
    assert digest.sha256 == hashlib.sha256(content).hexdigest()
    assert (storage.root / f".part-{copied.token}").read_bytes() == content
    sent = await storage.begin("sent", bytes=len(content))
    step = sent.part_bytes
    offsets = list(enumerate(range(0, len(content), step)))
    for number, at in reversed(offsets):
        await storage.write_part(sent, number, at, content[at : at + step])
    await storage.finish(sent, await storage.parts(sent), sha256=digest.sha256)
    assert (storage.root / "sent").read_bytes() == content
