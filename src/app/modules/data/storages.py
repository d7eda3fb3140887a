"""The storage that each node has on its own disk."""

import asyncio
from pathlib import Path
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import HOUSE
from app.modules.data.schemas import DataSettings
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.storage_opening import is_reachable, open_storage, opened, storage_of

__all__ = ["default_storage_id", "is_reachable", "open_storage", "start", "stop", "storage_of"]

_DEFAULT = "data.default_storage"
# In the directory of a node's own storage: which row it is, whatever the node is called by now.
_IDENTITY = ".storage_id"


async def start(node: Node) -> None:
    """Make sure this node's own storage exists; new data sets go there."""
    directory = node.settings.data_directory / "storages" / "local"
    await asyncio.to_thread(directory.mkdir, parents=True, exist_ok=True, mode=0o750)
    async with node.database.transaction() as session:
        row = await ensure_local(session, node, directory)
    node.registry[_DEFAULT] = row.id


async def stop(node: Node) -> None:
    """Let go of every storage."""
    await opened(node).close_retired(everything=True)


async def ensure_local(session: AsyncSession, node: Node, directory: Path) -> StorageRow:
    """Return the row of the storage in ``directory`` of this node, made when it is new."""
    # Two nodes that start in the same instant would both find the name free.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("storages.own", 0))))
    identity = directory / _IDENTITY
    known = identity.read_text().strip() if identity.is_file() else None
    row = await session.get(StorageRow, known) if known else None
    if row is None:
        taken = await session.scalar(select(StorageRow).where(StorageRow.name == "local", StorageRow.owner_id == HOUSE))
        name = "local" if taken is None else f"local-{node.name}"
        row = await session.scalar(select(StorageRow).where(StorageRow.name == name, StorageRow.node_name == node.name))
        if row is None:
            row = StorageRow(id=new_id("sto"), name=name, driver="local", settings={}, node_name=node.name)
            session.add(row)
        identity.write_text(row.id)
    settings = {"directory": str(directory), "reserve_bytes": node.settings.of(DataSettings).reserve_bytes}
    if (row.node_name, row.settings) != (node.name, settings):
        row.revision = (row.revision or 0) + 1
    row.node_name, row.settings = node.name, settings
    row.state = "answers"
    await session.flush()
    return row


def default_storage_id(node: Node) -> str:
    """Return the id of the storage new data sets go to."""
    return cast("str", node.registry[_DEFAULT])
