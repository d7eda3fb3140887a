"""Making a data set of bytes that are in a storage."""

import mimetypes
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.principal import HOUSE
from app.kernel.scoping import require_act
from app.modules import accounts
from app.modules.data.dataset_errors import VersionTaken
from app.modules.data.describing import DatasetAbout
from app.modules.data.errors import DatasetNotFound
from app.modules.data.events import DatasetRegistered
from app.modules.data.finding import DATASETS_TOPIC, get
from app.modules.data.models import Dataset, DatasetInput, Replica
from app.modules.data.origins import Origin
from app.modules.data.schemas import Placed

_MEDIA_TYPES = {
    "geojson": "application/geo+json",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "nc": "application/x-netcdf",
    "h5": "application/x-hdf5",
    "hdf5": "application/x-hdf5",
    "grib2": "application/wmo-grib",
    "parquet": "application/vnd.apache.parquet",
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
    about: DatasetAbout | None = None,
    adopted: bool = False,
    origin: Origin | None = None,
) -> Dataset:
    """Make placed bytes a data set, in the session's transaction. Announces dataset.registered.

    One simulation, or one stage without a simulation, has one data set of a name: registering it again returns the
    one there is. ``about`` says the rest; ``adopted`` bytes were there before and stay when the data set is erased;
    ``origin`` is what they can be asked for with again.
    Raises DatasetNotFound (404) for an unknown input, NotYours (403) and VersionTaken (409) for the next version.
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
        "origin": None if origin is None else origin.model_dump(mode="json"),
    }
    if about is not None:
        values |= about.columns()
        inputs = [*inputs, *about.made_from]
        if about.follows is not None:
            values["series_id"], values["version"] = await _next_version(session, about.follows)
    added: Dataset | None = await session.scalar(
        insert(Dataset).values(values).on_conflict_do_nothing().returning(Dataset)
    )
    if added is None:
        if simulation_id is None and stage_id is None:
            raise VersionTaken(f"{name} is not version {values.get('version')}")
        owner = (
            Dataset.simulation_id == simulation_id
            if simulation_id is not None
            else (Dataset.stage_id == stage_id) & Dataset.simulation_id.is_(None)
        )
        return (await session.scalars(select(Dataset).where(owner, Dataset.registered_name == name))).one()
    await session.execute(
        insert(Replica).values(dataset_id=added.id, storage_id=placed.storage_id, path=placed.path, adopted=adopted)
    )
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


async def require_about(session: AsyncSession, about: DatasetAbout) -> None:
    """Check what names other data sets before a job uses it. Raises DatasetNotFound (404), NotYours (403)."""
    known = set((await session.scalars(select(Dataset.id).where(Dataset.id.in_(about.made_from)))).all())
    if missing := set(about.made_from) - known:
        raise DatasetNotFound(f"There is no data set {min(missing)}")
    if about.follows is not None:
        await require_act(session, await get(session, about.follows))


async def _next_version(session: AsyncSession, dataset_id: str) -> tuple[str, int]:
    before = await get(session, dataset_id)
    await require_act(session, before)
    # One after the other; who cannot see somebody else's version is stopped by the index.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(before.series_id, 0))))
    newest = await session.scalar(select(func.max(Dataset.version)).where(Dataset.series_id == before.series_id))
    return before.series_id, (newest or 0) + 1
