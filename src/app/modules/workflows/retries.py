"""Trying an incident again that stopped with an error: what failed, and what was cancelled because of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm
from app.kernel.bus import publish
from app.modules.workflows import incidents
from app.modules.workflows.catalogue import definition_of
from app.modules.workflows.definitions import Catalogue, Definition
from app.modules.workflows.errors import NothingToRetry
from app.modules.workflows.events import StageQueued
from app.modules.workflows.models import Gather, GatherMember, IncidentRow, StageRow
from app.modules.workflows.revival import revive

# A new try has this long at least, whatever is left of the incident's time.
LEAST_SECONDS = 3600.0


async def retry(
    session: AsyncSession,
    catalogue: Catalogue,
    incident_id: str,
    *,
    stage_id: str | None,
    message: dict[str, Any] | None,
    actor: str,
) -> IncidentRow:
    """Make a stopped incident active again and queue what failed and what was cancelled because of it.

    The stages keep their ids, so gathers count them and their idempotency keys stay the same; what succeeded is not
    repeated. ``message`` replaces that of the failed stage ``stage_id``, which may be left out when one failed.
    Announces incident.state_changed and stage.queued.

    Raises IncidentNotFound (404), NotYours (403), NothingToRetry, VersionMissing (409), MessageInvalid (422).
    """
    incident = await incidents.get_to_act(session, incident_id)
    if incident.state != "error":
        raise NothingToRetry(f"{incident.name} is {incident.state}; only one that stopped with an error can be")
    if await _was_undone(session, incident):
        raise NothingToRetry(f"What {incident.name} did was undone when it stopped. Run it again instead")
    definition = definition_of(catalogue, incident)
    failed, cancelled, stopped_at = await _stopped(session, incident)
    if not failed and not cancelled:
        raise NothingToRetry(f"No stage of {incident.name} failed: {incident.comment}. Run it again instead")
    reason = f"tried again by {actor}"
    incident.state, incident.comment, incident.finished_at, incident.ending = "active", None, None, None
    await session.flush()  # stages may go on only when their incident does
    edited = _chosen(failed, stage_id) if message is not None or stage_id is not None else None
    now = await incidents.now(session)
    left = (incident.deadline_at - now).total_seconds() if incident.deadline_at is not None else LEAST_SECONDS
    await incidents.extend(session, incident, max(left, LEAST_SECONDS))
    incidents.tell(session, incident, "error", "active", reason)
    for stage in (*failed, *cancelled):
        await _requeue(session, definition, incident, stage, message if stage is edited else None)
    await revive(session, incident, stopped_at, now)
    await clear_alarm(session, f"incident.error:{incident.id}")
    return incident


async def _stopped(session: AsyncSession, incident: IncidentRow) -> tuple[list[StageRow], list[StageRow], datetime]:
    """Return the stages that failed, those that were cancelled when the incident was stopped, and when that was.

    A member of a gather that has sent its message is left out when it failed or was not waited for any more: that is
    told already. One that is counted in a gather that has not is waited for again.
    """
    stopped_at = await _stop_time(session, incident)
    query = select(GatherMember, Gather.sent_stage_id).join(Gather, Gather.id == GatherMember.gather_id)
    members = {
        member.member_id: (member, sent)
        for member, sent in await session.execute(
            query.where(Gather.incident_id == incident.id, Gather.kind == "stage")
        )
    }
    told = {one for one, (_, sent) in members.items() if sent is not None}
    dropped = {one for one in told if members[one][0].state == "cancelled"}
    stages = select(StageRow).where(
        StageRow.incident_id == incident.id, StageRow.role == "stage", StageRow.state.in_(("failed", "cancelled"))
    )
    rows = (await session.scalars(stages.order_by(StageRow.id).with_for_update())).all()
    failed = [row for row in rows if row.state == "failed" and row.id not in told]
    cancelled = [
        row
        for row in rows
        if row.state == "cancelled"
        and row.finished_at is not None
        and row.finished_at >= stopped_at
        and row.id not in dropped
    ]
    for row in (*failed, *cancelled):
        if row.id in members and row.id not in told:
            member = members[row.id][0]
            member.ended, member.state, member.error, member.result = False, None, None, None
    return failed, cancelled, stopped_at


async def _stop_time(session: AsyncSession, incident: IncidentRow) -> datetime:
    """Return when what was under way was stopped: before the finalisers, which were queued in the same commit."""
    query = select(func.max(StageRow.queued_at)).where(StageRow.incident_id == incident.id, StageRow.role != "stage")
    closed = await session.scalar(query) if (incident.ending or {}).get("closing") else None
    stopped_at = closed or incident.finished_at
    assert stopped_at is not None  # the incident has ended
    return stopped_at


async def _was_undone(session: AsyncSession, incident: IncidentRow) -> bool:
    query = select(StageRow.id).where(
        StageRow.incident_id == incident.id, StageRow.role == "compensation", StageRow.state != "cancelled"
    )
    return await session.scalar(query.limit(1)) is not None


def _chosen(failed: list[StageRow], stage_id: str | None) -> StageRow:
    named = [row for row in failed if stage_id in (None, row.id)]
    if len(named) != 1:
        ids = ", ".join(f"{row.id} ({row.name})" for row in failed) or "none"
        raise NothingToRetry(f"Say by stage_id which stage's message is meant; failed: {ids}")
    return named[0]


async def _requeue(
    session: AsyncSession,
    definition: Definition,
    incident: IncidentRow,
    stage: StageRow,
    message: dict[str, Any] | None,
) -> None:
    spec = incidents.stage_of(definition, stage.name)
    kept = stage.message if message is None else incidents.check_message(spec, message)
    if stage.state == "failed":
        entry = {
            "attempt": stage.attempt,
            "started_at": stage.started_at.isoformat() if stage.started_at else None,
            "finished_at": stage.finished_at.isoformat() if stage.finished_at else None,
            "error": stage.error,
        }
        known = [one.get("error") for one in stage.attempts_log[-1:]]
        if known != [stage.error]:  # the last attempt wrote down its own failure, unless its process was killed
            stage.attempts_log = [*stage.attempts_log, entry]
    stage.state, stage.error, stage.started_at, stage.finished_at = "queued", None, None, None
    stage.message = kept
    await incidents.enqueue_stage(session, incident, stage, spec)
    await session.flush()
    publish(
        session,
        StageQueued(subject_id=stage.id, incident_id=incident.id, stage=stage.name, state="queued", label=stage.label),
    )
