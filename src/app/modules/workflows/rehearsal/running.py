"""Running the stages of a rehearsal, with the engine's own rules: all effects of an attempt, or none."""

import dataclasses
import shutil
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from app.modules.workflows.attempts import call
from app.modules.workflows.effects import Child, Effects
from app.modules.workflows.effects import Question as Asked
from app.modules.workflows.incident import Incident
from app.modules.workflows.incidents import check_parameters
from app.modules.workflows.messages import Answered
from app.modules.workflows.rehearsal import ending, gathering
from app.modules.workflows.rehearsal.records import Question, StageRun
from app.modules.workflows.sending import check_message, stage_of

if TYPE_CHECKING:
    from app.modules.workflows.rehearsal.life import Rehearsal

LONGEST_RETRY_SECONDS = 3600.0  # the engine's


def after(life: "Rehearsal", seconds: float) -> datetime:
    """Return the world's time in so many seconds."""
    return life.world.now + timedelta(seconds=seconds)


def enqueue(life: "Rehearsal", stage: StageRun, seconds: float = 0) -> None:
    """Have a stage run in so many seconds."""
    stage.parked = False
    life.world.later(seconds, partial(_attempt, life, stage), work=True, urgency=stage.urgency)


async def _attempt(life: "Rehearsal", stage: StageRun) -> None:
    if stage.state != "queued" or not life.is_open:
        return
    spec = stage_of(life.definition, stage.name)
    in_turn = spec.mutex or stage.role != "stage"
    if in_turn and not _may_begin(life, stage):
        stage.parked = True
        return
    world = life.world
    world.stages_count += 1
    stage.state, stage.attempt = "running", stage.attempt + 1
    scratch = world.place / "scratch" / f"{stage.id}-{stage.attempt}"
    try:
        incident = _incident(life, stage, scratch)
        message = spec.message.model_validate_json(orjson.dumps(stage.message))
        # One process for all: what the author debugs is the method, not where it runs.
        there = dataclasses.replace(spec, executor="loop")
        incident.effects.result = await call(life.definition, there, incident, message)
        _check(life, incident)
    except Exception as error:  # noqa: BLE001 - an author's code; what it raises is the attempt's failure
        _fail(life, stage, f"{type(error).__name__}: {error}", spec.backoff_seconds)
        return
    finally:
        if scratch.exists() and stage.state != "running":
            shutil.rmtree(scratch)
    _carry_out(life, stage, incident)
    if scratch.exists():
        shutil.rmtree(scratch)


def _incident(life: "Rehearsal", stage: StageRun, scratch: Path) -> Incident[Any]:
    spec, world = life.definition.spec, life.world
    words = orjson.dumps(stage.message).decode()
    parameters = None if spec.parameters is None else spec.parameters.model_validate(life.parameters)
    return Incident(
        incident_id=life.id,
        name=life.name,
        key=life.key,
        opened_at=life.opened_at,
        state=spec.state.model_validate(life.state.model_dump(mode="json")),
        stage_id=stage.id,
        attempt=stage.attempt,
        definition=life.definition.directory,
        scratch=scratch,
        atlas=world.place,
        datasets={d.id: d.path for d in world.datasets.values() if d.id in words},
        parameters=parameters,
        urgency=stage.urgency,  # type: ignore[arg-type]  # what was sent is one of the words
        exercise=life.exercise,
        area_json=None if life.area is None else orjson.dumps(life.area).decode(),
        originator=stage.originator,
        closing=stage.role != "stage",
    )


def _check(life: "Rehearsal", incident: Incident[Any]) -> None:
    """Raise what the engine's commit would raise, before anything is done."""
    effects = incident.effects
    incident.state.model_dump(mode="json")
    for sent in (*effects.sent, *(s for g in effects.gatherings for s in g.stages)):
        check_message(stage_of(life.definition, sent.stage), sent.message)
    for gather in effects.gatherings:
        check_message(stage_of(life.definition, gather.then), gather.message)
        gathering.check(life, gather)
    for child in (*effects.children, *(c for g in effects.gatherings for c in g.children)):
        _check_child(life, child)
    for asked in effects.questions:
        for target in (asked.then, asked.otherwise):
            if target is not None:
                expired = Answered(question_id=asked.id, question=asked.text, expired=True)
                check_message(stage_of(life.definition, target), expired.model_dump(mode="json"))
    for file in effects.files:
        if not file.path.is_file():
            raise FileNotFoundError(f"{file.path.name} is not in the scratch folder")


def _check_child(life: "Rehearsal", child: Child) -> None:
    definition = life.world.definitions.get(child.workflow)
    if definition is None:
        known = ", ".join(life.world.definitions)
        raise ValueError(f"this rehearsal has no workflow {child.workflow!r}; it has {known}: give it with also=[...]")
    check_parameters(definition, child.parameters)
    check_message(stage_of(definition, child.stage), child.message)


def _carry_out(life: "Rehearsal", stage: StageRun, incident: Incident[Any]) -> None:
    effects: Effects = incident.effects
    world = life.world
    life.state = incident.state
    life.headline = effects.headline or life.headline
    life.waiting = effects.waiting[0] if effects.waiting else None
    for file in effects.files:
        made = world.keep(file.name, file.path, file.role, file.inputs, file.media_type, dataset_id=file.dataset_id)
        life.datasets.append(made)
    for sent in effects.sent:
        life.post(sent.stage, sent.message, originator=stage.id, sent=sent, urgency=stage.urgency)
    for wanted in effects.gatherings:
        gathering.begin(life, stage, wanted)
    for child in effects.children:
        gathering.open_child(life, stage, child, None)
    for asked in effects.questions:
        _ask(life, stage, asked)
    stage.state, stage.error, stage.effects, stage.result = "succeeded", None, effects, effects.result
    stage.label = effects.label or stage.label
    stage.finished_at = world.now
    stage.number = world.stages_count
    pass_on(life, stage)
    if stage.gather is not None:
        gathering.count_in(life, stage.gather, stage.id, "succeeded", result=effects.result)
    if effects.ended is not None and stage.role == "stage":
        outcome, words = effects.ended
        if outcome != "complete":
            ending.end(life, outcome, words or None)
            return
        if life.outcome == "active":
            life.outcome, life.comment = "completing", words or life.comment
    ending.settle(life)


def _fail(life: "Rehearsal", stage: StageRun, error: str, backoff_seconds: float) -> None:
    stage.error = error
    stage.errors.append(error)
    if stage.attempt < stage.max_attempts:
        stage.state = "queued"
        enqueue(life, stage, min(LONGEST_RETRY_SECONDS, backoff_seconds * 2.0 ** (stage.attempt - 1)))
        return
    stage.state, stage.finished_at = "failed", life.world.now
    if stage.role != "stage":
        pass_on(life, stage)
        life.comment = f"{life.comment or ''}; {stage.role} {stage.name} failed: {error}".removeprefix("; ")
        ending.settle(life)
    elif stage.gather is not None:
        pass_on(life, stage)
        gathering.count_in(life, stage.gather, stage.id, "failed", error=error)
    else:
        ending.end(life, "error", f"stage {stage.name} failed: {error}"[:500])


def _ask(life: "Rehearsal", stage: StageRun, asked: Asked) -> None:
    question = Question(asked.id, asked.text, asked, stage)
    life.questions.append(question)
    if asked.deadline_seconds is not None:
        life.world.later(asked.deadline_seconds, partial(_expire, life, question), work=False)


async def _expire(life: "Rehearsal", question: Question) -> None:
    if question.state != "asked" or not life.is_open:
        return
    question.state = "expired"
    message = Answered(question_id=question.id, question=question.text, expired=True).model_dump(mode="json")
    target = question.asked.otherwise or question.asked.then
    life.post(target, message, originator=question.id, urgency=question.asker.urgency)


def check_form(question: Question, given: Any) -> None:
    """Compare an answer with the question's form. Raises ValueError."""
    for error in jsonschema_rs.validator_for(question.asked.form).iter_errors(given):
        raise ValueError(f"the answer does not fit the form of {question.text!r}: {error.message}")


def _may_begin(life: "Rehearsal", stage: StageRun) -> bool:
    line = _line(life, stage)
    before = line[: line.index(stage)]
    due = [s for s in before if s.state == "queued" and (s.due_at is None or s.due_at <= life.world.now)]
    return not due and not any(s.state == "running" for s in line if s is not stage)


def pass_on(life: "Rehearsal", stage: StageRun) -> None:
    """Give the next of an ended stage's line its turn."""
    waiting = [s for s in _line(life, stage) if s.state == "queued" and s.parked]
    if waiting:
        enqueue(life, waiting[0])


def _line(life: "Rehearsal", stage: StageRun) -> list[StageRun]:
    if stage.role != "stage":
        return [s for s in life.stages if s.role != "stage"]
    return [s for s in life.stages if s.role == "stage" and s.name == stage.name]
