"""How the incident of a rehearsal ends: undone where that is asked for, finalised, then over."""

from functools import partial
from typing import TYPE_CHECKING, Any

from app.kernel.ids import new_id
from app.modules.workflows.finalising import CLOSING_SECONDS
from app.modules.workflows.messages import Finishing, Shutdown
from app.modules.workflows.rehearsal import gathering, running
from app.modules.workflows.rehearsal.records import StageRun
from app.modules.workflows.sending import stage_of

if TYPE_CHECKING:
    from app.modules.workflows.rehearsal.life import Rehearsal

CLOSING_ATTEMPTS = 3  # the engine's


def end(life: "Rehearsal", outcome: str, reason: str | None = None) -> None:
    """End an incident; what is under way is stopped."""
    wished = life.ending
    after = wished["state"] if wished else outcome
    if wished:
        reason = f"{wished['reason']}; {reason}" if outcome == "error" else wished["reason"]
    if _close(life, after, reason):
        return
    life.outcome, life.waiting = after, None
    life.comment = reason or life.comment
    _stop_work(life)
    if life.parent is not None and life.parent_gather is not None:
        error = None if after == "complete" else life.comment
        life.world.later(0, partial(_tell_parent, life, after, error), work=True)
    for child in life.children:
        if child.is_open:
            end(child, "cancelled", f"{life.name}, which opened it, is {after}")


def settle(life: "Rehearsal") -> None:
    """Complete an incident that asked to be, once nothing of it is under way."""
    if life.outcome != "completing":
        return
    stages = any(s.state in ("queued", "running") for s in life.stages)
    simulations = any(state == "running" for _, state in life.simulations.values())
    gathers = any(g.sent is None for g in life.gathers)
    if not (stages or simulations or gathers or any(q.state == "asked" for q in life.questions)):
        end(life, "complete", life.comment)


def cancel(life: "Rehearsal", reason: str) -> None:
    """Cancel an incident as people do. Raises ValueError when it has ended."""
    if not life.is_open:
        raise ValueError(f"{life.name} is already {life.outcome}")
    shutdown = life.definition.spec.shutdown
    if shutdown is None or life.ending is not None:
        if life.ending is not None:
            life.ending = {**life.ending, "state": "cancelled", "reason": reason}
        end(life, "cancelled", reason)
        return
    _stop_work(life)
    life.outcome = "completing"
    life.ending = {"state": "cancelled", "reason": reason}
    spec = stage_of(life.definition, shutdown)
    life.post(shutdown, Shutdown(reason=reason).model_dump(), originator="usr_rehearsal")
    extend(life, spec.timeout_seconds * spec.max_attempts)


def extend(life: "Rehearsal", seconds: float) -> None:
    """Let the incident's time be over so many seconds from now."""
    life.deadline_at = running.after(life, seconds)
    life.world.later(seconds, partial(_deadline, life), work=False)


async def _deadline(life: "Rehearsal") -> None:
    if life.is_open and (life.deadline_at <= life.world.now or life.ending is not None):
        end(life, "complete", "its deadline was reached")


async def _tell_parent(life: "Rehearsal", outcome: str, error: str | None) -> None:
    assert life.parent is not None
    assert life.parent_gather is not None
    if life.parent.is_open:
        result = life.state.model_dump(mode="json")
        gathering.count_in(life.parent, life.parent_gather, life.id, outcome, error=error, result=result)


def _close(life: "Rehearsal", outcome: str, reason: str | None) -> bool:
    if (life.ending or {}).get("closing"):
        return False
    last = _last_stages(life, outcome, reason)
    if not last:
        return False
    life.outcome, life.waiting = "completing", None
    life.ending = {"state": outcome, "reason": reason, "closing": True}
    life.comment = reason or life.comment
    _stop_work(life)
    for stage in last:
        stage.parked = True
        life.stages.append(stage)
    running.enqueue(life, last[0])
    life.world.later(CLOSING_SECONDS, partial(_closing_overdue, life), work=False)
    return True


async def _closing_overdue(life: "Rehearsal") -> None:
    if life.outcome == "completing" and life.ending is not None:
        late = f"its finalisers took longer than {CLOSING_SECONDS:g} s"
        life.ending = {**life.ending, "reason": f"{life.ending.get('reason') or ''}; {late}".removeprefix("; ")}
        end(life, life.ending["state"])


def _stop_work(life: "Rehearsal") -> None:
    for stage in life.stages:
        if stage.state == "queued":
            stage.state, stage.finished_at = "cancelled", life.world.now
    for question in life.questions:
        question.state = "withdrawn" if question.state == "asked" else question.state
    for one, (request, state) in life.simulations.items():
        life.simulations[one] = (request, "cancelled" if state == "running" else state)


def _last_stages(life: "Rehearsal", outcome: str, reason: str | None) -> list[StageRun]:
    spec = life.definition.spec
    found: list[StageRun] = []
    undo = {s.name: s.compensate for s in spec.stages.values() if s.compensate}
    if outcome != "complete":
        done = sorted((s for s in life.stages if s.state == "succeeded" and s.name in undo), key=lambda s: -s.number)
        found += [_stage(life, undo[s.name] or "", "compensation", s.message, s.id) for s in done]
    message = Finishing(outcome=outcome, reason=reason).model_dump()
    found += [_stage(life, s.name, "finaliser", message, life.id) for s in spec.stages.values() if s.finaliser]
    return found


def _stage(life: "Rehearsal", name: str, role: str, message: dict[str, Any], originator: str) -> StageRun:
    return StageRun(
        id=new_id("stg"),
        name=name,
        message=message,
        originator=originator,
        sent_at=life.world.now,
        urgency=life.urgency,
        role=role,
        max_attempts=CLOSING_ATTEMPTS,
    )
