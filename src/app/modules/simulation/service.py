"""Simulations: ask for one, find, list, count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import publish
from app.kernel.ids import new_id
from app.modules.simulation.core_hours import reserve_core_hours
from app.modules.simulation.errors import SimulationNotFound
from app.modules.simulation.events import SimulationCreated
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.schemas import JobCallback, SimulationSubmit
from app.modules.simulation.states import enqueue_submissions


@dataclass(frozen=True)
class Origin:
    """Where simulations come from, other than a stage; and whether they wait, prepared, to be submitted."""

    application_id: str | None = None
    application: str | None = None
    parameters: dict[str, Any] | None = None
    group_id: str | None = None
    rerun_of: str | None = None
    hold: bool = False


async def submit(
    session: AsyncSession,
    spec: SimulationSubmit,
    *,
    incident_id: str | None,
    stage_id: str | None,
    name: str,
    stage: str | None = None,
    owner_id: str | None = None,
    on_finished: JobCallback | None = None,
) -> str:
    """Ask for a run, in the session's transaction, and return its id. Announces simulation.created.

    ``stage`` is the name of the stage that asks; it and ``owner_id`` go with the results.
    """
    (simulation_id,) = await submit_many(
        session,
        [(name, spec)],
        incident_id=incident_id,
        stage_id=stage_id,
        stage=stage,
        owner_id=owner_id,
        on_finished=on_finished,
    )
    return simulation_id


async def submit_many(
    session: AsyncSession,
    wanted: Sequence[tuple[str, SimulationSubmit]],
    *,
    incident_id: str | None,
    stage_id: str | None,
    stage: str | None = None,
    owner_id: str | None = None,
    on_finished: JobCallback | None = None,
    origin: Origin | None = None,
    over_budget: list[str] | None = None,
) -> list[str]:
    """Ask for many runs, each with its name, at far less cost than one by one; see :func:`submit`.

    Each of them calls back when it ends. Raises AllocationExhausted (409) when the owner may not use so much; with
    ``over_budget`` that is only said there.
    """
    origin = origin or Origin()
    rows = [
        Simulation(
            id=new_id("sim"),
            incident_id=incident_id,
            stage_id=stage_id,
            stage=stage,
            owner_id=owner_id,
            name=name,
            history_key=history_key(stage, spec, origin),
            application_id=origin.application_id,
            application=origin.application,
            parameters=origin.parameters,
            group_id=origin.group_id,
            rerun_of=origin.rerun_of,
            hold=origin.hold,
            after=spec.after or None,
            deadline_at=spec.deadline_at,
            spec=spec.model_dump(mode="json"),
            urgency=spec.urgency,
            attempt=1,
            max_attempts=spec.max_attempts,
            callback_kind=on_finished.kind if on_finished else None,
            callback_payload=on_finished.payload if on_finished else None,
            callback_states=on_finished.states if on_finished else None,
        )
        for name, spec in wanted
    ]
    session.add_all(rows)
    await session.flush()
    await reserve_core_hours(session, owner_id, rows, over_budget)
    await enqueue_submissions(session, rows)
    for row in rows:
        publish(session, SimulationCreated(subject_id=row.id, incident_id=incident_id, name=row.name))
    return [row.id for row in rows]


async def find(session: AsyncSession, simulation_id: str, *, lock: bool = False) -> Simulation | None:
    """Return a simulation or ``None``; with ``lock`` its row stays locked until the transaction ends."""
    return await session.get(Simulation, simulation_id, with_for_update=lock or None, populate_existing=lock)


async def get(session: AsyncSession, simulation_id: str, *, lock: bool = False) -> Simulation:
    """Return a simulation as :func:`find` does. Raises SimulationNotFound (404)."""
    row = await find(session, simulation_id, lock=lock)
    if row is None:
        raise SimulationNotFound(f"There is no simulation {simulation_id}")
    return row


async def find_many(session: AsyncSession, simulation_ids: Iterable[str]) -> Sequence[Simulation]:
    """Return those of the simulations that exist, in the order of their ids."""
    query = select(Simulation).where(Simulation.id.in_(set(simulation_ids))).order_by(Simulation.id)
    return (await session.scalars(query)).all()


async def list_of_incident(session: AsyncSession, incident_id: str) -> Sequence[Simulation]:
    """Return every simulation of an incident, oldest first."""
    query = (
        select(Simulation).where(Simulation.incident_id == incident_id).order_by(Simulation.created_at, Simulation.id)
    )
    return (await session.scalars(query)).all()


async def list_active(session: AsyncSession, incident_id: str) -> Sequence[Simulation]:
    """Return the simulations of an incident that have not ended, oldest first."""
    query = (
        select(Simulation)
        .where(Simulation.incident_id == incident_id, Simulation.state.not_in(TERMINAL))
        .order_by(Simulation.created_at, Simulation.id)
    )
    return (await session.scalars(query)).all()


async def count_by_state(session: AsyncSession, incident_ids: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return, per incident that has any, how many of its simulations are in each state."""
    query = (
        select(Simulation.incident_id, Simulation.state, func.count())
        .where(Simulation.incident_id.in_(set(incident_ids)))
        .group_by(Simulation.incident_id, Simulation.state)
    )
    counts: dict[str, dict[str, int]] = {}
    for incident_id, state, count in await session.execute(query):
        if incident_id is not None:
            counts.setdefault(incident_id, {})[state] = count
    return counts


async def count_on_machine(session: AsyncSession, machine_id: str) -> tuple[int, int]:
    """Return how many simulations wait and run on a machine."""
    query = (
        select(Simulation.state, func.count().label("runs"))
        .where(Simulation.machine_id == machine_id, Simulation.state.in_(("queued", "running")))
        .group_by(Simulation.state)
    )
    counts = {row.state: row.runs for row in await session.execute(query)}
    return counts.get("queued", 0), counts.get("running", 0)


async def find_users_of_machine(session: AsyncSession, machine_id: str) -> list[str]:
    """Say how many simulations have not ended on a machine."""
    query = select(func.count()).where(Simulation.machine_id == machine_id, Simulation.state.not_in(TERMINAL))
    count = await session.scalar(query)
    return [f"{count} simulation{'s' if count > 1 else ''}"] if count else []


def history_key(stage: str | None, spec: SimulationSubmit, origin: Origin) -> str:
    """Return the name under which how long such runs took is looked up."""
    if origin.application_id is not None:
        return origin.application_id
    words = " ".join(PurePosixPath(word).name[:100] for word in spec.command[:2])
    return f"{stage or ''}:{words}"
