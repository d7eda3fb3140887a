"""Which storages there are, and the driver of each in this process."""

from pathlib import Path
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import drivers
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules.data.errors import ContentMissing
from app.modules.data.models import Storage as StorageRow
from app.modules.data.schemas import DataSettings
from app.modules.data.storage import Storage

_OPEN = "data.storages"
_DEFAULT = "data.default_storage"
# In the directory of a node's own storage: which row it is, whatever the node is called by now.
_IDENTITY = ".storage_id"


async def start(node: Node) -> None:
    """Make sure this node's own storage exists; new data sets go there."""
    directory = node.settings.data_directory / "storages" / "local"
    directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    async with node.database.transaction() as session:
        row = await ensure_local(session, node, directory)
    node.registry.setdefault(_OPEN, {})
    node.registry[_DEFAULT] = row.id


async def ensure_local(session: AsyncSession, node: Node, directory: Path) -> StorageRow:
    """Return the row of the storage in ``directory`` of this node, made when it is new."""
    identity = directory / _IDENTITY
    known = identity.read_text().strip() if identity.is_file() else None
    row = await session.get(StorageRow, known) if known else None
    if row is None:
        taken = await session.scalar(select(StorageRow).where(StorageRow.name == "local"))
        name = "local" if taken is None else f"local-{node.name}"
        row = await session.scalar(select(StorageRow).where(StorageRow.name == name, StorageRow.node_name == node.name))
        if row is None:
            row = StorageRow(id=new_id("sto"), name=name, driver="local", settings={}, node_name=node.name)
            session.add(row)
        identity.write_text(row.id)
    row.node_name = node.name
    row.settings = {"directory": str(directory), "reserve_bytes": node.settings.of(DataSettings).reserve_bytes}
    row.state = "answers"
    await session.flush()
    return row


def default_storage_id(node: Node) -> str:
    """Return the id of the storage new data sets go to."""
    return cast("str", node.registry[_DEFAULT])


async def storage_of(session: AsyncSession, node: Node, storage_id: str) -> Storage:
    """Return the driver of a storage. Raises ContentMissing (503) when only another node reaches it."""
    opened: dict[str, Storage] = node.registry[_OPEN]
    if storage_id not in opened:
        row = await session.get_one(StorageRow, storage_id)
        if row.node_name not in (None, node.name):
            raise ContentMissing(f"storage {row.name} can only be read by the node {row.node_name}")
        module = drivers.load("data.storage", row.driver)
        opened[storage_id] = module.Storage(module.Settings.model_validate(row.settings))
    return opened[storage_id]


def is_reachable(node: Node, row: StorageRow) -> bool:
    """Say whether this node can read the storage."""
    return row.node_name in (None, node.name)
