"""Files dropped in a directory: each is taken once, whatever else lies there and however much of it."""

import asyncio
import itertools
import os
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from polls import make_due, poll_once, rows, source_of
from sqlalchemy import text

from app.kernel.node import Node
from app.modules.ingest import ensure_source
from app.modules.ingest.directories import Tree
from app.modules.ingest.items import Item
from app.modules.ingest.source import PollFailed, PollState, folder


def read(found: Any) -> Any:
    assert isinstance(found, Item), found
    return orjson.loads(found.body)


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user whom modes bind: they do not bind root."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


class Looks:
    """A directory that is looked at again and again, by nodes that remember only what was committed."""

    def __init__(self, directory: Path, step_seconds: float = 0, **settings: Any) -> None:
        """``step_seconds`` is how long each piece takes to read."""
        clock = itertools.count(0, step_seconds) if step_seconds else itertools.repeat(0)
        made = folder.Settings.model_validate({"path": str(directory), **settings})
        self.source = folder.Source(made, lambda: next(clock))
        self.directory, self.cursor, self.now = directory, None, datetime(2026, 11, 22, tzinfo=UTC)

    async def look(self, after_seconds: float = 0) -> list[str]:
        self.now += timedelta(seconds=after_seconds)
        state = PollState(cursor=self.cursor, asked_at=self.now, folders=(self.directory,))
        self.polled = await self.source.poll(None, state)  # type: ignore[arg-type]  # a directory needs no client
        self.cursor = self.cursor if self.polled.cursor is None else self.polled.cursor
        return [one.key for one in self.polled.items]


async def test_a_file_is_taken_once_it_no_longer_grows(tmp_path: Path) -> None:
    looks = Looks(tmp_path)
    file = tmp_path / "spots.csv"
    file.write_text("lat,lon\n")
    assert await looks.look() == []
    assert looks.polled.next_seconds == 5
    with file.open("a") as more:
        more.write("1,2\n")
    assert await looks.look(5) == []  # it grew: the wait begins anew
    assert await looks.look(4.9) == []
    assert await looks.look(0.1) == ["spots.csv"]
    said = read(looks.polled.items[0])
    assert (said["path"], said["bytes"], said["text"]) == (str(file), 12, "lat,lon\n1,2\n")
    assert said["media_type"] == "text/csv"
    assert await looks.look(60) == []
    assert looks.polled.cursor is None
    os.utime(file, (1, 1))  # touched: taken again
    assert [await looks.look(1), await looks.look(5)] == [[], ["spots.csv"]]


async def test_what_a_node_forgot_is_no_news_to_the_deliveries(tmp_path: Path) -> None:
    first, second = Looks(tmp_path, stable_seconds=0), Looks(tmp_path, stable_seconds=0)
    (tmp_path / "a.bin").write_bytes(b"\0\1")
    await first.look()
    await second.look(3600)
    (one,), (other,) = first.polled.items, second.polled.items
    assert (one.key, one.fingerprint) == (other.key, other.fingerprint)
    assert read(one)["text"] is None


@pytest.mark.security("S9")
async def test_only_what_is_meant_is_looked_at(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    inbox = tmp_path / "inbox"
    (inbox / "deep").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.csv").write_text("s")
    for name in ("a.csv", "b.txt", ".hidden.csv", "c.csv.part", "deep/d.csv"):
        (inbox / name).write_text(name)
    (inbox / "link.csv").symlink_to(outside / "secret.csv")
    (inbox / "tunnel").symlink_to(outside)
    os.mkfifo(inbox / "pipe.csv")
    assert await Looks(inbox, stable_seconds=0, pattern="*.csv", recursive=True).look() == ["a.csv", "deep/d.csv"]


@pytest.mark.security("S9")
async def test_only_directories_that_were_named_are_watched(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "up").symlink_to(tmp_path)
    for path in ("/etc", str(tmp_path), "up"):
        source = folder.Source(folder.Settings(path=path))
        with pytest.raises(PollFailed, match=r"ingest\.folders"):
            await source.poll(None, PollState(folders=(tmp_path / "inbox",)))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"has no \.\."):
        folder.Settings(path="../x")


async def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    with (tmp_path / "large.nc").open("wb") as file:
        file.truncate(256 * 1024**2)
    looks = Looks(tmp_path, stable_seconds=0)
    tracemalloc.start()
    try:
        assert await looks.look() == ["large.nc"]
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024**2
    finally:
        tracemalloc.stop()
    said = read(looks.polled.items[0])
    assert (said["bytes"], said["text"], len(said["sha256"])) == (256 * 1024**2, None, 64)


async def test_files_in_a_directory_are_delivered_once_by_two_nodes_that_take_turns(node: Node) -> None:
    inbox = node.settings.data_directory / "inbox" / "spots"
    inbox.mkdir(parents=True)
    async with node.database.transaction() as session:
        row = await ensure_source(session, "spots", "folder", {"path": "spots", "stable_seconds": 0})
    for count in range(3):
        (inbox / f"{count}.csv").write_text(str(count))
        # Two look at once, as when a lease runs out during a look: the second commits nothing.
        await asyncio.gather(poll_once(node), poll_once(node))
        async with node.database.transaction() as session:
            await session.execute(text("UPDATE sources SET cursor = NULL"))  # and the next remembers nothing
        await make_due(node, row.id)
    await poll_once(node)
    keys = await rows(node, "SELECT item_key, state FROM deliveries ORDER BY id")
    assert keys == [("0.csv", "queued"), ("1.csv", "queued"), ("2.csv", "queued")]


async def test_a_look_takes_no_more_than_fits_and_the_next_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{number}.txt" for number in range(7)]
    for name in names:
        (tmp_path / name).write_text("x" * 1000)
    monkeypatch.setattr(folder, "LOOK_BYTES", 4000)
    looks = Looks(tmp_path)
    assert await looks.look() == []
    assert await looks.look(5) == names[:3]
    assert (looks.polled.unfinished, looks.polled.next_seconds) == (True, 0.1)
    assert [await looks.look(), await looks.look()] == [names[3:6], names[6:]]
    assert (looks.polled.unfinished, looks.polled.next_seconds) == (False, None)
    assert await looks.look(60) == []


async def test_a_look_reads_for_a_while_only_and_the_next_goes_on(tmp_path: Path) -> None:
    names = [f"{number}.bin" for number in range(7)]
    for name in names:
        (tmp_path / name).write_bytes(b"\0" * 10)
    looks = Looks(tmp_path, step_seconds=4, stable_seconds=0, text_bytes=0)
    taken: list[str] = []
    while not taken or looks.polled.unfinished:
        some = await looks.look()
        assert 0 < len(some) < 4
        taken += some
    assert taken == names


async def test_a_file_that_cannot_be_read_in_one_look_goes_without_its_digest(tmp_path: Path) -> None:
    for name in ("a.nc", "b.nc"):
        (tmp_path / name).write_bytes(b"\0" * 3 * 1024**2)
    looks = Looks(tmp_path, step_seconds=10, stable_seconds=0)
    assert await looks.look() == ["a.nc"]
    assert looks.polled.unfinished
    assert read(looks.polled.items[0])["sha256"] is None
    assert await looks.look() == ["b.nc"]
    assert await looks.look() == []


async def test_with_more_files_than_are_looked_at_the_new_ones_go_first_and_it_is_said(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text("x")
    looks = Looks(tmp_path, stable_seconds=0, max_files=2)
    assert [await looks.look() for _ in range(3)] == [["0.txt", "1.txt"], ["2.txt", "3.txt"], ["4.txt"]]
    assert looks.polled.partly is not None
    assert "5 files where max_files is 2" in looks.polled.partly
    (tmp_path / "9.txt").write_text("x")
    assert await looks.look() == ["9.txt"]
    for number in range(5):
        (tmp_path / f"{number}.txt").unlink()
    assert await looks.look() == []
    assert looks.polled.partly is None


async def test_what_cannot_be_read_stops_nothing_else_and_is_taken_once_it_can() -> None:
    with tempfile.TemporaryDirectory() as name:
        inbox, deep = Path(name), Path(name, "deep")
        deep.mkdir()
        inbox.chmod(0o755)
        for one in ("a.csv", "b.csv", "deep/c.csv"):
            (inbox / one).write_text("x")
        looks = Looks(inbox, stable_seconds=0, recursive=True)
        (inbox / "b.csv").chmod(0)
        with nobody():
            assert await looks.look() == ["a.csv", "deep/c.csv"]
            assert looks.polled.partly == "1 cannot be read and are tried again, such as b.csv: Permission denied"
            assert looks.polled.next_seconds is None, "it is not asked for sooner than at the next look"
        deep.chmod(0)
        (inbox / "d.csv").write_text("x")
        with nobody():
            assert await looks.look() == ["d.csv"]
            assert str(looks.polled.partly).startswith("2 cannot be read")
        deep.chmod(0o755)
        (inbox / "b.csv").chmod(0o644)
        with nobody():
            assert await looks.look() == ["b.csv"], "what is in deep was taken before"
            assert looks.polled.partly is None
        inbox.chmod(0)
        with nobody(), pytest.raises(PollFailed, match="Permission denied"):
            await looks.look()
        inbox.chmod(0o755)


@pytest.mark.security("S9")
def test_a_directory_swapped_for_a_link_leads_nowhere(tmp_path: Path) -> None:
    inbox, outside = tmp_path / "inbox", tmp_path / "outside"
    (inbox / "deep").mkdir(parents=True)
    outside.mkdir()
    for place in (inbox / "deep", outside):
        (place / "a.csv").write_text(str(place))
    with Tree(tmp_path, inbox) as tree:
        assert [entry.name for entry in tree.entries("")] == ["deep"]
        (inbox / "deep").rename(inbox / "other")
        (inbox / "deep").symlink_to(outside)
        for ask in (tree.open, tree.stat):
            with pytest.raises(NotADirectoryError):
                ask("deep/a.csv")
        with tree.open("other/a.csv") as file:
            assert file.read() == str(inbox / "deep").encode()
    inbox.rename(tmp_path / "before")
    inbox.symlink_to(outside)
    with pytest.raises(NotADirectoryError):
        Tree(tmp_path, inbox)


async def test_what_a_look_left_is_not_left_to_the_next_time_of_the_clock(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "LOOK_BYTES", 1)
    inbox = node.settings.data_directory / "inbox" / "spots"
    inbox.mkdir(parents=True)
    for name in ("a", "b"):
        (inbox / name).write_text(name)
    async with node.database.transaction() as session:
        settings = {"path": "spots", "stable_seconds": 0, "cron": "0 6 1 1 *", "max_files": 1}
        row = await ensure_source(session, "spots", "folder", settings)
    await make_due(node, row.id)
    (answer,) = await poll_once(node)
    assert answer.next_at is not None, "one file is all that was looked at"
    assert str((await source_of(node, row.id)).last_error).startswith("2 files where max_files is 1")
    async with node.database.transaction() as session:
        await session.execute(text("UPDATE sources SET cursor = NULL, settings = settings - 'max_files'"))
    await make_due(node, row.id)
    (answer,) = await poll_once(node)
    assert (answer.next_at, answer.wait_seconds) == (None, 0.1)
    await make_due(node, row.id)
    (answer,) = await poll_once(node)
    assert answer.next_at is not None
    assert (await source_of(node, row.id)).last_error is None
    assert await rows(node, "SELECT item_key FROM deliveries ORDER BY id") == ["a", "b"]


async def test_files_whose_names_cannot_be_shown_are_told_of(tmp_path: Path) -> None:
    looks = Looks(tmp_path, stable_seconds=0, pattern="*.csv")
    for name in (b"good.csv", b"caf\xe9.csv", "soft\u00adhyphen.csv".encode(), b"caf\xe9.txt"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("1")
    (tmp_path / "deep\u00ad.csv").mkdir()
    assert await looks.look() == ["good.csv"]
    assert str(looks.polled.partly).startswith("2 have names with characters that cannot be shown")
    assert looks.polled.partly is not None
    assert looks.polled.partly.endswith("such as caf\\udce9.csv")
    assert looks.polled.partly.isprintable()
