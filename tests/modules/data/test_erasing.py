"""Bytes of data sets that are let go of: each storage by itself, and nothing that is somebody's by now."""

from pathlib import Path

from sqlalchemy import select, text

from app.kernel.node import Node
from app.modules import data
from app.modules.data.erasing import erase_copy, sweep
from app.modules.data.models import Replica
from tests.modules.data.test_transfer_engine import dataset, storage

LET_GO = text("UPDATE datasets SET deleted_at = now() - interval '30 days' WHERE id = ANY(:ids)")


async def kept(node: Node, storage_id: str, root: Path, name: str) -> tuple[str, Path]:
    """Make a data set whose only copy is in a storage; return its id and the file."""
    made = await dataset(node, name.encode(), name)
    async with node.database.transaction() as session:
        await session.execute(
            text("UPDATE replicas SET storage_id = :storage, path = :path WHERE dataset_id = :id"),
            {"storage": storage_id, "path": f"kept/{name}", "id": made.id},
        )
    file = root / "kept" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(name.encode())
    return made.id, file


async def copies(node: Node) -> set[str]:
    async with node.database.sessions() as session:
        return set(await session.scalars(select(Replica.dataset_id)))


async def test_a_storage_that_refuses_keeps_no_other_from_being_erased(node: Node, tmp_path: Path) -> None:
    roots = {name: tmp_path / name for name in ("closed", "open", "gone")}
    places = {name: await storage(node, root, read_only=name == "closed") for name, root in roots.items()}
    await data.module.start(node)  # type: ignore[misc]
    made = {}
    for name in ("closed", "gone", "open"):  # in the order they would be erased in
        made[name] = [await kept(node, places[name], roots[name], f"{name}-{n}") for n in range(3)]
    # A directory in the place of a file, as a person may have left it: that copy stays and the next goes.
    made["open"][0][1].unlink()
    made["open"][0][1].mkdir()
    for path in sorted(roots["gone"].rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    roots["gone"].rmdir()
    roots["gone"].write_text("no directory any more")
    async with node.database.transaction() as session:
        await session.execute(LET_GO, {"ids": [id_ for some in made.values() for id_, _ in some]})
    await sweep(node)
    assert [file.exists() for _, file in made["open"]] == [True, False, False]
    assert all(file.exists() for _, file in made["closed"])
    assert await copies(node) == {id_ for name in ("closed", "gone") for id_, _ in made[name]} | {made["open"][0][0]}

    async with node.database.transaction() as session:
        await session.execute(text("UPDATE storages SET read_only = false, revision = 2 WHERE name = 'closed'"))
    made["open"][0][1].rmdir()
    await sweep(node)
    assert not any(file.exists() for _, file in made["closed"])
    assert await copies(node) == {id_ for id_, _ in made["gone"]}


async def test_what_another_node_erased_and_somebody_wrote_anew_stays(node: Node, tmp_path: Path) -> None:
    place = await storage(node, tmp_path / "there")
    await data.module.start(node)  # type: ignore[misc]
    made, file = await kept(node, place, tmp_path / "there", "old")
    async with node.database.transaction() as session:
        await session.execute(LET_GO, {"ids": [made]})
        await session.execute(text("UPDATE datasets SET erased_at = now()"))
    async with node.database.sessions() as session:
        copy = (await session.scalars(select(Replica).where(Replica.dataset_id == made))).one()
    await sweep(node)  # the other node's
    assert not file.exists()
    file.write_bytes(b"somebody's own, by the same name")
    await erase_copy(node, copy)
    assert file.read_bytes() == b"somebody's own, by the same name"
