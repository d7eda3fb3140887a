"""Runs nobody can say anything about: neither done nor to be run again, until there is evidence or a person decides.

Evidence is what the batch system says when it knows the run again, its accounting, or the receipt the run left. A
submission whose answer was lost is in doubt too: there the evidence is whether the marker is found.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.modules.machines import BatchSystem, Machine, NativeStatus, Receipt
from app.modules.simulation.arrays import array_of
from app.modules.simulation.models import Simulation
from app.modules.simulation.settings import SimulationSettings
from app.modules.simulation.states import enqueue_submission, move

log = structlog.get_logger(__name__)

_WATCHED = ("queued", "running")


async def with_evidence(batch: BatchSystem, status: NativeStatus) -> NativeStatus:
    """Return what a run's own receipt says of a run the batch system does not know, else the status as it is."""
    if status.state != "unknown":
        return status
    receipt = await batch.receipt(status.marker)
    return status if receipt is None else of_receipt(status, receipt)


def of_receipt(status: NativeStatus, receipt: Receipt) -> NativeStatus:
    """Return how a run ended by its receipt."""
    state: Literal["succeeded", "failed", "timed_out", "lost"]
    if receipt.ended_by == "walltime":
        state, text = "timed_out", "it ran out of time"
    elif receipt.exit_code == 0 and receipt.signal is None:
        state, text = "succeeded", ""
    elif receipt.exit_code is None and receipt.signal is None:
        state, text = "lost", receipt.error or f"it was ended ({receipt.ended_by})"
    else:
        state = "failed"
        text = f"exit code {receipt.exit_code}" if receipt.signal is None else f"ended by signal {receipt.signal}"
    return NativeStatus(
        marker=status.marker,
        native_id=status.native_id,
        native_state=status.native_state,
        state=state,
        text=f"{text} (by its receipt)".strip(),
        exit_code=receipt.exit_code,
        started_at=receipt.started_at,
        finished_at=receipt.finished_at,
        usage=receipt.usage,
    )


async def doubt(session: AsyncSession, row: Simulation, why: str, seconds: float) -> None:
    """Begin to doubt a run; one that is doubted already, for as long as that may last, becomes unknown."""
    if row.doubted_at is None:
        row.doubted_at, row.waiting_text = func.now(), why
        if seconds > 0:
            return
    await move(session, row, "unknown", error=why)
    row.waiting_text = why


async def doubt_all(node: Node, machine: Machine, why: str) -> None:
    """Doubt every run of a machine that does not answer."""
    seconds = node.settings.of(SimulationSettings).unknown_seconds
    of_machine = (Simulation.machine_id == machine.id, Simulation.state.in_(_WATCHED))
    async with node.database.transaction() as session:
        began = update(Simulation).where(*of_machine, Simulation.doubted_at.is_(None))
        await session.execute(began.values(doubted_at=func.now(), waiting_text=why))
        over = func.clock_timestamp() - timedelta(seconds=seconds)
        query = select(Simulation).where(*of_machine, Simulation.doubted_at <= over).order_by(Simulation.id)
        for row in (await session.scalars(query.with_for_update())).all():
            await doubt(session, row, why, seconds)


async def settle_unclear(node: Node, batch: BatchSystem, unclear: Mapping[str, Any]) -> None:
    """Look whether submissions whose answers were lost arrived, by marker: adopt them, or let them be made again."""
    submitted = {marker: array_of(marker) or marker for marker in unclear}
    known = {marker: await batch.find(marker) for marker in set(submitted.values())}
    found = {marker: known[submitted[marker]] for marker in unclear}
    async with node.database.transaction() as session:
        query = (
            select(Simulation)
            .where(Simulation.id.in_([row.id for row in unclear.values()]))
            .order_by(Simulation.id)
            .with_for_update()
        )
        for row in (await session.scalars(query)).all():
            if row.state != "unknown" or row.submission != "intent" or row.marker not in found:
                continue
            native_id = found[row.marker]
            log.info("unclear submission settled", marker=row.marker, adopted=native_id)
            row.doubted_at = None
            if native_id is None:  # under the same marker: should it arrive yet, it is still one run
                await move(session, row, "created")
                await enqueue_submission(session, row)
            else:
                row.submission, row.native_id, row.queued_at = "submitted", native_id, func.now()
                await move(session, row, "queued")
