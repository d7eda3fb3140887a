"""Transfers between storages of this host: what arrives, what is told of it, and what becomes of what goes wrong."""

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import select, update

from app.kernel.errors import Problem
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import SYSTEM
from app.kernel.settings import Settings
from app.modules import data
from app.modules.data import transfers
from app.modules.data.errors import GrantExpired, SourceChanged, StorageBusy, StorageFull
from app.modules.data.models import Replica
from app.modules.data.storage import Digest, Upload, _local_parts
from app.modules.data.storage._local_copy import Progress, copy_content
from app.modules.data.storage.local import Settings as LocalSettings
from app.modules.data.storage.local import Storage as LocalStorage
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.storage_opening import open_storage
from app.modules.data.transfer_engine import carry
from app.modules.data.transfer_ledger import Ledger, open_ledger
from app.modules.data.transfer_models import LIVE, Transfer, TransferPart
from app.modules.data.transfer_pace import Bucket
from app.modules.data.transfer_sums import ArrivedDamaged
from app.modules.data.transfer_way import Way
from tests.conftest import settings_for

MEBIBYTE = 1024**2
CONTENT = b"".join(hashlib.sha256(n.to_bytes(4, "big")).digest() for n in range(20 * MEBIBYTE // 32)) + b"odd"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "data", **{"jobs.slots": 4})


async def storage(node: Node, path: Path, **about: Any) -> str:
    """Register a directory of this host as a storage of the house."""
    async with node.database.transaction() as session:
        row = StorageRow(
            id=new_id("sto"),
            name=path.name,
            driver="local",
            settings={"directory": str(path)},
            node_name=node.name,
            **about,
        )
        session.add(row)
    return row.id


async def dataset(node: Node, content: bytes = CONTENT, name: str = "wave.nc", **about: Any) -> data.Dataset:
    placed = await data.place_bytes(node, content, "test", name)
    async with node.database.transaction() as session:
        return await data.register(session, placed, name=name, **about)


async def submit(node: Node, **wanted: Any) -> list[str]:
    async with node.database.transaction() as session:
        made = await data.submit_transfers(node, session, data.TransferCreate(**wanted), SYSTEM)
    return [one.id or "" for one in made.items]


async def ended(node: Node, transfer_id: str, *, by_asking: bool = False) -> Transfer:
    """Wait until a transfer is over; a node that was not started hears of nothing, and has to ask."""
    woken = asyncio.Event()
    off = node.bus.on(transfers.TRANSFERS_TOPIC, woken.set)
    try:
        async with asyncio.timeout(60):
            while True:
                woken.clear()
                async with node.database.sessions() as session:
                    row = await session.get_one(Transfer, transfer_id)
                if row.state not in LIVE:
                    return row
                await node.clock.wait(woken, 0.1 if by_asking else None)
    finally:
        off()


async def replicas(node: Node, dataset_id: str) -> dict[str, Replica]:
    async with node.database.sessions() as session:
        found = await session.scalars(select(Replica).where(Replica.dataset_id == dataset_id))
        return {one.storage_id: one for one in found}


@pytest.mark.covers("V35", "A13")
async def test_a_replica_is_the_same_data_set_in_another_place(running_node: Node, tmp_path: Path) -> None:
    made = await dataset(running_node)
    places = [await storage(running_node, tmp_path / name) for name in ("north", "south")]
    ids = await submit(
        running_node, kind="replicate", dataset_id=made.id, targets=[data.Place(storage_id=one) for one in places]
    )
    for transfer_id, name in zip(ids, ("north", "south"), strict=True):
        row = await ended(running_node, transfer_id)
        assert (row.state, row.error, row.engine) == ("complete", None, "local")
        assert (row.bytes_done, row.sha256) == (len(CONTENT), made.sha256)
        assert row.target_path == f"datasets/{made.id}/wave.nc"  # what it is, whose, of which type: people read it
        assert (tmp_path / name / row.target_path).read_bytes() == CONTENT  # type: ignore[operator]
    assert {*places} < set(await replicas(running_node, made.id))
    async with running_node.database.sessions() as session:
        assert await session.scalar(select(TransferPart)) is None  # the ledger of what is complete is not kept
    left = [path.name for path in tmp_path.rglob(".part-*")]
    assert left == []


@pytest.mark.covers("V35")
async def test_a_copy_is_a_data_set_of_its_own_and_a_move_keeps_the_id(running_node: Node, tmp_path: Path) -> None:
    made = await dataset(running_node, b"small", comment="as measured")
    there, elsewhere = [await storage(running_node, tmp_path / name) for name in ("there", "elsewhere")]
    (copying,) = await submit(running_node, kind="copy", dataset_id=made.id, targets=[data.Place(storage_id=there)])
    copied = await ended(running_node, copying)
    assert copied.made_dataset_id not in (None, made.id)
    async with running_node.database.sessions() as session:
        copy = await data.get(session, copied.made_dataset_id or "")
        assert (copy.sha256, copy.name, copy.comment) == (made.sha256, "wave.nc", "as measured")
    before = await replicas(running_node, made.id)
    old = (await data_root(running_node)) / next(iter(before.values())).path
    assert old.exists()
    (moving,) = await submit(running_node, kind="move", dataset_id=made.id, targets=[data.Place(storage_id=elsewhere)])
    assert (await ended(running_node, moving)).state == "complete"
    (after,) = (await replicas(running_node, made.id)).values()
    assert (after.storage_id, (tmp_path / "elsewhere" / after.path).read_bytes()) == (elsewhere, b"small")
    assert not old.exists()


async def data_root(node: Node) -> Path:
    return node.settings.data_directory / "storages" / "local"


async def test_of_two_movers_of_one_data_set_one_wins(node: Node, tmp_path: Path) -> None:
    await data.module.start(node)  # type: ignore[misc]  # nothing else runs here, so the first is not over
    made = await dataset(node, b"small")
    places = [await storage(node, tmp_path / name) for name in ("one", "other")]

    async def move(place: str) -> str:
        try:
            return (await submit(node, kind="move", dataset_id=made.id, targets=[data.Place(storage_id=place)]))[0][:3]
        except Problem as problem:
            return problem.code

    assert sorted(await asyncio.gather(*map(move, places))) == ["transfer_under_way", "xfr"]


async def test_a_move_leaves_the_file_that_another_data_set_has_too(running_node: Node, tmp_path: Path) -> None:
    first, second = await dataset(running_node, b"same"), await dataset(running_node, b"same")
    place = await storage(running_node, tmp_path / "there")
    (moving,) = await submit(running_node, kind="move", dataset_id=first.id, targets=[data.Place(storage_id=place)])
    assert (await ended(running_node, moving)).state == "complete"
    async with running_node.database.sessions() as session:
        assert await data.read_bytes(session, running_node, second.id) == b"same"
        assert await data.read_bytes(session, running_node, first.id) == b"same"


async def test_a_damaged_copy_is_never_handed_on(running_node: Node, tmp_path: Path) -> None:
    made = await dataset(running_node)
    (copy,) = (await replicas(running_node, made.id)).values()
    path = await data_root(running_node) / copy.path
    flipped = bytearray(CONTENT)
    flipped[11 * MEBIBYTE] ^= 4
    path.write_bytes(flipped)
    place = await storage(running_node, tmp_path / "there")
    (replicating,) = await submit(
        running_node, kind="replicate", dataset_id=made.id, targets=[data.Place(storage_id=place)]
    )
    row = await ended(running_node, replicating)
    assert (row.state, row.code) == ("failed", "content_damaged")
    assert [path for path in (tmp_path / "there").rglob("*") if path.is_file()] == []
    assert (await replicas(running_node, made.id))[copy.storage_id].state == "damaged"


async def test_without_room_it_fails_clearly_and_leaves_nothing_half(running_node: Node, tmp_path: Path) -> None:
    made = await dataset(running_node)
    place = await storage(running_node, tmp_path / "there")
    async with running_node.database.transaction() as session:
        full = {"directory": str(tmp_path / "there"), "reserve_bytes": 10**18}
        await session.execute(update(StorageRow).where(StorageRow.id == place).values(settings=full, revision=2))
    (copying,) = await submit(running_node, kind="copy", dataset_id=made.id, targets=[data.Place(storage_id=place)])
    row = await ended(running_node, copying)
    assert (row.state, row.code) == ("failed", "storage_full")
    assert "reserved" in (row.error or "")
    assert [path for path in (tmp_path / "there").rglob("*") if path.is_file()] == []
    async with running_node.database.transaction() as session:
        free = {"directory": str(tmp_path / "there")}
        await session.execute(update(StorageRow).where(StorageRow.id == place).values(settings=free, revision=3))
        await transfers.retry_transfer(session, copying)
    assert (await ended(running_node, copying)).state == "complete"


@pytest.mark.covers("V35")
async def test_a_folder_goes_file_by_file(running_node: Node, tmp_path: Path) -> None:
    source, target = [await storage(running_node, tmp_path / name) for name in ("here", "there")]
    files = {f"run/{n % 7}/m{n}.csv": b"%d," % n * 50 for n in range(300)} | {"run/big.bin": CONTENT[: 3 * MEBIBYTE]}
    files |= {"run/2.txt": b"before what is in 3", "run/5.txt": b"and between two others"}
    for path, content in files.items():
        (tmp_path / "here" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "here" / path).write_bytes(content)
    wanted = {
        "source": data.Place(storage_id=source, path="run"),
        "targets": [data.Place(storage_id=target, path="kept/run")],
        "folder": True,
    }
    (copying,) = await submit(running_node, kind="copy", **wanted)
    row = await ended(running_node, copying)
    assert (row.state, row.error, row.engine, row.files_done) == ("complete", None, "batches", 303)
    for path, content in files.items():
        assert (tmp_path / "there" / "kept" / path).read_bytes() == content
    (again,) = await submit(running_node, kind="copy", **wanted)
    assert (await ended(running_node, again)).code == "target_taken"
    (moving,) = await submit(running_node, kind="move", **wanted, overwrite=True)
    assert (await ended(running_node, moving)).state == "complete"
    assert [path for path in (tmp_path / "here").rglob("*") if path.is_file()] == []


def way(tmp_path: Path, node: Node, **more: Any) -> Way:
    ends = [LocalStorage(LocalSettings(directory=tmp_path / name)) for name in ("here", "there")]
    return Way(
        source=ends[0], source_path="big.bin", target=ends[1], target_path="big.bin", clock=node.clock,
        buckets=[Bucket(node.clock, 10**12)], **more,
    )  # fmt: skip


async def ledger(node: Node) -> Ledger:
    """A ledger of a transfer that runs nowhere else; what an earlier one has noted is in it."""
    async with node.database.transaction() as session:
        row = await session.get(Transfer, "xfr_1")
        if row is None:
            row = Transfer(id="xfr_1", kind="copy", state="running")
            session.add(row)
    return await open_ledger(node, row)


class Failing(LocalStorage):
    """A local storage that breaks when so many parts are written."""

    parts_left = 1

    async def write_part(self, upload: Upload, number: int, offset: int, content: bytes) -> str:
        self.parts_left -= 1
        if self.parts_left < 0:
            raise StorageFull("full, as asked")
        return await super().write_part(upload, number, offset, content)


async def test_parts_that_arrived_are_not_sent_again(node: Node, tmp_path: Path) -> None:
    going = way(tmp_path, node, in_flight=1)
    (tmp_path / "here" / "big.bin").write_bytes(CONTENT)
    failing = Failing(LocalSettings(directory=tmp_path / "there"))
    with pytest.raises(StorageFull):
        await carry(replace(going, target=failing), await ledger(node))
    again = await ledger(node)
    assert len(again.parts) == 1
    counting = Failing(LocalSettings(directory=tmp_path / "there"))
    counting.parts_left = 2
    digest = await carry(replace(going, target=counting), again)
    assert counting.parts_left == 0
    assert digest.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert (tmp_path / "there" / "big.bin").read_bytes() == CONTENT


async def test_a_source_that_changes_is_begun_again_and_never_spliced(node: Node, tmp_path: Path) -> None:
    going = way(tmp_path, node, in_flight=1)
    source = tmp_path / "here" / "big.bin"
    source.write_bytes(CONTENT)
    failing = Failing(LocalSettings(directory=tmp_path / "there"))
    with pytest.raises(StorageFull):
        await carry(replace(going, target=failing), await ledger(node))
    other = CONTENT[::-1]
    source.write_bytes(other)
    await carry(going, await ledger(node))
    assert (tmp_path / "there" / "big.bin").read_bytes() == other

    class Changing(LocalStorage):
        async def write_part(self, upload: Upload, number: int, offset: int, content: bytes) -> str:
            source.write_bytes(CONTENT)
            return await super().write_part(upload, number, offset, content)

    changing = replace(going, target=Changing(LocalSettings(directory=tmp_path / "there")), target_path="second.bin")
    fresh = await ledger(node)
    fresh.version = fresh.upload = None
    with pytest.raises(SourceChanged):
        await carry(changing, fresh)
    assert not (tmp_path / "there" / "second.bin").exists()


async def test_a_bit_that_flips_on_the_way_is_found(node: Node, tmp_path: Path) -> None:
    class Flipping(LocalStorage):
        async def write_part(self, upload: Upload, number: int, offset: int, content: bytes) -> str:
            return await super().write_part(upload, number, offset, content[:-1] + bytes([content[-1] ^ 1]))

    going = way(tmp_path, node, trusted=False)
    (tmp_path / "here" / "big.bin").write_bytes(CONTENT)
    flipping = Flipping(LocalSettings(directory=tmp_path / "there"))
    with pytest.raises(ArrivedDamaged):
        await carry(replace(going, target=flipping), await ledger(node))
    assert not (tmp_path / "there" / "big.bin").exists()


async def test_a_copy_on_one_host_goes_on_at_the_byte_it_had_come_to(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    (here / "big.bin").write_bytes(CONTENT)
    upload = _local_parts.begin(there, "big.bin", len(CONTENT))
    part = there / f".part-{upload.token}"
    with part.open("r+b") as half:
        half.write(CONTENT[: 9 * MEBIBYTE])
    progress = Progress()
    digest = copy_content(here, "big.bin", there, upload, progress)
    assert progress.found == 9 * MEBIBYTE
    assert digest.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert part.read_bytes() == CONTENT


async def test_a_storage_that_is_busy_is_asked_later_and_a_login_that_ran_out_is_waited_for(
    running_node: Node, tmp_path: Path
) -> None:
    made = await dataset(running_node, b"small")
    place = await storage(running_node, tmp_path / "there")

    class Refusing(LocalStorage):
        refusals: ClassVar[list[Problem]] = [StorageBusy("later", retry_after=1), GrantExpired("connect it again")]

        async def write(self, *arguments: Any, **options: Any) -> Digest:
            if self.refusals:
                raise self.refusals.pop()
            return await super().write(*arguments, **options)

    async with running_node.database.sessions() as session:
        limited = await open_storage(session, running_node, place)
    limited.driver = Refusing(LocalSettings(directory=tmp_path / "there"))  # type: ignore[attr-defined]
    (copying,) = await submit(running_node, kind="copy", dataset_id=made.id, targets=[data.Place(storage_id=place)])
    row = await ended(running_node, copying)
    assert (row.state, row.error) == ("complete", None)
    assert row.attempts == 2  # the busy one was asked again within one
