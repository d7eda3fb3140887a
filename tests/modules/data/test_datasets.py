"""Data sets: placed once, registered once, never changed, and found again."""

import asyncio
import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.kernel.alarms import Alarm
from app.kernel.events import EventRow
from app.kernel.node import Node
from app.modules import data
from app.modules.data import Dataset, DatasetNotFound, SourceChanged, StorageFull
from app.modules.data.models import Storage
from app.modules.data.storages import start

CONTENT = b"content of some length\n" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "result.nc"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.covers("V32", "V41")
async def test_a_file_becomes_a_data_set_with_its_story(running_node: Node, source: Path) -> None:
    node = running_node
    first = await data.place_bytes(node, b"{}", "inc_1", "in.geojson")
    placed = await data.place_file(node, source, "inc_1/stg_1")
    assert not source.exists()
    async with node.database.transaction() as session:
        given = await data.register(session, first, name="in.geojson", incident_id="inc_1")
        made = await data.register(
            session, placed, name="result.nc", role="grid", incident_id="inc_1", stage_id="stg_1", stage="mix",
            inputs=[given.id],
        )  # fmt: skip
    assert (made.sha256, made.bytes, given.media_type) == (SHA256, len(CONTENT), "application/geo+json")
    async with node.database.sessions() as session:
        assert await data.read_bytes(session, node, made.id) == CONTENT
        assert (await data.path_of(session, node, made.id)).read_bytes() == CONTENT
        assert [d.id for d in await data.list_of_incident(session, "inc_1")] == [given.id, made.id]
        totals = await data.totals_of_incidents(session, ["inc_1", "inc_2"])
        assert (set(totals), totals["inc_1"].bytes) == ({"inc_1"}, len(CONTENT) + 2)
        said = (await session.scalars(select(EventRow.text).where(EventRow.type == "dataset.registered"))).all()
        assert list(said) == ["Data set in.geojson registered", "Data set result.nc registered"]


async def test_registering_again_gives_the_one_there_is(running_node: Node, source: Path) -> None:
    node = running_node
    placed = await data.place_file(node, source, "f", sha256=SHA256)
    again = await data.place_file(node, source, "f", sha256=SHA256)  # the source is gone: found in place
    assert again == placed
    owners: list[dict[str, Any]] = [{"simulation_id": "sim_1", "stage_id": "stg_1"}, {"stage_id": "stg_1"}]
    for owner in owners:
        ids = set()
        for _ in range(3):
            async with node.database.transaction() as session:
                ids.add((await data.register(session, placed, name="x", **owner)).id)
        assert len(ids) == 1
    async with node.database.sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Dataset)) == 2


async def test_registered_by_many_at_once_it_is_one(running_node: Node, source: Path) -> None:
    placed = await data.place_file(running_node, source, "f")

    async def register() -> str:
        async with running_node.database.transaction() as session:
            return (await data.register(session, placed, name="x", simulation_id="sim_1")).id

    assert len(set(await asyncio.gather(*[register() for _ in range(8)]))) == 1


async def test_what_an_earlier_attempt_placed_never_changes_what_a_later_one_registered(
    running_node: Node, tmp_path: Path
) -> None:
    async def place(content: bytes) -> data.Placed:
        path = tmp_path / "map.png"
        path.write_bytes(content)
        return await data.place_file(running_node, path, "inc/stg")

    placed = await place(b"second attempt")
    async with running_node.database.transaction() as session:
        made = await data.register(session, placed, name="map.png", stage_id="stg")
    late = await place(b"first attempt, late")
    assert late.path != placed.path
    async with running_node.database.sessions() as session:
        assert await data.read_bytes(session, running_node, made.id) == b"second attempt"


async def test_a_data_set_never_changes(running_node: Node, source: Path) -> None:
    placed = await data.place_file(running_node, source, "f")
    async with running_node.database.transaction() as session:
        await data.register(session, placed, name="x")
    with pytest.raises(DBAPIError, match="never changes"):
        async with running_node.database.transaction() as session:
            await session.execute(text("UPDATE datasets SET sha256 = repeat('0', 64)"))
    async with running_node.database.transaction() as session:
        await session.execute(text("UPDATE datasets SET comment = 'may change'"))


async def test_wrong_checksums_unknown_inputs_and_missing_files_are_refused(running_node: Node, source: Path) -> None:
    with pytest.raises(SourceChanged):
        await data.place_file(running_node, source, "f", sha256="0" * 64)
    assert source.exists()
    with pytest.raises(FileNotFoundError):
        await data.place_file(running_node, source.with_name("none"), "f")
    placed = await data.place_file(running_node, source, "f")
    with pytest.raises(DatasetNotFound):
        async with running_node.database.transaction() as session:
            await data.register(session, placed, name="x", inputs=["dst_none"])
    async with running_node.database.sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Dataset)) == 0
        assert await session.scalar(select(func.count()).where(EventRow.type.startswith("dataset."))) == 0


async def test_a_full_storage_raises_one_alarm_and_clears_it(running_node: Node, source: Path, tmp_path: Path) -> None:
    node = running_node
    (storage_id,) = [node.registry["data.default_storage"]]
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        async with node.database.transaction() as session:
            row = await session.get_one(Storage, storage_id)
            row.settings, row.revision = {"directory": str(disk / "s")}, row.revision + 1
        large = tmp_path / "large"
        large.write_bytes(b"x" * 200_000)
        for _ in range(2):
            with pytest.raises(StorageFull):
                await data.place_file(node, large, "f")
        async with node.database.sessions() as session:
            (alarm,) = (await session.scalars(select(Alarm))).all()
            assert (alarm.key, alarm.priority, alarm.count, alarm.cleared_at) == (
                f"storage:{storage_id}:full", "critical", 2, None,
            )  # fmt: skip
        await data.place_file(node, source, "f")
        async with node.database.sessions() as session:
            (alarm,) = (await session.scalars(select(Alarm))).all()
            assert alarm.cleared_at is not None
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("damage", ["missing", "short"])
async def test_a_copy_that_is_not_whole_is_not_served(running_node: Node, source: Path, damage: str) -> None:
    placed = await data.place_file(running_node, source, "f")
    async with running_node.database.transaction() as session:
        made = await data.register(session, placed, name="x")
        path = await data.path_of(session, running_node, made.id)
    path.unlink() if damage == "missing" else path.write_bytes(b"short")
    async with running_node.database.sessions() as session:
        with pytest.raises(data.ContentMissing, match="whole"):
            await data.read_bytes(session, running_node, made.id)


async def test_the_same_storage_is_used_after_a_restart_under_another_name(
    running_node: Node, source: Path, database_url: str
) -> None:
    placed = await data.place_file(running_node, source, "f")
    async with running_node.database.transaction() as session:
        made = await data.register(session, placed, name="x")
    again = Node(running_node.settings, running_node.modules, database_url)
    again.name = "renamed"
    try:
        await start(again)
        async with again.database.sessions() as session:
            assert await data.read_bytes(session, again, made.id) == CONTENT
    finally:
        await again.stop()
