"""Reading the bytes of a data set."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Problem, TooLarge
from app.kernel.node import Node
from app.modules.data.errors import ContentMissing
from app.modules.data.finding import get
from app.modules.data.models import Dataset, Replica
from app.modules.data.models import Storage as StorageRow
from app.modules.data.storage import Storage
from app.modules.data.storages import is_reachable, storage_of


async def open_content(
    session: AsyncSession, node: Node, dataset: Dataset, *, start: int = 0, end: int | None = None
) -> AsyncIterator[bytes]:
    """Return the bytes from ``start`` up to but without ``end``; the session is not used after this returns.

    Raises ContentMissing (503) when no copy in reach has them all.
    """
    storage, path = await _replica(session, node, dataset)
    return storage.read(path, start=start, end=end)


async def read_bytes(session: AsyncSession, node: Node, dataset_id: str, *, at_most: int = 64 * 1024**2) -> bytes:
    """Return the whole content. Raises DatasetNotFound (404), ContentMissing (503), TooLarge (413)."""
    dataset = await get(session, dataset_id)
    if dataset.bytes > at_most:
        raise TooLarge(f"{dataset.name} has {dataset.bytes:,} bytes; at most {at_most:,} are read at once")
    return b"".join([chunk async for chunk in await open_content(session, node, dataset)])


async def path_of(session: AsyncSession, node: Node, dataset_id: str) -> Path:
    """Return a file of this host that holds the data set, for programs that want a path; it may not be changed.

    Raises DatasetNotFound (404), ContentMissing (503) when no copy in reach is a file.
    """
    dataset = await get(session, dataset_id)
    storage, path = await _replica(session, node, dataset, local=True)
    return await asyncio.to_thread(storage.local_path, path)


async def _replica(session: AsyncSession, node: Node, dataset: Dataset, *, local: bool = False) -> tuple[Storage, str]:
    """Return a whole copy, one on this node's own disk if there is one; others are of use when that one is not."""
    query = (
        select(Replica, StorageRow)
        .join(StorageRow, StorageRow.id == Replica.storage_id)
        .where(Replica.dataset_id == dataset.id, Replica.state == "present")
        .order_by(StorageRow.node_name.is_(None), Replica.storage_id)
    )
    for replica, row in (await session.execute(query)).all():
        if not is_reachable(node, row):
            continue
        try:
            storage = await storage_of(session, node, row.id)
            if local and "local" not in storage.capabilities:
                continue
            found = await storage.stat(replica.path)
        except (OSError, Problem):  # ObjectMissing is an OSError; a Problem: out of reach, login refused
            continue
        if found.bytes == dataset.bytes:
            return storage, replica.path
    raise ContentMissing(f"No copy of {dataset.name} ({dataset.id}) that is in reach is whole")
