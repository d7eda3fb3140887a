"""The verbs on transfers: submit, cancel, retry, find, forget."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.paging import Page, page_of
from app.kernel.principal import Principal
from app.kernel.scoping import require_act
from app.modules import accounts, jobs
from app.modules.data.schemas import DataSettings
from app.modules.data.transfer_errors import TransferNotFound, TransferOver, TransferUnderWay
from app.modules.data.transfer_events import TransferEnded
from app.modules.data.transfer_models import LIVE, Transfer, TransferPart
from app.modules.data.transfer_planning import plan
from app.modules.data.transfer_schemas import Place, TransferCreate, TransfersMade, TransferView

TRANSFER_JOB = "data.transfer"
TIDY_JOB = "data.transfer_tidy"
TRANSFERS_TOPIC = "transfers"


class TransferWork(BaseModel):
    """Which transfer."""

    transfer_id: str


async def submit_transfers(
    node: Node, session: AsyncSession, wanted: TransferCreate, actor: Principal
) -> TransfersMade:
    """Begin what is wanted, or only say what that would be. Announces transfer.ended for each in the end.

    Raises as :func:`plan`, TransferUnderWay (409) when another moves the same or writes to the same place, and
    AllocationExhausted (409) when a copy would be more than its owner may have.
    """
    rows = await plan(node, session, wanted, actor)
    if not wanted.dry_run:
        for row in rows:
            row.id = new_id("xfr")
            await _begin(session, row)
    return TransfersMade(dry_run=wanted.dry_run, items=[view(row) for row in rows])


async def cancel_transfer(session: AsyncSession, transfer_id: str, *, dry_run: bool = False) -> TransferView:
    """Stop a transfer and take away what has arrived of it. Announces transfer.ended.

    ``dry_run`` only refuses what would be refused. Raises TransferNotFound (404), NotYours (403), TransferOver (409).
    """
    row = await _locked(session, transfer_id)
    if row.state not in ("waiting", "running"):
        raise TransferOver(f"The transfer is {row.state}")
    if dry_run:
        return view(row)
    await _cancel(session, row)
    return view(row)


async def cancel_transfers_of_incident(session: AsyncSession, incident_id: str) -> int:
    """Stop what moves data sets of an incident; return how many those were. Announces transfer.ended for each."""
    query = select(Transfer).where(Transfer.incident_id == incident_id, Transfer.state.in_(("waiting", "running")))
    rows = (await session.scalars(query.order_by(Transfer.id).with_for_update())).all()
    for row in rows:
        await _cancel(session, row)
    return len(rows)


async def retry_transfer(session: AsyncSession, transfer_id: str) -> TransferView:
    """Begin a transfer again that failed or was cancelled.

    Raises TransferNotFound (404), NotYours (403), TransferOver, TransferUnderWay (409).
    """
    row = await _locked(session, transfer_id)
    if row.state not in ("failed", "cancelled"):
        raise TransferOver(f"The transfer is {row.state}; only one that failed or was cancelled can be retried")
    row.state, row.ended_at, row.error, row.code, row.waiting_on, row.tries = "waiting", None, None, None, None, 0
    row.started_at = row.progress_at = None
    await _begin(session, row)
    return view(row)


async def get_transfer(session: AsyncSession, transfer_id: str, *, lock: bool = False) -> Transfer:
    """Return a transfer. Raises TransferNotFound (404)."""
    row = await session.get(Transfer, transfer_id, with_for_update=lock)
    if row is None:
        raise TransferNotFound(f"There is no transfer {transfer_id}")
    return row


async def list_transfers(
    session: AsyncSession,
    *,
    states: list[str],
    kind: str | None,
    dataset_id: str | None,
    storage_id: str | None,
    cursor: str | None,
    limit: int,
) -> Page[TransferView]:
    """Return a page of transfers, newest first."""
    query = select(Transfer)
    if states:
        query = query.where(Transfer.state.in_(states))
    if kind is not None:
        query = query.where(Transfer.kind == kind)
    if dataset_id is not None:
        query = query.where((Transfer.dataset_id == dataset_id) | (Transfer.made_dataset_id == dataset_id))
    if storage_id is not None:
        query = query.where((Transfer.source_storage_id == storage_id) | (Transfer.target_storage_id == storage_id))
    rows: list[Transfer]
    rows, following = await page_of(session, query, [Transfer.created_at, Transfer.id], cursor=cursor, limit=limit)
    return Page(items=[view(row) for row in rows], next_cursor=following)


async def end(
    session: AsyncSession, row: Transfer, state: str, *, error: str | None = None, code: str | None = None
) -> None:
    """Let a transfer be over. Announces transfer.ended."""
    now = await session.scalar(select(func.now()))
    assert now is not None
    row.state, row.error, row.code, row.waiting_on, row.ended_at = state, error, code, None, now
    if row.made_dataset_id is not None and row.job_id is not None:
        await accounts.release(session, row.job_id, "bytes")
    if state == "complete" and row.bytes_total is not None:
        row.bytes_done = row.bytes_total
    publish(
        session,
        TransferEnded(
            subject_id=row.id,
            incident_id=row.incident_id,
            kind=row.kind,
            state=state,
            dataset_id=row.made_dataset_id or row.dataset_id,
            bytes=row.bytes_done,
            seconds=(now - row.started_at).total_seconds() if row.started_at else None,
            error=error,
        ),
    )
    if state == "complete":
        await session.execute(delete(TransferPart).where(TransferPart.transfer_id == row.id))
    hint(session, TRANSFERS_TOPIC)


async def forget_old(node: Node) -> None:
    """Forget transfers that ended long ago."""
    old = func.now() - timedelta(days=node.settings.of(DataSettings).transfers.keep_days)
    async with node.database.transaction() as session:
        await session.execute(delete(Transfer).where(Transfer.ended_at < old))


async def reconcile(node: Node) -> None:
    """End transfers whose job somebody cancelled by itself."""
    quiet = func.coalesce(Transfer.progress_at, Transfer.created_at) < func.now() - timedelta(minutes=1)
    async with node.database.sessions() as session:
        live = [
            (row.id, row.job_id)
            for row in await session.execute(
                select(Transfer.id, Transfer.job_id).where(Transfer.state.in_(LIVE), quiet).limit(1000)
            )
        ]
    for transfer_id, job_id in live:
        async with node.database.transaction() as session:
            job = await jobs.find(session, job_id) if job_id is not None else None
            row = await get_transfer(session, transfer_id, lock=True)
            if row.job_id == job_id and row.state in LIVE and (job is None or job.state == "cancelled"):
                await end(session, row, "cancelled")
                await jobs.enqueue(session, TIDY_JOB, TransferWork(transfer_id=row.id))


def view(row: Transfer) -> TransferView:
    """Return a transfer as the API shows it."""
    left = None if row.bytes_total is None else max(0, row.bytes_total - row.bytes_done)
    moving = row.state == "running" and row.rate and left is not None
    fields: dict[str, Any] = {name: getattr(row, name, None) for name in TransferView.model_fields}
    fields |= {
        "state": row.state if row.id is not None else "planned",
        "source": _place(row.source_storage_id, row.source_path),
        "target": _place(row.target_storage_id, row.target_path),
        "rate": row.rate if row.state == "running" else None,
        "eta_seconds": round(left / row.rate, 1) if moving and left is not None and row.rate else None,
        "files_done": row.files_done or 0,
    }
    return TransferView.model_validate(fields)


def _place(storage_id: str | None, path: str | None) -> Place | None:
    return None if storage_id is None else Place(storage_id=storage_id, path=path)


async def _begin(session: AsyncSession, row: Transfer) -> None:
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError as error:
        raise TransferUnderWay("Another transfer moves this, or writes to the same place, at the moment") from error
    row.job_id = await jobs.enqueue(
        session,
        TRANSFER_JOB,
        TransferWork(transfer_id=row.id),
        urgency=row.urgency,  # type: ignore[arg-type]  # checked where it came in
        limit_key=row.target_storage_id or row.dataset_id,
        incident_id=row.incident_id,
        owner_id=row.owner_id,
        origin=f"transfer {row.id}",
    )
    if row.made_dataset_id is not None:  # a data set more, that is counted before it is made, as an upload is
        await accounts.reserve(session, row.owner_id, "bytes", {row.job_id: row.bytes_total or 0})
    await session.flush()
    await session.refresh(row)
    hint(session, TRANSFERS_TOPIC)


async def _locked(session: AsyncSession, transfer_id: str) -> Transfer:
    row = await get_transfer(session, transfer_id, lock=True)
    await require_act(session, row)
    return row


async def _cancel(session: AsyncSession, row: Transfer) -> None:
    if row.job_id is not None:
        with suppress(jobs.JobFinished, jobs.JobNotFound):  # between two jobs the row alone says what becomes of it
            await jobs.cancel(session, row.job_id)
    await end(session, row, "cancelled")
    after = [] if row.job_id is None else [row.job_id]
    await jobs.enqueue(session, TIDY_JOB, TransferWork(transfer_id=row.id), after=after, on_failure="run")
    await session.flush()
