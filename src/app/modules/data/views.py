"""Data sets and storages as HTTP shows them."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.kernel.paging import Page, page_of
from app.modules.data.models import Dataset, DatasetInput, Replica
from app.modules.data.models import Storage as StorageRow
from app.modules.data.schemas import DatasetDetail, DatasetView, Provenance, ReplicaView, StorageView
from app.modules.data.service import get
from app.modules.data.storages import is_reachable, storage_of


async def list_datasets(
    session: AsyncSession,
    *,
    incident_id: str | None,
    simulation_id: str | None,
    name: str | None,
    media_type: str | None,
    role: str | None,
    cursor: str | None,
    limit: int,
) -> Page[DatasetView]:
    """Return a page of data sets, newest first, those that fit every filter given."""
    given = {
        Dataset.incident_id: incident_id,
        Dataset.simulation_id: simulation_id,
        Dataset.name: name,
        Dataset.media_type: media_type,
        Dataset.role: role,
    }
    query = select(Dataset).where(*[column == value for column, value in given.items() if value is not None])
    rows: list[Dataset]
    rows, following = await page_of(session, query, [Dataset.created_at, Dataset.id], cursor=cursor, limit=limit)
    return Page(items=[DatasetView.model_validate(row) for row in rows], next_cursor=following)


async def detail(session: AsyncSession, dataset_id: str) -> DatasetDetail:
    """Return one data set with its origin and copies. Raises DatasetNotFound (404)."""
    dataset = await get(session, dataset_id)
    inputs = await session.scalars(
        select(DatasetInput.input_id).where(DatasetInput.dataset_id == dataset_id).order_by(DatasetInput.input_id)
    )
    replicas = await session.execute(
        select(Replica, StorageRow.name)
        .join(StorageRow, StorageRow.id == Replica.storage_id)
        .where(Replica.dataset_id == dataset_id)
    )
    return DatasetDetail(
        **DatasetView.model_validate(dataset).model_dump(),
        provenance=Provenance(
            incident=dataset.incident_id,
            stage=dataset.stage,
            simulation=dataset.simulation_id,
            machine=dataset.machine,
            inputs=list(inputs),
        ),
        replicas=[
            ReplicaView(storage=name, path=r.path, state=r.state, verified_at=r.verified_at) for r, name in replicas
        ],
    )


async def list_storages(session: AsyncSession, node: Node) -> Page[StorageView]:
    """Return every storage with its room."""
    used = {
        storage_id: int(total)
        for storage_id, total in (
            await session.execute(
                select(Replica.storage_id, func.sum(Dataset.bytes))
                .join(Dataset, Dataset.id == Replica.dataset_id)
                .group_by(Replica.storage_id)
            )
        )
    }
    views = []
    for row in (await session.scalars(select(StorageRow).order_by(StorageRow.name))).all():
        state, free = row.state, None
        if is_reachable(node, row):
            try:
                free = (await (await storage_of(session, node, row.id)).probe()).bytes_free
            except OSError:
                state = "unreachable"
        views.append(
            StorageView(
                id=row.id,
                name=row.name,
                driver=row.driver,
                state=state,
                bytes_used=used.get(row.id, 0),
                bytes_free=free,
            )
        )
    return Page(items=views)
