"""Asking storages whether they answer: now and then, each by one node, and when somebody wants to know."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import publish
from app.kernel.errors import Problem
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.kernel.principal import HOUSE, Principal
from app.kernel.redaction import redact_text
from app.modules.data.errors import ContentMissing, GrantExpired, StorageUnreachable
from app.modules.data.storage import Storage as Driver
from app.modules.data.storage_events import StorageChanged
from app.modules.data.storage_models import Storage, StorageCheck
from app.modules.data.storage_opening import open_driver, opened, unusable
from app.modules.data.storage_rows import STORAGES_TOPIC, alarm_key, described, get_storage
from app.modules.data.storage_schemas import StorageState, StorageSubmit, StorageTried

EVERY_SECONDS = 60.0
FAILING_EVERY_SECONDS = 20.0
PATIENCE_SECONDS = 15.0
KEPT_DAYS = 7
# One answer that does not come is the network's; the next question is asked soon.
ALARM_AFTER_SECONDS = 60.0
_AT_ONCE = 8


@dataclass(frozen=True)
class _Due:
    id: str
    revision: int
    driver: Driver | None
    problem: Problem | None


def loop(node: Node) -> Loop:
    """Return the loop that asks what is due."""

    async def run() -> float | None:
        return await check_due(node)

    return Loop("storages", run, every_seconds=EVERY_SECONDS, topics=(STORAGES_TOPIC,), leisurely=True)


async def check_due(node: Node) -> float | None:
    """Ask every storage that is due and in reach of this node; return the seconds until the next is."""
    await opened(node).close_retired()
    due = await _claim(node)
    limit = asyncio.Semaphore(_AT_ONCE)

    async def one(entry: _Due) -> None:
        async with limit:
            await record(node, entry.id, entry.revision, await _tried(node, entry.driver, entry.problem))

    await asyncio.gather(*[one(entry) for entry in due])
    async with node.database.transaction() as session:
        await session.execute(
            delete(StorageCheck).where(StorageCheck.checked_at < func.now() - timedelta(days=KEPT_DAYS))
        )
        seconds = await session.scalar(
            select(func.extract("epoch", func.min(Storage.next_check_at) - func.now())).where(
                Storage.enabled, or_(Storage.node_name.is_(None), Storage.node_name == node.name)
            )
        )
    return None if seconds is None else max(1.0, min(float(seconds), EVERY_SECONDS))


async def test_storage(node: Node, storage_id: str, actor: Principal) -> StorageTried:
    """Ask a storage now and remember how it answered. Raises StorageNotFound (404), ContentMissing (503)."""
    async with node.database.session_of(actor) as session:
        row = await get_storage(session, storage_id)
        if row.node_name not in (None, node.name):
            raise ContentMissing(f"storage {row.name} can only be reached by the node {row.node_name}")
        entry = _entry(node, row)
    tried = await _tried(node, entry.driver, entry.problem)
    await record(node, entry.id, entry.revision, tried)
    return tried


async def try_storage(node: Node, wanted: StorageSubmit, actor: Principal) -> StorageTried:
    """Ask a storage that is not registered. Raises as ``described``."""
    async with node.database.session_of(actor) as session:
        row = await described(session, node, wanted, actor)
    try:
        driver = open_driver(node, row)
    except StorageUnreachable as problem:
        return await _tried(node, None, problem)
    try:
        return await _tried(node, driver, None)
    finally:
        await driver.close()


async def record(node: Node, storage_id: str, revision: int, tried: StorageTried) -> None:
    """Write down how a storage answered, unless it was changed meanwhile. Announces storage.changed when it turns."""
    answers = tried.state == "answers"
    async with node.database.transaction() as session:
        row = await session.scalar(
            select(Storage).where(Storage.id == storage_id, Storage.revision == revision).with_for_update()
        )
        if row is None:
            return
        before = row.state
        row.state, row.last_error, row.latency_seconds = tried.state, tried.error, tried.latency_seconds
        row.checked_at = func.clock_timestamp()
        wait = EVERY_SECONDS if answers else FAILING_EVERY_SECONDS
        row.next_check_at = func.clock_timestamp() + timedelta(seconds=wait)
        if answers:
            row.bytes_total, row.bytes_free = tried.bytes_total, tried.bytes_free
        row.failing_since = None if answers else func.coalesce(Storage.failing_since, func.clock_timestamp())
        session.add(
            StorageCheck(
                storage_id=storage_id,
                state=tried.state,
                latency_seconds=tried.latency_seconds,
                bytes_free=tried.bytes_free,
                error=tried.error,
            )
        )
        await session.flush()
        if answers:
            await clear_alarm(session, alarm_key(storage_id))
        elif tried.state == "refused" or await _fails_for_long(session, storage_id):
            await raise_alarm(
                session,
                alarm_key(storage_id),
                priority="high" if row.owner_id == HOUSE else "low",
                title=f"Storage {row.name} {'refuses its login' if tried.state == 'refused' else 'does not answer'}",
                consequence="What is kept there cannot be read, and what is to go there waits.",
                action=tried.error or "Look at the storage.",
                subject_id=storage_id,
            )
        if before not in (tried.state, "pending"):
            change = "answers again" if answers else f"is {tried.state}: {tried.error}"
            publish(session, StorageChanged(subject_id=storage_id, name=row.name, change=change))


async def _fails_for_long(session: AsyncSession, storage_id: str) -> bool:
    since = func.extract("epoch", func.clock_timestamp() - Storage.failing_since)
    seconds = await session.scalar(select(since).where(Storage.id == storage_id))
    return seconds is not None and float(seconds) >= ALARM_AFTER_SECONDS


async def _claim(node: Node) -> list[_Due]:
    """Take what is due; nobody else asks it for a while, even if this node dies."""
    async with node.database.transaction() as session:
        due = (
            select(Storage.id)
            .where(
                Storage.enabled,
                Storage.next_check_at <= func.clock_timestamp(),
                or_(Storage.node_name.is_(None), Storage.node_name == node.name),
            )
            .order_by(Storage.next_check_at)
            .limit(100)
            .with_for_update(skip_locked=True)
        )
        ids = list(await session.scalars(due))
        await session.execute(
            update(Storage)
            .where(Storage.id.in_(ids))
            .values(next_check_at=func.clock_timestamp() + timedelta(seconds=2 * PATIENCE_SECONDS))
        )
        rows = (await session.scalars(select(Storage).where(Storage.id.in_(ids)))).all()
        return [_entry(node, row) for row in rows]


def _entry(node: Node, row: Storage) -> _Due:
    try:
        return _Due(row.id, row.revision, opened(node).of(row), None)
    except Problem as problem:  # a driver that is not installed here, or settings of another version of it
        return _Due(row.id, row.revision, None, problem)


async def _tried(node: Node, driver: Driver | None, problem: Problem | None) -> StorageTried:
    started = node.clock.monotonic()
    state: StorageState = "answers"
    space = error = code = None
    try:
        if driver is None:
            raise problem or Problem()
        async with asyncio.timeout(PATIENCE_SECONDS):
            space = await driver.probe()
    except Problem as found:
        state = "refused" if isinstance(found, GrantExpired) else "unreachable"
        code, error = found.code, found.detail or found.title()
    except TimeoutError:
        state, code = "unreachable", "storage_unreachable"
        error = f"no answer within {PATIENCE_SECONDS:g} s"
    except OSError as found:
        state, code, error = "unreachable", "storage_unreachable", unusable(node, found)
    return StorageTried(
        state=state,
        latency_seconds=round(node.clock.monotonic() - started, 4),
        bytes_total=space.bytes_total if space else None,
        bytes_free=space.bytes_free if space else None,
        capabilities=sorted(driver.capabilities) if driver else [],
        code=code,
        error=redact_text(error)[:500] if error else None,
    )
