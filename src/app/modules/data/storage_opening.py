"""The driver of each storage in this process: opened when first used, anew when its row changes."""

from dataclasses import dataclass, field
from functools import partial

from pydantic import BaseModel, ValidationError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import drivers
from app.kernel.errors import items_of
from app.kernel.node import Node
from app.modules.data.errors import (
    ContentMissing,
    StorageNotFound,
    StorageReadOnly,
    StorageSettingsInvalid,
    StorageUnreachable,
)
from app.modules.data.models import Dataset, Replica
from app.modules.data.storage import KIND, Access, Storage
from app.modules.data.storage_limits import LimitedStorage, Limits
from app.modules.data.storage_login import VaultLogin
from app.modules.data.storage_models import Storage as StorageRow

_RETIRED_SECONDS = 3600.0  # what still goes on over an old one has ended by then, or has long been begun anew


@dataclass(frozen=True)
class _Opened:
    revision: int
    storage: LimitedStorage


@dataclass
class OpenStorages:
    """Those of one node."""

    node: Node
    opened: dict[str, _Opened] = field(default_factory=dict)
    retired: list[tuple[float, Storage]] = field(default_factory=list)

    def of(self, row: StorageRow) -> LimitedStorage:
        """Return the driver of a row. Raises StorageSettingsInvalid, DriverUnavailable (422)."""
        found = self.opened.get(row.id)
        if found is not None and found.revision == row.revision:
            return found.storage
        storage = LimitedStorage(open_driver(self.node, row), limits_of(row), partial(used_bytes, self.node, row.id))
        if found is not None:
            self.retired.append((self.node.clock.monotonic() + _RETIRED_SECONDS, found.storage))
        self.opened[row.id] = _Opened(row.revision, storage)
        return storage

    def forget(self, storage_id: str) -> None:
        """Use a storage no more."""
        found = self.opened.pop(storage_id, None)
        if found is not None:
            self.retired.append((self.node.clock.monotonic() + _RETIRED_SECONDS, found.storage))

    async def close_retired(self, *, everything: bool = False) -> None:
        """Close what was changed or removed an hour ago; at the end, all."""
        now = self.node.clock.monotonic()
        due = [storage for at, storage in self.retired if everything or at <= now]
        self.retired = [entry for entry in self.retired if entry[1] not in due]
        if everything:
            due += [one.storage for one in self.opened.values()]
            self.opened.clear()
        for storage in due:
            await storage.close()


def opened(node: Node) -> OpenStorages:
    """Return the storages that are open on a node."""
    return node.part(OpenStorages, OpenStorages)


def checked_settings(driver: str, settings: dict[str, object]) -> BaseModel:
    """Return a driver's settings. Raises DriverUnavailable, StorageSettingsInvalid (422)."""
    module = drivers.load(KIND, driver)
    try:
        checked: BaseModel = module.Settings.model_validate(settings)
    except ValidationError as error:
        items = items_of(error.errors(), "body", "settings")
        said = "; ".join(f"{item.pointer}: {item.message}" for item in items[:3])
        raise StorageSettingsInvalid(f"driver {driver}: {said}", errors=items) from error
    return checked


def open_driver(node: Node, row: StorageRow) -> Storage:
    """Make the driver of a row that may be in no table yet.

    Raises DriverUnavailable, StorageSettingsInvalid (422), StorageUnreachable (503) when its place cannot be used here.
    """
    settings = checked_settings(row.driver, row.settings)
    login = VaultLogin(node, row.credential_id, row.owner_id, row.name)
    try:
        made: Storage = drivers.load(KIND, row.driver).Storage(
            settings, Access(node.http, login, node.database, row.id)
        )
    except OSError as error:  # a disk that is not there, a folder of another user
        raise StorageUnreachable(unusable(node, error)) from error
    return made


def unusable(node: Node, error: OSError) -> str:
    """Say why a place on a node's own disks cannot be used, and what to do."""
    said = error.strerror or type(error).__name__
    if error.filename is None:
        return said
    return f"{error.filename} cannot be used on {node.name}: {said}; mount it, or let the server's user write there"


def limits_of(row: StorageRow) -> Limits:
    """Return what the row allows."""
    return Limits(row.name, row.enabled, row.read_only, row.quota_bytes, row.parallelism)


async def used_bytes(node: Node, storage_id: str) -> int:
    """Return how many bytes the data sets in a storage have, whoever owns them."""
    query = (
        select(func.coalesce(func.sum(Dataset.bytes), 0))
        .join(Replica, Replica.dataset_id == Dataset.id)
        .where(Replica.storage_id == storage_id)
    )
    async with node.database.transaction() as session:
        return int(await session.scalar(query) or 0)


async def open_storage(session: AsyncSession, node: Node, storage_id: str) -> Storage:
    """Return the driver of a storage the session's caller sees, logged in, behind its limits.

    Raises StorageNotFound (404), ContentMissing (503) when only another node reaches it, StorageReadOnly (409) when it
    is switched off.
    """
    row = await session.get(StorageRow, storage_id)
    if row is None:
        raise StorageNotFound(f"There is no storage {storage_id}")
    if row.node_name not in (None, node.name):
        raise ContentMissing(f"storage {row.name} can only be read by the node {row.node_name}")
    if not row.enabled:
        raise StorageReadOnly(f"{row.name} is switched off")
    return opened(node).of(row)


storage_of = open_storage


def is_reachable(node: Node, row: StorageRow) -> bool:
    """Say whether this node can read the storage."""
    return row.enabled and row.node_name in (None, node.name)
