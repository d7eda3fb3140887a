"""The verbs on storages: register, change, remove, find; and how one is shown."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import drivers
from app.kernel.alarms import clear_alarm
from app.kernel.bus import hint, publish
from app.kernel.errors import Forbidden, ProblemItem
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.paging import Page, page_of
from app.kernel.principal import HOUSE, Principal, Role
from app.kernel.scoping import require_act
from app.modules import credentials
from app.modules.data.errors import (
    StorageInUse,
    StorageNameTaken,
    StorageNotFound,
    StoragePlaceTaken,
    StorageSettingsInvalid,
    StorageUnreachable,
)
from app.modules.data.models import Dataset, Replica
from app.modules.data.storage import KIND
from app.modules.data.storage_events import StorageChanged
from app.modules.data.storage_models import Storage
from app.modules.data.storage_opening import checked_settings, open_driver, opened
from app.modules.data.storage_schemas import StorageChange, StorageSubmit, StorageView
from app.modules.data.storages import default_storage_id

STORAGES_TOPIC = "storages"
_OPENS = ("settings", "credential_id")


class HouseStorage(Forbidden):
    """Storages of the house are an administrator's to make and change.

    So are those that reach into the machine the server runs on. Ask an administrator.
    """

    code = "house_storage"


def alarm_key(storage_id: str) -> str:
    """Return the key of the alarm that a storage does not answer."""
    return f"storage:{storage_id}:unreachable"


async def get_storage(session: AsyncSession, storage_id: str) -> Storage:
    """Return a storage the session's caller sees. Raises StorageNotFound (404)."""
    row = await session.scalar(select(Storage).where(Storage.id == storage_id))
    if row is None:
        raise StorageNotFound(f"There is no storage {storage_id}")
    return row


async def list_storages(
    session: AsyncSession, node: Node, *, cursor: str | None = None, limit: int = 50
) -> Page[StorageView]:
    """Return one page of storages, newest first."""
    rows: list[Storage]
    rows, following = await page_of(session, select(Storage), [Storage.id], cursor=cursor, limit=limit)
    return Page(items=await views(session, node, rows), next_cursor=following)


async def described(session: AsyncSession, node: Node, wanted: StorageSubmit, actor: Principal) -> Storage:
    """Return the row a new storage would be; it is in no session.

    Raises StorageSettingsInvalid, DriverUnavailable (422), CredentialNotFound (404), HouseStorage (403).
    """
    module = drivers.load(KIND, wanted.driver)
    house_only = getattr(module, "HOUSE_ONLY", False)
    if (wanted.house or house_only) and actor.role < Role.ADMIN:
        raise HouseStorage(f"{wanted.driver} reaches into the server's own machine" if house_only else None)
    settings = checked_settings(wanted.driver, wanted.settings).model_dump(mode="json")
    owner_id = HOUSE if wanted.house else actor.user_id
    await _require_usable(session, wanted.driver, wanted.credential, owner_id, actor.user_id)
    return Storage(
        id=new_id("sto"),
        owner_id=owner_id,
        name=wanted.name,
        driver=wanted.driver,
        settings=settings,
        credential_id=wanted.credential,
        node_name=wanted.node or (node.name if wanted.driver == "local" else None),
        enabled=True,
        read_only=wanted.read_only,
        quota_bytes=wanted.quota_bytes,
        parallelism=wanted.parallelism,
        bytes_per_second=wanted.bytes_per_second,
        revision=1,
    )


async def register_storage(session: AsyncSession, node: Node, wanted: StorageSubmit, actor: Principal) -> Storage:
    """Add a storage; it is asked at once whether it answers. Announces storage.changed.

    Raises as :func:`described`, StorageNameTaken, StoragePlaceTaken (409), StorageUnreachable (503).
    """
    row = await described(session, node, wanted, actor)
    await _free_name(session, row, row.name, actor)
    await _free_place(session, node, row)
    open_driver(node, row)
    session.add(row)
    await _changed(session, row, "was registered", actor.user_id)
    return row


async def change_storage(
    session: AsyncSession, node: Node, storage_id: str, change: StorageChange, actor: Principal
) -> Storage:
    """Change a storage; it is opened anew. Announces storage.changed.

    Raises StorageNotFound, CredentialNotFound (404), StorageNameTaken, StoragePlaceTaken (409), StorageSettingsInvalid
    (422), NotYours, HouseStorage (403), StorageUnreachable (503) when its settings name a place that cannot be used.
    """
    row = await _locked(session, storage_id)
    await _require_change(session, row, actor)
    given = change.model_dump(exclude_unset=True)
    if "credential" in given:
        given["credential_id"] = given.pop("credential")
    for name in ("name", "settings", "enabled", "read_only"):
        if given.get(name, ...) is None:  # these have no "none"
            del given[name]
    if "settings" in given:
        given["settings"] = checked_settings(row.driver, given["settings"]).model_dump(mode="json")
    if given.get("name", row.name) != row.name:
        await _free_name(session, row, given["name"], actor)
    changed = sorted(name for name, value in given.items() if value != getattr(row, name))
    if not changed:
        return row
    for name in changed:
        setattr(row, name, given[name])
    if {*changed} & {*_OPENS}:
        await _free_place(session, node, row)
        # Who says where it is, is shown what it is logged in to with.
        await _require_usable(session, row.driver, row.credential_id, row.owner_id, actor.user_id)
        row.state, row.last_error, row.failing_since = "pending", None, None
        await clear_alarm(session, alarm_key(row.id))
    row.revision += 1
    row.next_check_at = func.now()
    try:
        open_driver(node, row)
    except StorageUnreachable:  # what is gone may still be renamed, and switched off
        if "settings" in changed:
            raise
    await _changed(session, row, f"has another {', '.join(changed)}", actor.user_id)
    return row


async def remove_storage(session: AsyncSession, node: Node, storage_id: str, actor: Principal) -> None:
    """Remove a storage; what is in it stays where it is. Announces storage.changed.

    Raises StorageNotFound (404), StorageInUse (409), NotYours, HouseStorage (403).
    """
    row = await _locked(session, storage_id)
    await _require_change(session, row, actor)
    if row.id == default_storage_id(node):
        raise StorageInUse(f"{row.name} is where this node puts new data sets")
    # Others' too, which the caller may not see.
    async with node.database.transaction() as own:
        count = await own.scalar(select(func.count()).select_from(Replica).where(Replica.storage_id == storage_id))
    if count:
        raise StorageInUse(f"{count:,} data sets have a copy in {row.name}: move or delete them first")
    await clear_alarm(session, alarm_key(row.id))
    await session.delete(row)
    publish(session, StorageChanged(subject_id=row.id, actor=actor.user_id, name=row.name, change="was removed"))
    hint(session, STORAGES_TOPIC)
    await session.flush()
    opened(node).forget(row.id)


async def find_users(session: AsyncSession, credential_id: str) -> list[str]:
    """Name the storages that are logged in to with a credential."""
    names = await session.scalars(select(Storage.name).where(Storage.credential_id == credential_id))
    return [f"storage {name}" for name in names]


async def views(session: AsyncSession, node: Node, rows: Sequence[Storage]) -> list[StorageView]:
    """Return storages as the API shows them, with what the caller's data sets take up there."""
    used = {
        storage_id: int(total)
        for storage_id, total in await session.execute(
            select(Replica.storage_id, func.sum(Dataset.bytes))
            .join(Dataset, Dataset.id == Replica.dataset_id)
            .where(Replica.storage_id.in_([row.id for row in rows]))
            .group_by(Replica.storage_id)
        )
    }
    return [_view(node, row, used.get(row.id, 0)) for row in rows]


def _view(node: Node, row: Storage, used: int) -> StorageView:
    shown = {name: getattr(row, name) for name in StorageView.model_fields if hasattr(row, name)}
    return StorageView(**shown, bytes_used=used, capabilities=_capabilities(node, row))


def _capabilities(node: Node, row: Storage) -> list[str]:
    try:
        if row.node_name not in (None, node.name):  # its directory is not here
            return sorted(drivers.load(KIND, row.driver).Storage.capabilities)
        return sorted(opened(node).of(row).capabilities)
    except (drivers.DriverUnavailable, StorageSettingsInvalid, StorageUnreachable):
        return []


async def _require_change(session: AsyncSession, row: Storage, actor: Principal) -> None:
    house_only = getattr(drivers.load(KIND, row.driver), "HOUSE_ONLY", False)
    if (row.owner_id == HOUSE or house_only) and actor.role < Role.ADMIN:
        raise HouseStorage(f"{row.name} is the house's")
    await require_act(session, row)


async def _require_usable(session: AsyncSession, driver: str, credential_id: str | None, *user_ids: str) -> None:
    if credential_id is None:
        return
    kinds = getattr(drivers.load(KIND, driver), "CREDENTIAL_KINDS", ())
    for user_id in dict.fromkeys(user_ids):
        kind = (await credentials.usable(session, credential_id, user_id)).kind
        if kind not in kinds:
            takes = f"a credential of the kind {' or '.join(kinds)}" if kinds else "no credential"
            why = f"the driver {driver} takes {takes}; this one is of the kind {kind}"
            raise StorageSettingsInvalid(why, errors=[ProblemItem(pointer="/body/credential", message=why)])


async def _free_name(session: AsyncSession, row: Storage, name: str, actor: Principal) -> None:
    # Whoever else wants this name waits for our end, so that two at once are one and a clear answer.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"storage {name}", 0))))
    # The house's beside one's own: a name given to a command has to mean one of those the caller calls theirs.
    whose = Storage.owner_id.in_({row.owner_id, actor.user_id, HOUSE})
    taken = await session.scalar(select(Storage).where(whose, Storage.name == name, Storage.id != row.id).limit(1))
    if taken is not None:
        whose_name = "the house's" if taken.owner_id == HOUSE else "yours"
        raise StorageNameTaken(f"{name} ({taken.id}) is {whose_name}; choose another name")


async def _free_place(session: AsyncSession, node: Node, row: Storage) -> None:
    """Refuse a second storage over one directory, or with the settings of another of the same owner's."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"storage at {row.driver}", 0))))
    same = Storage.driver == row.driver, Storage.id != row.id, Storage.node_name.is_not_distinct_from(row.node_name)
    others = (await session.scalars(select(Storage).where(*same))).all()
    if row.driver != "local":
        place = row.owner_id, row.settings, row.credential_id
        if taken := [one for one in others if (one.owner_id, one.settings, one.credential_id) == place]:
            raise StoragePlaceTaken(f"It is {taken[0].name} ({taken[0].id})")
        return
    # Whoever owns them, and whatever links lead there: each would take the other's files for its own.
    directory = await _directory_of(row)
    for other in others:
        there = await _directory_of(other)
        if _overlap(directory, there):
            raise StoragePlaceTaken(
                f"It is {other.name} ({other.id})"
                if directory == there
                else f"{directory} and {there}, which is {other.name} ({other.id}), lie in one another"
            )
    if row.node_name in (None, node.name) and row.id != default_storage_id(node):
        kept = await asyncio.to_thread(node.settings.data_directory.resolve)
        if _overlap(directory, kept):
            raise StoragePlaceTaken(f"{kept} holds the server's own data and keys: name a directory apart from it")


async def _directory_of(row: Storage) -> Path:
    return await asyncio.to_thread(Path(row.settings.get("directory", "")).resolve)


def _overlap(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


async def _locked(session: AsyncSession, storage_id: str) -> Storage:
    query = select(Storage).where(Storage.id == storage_id).with_for_update()
    row: Storage | None = await session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise StorageNotFound(f"There is no storage {storage_id}")
    return row


async def _changed(session: AsyncSession, row: Storage, change: str, actor: str) -> None:
    await session.flush()
    await session.refresh(row)
    publish(session, StorageChanged(subject_id=row.id, actor=actor, name=row.name, change=change))
    hint(session, STORAGES_TOPIC)
