"""Data sets as HTTP shows them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.data.finding import get
from app.modules.data.models import Dataset, DatasetInput, Replica
from app.modules.data.models import Storage as StorageRow
from app.modules.data.origins import shown
from app.modules.data.schemas import DatasetDetail, DatasetView, Provenance, ReplicaView


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
            origin=shown(await session.scalar(select(Dataset.origin).where(Dataset.id == dataset_id))),
        ),
        replicas=[
            ReplicaView(storage=name, path=r.path, state=r.state, verified_at=r.verified_at) for r, name in replicas
        ],
    )
