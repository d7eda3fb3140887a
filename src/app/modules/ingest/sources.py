"""The verbs on sources: register, change, remove, find; and how one is shown."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import drivers
from app.kernel.alarms import clear_alarm
from app.kernel.bus import hint, publish
from app.kernel.errors import items_of
from app.kernel.ids import new_id
from app.kernel.paging import Page, page_of
from app.kernel.principal import HOUSE, SYSTEM
from app.modules.ingest.errors import SourceNameTaken, SourceNotFound, SourceSettingsInvalid
from app.modules.ingest.events import SourceChanged
from app.modules.ingest.logins import require_usable
from app.modules.ingest.models import SourceRow, SourceTally
from app.modules.ingest.schemas import KeyKind, SourceChange, SourceState, SourceSubmit, SourceView
from app.modules.ingest.source import KIND, PollingSource, Source
from app.modules.jobs import Waiting

SOURCES_TOPIC = "sources"


class Opened(NamedTuple):
    """A driver with its settings, ready to read."""

    settings: BaseModel
    source: Source


def open_driver(name: str, settings: dict[str, Any]) -> Opened:
    """Make the driver's object. Raises DriverUnavailable (422), SourceSettingsInvalid (422)."""
    module = drivers.load(KIND, name)
    try:
        checked = module.Settings.model_validate(settings)
    except ValidationError as error:
        items = items_of(error.errors(), "body", "settings")
        said = "; ".join(f"{item.pointer}: {item.message}" for item in items[:3])
        raise SourceSettingsInvalid(f"driver {name}: {said}", errors=items) from error
    return Opened(checked, module.Source(checked))


def alarm_key(source_id: str) -> str:
    """Return the key of the alarm that a source cannot be polled."""
    return f"source.failing:{source_id}"


async def get_source(session: AsyncSession, source_id: str) -> SourceRow:
    """Return a source that was not removed. Raises SourceNotFound (404)."""
    row = await session.scalar(select(SourceRow).where(SourceRow.id == source_id, SourceRow.removed_at.is_(None)))
    if row is None:
        raise SourceNotFound(f"There is no source {source_id}")
    return row


async def find_source(session: AsyncSession, name: str, *, owner_id: str = HOUSE) -> SourceRow | None:
    """Return the owner's source of this name, or ``None``; without an owner that of the house."""
    query = select(SourceRow).where(SourceRow.owner_id == owner_id, SourceRow.name == name)
    return await session.scalar(query.where(SourceRow.removed_at.is_(None)))


async def list_sources(session: AsyncSession, *, cursor: str | None = None, limit: int = 50) -> Page[SourceView]:
    """Return one page of sources, newest first."""
    query = select(SourceRow).where(SourceRow.removed_at.is_(None))
    rows: list[SourceRow]
    rows, next_cursor = await page_of(session, query, [SourceRow.id], cursor=cursor, limit=limit)
    return Page(items=await views(session, rows), next_cursor=next_cursor)


async def register_source(session: AsyncSession, wanted: SourceSubmit, *, owner_id: str) -> SourceRow:
    """Add a source; a polled one is polled at once. Announces source.changed.

    Raises SourceNameTaken (409), SourceSettingsInvalid (422), DriverUnavailable (422), CredentialNotFound (404).
    """
    opened = open_driver(wanted.driver, wanted.settings)
    await require_usable(session, wanted.settings, owner_id)
    await _lock_name(session, wanted.name, owner_id)
    if await find_source(session, wanted.name, owner_id=owner_id) is not None:
        raise SourceNameTaken(f"There is already a source of yours named {wanted.name}; choose another name")
    row = SourceRow(
        id=new_id("src"),
        name=wanted.name,
        driver=wanted.driver,
        settings=opened.settings.model_dump(mode="json"),
        enabled=wanted.enabled,
        owner_id=owner_id,
        addresses=wanted.addresses,
        keep_seconds=wanted.keep_seconds,
        keep_bytes=wanted.keep_bytes,
        next_poll_at=func.now() if isinstance(opened.source, PollingSource) else None,
    )
    session.add(row)
    await _changed(session, row, "was registered", owner_id)
    return row


async def ensure_source(session: AsyncSession, name: str, driver: str, settings: dict[str, Any]) -> SourceRow:
    """Return the house's source of this name, registered or changed if it is not as given; a paused one stays paused.

    Raises SourceNameTaken (409) when it has another driver, SourceSettingsInvalid (422), DriverUnavailable (422).
    """
    await _lock_name(session, name, HOUSE)
    row = await find_source(session, name)
    if row is None:
        wanted = SourceSubmit(name=name, driver=driver, settings=settings)
        return await register_source(session, wanted, owner_id=SYSTEM.user_id)
    if row.driver != driver:
        raise SourceNameTaken(f"The source {name} uses the driver {row.driver}, not {driver}; remove it first")
    if open_driver(driver, settings).settings.model_dump(mode="json") != row.settings:
        await change_source(session, row.id, SourceChange(settings=settings), actor=SYSTEM.user_id)
    return row


async def change_source(session: AsyncSession, source_id: str, change: SourceChange, *, actor: str) -> SourceRow:
    """Change a source. A poll under way is discarded and a changed source is polled at once.

    Announces source.changed. Raises SourceNotFound, CredentialNotFound (404), SourceNameTaken (409),
    SourceSettingsInvalid (422).
    """
    row = await session.scalar(
        select(SourceRow)
        .where(SourceRow.id == source_id, SourceRow.removed_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise SourceNotFound(f"There is no source {source_id}")
    said = []
    if change.name is not None and change.name != row.name:
        await _lock_name(session, change.name, row.owner_id)
        if await find_source(session, change.name, owner_id=row.owner_id) is not None:
            raise SourceNameTaken(f"Its owner has a source named {change.name} already; choose another name")
        said.append(f"is now called {change.name}")
        row.name = change.name
    if change.settings is not None:
        row.settings = open_driver(row.driver, change.settings).settings.model_dump(mode="json")
        await require_usable(session, row.settings, row.owner_id, actor)
        row.etag = row.last_modified = row.tick_at = None
        if row.next_poll_at is not None:  # else it is what the other side still knows of us, such as subscriptions
            row.cursor = None
        said.append("has other settings")
    if change.enabled is not None and change.enabled != row.enabled:
        row.enabled = change.enabled
        said.append("was resumed" if change.enabled else "was paused")
    if change.addresses is not None and change.addresses != row.addresses:
        row.addresses = change.addresses
        said.append("takes data from other addresses")
    for name in ("keep_seconds", "keep_bytes"):
        if name in change.model_fields_set and getattr(change, name) != getattr(row, name):
            setattr(row, name, getattr(change, name))
            said.append("keeps its data for another time or size")
    if not said:
        return row
    if row.next_poll_at is not None:
        row.next_poll_at = func.now()
    row.poll_number += 1
    row.lease_boot_id = row.lease_until = None
    row.failures, row.last_error = 0, None
    await clear_alarm(session, alarm_key(source_id))
    await _changed(session, row, ", ".join(said), actor)
    return row


async def remove_source(session: AsyncSession, source_id: str, *, actor: str) -> None:
    """Remove a source; its deliveries stay readable. Announces source.changed. Raises SourceNotFound (404)."""
    row = await get_source(session, source_id)
    await session.execute(
        update(SourceRow)
        .where(SourceRow.id == source_id)
        .values(removed_at=func.now(), poll_number=SourceRow.poll_number + 1, lease_boot_id=None, lease_until=None)
    )
    await clear_alarm(session, alarm_key(source_id))
    publish(session, SourceChanged(subject_id=source_id, actor=actor, name=row.name, change="was removed"))
    hint(session, SOURCES_TOPIC)


async def views(session: AsyncSession, rows: Sequence[SourceRow]) -> list[SourceView]:
    """Return sources as the API shows them, with their counts."""
    counts = {
        source_id: (deliveries, quarantined)
        for source_id, deliveries, quarantined in await session.execute(
            select(SourceTally.source_id, func.sum(SourceTally.deliveries), func.sum(SourceTally.quarantined))
            .where(SourceTally.source_id.in_([row.id for row in rows]))
            .group_by(SourceTally.source_id)
        )
    }
    signed = set(
        await session.scalars(
            select(SourceRow.id).where(SourceRow.id.in_([row.id for row in rows]), SourceRow.signing.is_not(None))
        )
    )
    return [_view(row, *counts.get(row.id, (0, 0)), signed=row.id in signed) for row in rows]


async def _changed(session: AsyncSession, row: SourceRow, change: str, actor: str) -> None:
    await session.flush()
    await session.refresh(row)
    publish(session, SourceChanged(subject_id=row.id, actor=actor, name=row.name, change=change))
    hint(session, SOURCES_TOPIC)


async def _lock_name(session: AsyncSession, name: str, owner_id: str) -> None:
    """Make whoever else wants this name wait for our end, so that two at once are one and a clear answer."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"source {owner_id} {name}", 0))))


def _view(row: SourceRow, delivery_count: int, quarantined_count: int, *, signed: bool) -> SourceView:
    state = _state(row)
    keys: list[KeyKind] = []
    if row.token_sha256 is not None:
        keys.append("token")
    if signed:
        keys.append("signature")
    return SourceView(
        id=row.id,
        name=row.name,
        driver=row.driver,
        settings=row.settings,
        enabled=row.enabled,
        state=state,
        created_at=row.created_at,
        last_polled_at=row.last_polled_at,
        next_poll_at=row.next_poll_at if row.enabled else None,
        last_error=row.last_error,
        failures=row.failures,
        delivery_count=delivery_count,
        quarantined_count=quarantined_count,
        owner_id=row.owner_id,
        addresses=row.addresses,
        keys=keys,
        keep_seconds=row.keep_seconds,
        keep_bytes=row.keep_bytes,
        waiting_on=_waiting(row, state),
    )


def _state(row: SourceRow) -> SourceState:
    if not row.enabled:
        return "paused"
    if row.lease_until is not None and row.next_poll_at is not None:
        return "polling"
    return "failing" if row.failures else "waiting"


def _waiting(row: SourceRow, state: SourceState) -> Waiting:
    since = row.last_polled_at or row.created_at
    if state == "paused":
        return Waiting(kind="person", since=since, text="Paused; somebody has to resume it")
    if state == "polling":
        return Waiting(kind="feed", since=since, text="Waits for the feed's answer", next_check_at=row.lease_until)
    if state == "failing":
        text = f"Failed {row.failures} times in a row; tries again: {row.last_error}"
        return Waiting(kind="retry", since=since, text=text, next_check_at=row.next_poll_at)
    if row.next_poll_at is None:
        text = "Waits for what is pushed to it" if row.lease_until is None else "Listens for what is sent to it"
        return Waiting(kind="sender", since=row.created_at, text=text)
    return Waiting(kind="time", since=since, text="Waits for its next poll", next_check_at=row.next_poll_at)
