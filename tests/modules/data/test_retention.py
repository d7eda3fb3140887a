"""Data sets that are deleted for their age: which the rules mean, and which nothing makes them touch."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules import data
from app.modules.data.erasing import sweep
from app.modules.data.keeping_models import Collection, CollectionMember, DatasetLink
from app.modules.data.models import Replica
from app.modules.workflows.models import IncidentRow, Publication
from tests.conftest import settings_for


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    rules = [
        {"role": "keep", "days": None, "of": "everybody"},
        {"role": "raw", "days": 30, "of": "everybody"},
        {"role": "result", "days": 365},
    ]
    return settings_for(tmp_path / "data", **{"data.retention": rules})


async def made(node: Node, name: str, days: float = 400, role: str = "raw", **about: Any) -> str:
    placed = await data.place_bytes(node, name.encode(), "test", name)
    async with node.database.transaction() as session:
        row = await data.register(session, placed, name=name, role=role, **about)
    if days:
        await aged(node, row.id, days)
    return row.id


async def aged(node: Node, dataset_id: str, days: float) -> None:
    """Have a data set be made long ago, which the database otherwise refuses."""
    table = data.Dataset.__table__
    async with node.database.transaction() as session:
        copied = (await session.execute(select(table).where(table.c.id == dataset_id))).mappings().one()
        replicas = (await session.execute(select(Replica.__table__).where(Replica.dataset_id == dataset_id))).mappings()
        kept = [dict(one) for one in replicas]
        await session.execute(table.delete().where(table.c.id == dataset_id))
        old = await session.scalar(select(func.now() - timedelta(days=days)))
        await session.execute(table.insert().values({**copied, "created_at": old}))
        await session.execute(Replica.__table__.insert(), kept)


async def there(node: Node) -> set[str]:
    async with node.database.sessions() as session:
        return set(await session.scalars(select(data.Dataset.name).where(data.Dataset.deleted_at.is_(None))))


async def test_rules_delete_by_age_and_role_and_nothing_that_is_needed(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    node = running_node
    await made(node, "old raw")
    await made(node, "old raw of Ada", owner_id="usr_ada")
    await made(node, "young raw", days=29)
    await made(node, "old result", role="result")
    await made(node, "result of Ada", role="result", owner_id="usr_ada")
    await made(node, "young result", days=300, role="result")
    await made(node, "old for good", role="keep")
    await made(node, "old map", role="map")
    await made(node, "pinned")
    await made(node, "kept longer")
    await made(node, "linked")
    await made(node, "link over")
    await made(node, "collected")
    await made(node, "published")
    incident = new_id("inc")
    await made(node, "of an incident that goes on", incident_id=incident)
    used = await made(node, "used")
    await made(node, "made of it", days=0, inputs=[used])
    async with node.database.transaction() as session:
        ids = {row.name: row.id for row in await session.execute(select(data.Dataset.name, data.Dataset.id))}
        later = func.now() + timedelta(days=9)
        for name, change in (("pinned", {"pinned": True}), ("kept longer", {"keep_until": later})):
            await session.execute(update(data.Dataset).where(data.Dataset.id == ids[name]).values(**change))
        for name, until in (("linked", later), ("link over", func.now())):
            link = {"id": new_id("lnk"), "dataset_id": ids[name], "sealed": b"x", "created_by": "usr_ada"}
            session.add(DatasetLink(**link, expires_at=until))
        collection = Collection(id=new_id("col"), owner_id="usr_ada", name="season")
        session.add(collection)
        over = IncidentRow(id=new_id("inc"), name="O", workflow="bell", workflow_version="0", state="complete")
        session.add(over)
        session.add(IncidentRow(id=incident, name="G", workflow="bell", workflow_version="0", state="active"))
        await session.flush()
        member = CollectionMember(
            collection_id=collection.id, dataset_id=ids["collected"], dataset_created_at=func.now()
        )
        session.add(member)
        public = {"id": new_id("pub"), "incident_id": over.id, "kind": "page", "link_hash": "h", "published_by": "x"}
        session.add(Publication(**public, dataset_ids=[ids["published"]]))
    before = await there(node)
    gone = {"old raw", "old raw of Ada", "old result", "link over"}
    said = (await client.get("/api/v1/retention")).json()
    assert {one["name"] for one in said["items"]} == gone
    assert (said["dataset_count"], said["bytes"]) == (len(gone), sum(len(name) for name in gone))
    assert await there(node) == before  # asking deletes nothing
    await sweep(node)
    assert before - await there(node) == gone
    await sweep(node)
    assert before - await there(node) == gone
    assert (await client.get("/api/v1/retention")).json()["dataset_count"] == 0
