"""Data sets: register, find, list."""

import mimetypes
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.principal import HOUSE
from app.modules import accounts
from app.modules.data.errors import DatasetNotFound
from app.modules.data.events import DatasetRegistered
from app.modules.data.models import Dataset, DatasetInput, Replica
from app.modules.data.schemas import Placed, Totals

DATASETS_TOPIC = "datasets"
_MEDIA_TYPES = {
    "geojson": "application/geo+json",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "nc": "application/x-netcdf",
    "h5": "application/x-hdf5",
    "hdf5": "application/x-hdf5",
    "grib2": "application/wmo-grib",
    "tif": "image/tiff",
    "md": "text/markdown",
    "log": "text/plain",
}


async def register(
    session: AsyncSession,
    placed: Placed,
    *,
    name: str,
    dataset_id: str | None = None,
    role: str | None = None,
    media_type: str | None = None,
    owner_id: str | None = None,
    incident_id: str | None = None,
    simulation_id: str | None = None,
    stage_id: str | None = None,
    stage: str | None = None,
    machine: str | None = None,
    inputs: Iterable[str] = (),
    comment: str | None = None,
) -> Dataset:
    """Make placed bytes a data set, in the session's transaction. Announces dataset.registered.

    One simulation, or one stage without a simulation, has one data set of a name: registering it again returns the
    one there is. Raises DatasetNotFound (404) for an unknown input.
    """
    if not name or len(name) > 500 or "\x00" in name:
        raise Invalid("A data set's name has 1 to 500 characters")
    values = {
        "id": dataset_id or new_id("dst"),
        "name": name,
        "media_type": media_type or media_type_of(name),
        "bytes": placed.bytes,
        "sha256": placed.sha256,
        "blake3": placed.blake3,
        "role": role,
        "owner_id": owner_id or HOUSE,
        "incident_id": incident_id,
        "simulation_id": simulation_id,
        "stage_id": stage_id,
        "stage": stage,
        "machine": machine,
        "comment": comment,
    }
    added: Dataset | None = await session.scalar(
        insert(Dataset).values(values).on_conflict_do_nothing().returning(Dataset)
    )
    if added is None:
        owner = (
            Dataset.simulation_id == simulation_id
            if simulation_id is not None
            else (Dataset.stage_id == stage_id) & Dataset.simulation_id.is_(None)
        )
        return (await session.scalars(select(Dataset).where(owner, Dataset.name == name))).one()
    await session.execute(insert(Replica).values(dataset_id=added.id, storage_id=placed.storage_id, path=placed.path))
    if added.owner_id not in (None, HOUSE):
        await accounts.charge(session, added.id, "bytes", added.bytes, user_id=added.owner_id)
    wanted = sorted(set(inputs))
    if wanted:
        known = set((await session.scalars(select(Dataset.id).where(Dataset.id.in_(wanted)))).all())
        if missing := set(wanted) - known:
            raise DatasetNotFound(f"There is no data set {min(missing)} to have made {name} from")
        await session.execute(insert(DatasetInput), [{"dataset_id": added.id, "input_id": i} for i in wanted])
    publish(
        session,
        DatasetRegistered(
            subject_id=added.id,
            incident_id=incident_id,
            name=name,
            media_type=added.media_type,
            bytes=added.bytes,
            role=role,
            simulation_id=simulation_id,
            stage=stage,
        ),
    )
    hint(session, DATASETS_TOPIC)
    return added


def media_type_of(name: str) -> str:
    """Guess the media type of a file name."""
    suffix = name.rpartition(".")[2].lower()
    return _MEDIA_TYPES.get(suffix) or mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream"


async def find(session: AsyncSession, dataset_id: str) -> Dataset | None:
    """Return a data set or ``None``."""
    return await session.get(Dataset, dataset_id)


async def get(session: AsyncSession, dataset_id: str) -> Dataset:
    """Return a data set. Raises DatasetNotFound (404)."""
    found = await find(session, dataset_id)
    if found is None:
        raise DatasetNotFound(f"There is no data set {dataset_id}")
    return found


async def find_many(session: AsyncSession, dataset_ids: Iterable[str]) -> Sequence[Dataset]:
    """Return those of the data sets that exist, in the order of their ids."""
    query = select(Dataset).where(Dataset.id.in_(set(dataset_ids))).order_by(Dataset.id)
    return (await session.scalars(query)).all()


async def list_of_incident(session: AsyncSession, incident_id: str) -> Sequence[Dataset]:
    """Return everything an incident has produced, oldest first."""
    query = select(Dataset).where(Dataset.incident_id == incident_id).order_by(Dataset.created_at, Dataset.id)
    return (await session.scalars(query)).all()


async def list_of_simulation(session: AsyncSession, simulation_id: str) -> Sequence[Dataset]:
    """Return the outputs of one simulation by name."""
    query = select(Dataset).where(Dataset.simulation_id == simulation_id).order_by(Dataset.name)
    return (await session.scalars(query)).all()


async def totals_of_incidents(session: AsyncSession, incident_ids: Iterable[str]) -> dict[str, Totals]:
    """Return how much each of the incidents has produced; those without data sets are left out."""
    query = (
        select(Dataset.incident_id, func.count(), func.sum(Dataset.bytes), func.min(Dataset.created_at))
        .where(Dataset.incident_id.in_(set(incident_ids)))
        .group_by(Dataset.incident_id)
    )
    return {
        incident_id: Totals(count=count, bytes=int(total), first_at=first_at)
        for incident_id, count, total, first_at in (await session.execute(query))
        if incident_id is not None
    }
