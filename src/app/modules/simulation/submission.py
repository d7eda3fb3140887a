"""Submitting runs: claim (transaction), call, record (transaction).

The marker is committed before the batch system is called. Whatever happens to the call, the next attempt of the job
looks the marker up and adopts what it finds; only when there is nothing does it submit again, under the same marker.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import failpoints
from app.kernel.bus import hint
from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules import jobs, machines
from app.modules.machines import LoginWaits, Machine, MachineElsewhere
from app.modules.simulation.arrays import LEAST_COUNT, alike, array_of, give_markers, siblings, units
from app.modules.simulation.breakers import MachineSilent
from app.modules.simulation.core_hours import Budget, cost_factor, give_back_extra
from app.modules.simulation.escalation import Climber, as_asked, climbed, refused_key, rung_of
from app.modules.simulation.estimates import Estimates
from app.modules.simulation.grouping import in_time_of_race, lock_groups, machines_of_group
from app.modules.simulation.models import Simulation
from app.modules.simulation.orphans import have_stopped, is_watched
from app.modules.simulation.pacing import Heard, Turns, congestion_of, take_in, waiting_count
from app.modules.simulation.placement import decide
from app.modules.simulation.queue_room import Survey
from app.modules.simulation.reaching import Reached, UnclearSubmission, reach
from app.modules.simulation.run_callbacks import make_keys
from app.modules.simulation.rung_rights import Asker, asker_of
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.start_probes import starts_for
from app.modules.simulation.states import (
    SUBMIT_JOB,
    SUBMITTED_AT_ONCE,
    RunAttempt,
    RunAttempts,
    end,
    end_or_repeat,
    enqueue_portions,
    enqueue_submission,
    enqueue_submissions,
    move,
    time_of,
    why_cancelled,
)
from app.modules.simulation.succession import may_begin
from app.modules.simulation.surveying import survey_for
from app.modules.simulation.told_starts import Starts

log = structlog.get_logger(__name__)

MACHINES_TOPIC = "machines"
_PREPARED_AGAIN = timedelta(seconds=20)
LOGIN_RETRY_SECONDS = 5.0


@jobs.kind(SUBMIT_JOB, max_attempts=8, timeout_seconds=600, concurrency=8)
async def submit_runs(attempt: jobs.Attempt, payload: RunAttempts) -> None:
    """Place these attempts of simulations, bring their input files there and submit them."""
    node = attempt.node
    surveys, starts = await asyncio.gather(survey_for(node, payload.ids), starts_for(node, payload.ids))
    async with node.database.transaction() as session:
        known = {machine.id: machine for machine in await machines.list_all(session)}
        others = await siblings(session, payload.ids)
        payload = RunAttempts(runs=[*payload.runs, *(RunAttempt(simulation_id=i, attempt=n) for i, n in others)])
        claimed, fresh = await claim(session, node, list(known.values()), payload, surveys, starts)
    if not claimed:
        return
    reached: dict[str, Reached] = {}
    heard: list[Heard] = []
    trouble: Exception | None = None
    for marker, rows in units(claimed):
        first = rows[0]
        with structlog.contextvars.bound_contextvars(incident_id=first.incident_id, simulation_id=first.id):
            try:
                came = await reach(node, known[str(first.machine_id)], marker, rows, is_new=first.id in fresh)
                reached |= came
                heard += _heard(str(first.machine_id), came)
            except (OSError, Problem) as error:  # the others need not wait for this one
                log.warning("run not submitted", marker=marker, error=str(error))
                unclear = isinstance(error, UnclearSubmission)
                reached |= {row.id: Reached(trouble=str(error), unclear=unclear) for row in rows}
                if unclear and (busy := congestion_of(known[str(first.machine_id)], str(error))) is not None:
                    heard.append(Heard(str(first.machine_id), len(rows), busy=busy))
                trouble = error
    failpoints.reach("simulation.submitted")
    if trouble is None:
        async with attempt.transaction() as session:
            recorded = await _record(session, payload, reached)
            await take_in(session, heard)
            await _leave_orphans(session, [row for row in claimed if row.id not in recorded], reached)
        return
    async with node.database.transaction() as session:
        recorded = await _record(session, payload, reached)
        await take_in(session, heard)
        await _leave_orphans(session, [row for row in claimed if row.id not in recorded], reached)
    if isinstance(trouble, MachineElsewhere):
        raise jobs.Snooze(1.0) from trouble
    if isinstance(trouble, LoginWaits) or isinstance(trouble.__cause__, LoginWaits):
        raise jobs.Snooze(LOGIN_RETRY_SECONDS) from trouble
    if isinstance(trouble, MachineSilent):
        raise jobs.Snooze(trouble.seconds) from trouble
    raise trouble


def _heard(machine_id: str, came: Mapping[str, Reached]) -> list[Heard]:
    """Return what one submission showed; nothing when there was none, or it had been made before."""
    one = next(iter(came.values()))
    if one.limited or one.busy is not None or (one.native_id is not None and one.staged is not None):
        return [Heard(machine_id, len(came), busy=one.busy, full=one.full)]
    return []


async def _locked(session: AsyncSession, payload: RunAttempts) -> Sequence[Simulation]:
    """Return those simulations that still wait for the submission of the attempt the job is for, locked."""
    wanted = {run.simulation_id: run.attempt for run in payload.runs}
    query = select(Simulation).where(Simulation.id.in_(wanted)).order_by(Simulation.id).with_for_update()
    rows = (await session.scalars(query)).all()
    return [row for row in rows if row.state == "created" and row.attempt == wanted[row.id]]


async def claim(
    session: AsyncSession,
    node: Node,
    known: Sequence[Machine],
    payload: RunAttempts,
    surveys: Mapping[str, Survey],
    starts: Starts,
) -> tuple[list[Simulation], set[str]]:
    """Give each attempt a machine and a marker, unless it has them; return those that have, and whose is new."""
    cores_promised: Counter[str] = Counter()
    placed: list[Simulation] = []
    estimates = Estimates(session, starts)
    askers: dict[tuple[str, str | None], Asker] = {}
    await lock_groups(session, payload.ids)
    rows = sorted(await _locked(session, payload), key=lambda row: -row.urgency)
    turns = await Turns.load(session, known, lock=True)
    arrays = {machine.id for machine in known if machines.array_count(machine) >= LEAST_COUNT}
    waiting_counts: dict[str, int] = {}  # counted once: thousands may wait, and a thousand of them be looked at here
    for row in rows:
        if row.submission != "none":
            continue
        if row.cancel_requested_at is not None:
            await end(session, row, "cancelled", error=why_cancelled(row))
            continue
        if not await may_begin(session, row):
            continue
        row.spec = as_asked(row)
        spec = SimulationSubmit.model_validate(row.spec)
        refused = (row.placement or {}).get("refused", {})
        if (whose := (row.owner_id, row.incident_id)) not in askers:
            askers[whose] = await asker_of(session, node, *whose)
        asker, budget = askers[whose], Budget(node, row.owner_id, row.id)
        climber = None
        if surveys:
            climber = Climber(node, surveys, asker, budget, await in_time_of_race(session, row))
        choice = await decide(
            session,
            known,
            node,
            spec,
            history_key=row.history_key,
            promised=cores_promised,
            taken=await machines_of_group(session, row),
            asker=asker,
            budget=budget,
            refused=refused,
            estimates=estimates,
            climber=climber,
            turns=turns,
        )
        too_dear = None
        if max(choice.cost_factor, cost_factor(row)) > 1:
            too_dear = await budget.hold(session, row.resources, choice.cost_factor)
        row.placement = {**choice.kept(), "refused": refused}
        if too_dear is None and choice.climb is not None and choice.climb.rung is not None:
            row.spec, rung = climbed(row.spec, choice.climb.rung)
            row.placement = {**row.placement, "rung": rung}
        if choice.hopeless:
            await end(session, row, "failed", error="no machine can run it: " + "; ".join(choice.reasons))
        elif choice.machine is None or too_dear is not None:
            # The sweep enqueues its submission again, soon and when a machine changes.
            row.waiting_text = "no machine can take it now: " + "; ".join([*choice.reasons, *filter(None, [too_dear])])
            row.turn_at = turns.look_at(None, 0) if choice.crowded else None
        elif not turns.take(choice.machine, alike(row) if choice.machine.id in arrays else None):
            row.waiting_text = turns.text(choice.machine)
            if choice.machine.id not in waiting_counts:
                waiting_counts[choice.machine.id] = await waiting_count(session, choice.machine)
            row.turn_at = turns.look_at(choice.machine, waiting_counts[choice.machine.id])
            await give_back_extra(session, row)
        else:
            cores_promised[choice.machine.id] += spec.resources.cores
            row.machine_id, row.machine, row.driver = choice.machine.id, choice.machine.name, choice.machine.driver
            row.submission, row.turn_at = "intent", None
            placed.append(row)
            if row.group_id is not None:
                await session.flush()  # the next of its group sees it
    give_markers(placed, known)
    await make_keys(session, node, placed, known)
    turns.charge(placed)
    await session.flush()
    mine = sorted((row for row in rows if row.submission == "intent"), key=lambda row: -row.urgency)
    alone = [row for row in mine if array_of(row.marker) is None]
    # Each has a call or two of its own to wait for.
    await enqueue_portions(session, alone[SUBMITTED_AT_ONCE:])
    later = {row.id for row in alone[SUBMITTED_AT_ONCE:]}
    return [row for row in mine if row.id not in later], {row.id for row in placed}


async def _leave_orphans(
    session: AsyncSession, unrecorded: Sequence[Simulation], reached: Mapping[str, Reached]
) -> None:
    """Have runs stopped whose simulation had ended, or was repeated, by the time they were submitted."""
    for row in unrecorded:
        native_id = reached[row.id].native_id
        if native_id is not None and not await is_watched(session, row.id, row.marker):
            await have_stopped(session, row, native_id)


async def _record(session: AsyncSession, payload: RunAttempts, reached: Mapping[str, Reached]) -> set[str]:
    """Write down what came of the runs that still wait for it; return the simulations those belong to."""
    recorded: set[str] = set()
    elsewhere: list[Simulation] = []
    at = await time_of(session)
    for row in await _locked(session, payload):
        outcome = reached.get(row.id)
        if outcome is None:
            continue
        recorded.add(row.id)
        if outcome.staged is not None:
            row.directory = outcome.staged.directory
            row.staged_bytes, row.staged_seconds = outcome.staged.bytes, outcome.staged.seconds
        if outcome.trouble is not None:
            row.waiting_text = f"could not be submitted yet: {outcome.trouble}"
            if outcome.unclear and row.doubted_at is None:
                row.doubted_at = func.now()
        elif outcome.limited:
            _take_back(session, row, outcome, at)
        elif outcome.refusal is not None and outcome.elsewhere:
            key = refused_key(str(row.machine_id), (rung_of(row) or {}).get("kind"))
            refused = {**row.placement.get("refused", {}), key: outcome.refusal}
            row.placement = {**row.placement, "refused": refused}
            _displace(row)
            elsewhere.append(row)
        elif outcome.refusal is not None:
            row.submission = "none"
            await end(session, row, "failed", error=outcome.refusal)
        elif outcome.native_id is None and outcome.staged is not None and row.cancel_requested_at is None:
            if row.hold:
                await move(session, row, "prepared")
            else:  # somebody submitted it meanwhile
                await enqueue_submission(session, row, again=True)
        elif outcome.native_id is None:
            row.submission = "none"
            await end(session, row, "cancelled", error=why_cancelled(row))
        else:
            row.submission, row.native_id, row.queued_at = "submitted", outcome.native_id, at
            row.doubted_at = None
            await move(session, row, "queued", at=at)
            hint(session, machines.topic_of(str(row.machine_id)))
    await session.flush()
    if len(elsewhere) > 1:
        await enqueue_submissions(session, elsewhere)
    elif elsewhere:
        await enqueue_submission(session, elsewhere[0], again=True)
    return recorded


def _take_back(session: AsyncSession, row: Simulation, outcome: Reached, at: datetime) -> None:
    """Have a run that its machine would not take now placed again, by what is known of the machine's pace by then."""
    row.waiting_text = f"{row.machine} does not take it now: {outcome.full or outcome.busy}"
    if row.directory is not None and array_of(row.marker) is None:  # somebody may have changed what is prepared there
        row.turn_at = at + _PREPARED_AGAIN
        return
    _displace(row)
    hint(session, MACHINES_TOPIC)  # the sweep has it submitted


def _displace(row: Simulation) -> None:
    row.submission, row.marker, row.machine_id, row.machine, row.driver = "none", None, None, None, None


async def _exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    for row in await _locked(session, RunAttempts.model_validate(job.payload)):
        if row.submission == "intent" and row.doubted_at is not None:
            # It may run: whether it does is found out before anything is submitted again.
            await move(session, row, "unknown", error=f"whether it was submitted is not known: {job.error}")
            continue
        await end_or_repeat(session, row, "failed", f"it could not be submitted: {job.error}")


jobs.on_exhausted(SUBMIT_JOB, _exhausted)
