"""What people do with a data set that is there: say something else of it, delete it, have it back."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.kernel.scoping import require_act
from app.modules.data import events
from app.modules.data.dataset_errors import DatasetDeleted, DatasetErased, DatasetPinned
from app.modules.data.describing import DatasetChange
from app.modules.data.errors import DatasetNotFound
from app.modules.data.finding import DATASETS_TOPIC
from app.modules.data.models import Dataset


async def change(session: AsyncSession, dataset_id: str, wanted: DatasetChange) -> Dataset:
    """Say something else of a data set. Announces dataset.changed.

    Raises DatasetNotFound (404), NotYours (403), DatasetDeleted (410).
    """
    row = await _mine(session, dataset_id)
    if row.deleted_at is not None:
        raise DatasetDeleted(f"{row.name} was deleted; restore it first")
    columns = wanted.columns()
    changed = sorted(name for name, value in columns.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, columns[name])
    if changed:
        await session.flush()
        publish(
            session,
            events.DatasetChanged(subject_id=row.id, incident_id=row.incident_id, name=row.name, changed=changed),
        )
        hint(session, DATASETS_TOPIC)
    return row


async def delete(session: AsyncSession, dataset_id: str) -> None:
    """Hide a data set from now on; its bytes are erased when the time of grace is over. Announces dataset.deleted.

    Again is fine. Raises DatasetNotFound (404), NotYours (403), DatasetPinned (409).
    """
    row = await _mine(session, dataset_id)
    if row.deleted_at is not None:
        return
    if row.pinned:
        raise DatasetPinned(f"{row.name} is pinned")
    row.deleted_at = await session.scalar(select(func.now()))
    publish(session, events.DatasetDeleted(subject_id=row.id, incident_id=row.incident_id, name=row.name))
    hint(session, DATASETS_TOPIC)


async def restore(session: AsyncSession, dataset_id: str) -> Dataset:
    """Have a deleted data set back; one that was to be kept only until now is kept. Announces dataset.restored.

    Raises DatasetNotFound (404), NotYours (403), DatasetErased (409).
    """
    row = await _mine(session, dataset_id)
    if row.erased_at is not None:
        raise DatasetErased(f"{row.name} was erased at {row.erased_at:%Y-%m-%d %H:%M} UTC")
    if row.deleted_at is not None:
        row.deleted_at = row.keep_until = None
        publish(session, events.DatasetRestored(subject_id=row.id, incident_id=row.incident_id, name=row.name))
        hint(session, DATASETS_TOPIC)
    return row


async def _mine(session: AsyncSession, dataset_id: str) -> Dataset:
    row = await session.get(Dataset, dataset_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise DatasetNotFound(f"There is no data set {dataset_id}")
    await require_act(session, row)
    return row
