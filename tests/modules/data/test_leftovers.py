"""What a killed process left half written: removed from the disk when nobody goes on with it."""

import time
from pathlib import Path

from app.kernel.ids import made_at, new_id
from app.kernel.node import Node
from app.modules.data.leftovers import remove_leftovers
from app.modules.data.storage.local import Settings, Storage
from app.modules.data.transfer_models import Transfer
from tests.modules.data.test_transfer_engine import storage


def test_an_id_says_when_it_was_given() -> None:
    before = time.time()
    found = made_at(new_id("w"))
    assert before - 0.001 <= found <= time.time()


async def test_what_nobody_goes_on_with_is_removed_and_nothing_else(node: Node, tmp_path: Path) -> None:
    roots = {name: tmp_path / name for name in ("mine", "closed", "elsewhere")}
    for name, root in roots.items():
        await storage(node, root, read_only=name == "closed")
        (root / "a" / "b").mkdir(parents=True)
    opened = Storage(Settings(directory=roots["mine"]))
    kept, left = [await opened.begin(f"a/b/{name}", bytes=100) for name in ("kept", "left")]
    async with node.database.transaction() as session:
        session.add(Transfer(id="xfr_1", kind="copy", state="waiting", upload=dict(vars(kept))))
    writes = [f".part-{new_id('w')}", f".part-{new_id('w')}.a17"]
    others = ["a", ".part-of-somebodys", f"part-{new_id('w')}", f".part-{new_id('x')}", ".storage_id"]
    for root in roots.values():
        for name in [*writes, *others]:
            (root / "a" / "b" / name).write_bytes(b"12345")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / writes[0]).write_bytes(b"12345")
    (roots["mine"] / "link").symlink_to(outside)
    now = time.time() + 1

    await remove_leftovers(node, before=made_at(left.token) - 60)  # all of it is younger
    assert {*writes, *others} < {path.name for path in (roots["mine"] / "a" / "b").iterdir()}
    await remove_leftovers(node, before=now)
    there = {path.name for path in (roots["mine"] / "a" / "b").iterdir()}
    assert there == {*others, f".part-{kept.token}", f".part-{kept.token}.notes"}
    assert {*writes, *others} == {path.name for path in (roots["closed"] / "a" / "b").iterdir()}
    assert (outside / writes[0]).exists()
