"""What becomes true when the bytes are there: a copy more, another data set, a source that may go."""

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.failpoints import reach
from app.modules import jobs
from app.modules.data.errors import DatasetNotFound, SourceChanged
from app.modules.data.models import Dataset, Replica
from app.modules.data.registering import register
from app.modules.data.schemas import Placed
from app.modules.data.storage import Digest, ObjectMissing, Storage
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.storages import storage_of
from app.modules.data.transfer_ends import Elsewhere, is_elsewhere
from app.modules.data.transfer_ledger import Superseded, Version
from app.modules.data.transfer_models import Transfer
from app.modules.data.transfers import end

# Of a data set, what holds of a copy of it too.
_SAID = ("tags", "west", "south", "east", "north", "valid_from", "valid_until")


async def record(attempt: jobs.Attempt, row: Transfer, dataset: Dataset | None, digest: Digest) -> None:
    """Write down what is true now that the bytes are there; a move's source goes only after that."""
    if row.kind != "move":
        await end_complete(attempt, row, digest)
        return
    async with attempt.node.database.transaction() as session:
        current = await mine(session, row)
        if dataset is not None:
            await _add_replica(session, current, dataset)
            gone = Replica.dataset_id == dataset.id, Replica.storage_id == row.source_storage_id
            await session.execute(delete(Replica).where(*gone))
        current.source_storage_id, current.source_path = row.source_storage_id, row.source_path
        current.state, current.sha256, current.blake3 = "completing", digest.sha256, digest.blake3 or None
    reach("transfers.completing")
    await let_go(attempt, current)


async def let_go(attempt: jobs.Attempt, row: Transfer) -> None:
    """Take away what a move moved: not what another data set has its bytes in, nor what was written there since.

    Raises SourceChanged (409) when a file that is no data set's was written to.
    """
    node = attempt.node
    async with node.database.sessions() as session:
        storage_row = await session.get(StorageRow, row.source_storage_id)
        shared = await session.scalar(
            select(Replica.dataset_id)
            .where(Replica.storage_id == row.source_storage_id, Replica.path == row.source_path)
            .limit(1)
        )
        if storage_row is not None and shared is None:
            if is_elsewhere(node, storage_row):
                raise Elsewhere(storage_row.node_name)
            source = await storage_of(session, node, storage_row.id)
    if storage_row is not None and shared is None:
        assert row.source_path is not None
        # Reading back takes long, and an attempt that was killed longer: somebody may have written there meanwhile.
        if await _is_as_moved(source, row):
            await source.delete(row.source_path)
        elif row.dataset_id is None:
            raise SourceChanged(
                f"{row.source_path} was written to since it was copied to {row.target_path}, and is left there"
            )
        else:
            attempt.log.warning("file of a data set that moved is another by now and stays", path=row.source_path)
    async with attempt.transaction() as session:
        current = await mine(session, row, state="completing")
        await end(session, current, "complete")


async def _is_as_moved(source: Storage, row: Transfer) -> bool:
    """Say whether there is nothing but what was moved where it was; nothing at all is fine."""
    if row.source_version is None or row.source_path is None:
        return True
    try:
        return Version(**row.source_version).is_of(await source.stat(row.source_path))
    except ObjectMissing:
        return True


async def end_complete(attempt: jobs.Attempt, row: Transfer, digest: Digest | None) -> None:
    """Let the transfer be complete, and its copy or replica be there, in the commit that ends the job."""
    async with attempt.transaction() as session:
        current = await mine(session, row)
        current.source_storage_id, current.source_path = row.source_storage_id, row.source_path
        if digest is not None:
            current.sha256, current.blake3 = digest.sha256, digest.blake3 or None
            current.bytes_total = digest.bytes
        if row.dataset_id is not None:
            dataset = await session.get(Dataset, row.dataset_id, with_for_update=True)
            if dataset is None or dataset.deleted_at is not None:
                raise DatasetNotFound(f"the data set {row.dataset_id} was deleted meanwhile")
            await (_add_replica if row.made_dataset_id is None else _add_copy)(session, current, dataset)
        await end(session, current, "complete")


async def _add_replica(session: AsyncSession, row: Transfer, dataset: Dataset) -> None:
    locked = await session.scalar(select(Dataset).where(Dataset.id == dataset.id).with_for_update())
    if locked is None or locked.deleted_at is not None:
        raise DatasetNotFound(f"the data set {dataset.id} was deleted meanwhile")
    values = {"path": row.target_path, "state": "present", "verified_at": func.now()}
    await session.execute(
        insert(Replica)
        .values(dataset_id=dataset.id, storage_id=row.target_storage_id, **values)
        .on_conflict_do_update(index_elements=[Replica.dataset_id, Replica.storage_id], set_=values)
    )


async def _add_copy(session: AsyncSession, row: Transfer, dataset: Dataset) -> None:
    assert row.target_storage_id is not None
    assert row.target_path is not None
    made = await register(
        session,
        Placed(
            storage_id=row.target_storage_id,
            path=row.target_path,
            bytes=dataset.bytes,
            sha256=dataset.sha256,
            blake3=dataset.blake3,
        ),
        name=dataset.name,
        dataset_id=row.made_dataset_id,
        role=dataset.role,
        media_type=dataset.media_type,
        owner_id=row.owner_id,
        incident_id=dataset.incident_id,
        machine=dataset.machine,
        inputs=[dataset.id],
        comment=dataset.comment,
    )
    for name in _SAID:
        setattr(made, name, getattr(dataset, name))


async def mine(session: AsyncSession, row: Transfer, *, state: str = "running") -> Transfer:
    """Lock a transfer as this attempt's. Raises Superseded when it is not."""
    current = await session.get(Transfer, row.id, with_for_update=True, populate_existing=True)
    if current is None or current.fence != row.fence or current.state != state:
        raise Superseded(f"{row.id} is not this attempt's any more")
    return current
