"""Simulations people and programs ask for: from an application and its parameters, or from a command of their own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Problem, ProblemItem
from app.kernel.ids import is_id, new_id
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.modules import data, machines
from app.modules.machines import Machine
from app.modules.simulation import limits, placement, templates
from app.modules.simulation.application_schemas import (
    ApplicationDefinition,
    ApplicationRun,
    Race,
    Several,
    SimulationAsk,
    SimulationPlan,
)
from app.modules.simulation.applications import definition_of, get_application
from app.modules.simulation.breakers import breaker_of
from app.modules.simulation.core_hours import Budget, against_budget, core_hours
from app.modules.simulation.errors import ParametersInvalid, RungNotAllowed, SimulationUnknown, TooFewMachines
from app.modules.simulation.escalation import Climber, climbed
from app.modules.simulation.estimates import Estimates
from app.modules.simulation.group_models import SimulationGroup
from app.modules.simulation.models import Simulation
from app.modules.simulation.pacing import Turns
from app.modules.simulation.race_members import RACE_PREFIX
from app.modules.simulation.rung_rights import Asker, asker_for, held_to
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.service import Origin, find_many, history_key, submit_many
from app.modules.simulation.settings import SimulationSettings
from app.modules.simulation.staging import equipped, run_of
from app.modules.simulation.start_probes import starts_of
from app.modules.simulation.surveying import survey
from app.modules.simulation.views import placement_of

RUN_SCRIPT = "run.sh"
PARAMETERS_FILE = "parameters.json"
_PREVIEW_SECONDS = 20.0


@dataclass(frozen=True)
class Asked:
    """One run as it will be, how many of it, and where it comes from."""

    name: str
    spec: SimulationSubmit
    count: int
    race: Race | None
    origin: Origin


def of_command(wanted: SimulationAsk) -> Asked:
    """Return what is asked for by a command or a script."""
    own = SimulationAsk.model_fields.keys() - SimulationSubmit.model_fields.keys()
    given = wanted.model_dump(mode="json", exclude=set(own) | {"command"})
    command, files = wanted.command, dict(wanted.files)
    if wanted.script is not None:
        command, files = _scripted(wanted.script, files)
    spec = SimulationSubmit.model_validate({**given, "command": command, "files": files})
    return _asked(wanted.name, spec, wanted, Origin(hold=wanted.hold))


async def of_application(session: AsyncSession, application_id: str, wanted: ApplicationRun) -> Asked:
    """Return what is asked for by an application and its parameters.

    Raises ApplicationNotFound (404), ParametersInvalid (422).
    """
    row = await get_application(session, application_id)
    definition = definition_of(row)
    values = templates.with_defaults(definition.parameters, wanted.parameters)
    files = {**definition.files, **_inputs(definition, wanted)}
    if values:
        files.setdefault(PARAMETERS_FILE, values)
    command = [templates.argument(part, values) for part in definition.command]
    if definition.script is not None:
        command, files = _scripted(templates.script_text(definition.script, values), files)
    spec = SimulationSubmit.model_validate(
        {
            **definition.model_dump(
                mode="json",
                include={"software", "modules", "setup", "image", "extra", "template_directory", "outputs", "machines"},
            ),
            "command": command,
            "files": files,
            "environment": {name: templates.variable(text, values) for name, text in definition.environment.items()},
            "resources": (wanted.resources or definition.resources).model_dump(),
            "max_attempts": definition.max_attempts,
            "machine": wanted.machine,
            "after": wanted.after,
            "urgency": wanted.urgency,
            "deadline_at": wanted.deadline_at,
        }
    )
    origin = Origin(
        application_id=row.id, application=f"{row.name} r{row.revision}", parameters=values, hold=wanted.hold
    )
    return _asked(wanted.name or row.name, spec, wanted, origin)


async def ask(
    session: AsyncSession, node: Node, actor: Principal, asked: Asked
) -> tuple[Sequence[Simulation], str | None, list[str]]:
    """Ask for the simulations; return them, the id of their group if there are several, and warnings.

    Raises RungNotAllowed (403), DatasetNotFound (404), SimulationUnknown, TooFewMachines (422), AllocationExhausted
    (409).
    """
    await _require_known(session, asked.spec)
    await _require_machines(session, await machines.list_all(session), node, asked, asker_for(node, actor))
    origin = asked.origin
    if asked.count > 1:
        group = SimulationGroup(
            id=new_id(RACE_PREFIX if asked.race else "set"),
            owner_id=actor.user_id,
            kind="race" if asked.race else "instances",
            name=asked.name,
            wins_on=asked.race.wins_on if asked.race else None,
        )
        session.add(group)
        await session.flush()
        origin = replace(origin, group_id=group.id)
    warnings: list[str] = []
    warns = node.settings.of(SimulationSettings).budget == "warn"
    ids = await submit_many(
        session,
        [(name, asked.spec) for name in _names(asked)],
        incident_id=None,
        stage_id=None,
        owner_id=actor.user_id,
        origin=origin,
        over_budget=warnings if warns else None,
    )
    rows = await find_many(session, ids)
    for row in rows:
        await session.refresh(row)
    return rows, origin.group_id, warnings


async def plan(
    node: Node, actor: Principal, wanted: SimulationAsk | ApplicationRun, application_id: str | None = None
) -> SimulationPlan:
    """Say where a run would go, what would be submitted there and what it would cost; nothing is changed.

    Raises RungNotAllowed (403), ApplicationNotFound, DatasetNotFound (404), ParametersInvalid, SimulationUnknown,
    TooFewMachines (422).
    """
    async with node.database.session_of(actor) as session:
        if isinstance(wanted, SimulationAsk):
            asked = of_command(wanted)
        else:
            asked = await of_application(session, str(application_id), wanted)
        known = await machines.list_all(session)
        await _require_known(session, asked.spec)
        asker, budget = asker_for(node, actor), Budget(node, actor.user_id)
        await _require_machines(session, known, node, asked, asker)
    late = survey(node, known if asked.spec.deadline_at is not None else [])
    surveys, starts = await asyncio.gather(late, starts_of(node, known, [asked.spec]))
    async with node.database.session_of(actor) as session:
        climber = Climber(node, surveys, asker, budget) if surveys else None
        key = history_key(None, asked.spec, asked.origin)
        turns = await Turns.load(session, known)
        choice = await placement.decide(
            session, known, node, asked.spec, history_key=key, promised={}, taken={}, asker=asker, budget=budget,
            climber=climber, turns=turns, estimates=Estimates(session, starts),
        )  # fmt: skip
        climbs = choice.climb is not None and choice.climb.rung is not None
        at_cost = 1 if asked.race and climbs else asked.count  # a race climbs once
        each = core_hours(asked.spec.resources.model_dump())
        hours = each * (at_cost * choice.cost_factor + asked.count - at_cost)
        warnings = [said] if (said := await against_budget(session, actor.user_id, hours)) else []
    spec = equipped(asked.spec, choice.software)
    if choice.climb is not None and choice.climb.rung is not None:
        spec = SimulationSubmit.model_validate(climbed(spec.model_dump(mode="json"), choice.climb.rung)[0])
    script = None
    if choice.machine is None:
        warnings.append("No machine can take it now")
    else:
        try:
            async with breaker_of(node, choice.machine).call(_PREVIEW_SECONDS):
                batch = await machines.batch_of(node, choice.machine)
            script = batch.preview(run_of("preview-1", asked.name, spec))
        except (OSError, Problem) as problem:
            warnings.append(str(getattr(problem, "detail", None) or problem))
    return SimulationPlan(
        name=asked.name,
        machine=choice.machine.name if choice.machine else None,
        placement=placement_of(choice.kept(), actor),
        command=asked.spec.command,
        script=script,
        core_hours=round(hours, 6),
        warnings=warnings,
    )


def _asked(name: str, spec: SimulationSubmit, wanted: Several, origin: Origin) -> Asked:
    count = wanted.race.machines if wanted.race else wanted.instances
    return Asked(name=name, spec=spec, count=count, race=wanted.race, origin=origin)


def _names(asked: Asked) -> list[str]:
    return [asked.name] if asked.count == 1 else [f"{asked.name} {number}" for number in range(1, asked.count + 1)]


def _scripted(script: str, files: dict[str, JsonValue]) -> tuple[list[str], dict[str, JsonValue]]:
    """Return the command that runs a script, by the interpreter its first line names, and the files with it."""
    first = script.partition("\n")[0]
    interpreter = first[2:].split() if first.startswith("#!") else []
    return [*(interpreter or ["/bin/sh"]), RUN_SCRIPT], {**files, RUN_SCRIPT: script}


def _inputs(definition: ApplicationDefinition, wanted: ApplicationRun) -> dict[str, JsonValue]:
    known = {one.path for one in definition.inputs}
    if unknown := wanted.inputs.keys() - known:
        there = ", ".join(sorted(known)) or "none"
        raise _invalid(min(unknown), f"there is no input {min(unknown)}; there are: {there}")
    if missing := [one.path for one in definition.inputs if one.required and one.path not in wanted.inputs]:
        raise _invalid(missing[0], f"the input {missing[0]} is missing: give it the id of a data set")
    return dict(wanted.inputs)


def _invalid(path: str, message: str) -> ParametersInvalid:
    return ParametersInvalid(message, errors=[ProblemItem(pointer=f"/body/inputs/{path}", message=message)])


async def _require_known(session: AsyncSession, spec: SimulationSubmit) -> None:
    """Make sure that who asks may read the data sets and see the simulations a run names."""
    for content in spec.files.values():
        if isinstance(content, str) and is_id(content, "dst"):
            await data.get(session, content)
    if spec.after:
        query = select(Simulation.id).where(Simulation.id.in_(spec.after))
        known: set[Any] = set(await session.scalars(query))
        if missing := set(spec.after) - known:
            raise SimulationUnknown(f"There is no simulation {min(missing)}")


async def _require_machines(
    session: AsyncSession, known: Sequence[Machine], node: Node, asked: Asked, asker: Asker
) -> None:
    """Refuse what can never be: more simulations, each on another machine, than there are machines for."""
    inventory = await machines.inventory_of(session, asked.spec.software)
    fitting = [machine for machine in known if limits.against(machine, node, asked.spec, inventory)[0] is None]
    refusals = {machine.name: held_to(machine, asked.spec, asker).against for machine in fitting}
    possible = [name for name, why in refusals.items() if why is None]
    if fitting and not possible:
        raise RungNotAllowed("; ".join(f"{name}: {why}" for name, why in refusals.items()))
    if asked.count > 1 and len(possible) < asked.count:
        there = ", ".join(possible) or "none"
        raise TooFewMachines(f"{asked.count} machines are wanted; those that could run it: {there}")
