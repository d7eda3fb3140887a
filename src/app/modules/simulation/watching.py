"""Following the runs on each machine: one loop a machine, one question for all its runs.

A machine's loop is woken when its driver notices a change (a local run that ends is noticed at once) and asks anyway
once in a while. A sweep re-makes jobs that were cancelled or lost from under their simulation.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import and_, any_, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import ENDED, BatchSystem, LoginWaits, Machine, MachineElsewhere, NativeStatus, RunRef
from app.modules.simulation.arrays import LEAST_COUNT, kinds
from app.modules.simulation.breakers import breaker_of
from app.modules.simulation.cancellation import stop_there
from app.modules.simulation.doubting import doubt, doubt_all, settle_unclear, with_evidence
from app.modules.simulation.heeding import heeding_loop
from app.modules.simulation.measuring import have_measured
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.run_callbacks import forget_keys
from app.modules.simulation.settings import SimulationSettings
from app.modules.simulation.states import (
    SUBMIT_JOB,
    end,
    end_or_repeat,
    enqueue_collection,
    enqueue_portion,
    enqueue_submission,
    move,
    time_of,
    why_cancelled,
)

log = structlog.get_logger(__name__)

MACHINES_TOPIC = "machines"
TAIL_BYTES = 2000
SWEEP_COUNT = 500
# How often a machine without a run of ours is looked at, should the hint that it has one be lost.
UNUSED_SECONDS = 30.0
# A batch system that forgot all its runs at once is not asked for a thousand files in one look.
RECEIPTS_AT_ONCE = 20
LOGIN_SECONDS = 15.0  # it is woken when somebody has logged in
RETRY_SECONDS = 2.0  # after one silence; the breaker says for how long after more
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
        # By revision as well: how often a machine may be asked is a setting of it.
        self._heeding: dict[tuple[str, int], Loop] = {}

    async def arrange(self) -> None:
        """Start a loop for each machine that is new here, stop those of machines that are disabled."""
        async with self._node.database.sessions() as session:
            known = await machines.list_all(session)
        wanted = {m.id: m for m in known if m.enabled and m.driver and machines.is_reachable(self._node, m)}
        for machine_id in self._loops.keys() - wanted.keys():
            loop = self._loops.pop(machine_id)
            await self._node.remove_loop(loop)
        for machine_id in wanted.keys() - self._loops.keys():
            loop = Loop(
                f"watch {wanted[machine_id].name}",
                partial(watch, self._node, wanted[machine_id]),
                every_seconds=UNUSED_SECONDS,
                topics=(machines.topic_of(machine_id),),
                role="worker",
            )
            self._loops[machine_id] = loop
            self._node.add_loop(loop, "simulation")
        await self._arrange_heeding([one for one in wanted.values() if machines.calls_back(one)])

    async def _arrange_heeding(self, calling: Sequence[Machine]) -> None:
        wanted = {(one.id, one.revision): one for one in calling}
        for gone in self._heeding.keys() - wanted.keys():
            await self._node.remove_loop(self._heeding.pop(gone))
        for new in wanted.keys() - self._heeding.keys():
            self._heeding[new] = heeding_loop(self._node, wanted[new])
            self._node.add_loop(self._heeding[new], "simulation")


WATCHED = (
    Simulation.id,
    Simulation.attempt,
    Simulation.marker,
    Simulation.native_id,
    Simulation.state,
    Simulation.native_state,
    Simulation.cancel_requested_at,
    Simulation.submission,
    Simulation.waiting_text,
    func.extract("epoch", func.clock_timestamp() - Simulation.doubted_at).label("doubted_seconds"),
)
ACTIVE = ("queued", "running", "unknown")


async def watch(node: Node, machine: Machine) -> float | None:
    """Ask a machine how its runs stand and record what changed; return when to ask again, if there are runs.

    A machine that does not answer has its runs doubted, and is left alone for longer and longer.
    """
    async with node.database.sessions() as session:
        query = select(*WATCHED).where(Simulation.machine_id == machine.id, Simulation.state.in_(ACTIVE))
        active = {row.marker: row for row in (await session.execute(query)).all()}
    if not active:
        return None
    breaker = breaker_of(node, machine)
    if seconds := breaker.wait_seconds:
        await doubt_all(node, machine, f"{machine.name} does not answer")
        return seconds
    try:
        async with breaker.call(node.settings.of(SimulationSettings).ask_seconds):
            batch = await machines.batch_of(node, machine)
            is_whole = await look(node, machine, batch, active)
    except MachineElsewhere:
        return UNUSED_SECONDS  # the node that is logged in there watches it
    except LoginWaits as waits:
        await doubt_all(node, machine, str(waits))
        return LOGIN_SECONDS
    except (OSError, TimeoutError) as error:
        why = str(error) or "it took too long"
        log.warning("machine does not answer", machine=machine.name, error=why)
        await doubt_all(node, machine, f"{machine.name} does not answer: {why}")
        return breaker.wait_seconds or RETRY_SECONDS
    return batch.poll_seconds if is_whole else min(batch.poll_seconds, RETRY_SECONDS)


async def look(node: Node, machine: Machine, batch: BatchSystem, active: Mapping[str, Any]) -> bool:
    """Ask how these runs of a machine stand, by marker, and record what changed.

    ``False``: more are to be cancelled than there was time for. Raises OSError, TimeoutError.
    """
    unclear = {marker: row for marker, row in active.items() if row.submission == "intent"}
    if unclear:
        await settle_unclear(node, batch, unclear)
    known = {marker: row for marker, row in active.items() if row.submission == "submitted"}
    unwanted = [one for one in known.values() if one.cancel_requested_at is not None]
    is_whole = await stop_there(node, machine, batch, unwanted)
    if not known:
        return True
    seconds = node.settings.of(SimulationSettings).unknown_seconds
    statuses = await batch.poll([RunRef(row.marker, row.native_id) for row in known.values()])
    told = {status.marker: status for status in statuses}
    unknown = [status for status in statuses if status.state == "unknown"]
    for status in random.sample(unknown, min(len(unknown), RECEIPTS_AT_ONCE)):
        told[status.marker] = await with_evidence(batch, status)
    changed = {marker: status for marker, status in told.items() if _differs(known[marker], status, seconds)}
    if not changed:
        return is_whole
    tails = {m: await _tail(node, batch, machine, m) for m, s in changed.items() if s.state in ("failed", "timed_out")}
    async with node.database.transaction() as session:
        await _record(session, known, changed, tails, seconds)
    return is_whole


def _differs(row: Any, status: NativeStatus, unknown_seconds: float) -> bool:
    doubted = row.doubted_seconds
    if status.state == "unknown":
        return bool(doubted is None or (row.state != "unknown" and doubted >= unknown_seconds))
    moved = status.state != row.state or status.native_state != row.native_state
    known_again = doubted is not None
    return bool(moved or known_again or (status.state == "queued" and status.text != row.waiting_text))


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
    unknown_seconds: float,
) -> None:
    query = (
        select(Simulation)
        .where(Simulation.id.in_([active[marker].id for marker in changed]))
        .order_by(Simulation.id)
        .with_for_update()
    )
    rows = (await session.scalars(query)).all()
    at = await time_of(session)
    for row in rows:
        status = changed.get(row.marker or "")
        if status is not None and row.state in ACTIVE:  # else: it moved on meanwhile
            await _apply(session, row, status, tails.get(status.marker, ""), unknown_seconds, at)
    await have_measured(session, rows)


async def _apply(
    session: AsyncSession, row: Simulation, status: NativeStatus, tail: str, unknown_seconds: float, at: datetime
) -> None:
    row.native_state = status.native_state
    row.native_id = status.native_id or row.native_id  # a member of an array had that of all
    row.started_at = status.started_at or row.started_at
    if status.state == "unknown":
        why = f"{row.machine} does not know it; waiting for evidence of what became of it"
        await doubt(session, row, why, unknown_seconds)
        return
    if row.doubted_at is not None:
        row.doubted_at, row.waiting_text = None, None
    if status.state not in ENDED:
        if status.state != row.state:
            if status.state == "running" and row.started_at is None:
                row.started_at = at
            await move(session, row, status.state, at=at)
        # Such as why it waits in the batch system's queue.
        row.waiting_text = status.text
        return
    row.exit_code = status.exit_code
    if status.usage is not None:
        row.usage = asdict(status.usage)
    if status.started_at is not None and status.finished_at is not None:
        row.run_seconds = (status.finished_at - status.started_at).total_seconds()
    said = ": ".join(part for part in (status.text, tail) if part)
    if status.state == "succeeded":
        await move(session, row, "completing", at=at)
        await session.flush()
        await enqueue_collection(session, row)
    elif status.state == "cancelled":
        asked = row.cancel_requested_at is not None
        await end(session, row, "cancelled", error=why_cancelled(row) if asked else "cancelled on the machine")
    elif status.state == "timed_out":
        await end(session, row, "timed_out", error=said)  # the same limit would end it again
    else:
        counts, hopeless = not status.interrupted, status.hopeless
        await end_or_repeat(session, row, status.state, said, counts=counts, hopeless=hopeless)


async def sweep(node: Node) -> float | None:
    """Make sure that every simulation that waits for a job of ours has that job, and no ended one a key.

    Those no machine could take get one at each look, so a machine that was changed is tried at once; others after a
    while, should their job have been cancelled or lost.
    """
    before = aliased(Simulation)
    unfinished = exists().where(before.id == any_(Simulation.after), before.state.not_in(TERMINAL))
    placeless = and_(
        Simulation.state == "created", Simulation.submission == "none", Simulation.machine_id.is_(None), ~unfinished
    )
    stale = and_(Simulation.state.in_(("created", "completing")), Simulation.state_at < SWEEP_AFTER, ~unfinished)
    due = or_(Simulation.turn_at.is_(None), Simulation.turn_at <= func.now())
    async with node.database.transaction() as session:
        await forget_keys(session)
        query = select(Simulation).where(or_(placeless, stale), due).order_by(Simulation.urgency.desc(), func.random())
        rows = (await session.scalars(query.limit(SWEEP_COUNT))).all()
        for kind, alike_rows in kinds(row for row in rows if row.state == "created"):
            if len(alike_rows) >= LEAST_COUNT:  # they may be an array yet
                await enqueue_portion(session, alike_rows, unique_key=f"{SUBMIT_JOB}:alike:{kind}")
                continue
            for row in alike_rows:
                await enqueue_submission(session, row)
        for row in rows:
            if row.state == "completing":
                await enqueue_collection(session, row)
        turn = select(func.extract("epoch", func.min(Simulation.turn_at) - func.now())).where(~due, placeless)
        seconds = await session.scalar(turn)
    turn_seconds = None if seconds is None else max(1.0, float(seconds))
    return min(5.0, turn_seconds or 5.0) if rows else turn_seconds
