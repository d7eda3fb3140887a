"""Simulations of a stage: what is asked of the machines, and how their ends are told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import data, simulation
from app.modules.workflows.definitions import Definition
from app.modules.workflows.messages import SimulationRequest, SimulationResult

# Of an incident's urgency, on the scale on which machines' queues are ordered.
URGENCIES = {"critical": 100, "high": 50, "normal": 0, "low": -50}


async def results_of(session: AsyncSession, simulation_ids: list[str]) -> list[dict[str, Any]]:
    """Return how simulations ended, by name."""
    results = []
    for run in await simulation.find_many(session, simulation_ids):
        files = await data.list_of_simulation(session, run.id)
        result = SimulationResult(
            simulation_id=run.id,
            name=run.name,
            state=run.state,
            error=run.error,
            datasets={Path(d.name).name: d.id for d in files},
        )
        results.append(result.model_dump(mode="json"))
    return sorted(results, key=lambda r: r["name"])


def spec_of(
    request: SimulationRequest,
    definition: Definition,
    atlas: Path,
    urgency: str,
    *,
    exercise: bool = False,
    deadline_seconds: float | None = None,
) -> simulation.SimulationSubmit:
    """Return what is asked of a machine. An exercise climbs no machine's ladder: others' work is not stopped for it."""
    places = {"{definition}": str(definition.directory), "{atlas}": str(atlas)}
    command = []
    for part in request.command:
        for name, place in places.items():
            part = part.replace(name, place)
        command.append(part)
    deadline_at = None
    if deadline_seconds is not None:
        deadline_at = datetime.now(UTC) + timedelta(seconds=deadline_seconds)
    return simulation.SimulationSubmit(
        command=command,
        files=request.files,
        outputs=[simulation.Output(pattern=p, role=request.role) for p in request.outputs],
        resources=simulation.Resources(
            cores=request.cores,
            memory_bytes=request.memory_bytes,
            walltime_seconds=request.walltime_seconds,
        ),
        urgency=URGENCIES.get(urgency, 0),
        max_attempts=request.max_attempts,
        deadline_at=deadline_at,
        escalate=not exercise,
    )
