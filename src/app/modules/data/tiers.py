"""Archive and activate: which storages a data set is in, told by what is meant by it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.kernel.principal import HOUSE, Principal
from app.kernel.scoping import require_act
from app.modules.data.errors import StorageNotFound
from app.modules.data.finding import get_present
from app.modules.data.models import Dataset, Replica
from app.modules.data.schemas import DataSettings
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.storages import default_storage_id
from app.modules.data.transfer_errors import TransferInvalid
from app.modules.data.transfer_schemas import Archive, Place, TransferCreate, TransfersMade
from app.modules.data.transfers import submit_transfers


async def archive(
    node: Node, session: AsyncSession, dataset_id: str, wanted: Archive, actor: Principal
) -> TransfersMade:
    """Move the data set's copy to the archive. Raises TransferInvalid (422) without an archive or with several copies.

    Raises DatasetNotFound, StorageNotFound (404), NotYours (403) as well.
    """
    dataset = await get_present(session, dataset_id)
    await require_act(session, dataset)
    target = wanted.storage_id or await _archive_id(node, session)
    whole = [copy for copy in await _copies(session, dataset) if copy.state == "present"]
    if any(copy.storage_id == target for copy in whole):
        raise TransferInvalid(f"{dataset.name} is in the archive already")
    if len(whole) > 1:
        raise TransferInvalid(
            f"{dataset.name} has {len(whole)} copies: move one of them there instead, and say from which storage"
        )
    transfer = TransferCreate(
        kind="move", dataset_id=dataset.id, targets=[Place(storage_id=target)], urgency=wanted.urgency
    )
    return await submit_transfers(node, session, transfer, actor)


async def activate(
    node: Node, session: AsyncSession, dataset_id: str, wanted: Archive, actor: Principal
) -> TransfersMade:
    """Have a copy of the data set where new ones go, or where it is wanted. Raises as :func:`archive`."""
    dataset = await get_present(session, dataset_id)
    target = wanted.storage_id or default_storage_id(node)
    transfer = TransferCreate(
        kind="replicate", dataset_id=dataset.id, targets=[Place(storage_id=target)], urgency=wanted.urgency
    )
    return await submit_transfers(node, session, transfer, actor)


async def _archive_id(node: Node, session: AsyncSession) -> str:
    name = node.settings.of(DataSettings).transfers.archive_storage
    if name is None:
        raise TransferInvalid("There is no archive: name a storage, or set data.transfers.archive_storage")
    of_house = (StorageRow.id == name) | ((StorageRow.name == name) & (StorageRow.owner_id == HOUSE))
    found = await session.scalar(select(StorageRow.id).where(of_house))
    if found is None:
        raise StorageNotFound(f"data.transfers.archive_storage is {name!r}, and there is no such storage of the house")
    return found


async def _copies(session: AsyncSession, dataset: Dataset) -> list[Replica]:
    return list(await session.scalars(select(Replica).where(Replica.dataset_id == dataset.id)))
