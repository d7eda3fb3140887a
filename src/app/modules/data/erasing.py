"""Retention: what is to be kept no longer is deleted, and what was deleted is erased when its grace is over."""

from collections.abc import Collection

import structlog
from sqlalchemy import Select, delete, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.bus import hint, publish
from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules import accounts
from app.modules.data import events, retention
from app.modules.data.errors import PathRefused
from app.modules.data.finding import DATASETS_TOPIC
from app.modules.data.models import Dataset, Replica, Storage
from app.modules.data.schemas import DataSettings
from app.modules.data.storages import storage_of

log = structlog.get_logger(__name__)
_AT_ONCE = 200


async def sweep(node: Node) -> None:
    """Do what is due now."""
    while await _expire(node):
        pass
    await retention.delete_old(node)
    while await _begin(node):
        pass
    await _erase(node)


async def _expire(node: Node) -> bool:
    """Delete what was to be kept until now; say whether there may be more."""
    async with node.database.transaction() as session:
        due = select(Dataset).where(
            Dataset.keep_until <= func.now(), Dataset.deleted_at.is_(None), Dataset.pinned.is_(False)
        )
        rows = (await session.scalars(due.limit(_AT_ONCE).with_for_update(skip_locked=True))).all()
        if rows:
            now = await session.scalar(select(func.now()))
            for row in rows:
                row.deleted_at = now
                publish(session, events.DatasetDeleted(subject_id=row.id, incident_id=row.incident_id, name=row.name))
            hint(session, DATASETS_TOPIC)
    return len(rows) == _AT_ONCE


async def _begin(node: Node) -> bool:
    """Let go of what was deleted long enough ago: from here on nobody has it back, and its bytes count no more."""
    grace = node.settings.of(DataSettings).grace_seconds
    async with node.database.transaction() as session:
        over = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, grace)
        due = select(Dataset).where(Dataset.deleted_at <= over, Dataset.erased_at.is_(None))
        rows = (await session.scalars(due.limit(_AT_ONCE).with_for_update(skip_locked=True))).all()
        if rows:
            now = await session.scalar(select(func.now()))
            for row in rows:
                row.erased_at = now
                await accounts.release(session, row.id, "bytes")
                publish(session, events.DatasetErased(subject_id=row.id, incident_id=row.incident_id, name=row.name))
            hint(session, DATASETS_TOPIC)
    return len(rows) == _AT_ONCE


async def _erase(node: Node) -> None:
    """Erase the copies this node reaches of what was let go of; a storage that refuses keeps no other waiting."""
    silent: set[str] = set()
    after = ("", "")
    while True:
        async with node.database.sessions() as session:
            rows = (await session.scalars(_let_go(node, after, silent))).all()
        for copy in rows:
            if copy.storage_id in silent:
                continue
            try:
                await erase_copy(node, copy)
            except (Problem, OSError) as error:  # the storage's own checks say what is wrong with it
                if isinstance(error, Problem) and not isinstance(error, PathRefused):
                    silent.add(copy.storage_id)
                log.warning("copy not erased", dataset_id=copy.dataset_id, path=copy.path, error=str(error)[:200])
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].dataset_id, rows[-1].storage_id


def _let_go(node: Node, after: tuple[str, str], silent: Collection[str]) -> Select[Replica]:
    return (
        select(Replica)
        .join(Dataset, Dataset.id == Replica.dataset_id)
        .join(Storage, Storage.id == Replica.storage_id)
        .where(
            Dataset.erased_at.is_not(None),
            tuple_(Replica.dataset_id, Replica.storage_id) > after,
            Storage.id.not_in(silent),
            Storage.enabled,
            or_(Storage.node_name.is_(None), Storage.node_name == node.name),
        )
        .order_by(Replica.dataset_id, Replica.storage_id)
        .limit(_AT_ONCE)
    )


async def erase_copy(node: Node, copy: Replica) -> None:
    """Erase one copy of what was let go of, unless another node has; its file goes when no other data set has it.

    Raises what the storage raises: the copy is tried again then.
    """
    this = (
        Replica.dataset_id == copy.dataset_id,
        Replica.storage_id == copy.storage_id,
        Replica.path == copy.path,
    )
    if not copy.adopted:
        # Looked at again: a list is old by the time its end is come to, and the path may be somebody's own by then.
        async with node.database.sessions() as session:
            if await session.scalar(select(Replica.path).where(*this)) is None:
                return
            storage = None if await _is_needed(session, copy) else await storage_of(session, node, copy.storage_id)
        if storage is not None:
            await storage.delete(copy.path)
    async with node.database.transaction() as session:
        await session.execute(delete(Replica).where(*this))


async def _is_needed(session: AsyncSession, copy: Replica) -> bool:
    """Say whether the same file is a copy of another data set too, one that is not let go of."""
    other = aliased(Replica)
    query = select(
        exists().where(
            other.storage_id == copy.storage_id,
            other.path == copy.path,
            other.dataset_id != copy.dataset_id,
            Dataset.id == other.dataset_id,
            Dataset.erased_at.is_(None),
        )
    )
    return bool(await session.scalar(query))
