"""What a wish to transfer comes to: one row for each target, or the reason why not."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import HOUSE, Principal
from app.kernel.scoping import require_act
from app.modules.data.errors import ContentMissing, StorageFull, StorageNotFound, StorageReadOnly
from app.modules.data.finding import find_copy, get_present
from app.modules.data.models import Dataset, Replica
from app.modules.data.storage._confined import parts_of
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.transfer_errors import TransferInvalid
from app.modules.data.transfer_models import Transfer
from app.modules.data.transfer_prediction import find_prediction
from app.modules.data.transfer_schemas import Place, TransferCreate

_LONGEST_NAME_BYTES = 200


async def plan(node: Node, session: AsyncSession, wanted: TransferCreate, actor: Principal) -> list[Transfer]:
    """Return the transfers a wish comes to, none of them stored.

    Raises DatasetNotFound, StorageNotFound (404), NotYours (403), StorageReadOnly (409), StorageFull (507),
    ContentMissing (503), PathRefused, TransferInvalid (422).
    """
    _require_sense(wanted)
    if wanted.dataset_id is None:
        rows = [await _of_paths(node, session, wanted, wanted.source, target) for target in wanted.targets]
    else:
        dataset = await get_present(session, wanted.dataset_id)
        if wanted.kind != "copy":
            await require_act(session, dataset)
        rows = await _of_dataset(node, session, wanted, dataset)
    for row in rows:
        row.kind, row.state = wanted.kind, "waiting"
        row.owner_id = actor.user_id
        row.urgency, row.bytes_per_second = wanted.urgency, wanted.bytes_per_second
        row.overwrite, row.folder = wanted.overwrite, wanted.folder
        row.engine = "rclone" if wanted.engine == "rclone" else None
        row.bytes_done = row.bytes_again = row.files_done = row.attempts = 0
        await _predict(session, row)
    return rows


def _require_sense(wanted: TransferCreate) -> None:
    if wanted.kind == "verify":
        if wanted.dataset_id is None or wanted.targets or wanted.source or wanted.folder:
            raise TransferInvalid("verify takes a dataset_id and nothing else: every copy of it is read")
        return
    if not wanted.targets:
        raise TransferInvalid("targets: say where to")
    if wanted.dataset_id is None:
        if wanted.kind == "replicate":
            raise TransferInvalid("only a data set has replicas; paths are copied or moved")
        if wanted.source is None or wanted.source.path is None:
            raise TransferInvalid("source: say the storage and the path, or a dataset_id")
    elif wanted.folder:
        raise TransferInvalid("a data set is one content; folder is for paths")
    if wanted.engine == "rclone" and not wanted.folder:
        raise TransferInvalid("engine: rclone is for everything below a path (folder)")
    if wanted.kind != "replicate" and len(wanted.targets) > 1:
        raise TransferInvalid(f"a {wanted.kind} has one target")
    for place in wanted.targets if wanted.dataset_id is not None else [wanted.source, *wanted.targets]:
        if place is not None and place.path is not None:
            parts_of(place.path)


async def _of_dataset(node: Node, session: AsyncSession, wanted: TransferCreate, dataset: Dataset) -> list[Transfer]:
    query = (
        select(Replica, StorageRow)
        .join(StorageRow, StorageRow.id == Replica.storage_id)
        .where(Replica.dataset_id == dataset.id)
        .order_by(Replica.verified_at.desc(), Replica.storage_id)
    )
    copies = [(replica, row) for replica, row in await session.execute(query)]
    about = {"dataset_id": dataset.id, "incident_id": dataset.incident_id, "bytes_total": dataset.bytes}
    if wanted.kind == "verify":
        return [Transfer(**about, files_total=len(copies), sha256=dataset.sha256)]
    source = _source(wanted, dataset, copies)
    rows = []
    for target in wanted.targets:
        storage = await _writable(session, target, dataset.bytes)
        there = next((replica for replica, _ in copies if replica.storage_id == storage.id), None)
        made = new_id("dst") if wanted.kind == "copy" else None
        if made is None and there is not None and there.state == "present":
            raise TransferInvalid(f"{storage.name} has a copy of {dataset.name} already")
        if target.path is not None:  # its own copy, when that is damaged, may be written again
            await _require_no_copies(node, storage, target.path, but=None if made else dataset.id)
        path = target.path or (
            there.path if there and not made else f"{kept_below(made or dataset.id)}{leaf_of(dataset)}"
        )
        rows.append(
            Transfer(
                **about,
                made_dataset_id=made,
                source_storage_id=source.storage_id,
                source_path=source.path,
                target_storage_id=storage.id,
                target_path=path,
            )
        )
    if len({row.target_storage_id for row in rows}) < len(rows):
        raise TransferInvalid("a storage holds one copy of a data set: name each once")
    return rows


def _source(wanted: TransferCreate, dataset: Dataset, copies: Sequence[tuple[Replica, StorageRow]]) -> Replica:
    whole = [copy for copy, _ in copies if copy.state == "present"]
    where = ", ".join(sorted(storage.name for copy, storage in copies if copy.state == "present"))
    if whole and wanted.source is not None:
        whole = [copy for copy in whole if copy.storage_id == wanted.source.storage_id]
        if not whole:
            raise TransferInvalid(f"{dataset.name} has no whole copy there; it has in: {where}")
    if not whole:
        raise ContentMissing(
            f"{dataset.name} has no whole copy in a storage you may see: verify it, or if it is shared with you ask "
            "its owner to copy it; what can be downloaded can be put again"
        )
    if wanted.kind == "move" and len(whole) > 1:
        raise TransferInvalid(f"{dataset.name} has several copies: say from which storage it moves: {where}")
    return whole[0]


async def _of_paths(
    node: Node, session: AsyncSession, wanted: TransferCreate, source: Place | None, target: Place
) -> Transfer:
    assert source is not None
    assert source.path is not None
    given = await _storage(session, source.storage_id)
    await require_act(session, given)
    if wanted.kind == "move" and given.read_only:
        raise StorageReadOnly(f"{given.name} is read-only: nothing can be moved away from it")
    if wanted.kind == "move":
        await _require_no_copies(node, given, source.path)
    path = target.path or source.path
    if wanted.overwrite:
        await _require_no_copies(node, await _storage(session, target.storage_id), path)
    storage = await _writable(session, Place(storage_id=target.storage_id, path=path), None)
    if given.id == storage.id and (path == source.path or (wanted.folder and f"{path}/".startswith(f"{source.path}/"))):
        raise TransferInvalid("the target is the source, or lies in it")
    return Transfer(source_storage_id=given.id, source_path=source.path, target_storage_id=storage.id, target_path=path)


async def _require_no_copies(node: Node, storage: StorageRow, path: str, *, but: str | None = None) -> None:
    """Raises TransferInvalid (422) when data sets have copies under a path, whosever they are."""
    async with node.database.transaction() as own:
        if await find_copy(own, storage.id, path, but=but) is not None:
            raise TransferInvalid(
                f"a data set has its copy at {path} in {storage.name}: move the data set, or name another path"
            )


async def _storage(session: AsyncSession, storage_id: str) -> StorageRow:
    row = await session.get(StorageRow, storage_id)
    if row is None:
        raise StorageNotFound(f"There is no storage {storage_id}")
    if not row.enabled:
        raise StorageReadOnly(f"{row.name} is switched off")
    return row


async def _writable(session: AsyncSession, target: Place, size: int | None) -> StorageRow:
    """Return the row of a storage this caller may write to.

    Everybody's data sets may go to a storage of the house, under paths we choose; a path of one's own choice is for
    those who may act on the storage.
    """
    row = await _storage(session, target.storage_id)
    if row.read_only:
        raise StorageReadOnly(f"{row.name} is read-only")
    if target.path is not None or row.owner_id != HOUSE:
        await require_act(session, row)
    if size is not None and row.bytes_free is not None and row.bytes_free < size:
        raise StorageFull(f"{row.name} has {row.bytes_free:,} bytes free, and {size:,} are needed")
    return row


async def _predict(session: AsyncSession, row: Transfer) -> None:
    if row.bytes_total is not None and row.source_storage_id is not None and row.target_storage_id is not None:
        found = await find_prediction(session, row.source_storage_id, row.target_storage_id, row.bytes_total)
        row.predicted_seconds = None if found is None else found.seconds


def kept_below(dataset_id: str) -> str:
    """Return the directory, with its slash, that is one data set's in every storage."""
    return f"datasets/{dataset_id}/"


def leaf_of(dataset: Dataset) -> str:
    """Return a file name for a data set that every storage takes."""
    name = PurePosixPath(dataset.name).name
    if name.startswith(".") or not name.isprintable() or len(name.encode()) > _LONGEST_NAME_BYTES or "\\" in name:
        return "content"
    return name or "content"
