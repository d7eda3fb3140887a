"""Collections: data sets somebody put together, each in as many as one likes."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.paging import Page, page_of
from app.kernel.principal import Principal
from app.kernel.scoping import NotYours, require_act
from app.modules.data.dataset_errors import CollectionNameTaken, CollectionNotFound
from app.modules.data.describing import CollectionChange, CollectionMake, CollectionView
from app.modules.data.errors import DatasetNotFound
from app.modules.data.keeping_models import Collection, CollectionMember
from app.modules.data.models import Dataset


async def list_collections(session: AsyncSession, *, cursor: str | None, limit: int) -> Page[CollectionView]:
    """Return a page of collections, newest first."""
    rows: list[Collection]
    rows, following = await page_of(session, select(Collection), [Collection.id], cursor=cursor, limit=limit)
    return Page(items=await _views(session, rows), next_cursor=following)


async def get_collection(session: AsyncSession, collection_id: str) -> CollectionView:
    """Return one collection. Raises CollectionNotFound (404)."""
    return (await _views(session, [await _get(session, collection_id)]))[0]


async def make(session: AsyncSession, actor: Principal, wanted: CollectionMake) -> CollectionView:
    """Make a collection. Raises CollectionNameTaken (409)."""
    row = Collection(id=new_id("col"), owner_id=actor.user_id, name=wanted.name, comment=wanted.comment)
    session.add(row)
    await _flush(session, wanted.name)
    await session.refresh(row)
    return (await _views(session, [row]))[0]


async def change(session: AsyncSession, collection_id: str, wanted: CollectionChange) -> CollectionView:
    """Rename a collection or comment it. Raises CollectionNotFound (404), NotYours (403), CollectionNameTaken (409)."""
    row = await _mine(session, collection_id)
    if wanted.name is not None:
        row.name = wanted.name
    if "comment" in wanted.model_fields_set:
        row.comment = wanted.comment
    await _flush(session, row.name)
    return (await _views(session, [row]))[0]


async def remove(session: AsyncSession, collection_id: str) -> None:
    """Remove a collection; its data sets stay. Raises CollectionNotFound (404), NotYours (403)."""
    await session.delete(await _mine(session, collection_id))


async def put(
    session: AsyncSession, actor: Principal, collection_id: str, dataset_ids: Sequence[str]
) -> CollectionView:
    """Put data sets into a collection; those in it stay.

    In a collection of their owner's they are seen by whom it is shared with, so that is the owner's to do, or an
    operator's. Raises CollectionNotFound, DatasetNotFound (404), NotYours (403).
    """
    row = await _mine(session, collection_id)
    columns = (Dataset.id, Dataset.owner_id, Dataset.created_at)
    known = (await session.execute(select(*columns).where(Dataset.id.in_(dataset_ids)).order_by(Dataset.id))).all()
    if missing := set(dataset_ids) - {one.id for one in known}:
        raise DatasetNotFound(f"There is no data set {min(missing)}")
    if row.owner_id != actor.user_id and not actor.sees_all:
        shares = {one.id for one in known if one.owner_id == row.owner_id}
        there = select(CollectionMember.dataset_id).where(CollectionMember.collection_id == row.id)
        if further := shares - set(await session.scalars(there.where(CollectionMember.dataset_id.in_(shares)))):
            raise NotYours(
                f"{min(further)} and this collection are the same person's: who it is shared with would see it there."
                " Its owner, or an operator, can put it there"
            )
    values = [{"collection_id": row.id, "dataset_id": one.id, "dataset_created_at": one.created_at} for one in known]
    await session.execute(insert(CollectionMember).values(values).on_conflict_do_nothing())
    return (await _views(session, [row]))[0]


async def take_out(session: AsyncSession, collection_id: str, dataset_ids: Sequence[str]) -> CollectionView:
    """Take data sets out of a collection; none of it is fine. Raises CollectionNotFound (404), NotYours (403)."""
    row = await _mine(session, collection_id)
    some = (CollectionMember.collection_id == row.id, CollectionMember.dataset_id.in_(dataset_ids))
    await session.execute(delete(CollectionMember).where(*some))
    return (await _views(session, [row]))[0]


async def _get(session: AsyncSession, collection_id: str) -> Collection:
    row = await session.get(Collection, collection_id)
    if row is None:
        raise CollectionNotFound(f"There is no collection {collection_id}")
    return row


async def _mine(session: AsyncSession, collection_id: str) -> Collection:
    row = await session.get(Collection, collection_id, with_for_update=True)
    if row is None:
        raise CollectionNotFound(f"There is no collection {collection_id}")
    await require_act(session, row)
    return row


async def _flush(session: AsyncSession, name: str) -> None:
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as error:
        raise CollectionNameTaken(f"You have a collection {name} already") from error


async def _views(session: AsyncSession, rows: Sequence[Collection]) -> list[CollectionView]:
    counts = (
        select(CollectionMember.collection_id, func.count(), func.sum(Dataset.bytes))
        .join(Dataset, Dataset.id == CollectionMember.dataset_id)
        .where(CollectionMember.collection_id.in_([row.id for row in rows]), Dataset.deleted_at.is_(None))
        .group_by(CollectionMember.collection_id)
    )
    found = {id_: (count, int(total)) for id_, count, total in await session.execute(counts)}
    return [
        CollectionView(
            id=row.id,
            owner_id=row.owner_id,
            name=row.name,
            comment=row.comment,
            created_at=row.created_at,
            dataset_count=found.get(row.id, (0, 0))[0],
            bytes=found.get(row.id, (0, 0))[1],
        )
        for row in rows
    ]
