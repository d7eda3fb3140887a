"""Moves: what is taken away is what was moved, and a move that was done is not said to have failed."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.kernel.node import Node
from app.modules import data
from app.modules.data.storage import Digest
from app.modules.data.storage.local import Settings as LocalSettings
from app.modules.data.storage.local import Storage as LocalStorage
from app.modules.data.transfer_folders import carry_folder
from app.modules.data.transfer_ledger import Version
from app.modules.data.transfer_models import Transfer
from tests.modules.data.test_transfer_engine import dataset, ended, ledger, replicas, storage, submit, way


async def left(node: Node, transfer_id: str, **state: Any) -> None:
    """Have a transfer be as a process left it that was killed."""
    async with node.database.transaction() as session:
        await session.execute(update(Transfer).where(Transfer.id == transfer_id).values(**state))


async def version(root: Path, path: str) -> dict[str, Any]:
    return asdict(Version.of(await LocalStorage(LocalSettings(directory=root)).stat(path)))


@pytest.mark.parametrize("written", [True, False])
async def test_a_file_that_was_written_to_since_it_was_copied_is_not_taken_away(
    node: Node, tmp_path: Path, written: bool
) -> None:
    """Killed between the copy and the removal; somebody wrote to the file until the next attempt came."""
    await data.module.start(node)  # type: ignore[misc]  # no job runs yet
    here, there = [await storage(node, tmp_path / name) for name in ("here", "there")]
    for name in ("here", "there"):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "log").write_bytes(b"as it was moved")
    source, target = data.Place(storage_id=here, path="log"), data.Place(storage_id=there, path="log")
    (moving,) = await submit(node, kind="move", source=source, targets=[target])
    await left(node, moving, state="completing", source_version=await version(tmp_path / "here", "log"))
    if written:
        (tmp_path / "here" / "log").write_bytes(b"as it was moved, and a line more")
    await node.start()
    row = await ended(node, moving)
    assert (tmp_path / "there" / "log").read_bytes() == b"as it was moved"
    if written:
        assert (row.state, row.code) == ("failed", "source_changed")
        assert (tmp_path / "here" / "log").read_bytes() == b"as it was moved, and a line more"
    else:
        assert (row.state, row.error) == ("complete", None)
        assert not (tmp_path / "here" / "log").exists()


async def test_a_data_sets_move_is_complete_and_leaves_what_somebody_put_in_its_old_place(
    node: Node, tmp_path: Path
) -> None:
    await data.module.start(node)  # type: ignore[misc]
    made = await dataset(node, b"moved")
    ((here, copy),) = (await replicas(node, made.id)).items()
    there = await storage(node, tmp_path / "there")
    (moving,) = await submit(node, kind="move", dataset_id=made.id, targets=[data.Place(storage_id=there)])
    root = node.settings.data_directory / "storages" / "local"
    gone = {"source_storage_id": here, "source_path": copy.path}
    await left(node, moving, state="completing", source_version=await version(root, copy.path), **gone)
    async with node.database.transaction() as session:
        await session.delete(copy)
    (root / copy.path).write_bytes(b"somebody's own")
    await node.start()
    assert (await ended(node, moving)).state == "complete"
    assert (root / copy.path).read_bytes() == b"somebody's own"


async def test_a_move_within_a_storage_that_was_done_before_the_process_died_is_complete(
    node: Node, tmp_path: Path
) -> None:
    await data.module.start(node)  # type: ignore[misc]
    place = await storage(node, tmp_path / "place")
    (tmp_path / "place").mkdir(exist_ok=True)
    (tmp_path / "place" / "old").write_bytes(b"content")
    source, target = data.Place(storage_id=place, path="old"), data.Place(storage_id=place, path="new")
    (moving,) = await submit(node, kind="move", source=source, targets=[target])
    known = await version(tmp_path / "place", "old")
    (tmp_path / "place" / "old").rename(tmp_path / "place" / "new")
    await left(node, moving, state="running", source_version=known, engine="rename", bytes_total=7)
    await node.start()
    row = await ended(node, moving)
    assert (row.state, row.error, row.bytes_done) == ("complete", None, 7)
    assert (tmp_path / "place" / "new").read_bytes() == b"content"

    (again,) = await submit(node, kind="move", source=source, targets=[data.Place(storage_id=place, path="third")])
    assert (await ended(node, again)).code == "source_missing"
    back = {"source": target, "targets": [source]}
    (forth,) = await submit(node, kind="move", **back)
    row = await ended(node, forth)
    assert (row.state, row.engine, row.bytes_total) == ("complete", "rename", 7)


class Attempt:
    """What a folder tells of its progress to."""

    def progress(self, *_: Any, **__: Any) -> None:
        pass


@pytest.mark.parametrize("size", [100, 3 * 1024**2])
async def test_a_file_of_a_folder_that_changes_while_it_is_moved_is_moved_as_it_is_then(
    node: Node, tmp_path: Path, size: int
) -> None:
    source = tmp_path / "here" / "run" / "log"
    source.parent.mkdir(parents=True)
    source.write_bytes(b"1" * size)

    class Meanwhile(LocalStorage):
        """Somebody writes to the file once, after it was copied."""

        written = False

        async def write(self, *arguments: Any, **options: Any) -> Digest:
            digest = await super().write(*arguments, **options)
            if not self.written:
                self.written = True
                source.write_bytes(b"2" * size)
            return digest

    going = way(tmp_path, node, read_back=True)
    going = replace(
        going,
        target=Meanwhile(LocalSettings(directory=tmp_path / "there")),
        source_path="run",
        target_path="run",
    )
    attempt: Any = Attempt()
    await carry_folder(attempt, going, await ledger(node), move=True)
    assert (tmp_path / "there" / "run" / "log").read_bytes() == b"2" * size
    assert not source.exists()


async def test_a_file_that_was_moved_though_the_answer_did_not_come_is_not_missed(node: Node, tmp_path: Path) -> None:
    source = tmp_path / "here" / "run" / "log"
    source.parent.mkdir(parents=True)
    source.write_bytes(b"content")

    class Cut(LocalStorage):
        """The connection breaks behind the first move."""

        cut = False

        async def move(self, source: str, target: str) -> None:
            await super().move(source, target)
            if not self.cut:
                self.cut = True
                raise ConnectionResetError("cut, as asked")

    storage_ = Cut(LocalSettings(directory=tmp_path / "here"))
    going = replace(way(tmp_path, node), source=storage_, target=storage_, source_path="run", target_path="kept")
    attempt: Any = Attempt()
    await carry_folder(attempt, going, await ledger(node), move=True)
    assert (tmp_path / "here" / "kept" / "log").read_bytes() == b"content"
    assert not source.exists()
