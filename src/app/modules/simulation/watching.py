"""Following the runs on each machine: one loop a machine, one question for all its runs.

A machine's loop is woken when its driver notices a change (a local run that ends is noticed at once) and asks anyway
once in a while. A sweep re-makes jobs that were cancelled or lost from under their simulation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import structlog
from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import ENDED, BatchSystem, Machine, NativeStatus, RunRef
from app.modules.simulation.models import Simulation
from app.modules.simulation.states import end, end_or_repeat, enqueue_collection, enqueue_submission, move

log = structlog.get_logger(__name__)

MACHINES_TOPIC = "machines"
TAIL_BYTES = 2000
SWEEP_COUNT = 500
# How often a machine without a run of ours is looked at, should the hint that it has one be lost.
UNUSED_SECONDS = 30.0
SWEEP_AFTER = text("now() - interval '30 seconds'")


def loops(node: Node) -> Sequence[Loop]:
    """Return the loop that keeps one watching loop per machine, and the sweep."""
    return [
        Loop("watchers", Watchers(node).arrange, every_seconds=15, topics=(MACHINES_TOPIC,), role="worker"),
        Loop("sweep", partial(sweep, node), every_seconds=30, topics=(MACHINES_TOPIC,), role="worker"),
    ]


class Watchers:
    """The watching loops of this node, by machine."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._loops: dict[str, Loop] = {}

    async def arrange(self) -> None:
        """Start a loop for each machine that is new here, stop those of machines that are disabled."""
        async with self._node.database.sessions() as session:
            known = await machines.list_all(session)
        wanted = {m.id: m for m in known if m.enabled and m.node_name in (None, self._node.name)}
        for machine_id in self._loops.keys() - wanted.keys():
            loop = self._loops.pop(machine_id)
            await self._node.remove_loop(loop)
        for machine_id in wanted.keys() - self._loops.keys():
            batch = await machines.batch_of(self._node, wanted[machine_id])
            loop = Loop(
                f"watch {wanted[machine_id].name}",
                partial(watch, self._node, wanted[machine_id]),
                every_seconds=max(UNUSED_SECONDS, batch.poll_seconds),
                topics=(machines.topic_of(machine_id),),
                role="worker",
            )
            self._loops[machine_id] = loop
            self._node.add_loop(loop, "simulation")


_WATCHED = (
    Simulation.id,
    Simulation.attempt,
    Simulation.marker,
    Simulation.native_id,
    Simulation.state,
    Simulation.native_state,
    Simulation.cancel_requested_at,
)


async def watch(node: Node, machine: Machine) -> float | None:
    """Ask a machine how its runs stand and record what changed; return when to ask again, if there are runs."""
    async with node.database.sessions() as session:
        query = select(*_WATCHED).where(
            Simulation.machine_id == machine.id,
            Simulation.submission == "submitted",
            Simulation.state.in_(("queued", "running")),
        )
        active = {row.marker: row for row in (await session.execute(query)).all()}
    if not active:
        return None
    batch = await machines.batch_of(node, machine)
    # The queued first: cancelling one that runs makes room for them.
    for row in sorted(active.values(), key=lambda row: row.state != "queued"):
        if row.cancel_requested_at is not None:
            await batch.cancel(RunRef(row.marker, row.native_id))
    statuses = await batch.poll([RunRef(row.marker, row.native_id) for row in active.values()])
    changed = {s.marker: s for s in statuses if _differs(active[s.marker], s)}
    if not changed:
        return batch.poll_seconds
    tails = {m: await _tail(node, batch, machine, m) for m, s in changed.items() if s.state in ("failed", "timed_out")}
    async with node.database.transaction() as session:
        await _record(session, active, changed, tails)
    return batch.poll_seconds


def _differs(row: Any, status: NativeStatus) -> bool:
    return bool(status.state != row.state or status.native_state != row.native_state)


async def _tail(node: Node, batch: BatchSystem, machine: Machine, marker: str) -> str:
    """Return the last line a run wrote to its error stream: most often the reason."""
    transport = await machines.transport_of(node, machine)
    written = await transport.tail(batch.output_path(marker, "stderr"), TAIL_BYTES)
    lines = written.decode(errors="replace").replace("\x00", "\ufffd").strip().splitlines()
    return lines[-1][:500] if lines else ""


async def _record(
    session: AsyncSession,
    active: Mapping[str, Any],
    changed: Mapping[str, NativeStatus],
    tails: Mapping[str, str],
) -> None:
    query = (
        select(Simulation)
        .where(Simulation.id.in_([active[marker].id for marker in changed]))
        .order_by(Simulation.id)
        .with_for_update()
    )
    for row in (await session.scalars(query)).all():
        status = changed.get(row.marker or "")
        if status is not None and row.state in ("queued", "running"):  # else: it moved on meanwhile
            await _apply(session, row, status, tails.get(status.marker, ""))


async def _apply(session: AsyncSession, row: Simulation, status: NativeStatus, tail: str) -> None:
    row.native_state = status.native_state
    row.started_at = status.started_at or row.started_at
    if status.state == "unknown":
        row.waiting_text = f"{row.machine} does not know it; waiting for evidence of what became of it"
        return
    if status.state not in ENDED:
        if status.state != row.state:
            if status.state == "running" and row.started_at is None:
                row.started_at = func.now()
            move(session, row, status.state)
        return
    row.exit_code = status.exit_code
    if status.usage is not None:
        row.usage = asdict(status.usage)
    if status.started_at is not None and status.finished_at is not None:
        row.run_seconds = (status.finished_at - status.started_at).total_seconds()
    said = ": ".join(part for part in (status.text, tail) if part)
    if status.state == "succeeded":
        move(session, row, "completing")
        await session.flush()
        await enqueue_collection(session, row)
    elif status.state == "cancelled":
        await end(session, row, "cancelled", error=None if row.cancel_requested_at else "cancelled on the machine")
    elif status.state == "timed_out":
        await end(session, row, "timed_out", error=said)  # the same limit would end it again
    else:
        await end_or_repeat(session, row, status.state, said, counts=not status.interrupted)


async def sweep(node: Node) -> float | None:
    """Make sure that every simulation that waits for a job of ours has that job.

    Those no machine could take get one at each look, so a machine that was changed is tried at once; others after a
    while, should their job have been cancelled or lost.
    """
    placeless = and_(Simulation.state == "created", Simulation.submission == "none", Simulation.machine_id.is_(None))
    stale = and_(Simulation.state.in_(("created", "completing")), Simulation.state_at < SWEEP_AFTER)
    async with node.database.transaction() as session:
        query = select(Simulation).where(or_(placeless, stale)).order_by(Simulation.urgency.desc(), func.random())
        rows = (await session.scalars(query.limit(SWEEP_COUNT))).all()
        for row in rows:
            await (enqueue_submission if row.state == "created" else enqueue_collection)(session, row)
    return 5.0 if rows else None
