"""The job that carries out a transfer: claim it, carry the bytes, wait or fail where that is due."""

from contextlib import suppress

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.errors import Problem, Unavailable
from app.kernel.failpoints import reach
from app.kernel.node import Node
from app.modules import jobs
from app.modules.data.errors import (
    ContentMissing,
    GrantExpired,
    SourceChanged,
    UploadGone,
)
from app.modules.data.finding import find_copy
from app.modules.data.models import Dataset, Replica
from app.modules.data.schemas import DataSettings
from app.modules.data.storage import Digest, ObjectMissing
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.storages import storage_of
from app.modules.data.transfer_ends import Elsewhere, dataset_of, is_elsewhere, open_ends, require_free, way_of
from app.modules.data.transfer_engine import abandon, carry, rename
from app.modules.data.transfer_errors import ContentDamaged
from app.modules.data.transfer_folders import carry_folder
from app.modules.data.transfer_ledger import Ledger, Superseded, open_ledger
from app.modules.data.transfer_models import LIVE, Transfer, TransferPart
from app.modules.data.transfer_planning import kept_below
from app.modules.data.transfer_rclone import carry_by_rclone
from app.modules.data.transfer_records import end_complete, let_go, mine, record
from app.modules.data.transfer_sums import ArrivedDamaged
from app.modules.data.transfer_way import SourceDamaged, Way
from app.modules.data.transfers import TIDY_JOB, TRANSFER_JOB, TRANSFERS_TOPIC, TransferWork, end
from app.modules.data.verifying import note_copy, verify

log = structlog.get_logger(__name__)

# A source that changes while it is read is begun again so often, then whoever writes it has to stop first.
_BEGIN_AGAIN = 5
_LONGEST_WAIT_SECONDS = 60.0
_ELSEWHERE_SECONDS = 1.0
_WAITED_FOR = (Unavailable, GrantExpired, OSError)


@jobs.kind(
    TRANSFER_JOB, max_attempts=30, timeout_seconds=7 * 86_400, concurrency=8, key_limit=jobs.Limit(concurrency=8)
)
async def transfer(attempt: jobs.Attempt, payload: TransferWork) -> None:
    """Bring bytes from one storage to another, or read every copy of a data set again."""
    node = attempt.node
    row = await _claim(attempt, payload.transfer_id)
    if row is None:
        return
    structlog.contextvars.bind_contextvars(transfer_id=row.id)
    try:
        if row.kind == "verify":
            await verify(attempt, row)
        elif row.state == "completing":
            await let_go(attempt, row)
        else:
            await _bring(attempt, row)
    except Elsewhere as elsewhere:
        await _wait(node, row, f"the node {elsewhere}", None, _ELSEWHERE_SECONDS)
    except Superseded as superseded:  # cancelled, or taken over
        raise jobs.Discard(str(superseded)) from superseded
    except _WAITED_FOR as error:
        if isinstance(error, ObjectMissing | PermissionError | IsADirectoryError | NotADirectoryError):
            await _fail(attempt, row, error)
        else:
            await _wait_for(attempt, row, error)
    except Problem as problem:
        await _fail(attempt, row, problem)


@jobs.kind(TIDY_JOB, max_attempts=20, timeout_seconds=600, longest_retry_seconds=3600)
async def tidy(attempt: jobs.Attempt, payload: TransferWork) -> None:
    """Take away what has arrived of a transfer that was cancelled."""
    node = attempt.node
    async with node.database.sessions() as session:
        row = await session.get(Transfer, payload.transfer_id)
    if row is None or row.state in (*LIVE, "complete"):
        return
    try:
        await _tidy(node, row)
    except Elsewhere as elsewhere:
        raise jobs.Snooze(_ELSEWHERE_SECONDS) from elsewhere


async def exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    """Let a transfer fail whose job did."""
    row = await session.scalar(select(Transfer).where(Transfer.job_id == job.id).with_for_update())
    if row is not None and row.state in LIVE:
        await end(session, row, "failed", error=job.error or "its job failed", code="internal")
        await jobs.enqueue(session, TIDY_JOB, TransferWork(transfer_id=row.id))


async def _claim(attempt: jobs.Attempt, transfer_id: str) -> Transfer | None:
    async with attempt.node.database.transaction() as session:
        row = await session.get(Transfer, transfer_id, with_for_update=True)
        if row is None or row.state not in LIVE or row.job_id != attempt.job_id:
            return None
        row.fence = attempt.attempt
        if row.state == "waiting":
            row.state = "running"
        row.attempts += 1
        now = await session.scalar(select(func.now()))
        row.started_at = row.started_at or now
        row.progress_at = row.progress_at or now
    return row


async def _bring(attempt: jobs.Attempt, row: Transfer) -> None:
    node = attempt.node
    dataset = await dataset_of(node, row)
    ends = await open_ends(node, row, dataset)
    ledger = await open_ledger(node, row)
    way = way_of(node, row, ends, dataset)
    if ledger.version is None:
        await require_free(node, row, way)
    if row.folder and row.engine == "rclone":
        await carry_by_rclone(attempt, row, ends, way, ledger)
        await end_complete(attempt, row, None)
        return
    if row.folder:
        await carry_folder(attempt, way, ledger, move=row.kind == "move")
        await end_complete(attempt, row, None)
        return
    if row.kind == "move" and ends.source is ends.target and dataset is None and "move" in ends.source.capabilities:
        await rename(way, ledger)
        await end_complete(attempt, row, None)
        return
    digest = await _carried(attempt, way, ledger, row, dataset)
    reach("transfers.carried")
    await record(attempt, row, dataset, digest)


async def _carried(attempt: jobs.Attempt, way: Way, ledger: Ledger, row: Transfer, dataset: Dataset | None) -> Digest:
    """Carry it, beginning again while the source changes or what arrives is damaged on the way."""
    for begun in range(1, _BEGIN_AGAIN + 1):
        try:
            return await carry(way, ledger)
        except SourceDamaged as damaged:
            if dataset is None:
                raise ContentDamaged(str(damaged)) from damaged
            await _mark_damaged(attempt.node, dataset, row, str(damaged))
            raise ContentMissing(f"the copy that was read is damaged: {damaged}") from damaged
        except (SourceChanged, ArrivedDamaged, UploadGone) as error:
            ledger.again(ledger.bytes_done)
            await abandon(way.target, ledger)
            ledger.version = ledger.upload = None
            if begun == _BEGIN_AGAIN:
                if isinstance(error, ArrivedDamaged):
                    raise ContentDamaged(str(error)) from error
                raise
            attempt.log.info("transfer begins again", reason=str(error))
    raise AssertionError("the last time raises")


async def _mark_damaged(node: Node, dataset: Dataset, row: Transfer, text: str) -> None:
    async with node.database.transaction() as session:
        copy = await session.get(Replica, (dataset.id, row.source_storage_id))
        if copy is not None and copy.path == row.source_path:
            await note_copy(session, dataset, copy, "damaged", text)


async def _wait_for(attempt: jobs.Attempt, row: Transfer, error: Exception) -> None:
    """Try again later, as late as a busy storage asks; fail when it has got no further for too long."""
    node = attempt.node
    async with node.database.sessions() as session:
        current = await session.get_one(Transfer, row.id)
        now = await session.scalar(select(func.now()))
    stuck_seconds = 0.0 if current.progress_at is None or now is None else (now - current.progress_at).total_seconds()
    if stuck_seconds > node.settings.of(DataSettings).transfers.give_up_seconds:
        await _fail(attempt, row, error)
        return
    code = error.code if isinstance(error, Problem) else None
    asked = getattr(error, "retry_after", None) or 0
    seconds = max(asked, min(_LONGEST_WAIT_SECONDS, 0.5 * 2.0 ** min(current.tries, 10)))
    text = (error.detail or error.title()) if isinstance(error, Problem) else str(error)
    await _wait(node, row, text, code, seconds)


async def _wait(node: Node, row: Transfer, waiting_on: str, code: str | None, seconds: float) -> None:
    async with node.database.transaction() as session:
        current = await mine(session, row, state=row.state)
        if current.state == "running":
            current.state = "waiting"
        current.waiting_on, current.code, current.tries = waiting_on, code, current.tries + 1
        hint(session, TRANSFERS_TOPIC)
    raise jobs.Snooze(seconds)


async def _fail(attempt: jobs.Attempt, row: Transfer, error: Exception) -> None:
    """Let the transfer fail, with nothing half left behind."""
    with suppress(Problem, OSError, Elsewhere):  # what a storage in trouble keeps costs room only
        await _tidy(attempt.node, row)
    code = error.code if isinstance(error, Problem) else "source_missing" if isinstance(error, ObjectMissing) else None
    text = (error.detail or error.title()) if isinstance(error, Problem) else f"{error} is not there"
    async with attempt.transaction() as session:
        current = await mine(session, row, state=row.state)
        await end(session, current, "failed", error=text, code=code or "storage_unreachable")


async def _tidy(node: Node, row: Transfer) -> None:
    """Take away the parts that have arrived, the ledger of them, and a whole copy that is no data set's."""
    target = None
    async with node.database.sessions() as session:
        current = await session.get_one(Transfer, row.id)
        if current.upload or await _is_nobodys(session, row):
            target_row = await session.get(StorageRow, current.target_storage_id)
            if target_row is not None and is_elsewhere(node, target_row):
                raise Elsewhere(target_row.node_name)
            target = None if target_row is None else await storage_of(session, node, target_row.id)
    if target is not None:
        await abandon(target, await open_ledger(node, current))
        async with node.database.sessions() as session:  # asked again: somebody may have begun it anew meanwhile
            nobodys = await _is_nobodys(session, row)
        if nobodys and current.target_path is not None:
            await target.delete(current.target_path)
    async with node.database.transaction() as session:
        await session.execute(delete(TransferPart).where(TransferPart.transfer_id == row.id))
        nothing = {"upload": None, "source_version": None, "bytes_done": 0, "files_done": 0}
        await session.execute(update(Transfer).where(Transfer.id == row.id).values(**nothing))


async def _is_nobodys(session: AsyncSession, row: Transfer) -> bool:
    """Say whether what is at the target is a data set's by its place, by no record, and nobody is bringing it.

    The data set was deleted, or the transfer cancelled, when it had arrived and before that was written down.
    """
    kept = row.made_dataset_id or row.dataset_id
    if kept is None or row.target_storage_id is None or not (row.target_path or "").startswith(kept_below(kept)):
        return False
    others = select(Transfer.id).where(
        Transfer.target_storage_id == row.target_storage_id,
        Transfer.target_path == row.target_path,
        Transfer.state.in_(LIVE),
    )
    if row.state in LIVE:  # it is this very attempt that fails
        others = others.where(Transfer.id != row.id)
    if await session.scalar(others.limit(1)) is not None:
        return False
    return await find_copy(session, row.target_storage_id, row.target_path or "", below=False) is None
