"""Reading copies of data sets again: all of one when somebody asks, and each of them now and then."""

from datetime import timedelta

import structlog
from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import hint
from app.kernel.errors import Problem
from app.kernel.node import Node
from app.kernel.principal import SYSTEM
from app.modules import jobs
from app.modules.data.errors import PathRefused
from app.modules.data.finding import DATASETS_TOPIC
from app.modules.data.models import Dataset, Replica
from app.modules.data.schemas import DataSettings
from app.modules.data.storage import ObjectMissing
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.storages import storage_of
from app.modules.data.transfer_ends import Elsewhere, dataset_of, is_elsewhere
from app.modules.data.transfer_errors import TransferUnderWay
from app.modules.data.transfer_models import Transfer
from app.modules.data.transfer_pace import Bucket
from app.modules.data.transfer_records import mine
from app.modules.data.transfer_schemas import Place, TransferCreate
from app.modules.data.transfer_sums import read_digest
from app.modules.data.transfers import end, submit_transfers

log = structlog.get_logger(__name__)

_SCRUBBED_AT_ONCE = 100
_SCRUB_FLOOR_SECONDS = 3600.0
_TO_MEND = "verified with repair, what is bad is written again from a whole copy"
_MENDING = "what is bad is being written again from a whole copy"


async def verify(attempt: jobs.Attempt, row: Transfer) -> None:
    """Read every copy of a data set and compare it; with ``overwrite`` have the bad ones written again.

    The transfer is complete when all are whole, and has failed when one is not.
    """
    node = attempt.node
    dataset = await dataset_of(node, row)
    assert dataset is not None
    async with node.database.sessions() as session:
        copies = await _copies(session, dataset.id)
    elsewhere = [storage.node_name for _, storage in copies if is_elsewhere(node, storage)]
    if len(elsewhere) == len(copies) and copies:
        raise Elsewhere(elsewhere[0])
    found = {}
    for done, (replica, storage) in enumerate(copies):
        attempt.progress(done / len(copies), f"reading {storage.name}")
        if not is_elsewhere(node, storage):
            found[storage.id] = storage.name, await check_copy(node, dataset, replica)
    bad = [f"{name}: {text}" for name, (_, text) in found.values() if text]
    async with attempt.transaction() as session:
        current = await mine(session, row)
        current.files_done, current.bytes_total = len(found), dataset.bytes * len(found)
        if bad:
            error = "; ".join(bad)
            if len(bad) < len(found):
                error += f"; {_MENDING if row.overwrite else _TO_MEND}"
            await end(session, current, "failed", error=error, code="content_damaged")
        elif elsewhere:
            error = f"{len(elsewhere)} of its copies can only be read by the node {elsewhere[0]}"
            await end(session, current, "failed", error=error, code="content_missing")
        else:
            await end(session, current, "complete")
        if bad and len(bad) < len(found) and row.overwrite:
            await _repair(node, session, dataset, [id_ for id_, (_, (_, text)) in found.items() if text])


async def check_copy(node: Node, dataset: Dataset, replica: Replica, pace: Bucket | None = None) -> tuple[str, str]:
    """Read one copy, write down how it is, and return its state and what is wrong with it ("" if nothing).

    Raises what a storage raises that does not answer: that says nothing about the copy.
    """
    async with node.database.sessions() as session:
        storage = await storage_of(session, node, replica.storage_id)
    state, text = "present", ""
    try:
        digest = await read_digest(storage, replica.path, [] if pace is None else [pace])
    except ObjectMissing:
        state, text = "missing", "it is not there"
    except (PathRefused, IsADirectoryError, NotADirectoryError) as error:
        state, text = "damaged", f"no plain file is there: {error}"
    else:
        if digest.sha256 != dataset.sha256:
            state = "damaged"
            text = f"it has {digest.bytes:,} bytes with sha256 {digest.sha256[:12]}…, not {dataset.sha256[:12]}…"
    async with node.database.transaction() as session:
        await note_copy(session, dataset, replica, state, text)
    return state, text


async def note_copy(session: AsyncSession, dataset: Dataset, copy: Replica, state: str, text: str) -> None:
    """Write down how a copy is, unless it is elsewhere by now, gone, or was written or read again meanwhile.

    Raises the alarm ``dataset:<id>:damaged``, or clears it when all copies are whole.
    """
    this = (
        Replica.dataset_id == dataset.id,
        Replica.storage_id == copy.storage_id,
        Replica.path == copy.path,
        Replica.verified_at == copy.verified_at,
    )
    noting = update(Replica).where(*this).values(state=state, verified_at=func.clock_timestamp())
    if await session.scalar(noting.returning(Replica.storage_id)) is None:
        return
    key = f"dataset:{dataset.id}:damaged"
    others = select(Replica.state).where(Replica.dataset_id == dataset.id)
    states = list(await session.scalars(others))
    if state == "present":
        if all(one == "present" for one in states):
            await clear_alarm(session, key)
        return
    whole = states.count("present")
    name = await session.scalar(select(StorageRow.name).where(StorageRow.id == copy.storage_id))
    await raise_alarm(
        session,
        key,
        priority="high" if whole else "critical",
        title=f"A copy of {dataset.name} in {name} is {state}",
        consequence=f"{whole} of its {len(states)} copies are whole." if whole else "No copy of it is whole any more.",
        action=f"stormbell datasets verify {dataset.id} --repair" if whole else f"Make the data set again: {text}.",
        subject_id=dataset.id,
    )
    hint(session, DATASETS_TOPIC)


async def scrub(node: Node) -> float | None:
    """Read the copies again that were not for long, the longest first, gently."""
    settings = node.settings.of(DataSettings).transfers
    if settings.scrub_days == 0:
        return _SCRUB_FLOOR_SECONDS
    pace = Bucket(node.clock, settings.scrub_bytes_per_second)
    silent: set[str] = set()  # storages that do not answer: their copies, ever the oldest, keep no others waiting
    after: Replica | None = None  # nor does one that cannot be read
    while True:
        due, read = await _due(node, settings.scrub_days, silent, after), 0
        for replica, dataset, storage in due:
            if storage.id in silent:
                continue
            try:
                state, text = await check_copy(node, dataset, replica, pace)
            except (Problem, OSError) as error:  # the storage's own checks say so
                if isinstance(error, Problem):
                    silent.add(storage.id)
                log.warning("copy not read again", storage=storage.name, dataset_id=dataset.id, error=str(error))
                continue
            read += 1
            if text:
                log.warning("copy is not whole", storage=storage.name, dataset_id=dataset.id, state=state, found=text)
        more = len(due) == _SCRUBBED_AT_ONCE
        if read or not more:
            return 1.0 if read and more else _SCRUB_FLOOR_SECONDS
        after = due[-1][0]


async def _due(
    node: Node, days: float, silent: set[str], after: Replica | None
) -> list[tuple[Replica, Dataset, StorageRow]]:
    order = Replica.verified_at, Replica.dataset_id, Replica.storage_id
    query = (
        select(Replica, Dataset, StorageRow)
        .join(Dataset, Dataset.id == Replica.dataset_id)
        .join(StorageRow, StorageRow.id == Replica.storage_id)
        .where(
            Replica.verified_at < func.now() - timedelta(days=days),
            Dataset.deleted_at.is_(None),
            StorageRow.enabled,
            StorageRow.id.not_in(silent),
            (StorageRow.node_name == node.name) | StorageRow.node_name.is_(None),
        )
        .order_by(*order)
        .limit(_SCRUBBED_AT_ONCE)
    )
    if after is not None:
        query = query.where(tuple_(*order) > (after.verified_at, after.dataset_id, after.storage_id))
    async with node.database.sessions() as session:
        return [(replica, dataset, storage) for replica, dataset, storage in await session.execute(query)]


async def _copies(session: AsyncSession, dataset_id: str) -> list[tuple[Replica, StorageRow]]:
    query = (
        select(Replica, StorageRow)
        .join(StorageRow, StorageRow.id == Replica.storage_id)
        .where(Replica.dataset_id == dataset_id)
        .order_by(StorageRow.name)
    )
    return [(replica, storage) for replica, storage in await session.execute(query)]


async def _repair(node: Node, session: AsyncSession, dataset: Dataset, storage_ids: list[str]) -> None:
    for storage_id in storage_ids:
        wanted = TransferCreate(
            kind="replicate", dataset_id=dataset.id, targets=[Place(storage_id=storage_id)], overwrite=True
        )
        try:
            await submit_transfers(node, session, wanted, SYSTEM)
        except TransferUnderWay:
            log.info("copy is being written already", dataset_id=dataset.id, storage_id=storage_id)
