"""Batches of a folder: two on their way to another machine at a time, noted in their order, and gone on with."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.kernel.node import Node
from app.modules import jobs
from app.modules.data.errors import StorageFull
from app.modules.data.storage import Digest
from app.modules.data.storage.local import Settings as LocalSettings
from app.modules.data.storage.local import Storage as LocalStorage
from app.modules.data.transfer_folders import carry_folder
from app.modules.data.transfer_ledger import Ledger, open_ledger
from app.modules.data.transfer_models import Transfer
from app.modules.data.transfer_way import Way

FILES = {name: name.encode() * 5 * 1024**2 for name in "abcd"}  # two would be more than a batch may have


class Elsewhere(LocalStorage):
    """Another machine's storage, as far as transfers can tell: it keeps the first file back until the second comes."""

    capabilities = LocalStorage.capabilities - {"local"}

    def __init__(self, directory: Path, full_at: str | None = None) -> None:
        super().__init__(LocalSettings(directory=directory))
        self.full_at, self.asked, self.second_came = full_at, list[str](), asyncio.Event()

    async def write(self, path: str, content: Any, **how: Any) -> Digest:
        name = path[-1]
        self.asked.append(name)
        if name == "a":
            await self.second_came.wait()
            assert self.asked == ["a", "b"]
        elif name == "b":
            self.second_came.set()
        elif name == self.full_at:
            raise StorageFull("full, as asked")
        return await super().write(path, content, **how)


async def ledger(node: Node) -> Ledger:
    """What was noted of the one transfer there is."""
    async with node.database.transaction() as session:
        row = await session.get(Transfer, "xfr_1")
        if row is None:
            row = Transfer(id="xfr_1", kind="copy", state="running")
            session.add(row)
    return await open_ledger(node, row)


@pytest.mark.covers("V35")
async def test_a_batch_does_not_wait_for_the_last_of_the_one_before(node: Node, tmp_path: Path) -> None:
    (tmp_path / "here/run").mkdir(parents=True)
    for name, content in FILES.items():
        (tmp_path / "here/run" / name).write_bytes(content)
    source = LocalStorage(LocalSettings(directory=tmp_path / "here"))
    way = Way(source, "run", Elsewhere(tmp_path / "there", full_at="d"), "run", node.clock)
    attempt = jobs.Attempt(node, "job_1", "data.transfer", 1, False, None, None)
    async with asyncio.timeout(60):
        with pytest.raises(StorageFull):
            await carry_folder(attempt, way, await ledger(node), move=False)
        kept = await ledger(node)
        assert [kept.parts[number].receipt for number in sorted(kept.parts)] == ["run/a", "run/b", "run/c"]
        again = Elsewhere(tmp_path / "there")
        await carry_folder(attempt, replace(way, target=again), kept, move=False)
    assert again.asked == ["d"]
    assert {path.name: path.read_bytes() for path in (tmp_path / "there/run").iterdir()} == FILES
