"""Transfers between storages that take one request at a time: none waits for a place that another holds."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

from app.kernel.node import Node
from app.modules.data.storage import Capability
from app.modules.data.storage.local import Settings as LocalSettings
from app.modules.data.storage.local import Storage as LocalStorage
from app.modules.data.storage_limits import LimitedStorage
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.storage_opening import limits_of
from app.modules.data.transfer_ends import Ends, way_of
from app.modules.data.transfer_engine import WHOLE_BYTES, carry
from app.modules.data.transfer_ledger import Ledger, open_ledger
from app.modules.data.transfer_models import Transfer

CONTENT = b"".join(hashlib.sha256(n.to_bytes(4, "big")).digest() for n in range(WHOLE_BYTES // 16)) + b"odd"


class Streamed(LocalStorage):
    """A directory that is written in one stream, as WebDAV is."""

    capabilities: frozenset[Capability] = frozenset({"range", "write", "list"})


def limited(path: Path, parallelism: int | None) -> tuple[StorageRow, LimitedStorage]:
    path.mkdir(exist_ok=True)
    row = StorageRow(
        id=f"sto_{path.name}", name=path.name, driver="local", enabled=True, read_only=False, parallelism=parallelism
    )

    async def used() -> int:
        return 0

    return row, LimitedStorage(Streamed(LocalSettings(directory=path)), limits_of(row), used)


async def carrying(node: Node, source: Any, target: Any, name: str) -> None:
    ends = Ends(source[0], source[1], target[0], target[1])
    row = Transfer(id=f"xfr_{name}", kind="copy", state="running", source_path="wave.nc", target_path=f"{name}.nc")
    async with node.database.transaction() as session:
        session.add(row)
    ledger: Ledger = await open_ledger(node, row)
    digest = await carry(way_of(node, row, ends, None), ledger)
    assert digest.bytes == len(CONTENT)


@pytest.mark.parametrize("parallelism", [1, 2])
async def test_what_is_carried_within_a_storage_of_few_requests_arrives(
    node: Node, tmp_path: Path, parallelism: int
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one/wave.nc").write_bytes(CONTENT)
    storage = limited(tmp_path / "one", parallelism)
    async with asyncio.timeout(60):
        await asyncio.gather(*[carrying(node, storage, storage, f"copy{n}") for n in range(parallelism)])
    for n in range(parallelism):
        assert (tmp_path / f"one/copy{n}.nc").read_bytes() == CONTENT


@pytest.mark.parametrize("back", [1, None])
async def test_transfers_that_cross_each_other_arrive(node: Node, tmp_path: Path, back: int | None) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "wave.nc").write_bytes(CONTENT)
    one, other = limited(tmp_path / "one", 1), limited(tmp_path / "other", back)
    async with asyncio.timeout(60):
        await asyncio.gather(
            *[carrying(node, one, other, f"there{n}") for n in range(3)],
            *[carrying(node, other, one, f"back{n}") for n in range(3)],
        )
    for n in range(3):
        assert (tmp_path / f"other/there{n}.nc").read_bytes() == CONTENT
        assert (tmp_path / f"one/back{n}.nc").read_bytes() == CONTENT
