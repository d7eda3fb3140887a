"""Finding data sets: one, several, those of an incident or a simulation."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.data.dataset_errors import DatasetDeleted
from app.modules.data.errors import DatasetNotFound
from app.modules.data.models import Dataset, Replica
from app.modules.data.schemas import Totals

DATASETS_TOPIC = "datasets"


async def find(session: AsyncSession, dataset_id: str) -> Dataset | None:
    """Return a data set or ``None``."""
    return await session.get(Dataset, dataset_id)


async def get(session: AsyncSession, dataset_id: str) -> Dataset:
    """Return a data set, also a deleted one. Raises DatasetNotFound (404)."""
    found = await find(session, dataset_id)
    if found is None:
        raise DatasetNotFound(f"There is no data set {dataset_id}")
    return found


async def get_present(session: AsyncSession, dataset_id: str) -> Dataset:
    """Return a data set that is not deleted. Raises DatasetNotFound (404), DatasetDeleted (410)."""
    found = await get(session, dataset_id)
    if found.deleted_at is not None:
        raise DatasetDeleted(f"{found.name} was deleted at {found.deleted_at:%Y-%m-%d %H:%M} UTC; restore it first")
    return found


async def find_many(session: AsyncSession, dataset_ids: Iterable[str]) -> Sequence[Dataset]:
    """Return those of the data sets that are there, in the order of their ids."""
    query = select(Dataset).where(Dataset.id.in_(set(dataset_ids)), Dataset.deleted_at.is_(None)).order_by(Dataset.id)
    return (await session.scalars(query)).all()


async def list_of_incident(session: AsyncSession, incident_id: str) -> Sequence[Dataset]:
    """Return everything an incident has produced, oldest first."""
    query = (
        select(Dataset)
        .where(Dataset.incident_id == incident_id, Dataset.deleted_at.is_(None))
        .order_by(Dataset.created_at, Dataset.id)
    )
    return (await session.scalars(query)).all()


async def list_of_simulation(session: AsyncSession, simulation_id: str) -> Sequence[Dataset]:
    """Return the outputs of one simulation by name."""
    query = (
        select(Dataset)
        .where(Dataset.simulation_id == simulation_id, Dataset.deleted_at.is_(None))
        .order_by(Dataset.name)
    )
    return (await session.scalars(query)).all()


async def find_copy(
    session: AsyncSession, storage_id: str, path: str, *, below: bool = True, but: str | None = None
) -> str | None:
    """Return the id of a data set, other than ``but``, with a copy at a path, or below it.

    ``session`` is the server's own: a caller's does not see the copies of others, which are as easily destroyed.
    """
    where = Replica.path == path
    if below:
        where |= Replica.path.startswith(f"{path}/", autoescape=True)
    query = select(Replica.dataset_id).where(Replica.storage_id == storage_id, where)
    if but is not None:
        query = query.where(Replica.dataset_id != but)
    found: str | None = await session.scalar(query.limit(1))
    return found


async def totals_of_incidents(session: AsyncSession, incident_ids: Iterable[str]) -> dict[str, Totals]:
    """Return how much each of the incidents has produced; those without data sets are left out."""
    query = (
        select(Dataset.incident_id, func.count(), func.sum(Dataset.bytes), func.min(Dataset.created_at))
        .where(Dataset.incident_id.in_(set(incident_ids)), Dataset.deleted_at.is_(None))
        .group_by(Dataset.incident_id)
    )
    return {
        incident_id: Totals(count=count, bytes=int(total), first_at=first_at)
        for incident_id, count, total, first_at in (await session.execute(query))
        if incident_id is not None
    }
