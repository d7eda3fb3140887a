"""Carrying out a stage's effects, all of them or none, in the commit that also completes its job."""

from typing import Any

import orjson
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import publish
from app.kernel.failpoints import reach
from app.modules import data, jobs
from app.modules.workflows import incidents, questions, turns
from app.modules.workflows.attempts import Begun, Done
from app.modules.workflows.authoring import StageSpec
from app.modules.workflows.child_opening import open_child
from app.modules.workflows.definitions import Definition
from app.modules.workflows.effects import Effects, waiting_of
from app.modules.workflows.events import StageSucceeded
from app.modules.workflows.gathers import count_in, gather
from app.modules.workflows.incident import Incident
from app.modules.workflows.models import OPEN_STATES, IncidentRow, StageRow
from app.modules.workflows.sending import send, stage_of
from app.modules.workflows.stage_commits import Ending, ending_of, prepare, stage_commits_of


class Conflict(Exception):
    """Another stage changed the incident's state while this one ran on what it was before."""


async def plain_ending(
    attempt: jobs.Attempt, begun: Begun, definition: Definition, spec: StageSpec, done: Done
) -> Ending | None:
    """Return what a stage came to as it shares a commit with others; ``None`` when it needs one of its own.

    Raises StageUnknown, MessageInvalid, ValueError.
    """
    effects: Effects = done.incident.effects
    if not (effects.is_plain and _is_plain(begun, definition, spec, effects)):
        return None
    followers = []
    if effects.sent:
        known = stage_commits_of(attempt.node).policies
        policies = await jobs.policies_of_followers(attempt.node) if known.is_stale else known.current
        followers = prepare(policies, begun, definition, effects, done.state)
    settles = not definition.spec.has_finalisers
    return ending_of(attempt.job_id, attempt.attempt, begun, effects, done.state, followers, settles=settles)


async def carry_out(
    attempt: jobs.Attempt,
    begun: Begun,
    definition: Definition,
    spec: StageSpec,
    done: Done,
    placed: list[Any],
) -> None:
    """Commit a stage's effects with the end of its job. Raises Conflict, Discard, LeaseLost; nothing is done then."""
    reach("stages.carry_out")
    async with attempt.transaction() as session:
        row = await incidents.get(session, begun.incident_id, lock=True)
        if row.state not in OPEN_STATES:
            raise jobs.Discard("the incident has ended")
        stage = await session.get_one(StageRow, begun.stage_id)
        if stage.state not in ("queued", "running"):
            raise jobs.Discard(f"the stage is {stage.state}")
        if stage.job_id != attempt.job_id:
            raise jobs.Discard("the stage was tried again, by another job")
        if done.state is not None:
            if row.revision != begun.revision:
                raise Conflict
            row.state_data = orjson.loads(done.state)
            row.revision += 1
        await _all(session, attempt, begun, definition, spec, done.incident, placed, row)
    reach("stages.carried_out")


def _is_plain(begun: Begun, definition: Definition, spec: StageSpec, effects: Effects) -> bool:
    return (
        begun.role == "stage"
        and begun.gather_id is None
        and not spec.mutex
        and not (effects.ended is not None and definition.spec.has_finalisers)
        and not (
            definition.spec.has_turns
            and any(s.mutex for sent in effects.sent if (s := definition.spec.stages.get(sent.stage)) is not None)
        )
    )


async def _all(
    session: AsyncSession,
    attempt: jobs.Attempt,
    begun: Begun,
    definition: Definition,
    spec: StageSpec,
    incident: Incident[Any],
    placed: list[Any],
    row: IncidentRow,
) -> None:
    effects: Effects = incident.effects
    node = attempt.node
    row.headline = effects.headline.model_dump() if effects.headline else row.headline
    row.waiting = waiting_of(effects)
    stage = await session.get_one(StageRow, begun.stage_id)
    for registration, file in zip(effects.files, placed, strict=True):
        await data.register(
            session,
            file,
            dataset_id=registration.dataset_id,
            name=registration.name,
            role=registration.role,
            media_type=registration.media_type,
            owner_id=row.owner_id,
            incident_id=row.id,
            stage_id=stage.id,
            stage=stage.name,
            inputs=registration.inputs,
        )
    for sent in effects.sent:
        await send(
            session,
            row,
            stage_of(definition, sent.stage),
            sent.message,
            originator=stage.id,
            delay_seconds=sent.delay_seconds,
            at=sent.at,
            label=sent.label,
            urgency=sent.urgency or stage.urgency,
        )
    for gathering in effects.gatherings:
        gather_id = await gather(session, node, row, stage, gathering, definition, atlas=incident.atlas)
        for child in gathering.children:
            await open_child(session, node, row, stage, child, gather_id)
    for child in effects.children:
        await open_child(session, node, row, stage, child, None)
    for asked in effects.questions:
        await questions.ask(session, row, stage, asked, definition)
    stage.state, stage.finished_at, stage.error = "succeeded", func.now(), None
    stage.attempt = attempt.attempt
    stage.label = effects.label or stage.label
    publish(
        session,
        StageSucceeded(
            subject_id=stage.id,
            incident_id=row.id,
            stage=stage.name,
            state="succeeded",
            attempt=stage.attempt,
            label=stage.label,
        ),
    )
    await session.flush()
    if spec.mutex or stage.role != "stage":
        await turns.pass_on(session, row, stage)
    if stage.gather_id is not None:
        await count_in(session, node, row, stage.gather_id, stage.id, state="succeeded", result=effects.result)
    await _end(session, row, effects, stage)


async def _end(session: AsyncSession, row: IncidentRow, effects: Effects, stage: StageRow) -> None:
    if effects.ended is not None and stage.role == "stage":
        outcome, words = effects.ended
        if outcome != "complete":
            await incidents.end(session, row, outcome, words or None)
            return
        if row.state == "active":
            row.state, row.comment = "completing", words or row.comment
            incidents.tell(session, row, "active", "completing")
    await session.flush()
    await incidents.settle(session, row)
