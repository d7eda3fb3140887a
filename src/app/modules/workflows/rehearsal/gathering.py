"""Fan-in in a rehearsal: simulations, stages and children, and the one message when enough of them have ended."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.kernel.ids import new_id
from app.modules.workflows.effects import Child, Gathering
from app.modules.workflows.ensembles import spec_of
from app.modules.workflows.messages import MemberResult, SimulationRequest, SimulationResult
from app.modules.workflows.rehearsal import ending
from app.modules.workflows.rehearsal.fakes import Result, SimulationFails
from app.modules.workflows.rehearsal.records import Gather, Member, StageRun
from app.modules.workflows.sending import check_message, stage_of

if TYPE_CHECKING:
    from app.modules.workflows.rehearsal.life import Rehearsal

NO_FAKE = "nothing says how simulations end: give simulate=, a function of the request, or run_programs, or succeed"


def check(life: "Rehearsal", wanted: Gathering) -> None:
    """Raise what the engine raises when it submits the simulations, and say when nothing tells how they end."""
    for request in wanted.simulations:
        spec_of(request, life.definition, life.world.place, "normal")
    if wanted.simulations and life.world.simulate is None:
        raise ValueError(NO_FAKE)


def begin(life: "Rehearsal", asker: StageRun, wanted: Gathering) -> None:
    """Begin the members of a gather."""
    message = check_message(stage_of(life.definition, wanted.then), wanted.message)
    gather = Gather(wanted, message, asker)
    life.gathers.append(gather)
    if wanted.deadline_seconds is not None:
        life.world.later(wanted.deadline_seconds, partial(_overdue, life, gather), work=False)
    for request in wanted.simulations:
        _simulate(life, gather, request, request.urgency or asker.urgency)
    for sent in wanted.stages:
        stage = life.post(
            sent.stage, sent.message, originator=asker.id, sent=sent, urgency=asker.urgency, gather=gather
        )
        gather.members[stage.id] = Member(stage.id, sent.label or stage.name)
    for child in wanted.children:
        gather.members[child.incident_id] = Member(child.incident_id, child.name)
        open_child(life, asker, child, gather)


def open_child(life: "Rehearsal", asker: StageRun, child: Child, gather: Gather | None) -> None:
    """Open an incident of another workflow of this world."""
    opened = type(life)(
        life.world,
        life.world.definitions[child.workflow],
        name=child.name,
        key=child.key,
        parameters=child.parameters,
        urgency=asker.urgency,
        exercise=life.exercise,
        incident_id=child.incident_id,
        parent=life,
        parent_gather=gather,
    )
    opened.post(child.stage, child.message, originator=asker.id)


def count_in(
    life: "Rehearsal", gather: Gather, member_id: str, state: str, *, error: str | None = None, result: Any = None
) -> None:
    """Count a member that ended; the one that is enough sends the message."""
    member = gather.members[member_id]
    late = gather.sent is not None
    if member.state is None:
        member.state, member.error, member.result, member.late = state, error, result, late
    if late:
        ending.settle(life)
        return
    if not life.is_open or (life.ending or {}).get("closing"):
        return
    ended = [m for m in gather.members.values() if m.state is not None]
    succeeded = [m for m in ended if m.state in ("succeeded", "complete")]
    total = len(gather.members)
    if len(ended) == total or (gather.gathering.wanted < total and len(succeeded) >= gather.gathering.wanted):
        _fire(life, gather, overdue=False)


async def _overdue(life: "Rehearsal", gather: Gather) -> None:
    if gather.sent is None and life.is_open and not (life.ending or {}).get("closing"):
        _fire(life, gather, overdue=True)


def _fire(life: "Rehearsal", gather: Gather, *, overdue: bool) -> None:
    ended = [m for m in gather.members.values() if m.state is not None]
    left = [m for m in gather.members.values() if m.state is None]
    message = {**gather.message, "missing": len(left), "overdue": overdue}
    if gather.kind == "simulation":
        message["simulations"] = [
            SimulationResult(
                simulation_id=m.id, name=m.name, state=m.state or "", error=m.error, datasets=m.datasets
            ).model_dump(mode="json")
            for m in sorted(ended, key=lambda m: m.name)
        ]
    else:
        message["results"] = [
            MemberResult(id=m.id, name=m.name, state=m.state or "", error=m.error, result=m.result).model_dump(
                mode="json"
            )
            for m in ended
        ]
    gather.sent = life.post(gather.gathering.then, message, originator=gather.asker.id, urgency=gather.asker.urgency)
    if gather.gathering.cancel_rest:
        _cancel_rest(life, gather, left)


def _cancel_rest(life: "Rehearsal", gather: Gather, left: list[Member]) -> None:
    ids = {member.id for member in left}
    for member in left:
        member.state, member.late = "cancelled", True
    for stage in life.stages:
        if stage.id in ids and stage.state == "queued":
            stage.state, stage.finished_at = "cancelled", life.world.now
    for simulation_id in ids & set(life.simulations):
        life.simulations[simulation_id] = (life.simulations[simulation_id][0], "cancelled")
    for child in life.children:
        if child.id in ids and child.is_open:
            ending.end(child, "cancelled", f"{life.name} does not wait for it any more")


def _simulate(life: "Rehearsal", gather: Gather, request: SimulationRequest, urgency: str) -> None:
    world = life.world
    submitted = spec_of(request, life.definition, world.place, urgency)
    simulation_id = new_id("sim")
    files = {
        name: world.datasets[content].path if isinstance(content, str) and content in world.datasets else content
        for name, content in request.files.items()
    }
    filled = request.model_copy(update={"command": submitted.command, "files": files})
    gather.members[simulation_id] = Member(simulation_id, request.name)
    life.simulations[simulation_id] = (request, "running")
    assert world.simulate is not None
    state, error = "succeeded", None
    try:
        ends = world.simulate(filled)
        result = ends if isinstance(ends, Result) else Result(ends or {})
    except SimulationFails as failure:
        result = Result(seconds=failure.seconds)
        state, error = failure.state, failure.error
    world.later(
        result.seconds, partial(_simulated, life, gather, simulation_id, result, state, error), work=True,
        urgency=urgency,
    )  # fmt: skip


async def _simulated(
    life: "Rehearsal", gather: Gather, simulation_id: str, result: Result, state: str, error: str | None
) -> None:
    request, before = life.simulations[simulation_id]
    if before != "running" or not life.is_open:
        return
    life.simulations[simulation_id] = (request, state)
    for name, content in result.files.items():
        made = life.world.keep(name, content, request.role)
        life.datasets.append(made)
        gather.members[simulation_id].datasets[Path(name).name] = made.id
    count_in(life, gather, simulation_id, state, error=error)
