"""Both ends of a transfer: which copy is read, where it is written, and how fast it may go."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.modules.data.errors import DatasetNotFound, StorageNotFound, StorageUnreachable
from app.modules.data.finding import find_copy
from app.modules.data.models import Dataset, Replica
from app.modules.data.schemas import DataSettings
from app.modules.data.storage import ObjectMissing, Storage
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.storages import storage_of
from app.modules.data.transfer_errors import ContentDamaged, TargetTaken
from app.modules.data.transfer_models import Transfer
from app.modules.data.transfer_pace import Pace
from app.modules.data.transfer_planning import kept_below
from app.modules.data.transfer_way import Way


class Elsewhere(Exception):
    """Only another node reaches one of the storages."""


@dataclass(frozen=True)
class Ends:
    """The two storages of a transfer, as rows and opened."""

    source_row: StorageRow
    source: Storage
    target_row: StorageRow
    target: Storage


def is_elsewhere(node: Node, row: StorageRow) -> bool:
    """Say whether only another node reaches a storage."""
    return row.node_name not in (None, node.name)


async def dataset_of(node: Node, row: Transfer) -> Dataset | None:
    """Return the data set of a transfer, ``None`` of paths. Raises DatasetNotFound (404) when it was deleted."""
    if row.dataset_id is None:
        return None
    async with node.database.sessions() as session:
        dataset = await session.get(Dataset, row.dataset_id)
    if dataset is None or dataset.deleted_at is not None:
        raise DatasetNotFound(f"the data set {row.dataset_id} was deleted")
    return dataset


async def open_ends(node: Node, row: Transfer, dataset: Dataset | None) -> Ends:
    """Open both storages; of a data set that is not moved, the source is any copy that is whole and in reach.

    Raises Elsewhere when this node reaches one of them not, StorageNotFound (404), ContentDamaged (502).
    """
    async with node.database.sessions() as session:
        target_row = await session.get(StorageRow, row.target_storage_id)
        candidates = await _candidates(session, row, dataset)
        if target_row is None:
            raise StorageNotFound("the target's storage was removed")
        if not candidates:
            raise (
                StorageNotFound("the source's storage was removed")
                if dataset is None
                else ContentDamaged("no copy is whole")
            )
        if is_elsewhere(node, target_row):
            raise Elsewhere(target_row.node_name)
        target = await storage_of(session, node, target_row.id)
        here = [(source_row, path) for source_row, path in candidates if not is_elsewhere(node, source_row)]
        for source_row, path in here:
            try:
                source = await storage_of(session, node, source_row.id)
            except StorageUnreachable:
                if source_row is here[-1][0]:
                    raise
                continue
            row.source_storage_id, row.source_path = source_row.id, path
            return Ends(source_row, source, target_row, target)
    raise Elsewhere(candidates[0][0].node_name)


async def _candidates(session: AsyncSession, row: Transfer, dataset: Dataset | None) -> list[tuple[StorageRow, str]]:
    if dataset is None:
        found = await session.get(StorageRow, row.source_storage_id)
        return [] if found is None or row.source_path is None else [(found, row.source_path)]
    query = (
        select(StorageRow, Replica.path)
        .join(Replica, Replica.storage_id == StorageRow.id)
        .where(Replica.dataset_id == dataset.id, Replica.state == "present", StorageRow.enabled)
        .order_by(
            StorageRow.state.in_(("unreachable", "refused")),  # of use when no other has it
            Replica.storage_id != row.source_storage_id,
            Replica.verified_at.desc(),
        )
    )
    if row.kind == "move":
        query = query.where(Replica.storage_id == row.source_storage_id)
    return [(storage, path) for storage, path in await session.execute(query)]


def way_of(node: Node, row: Transfer, ends: Ends, dataset: Dataset | None) -> Way:
    """Return how the bytes go, as the storages, the hour and the transfer itself allow."""
    settings = node.settings.of(DataSettings).transfers
    pace = node.part(Pace, Pace)
    remote = not {"local"} <= ends.source.capabilities & ends.target.capabilities
    buckets = [
        pace.of_storage(ends.source_row.id, ends.source_row.bytes_per_second),
        pace.of_storage(ends.target_row.id, ends.target_row.bytes_per_second),
        pace.of_hours(settings.hours) if remote else None,
        pace.of_transfer(row.bytes_per_second),
    ]
    limits = [limit for limit in (ends.source_row.parallelism, ends.target_row.parallelism) if limit is not None]
    assert row.source_path is not None
    assert row.target_path is not None
    return Way(
        source=ends.source,
        source_path=row.source_path,
        target=ends.target,
        target_path=row.target_path,
        clock=node.clock,
        sha256=None if dataset is None else dataset.sha256,
        # A move takes the source away: nothing but reading what is there now says that this is safe.
        read_back=row.kind == "move",
        trusted="local" in ends.target.capabilities,
        in_flight=min([settings.parts_in_flight, *limits]),
        overwrite=row.overwrite,
        limited=len(limits) == 2,
        buckets=[bucket for bucket in buckets if bucket is not None],
    )


async def require_free(node: Node, row: Transfer, way: Way) -> None:
    """Raises TargetTaken (409) when the transfer would replace what it may not: another data set's copy in any case.

    Something stored at the target it replaces only with ``overwrite``, or where nothing but this data set is kept.
    """
    assert row.target_storage_id is not None
    rewrites = row.dataset_id if row.made_dataset_id is None else None
    async with node.database.sessions() as session:
        if await find_copy(session, row.target_storage_id, way.target_path, but=rewrites) is not None:
            raise TargetTaken(f"another data set has its copy at {way.target_path}")
        own = rewrites is not None and await session.scalar(
            select(Replica.path).where(Replica.dataset_id == rewrites, Replica.storage_id == row.target_storage_id)
        )
    kept = row.made_dataset_id or row.dataset_id
    replaces = row.overwrite or own == way.target_path or (kept and way.target_path.startswith(kept_below(kept)))
    if replaces or row.folder:  # what is below a folder's target is looked at where it is carried
        return
    try:
        await way.target.stat(way.target_path)
    except ObjectMissing:
        return
    raise TargetTaken(f"{way.target_path} is there already")
