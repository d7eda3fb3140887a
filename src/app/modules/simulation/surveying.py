"""Looking at the queues of machines with ladders before runs that might be late are placed; outside any transaction."""

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import Machine
from app.modules.simulation.breakers import breaker_of
from app.modules.simulation.models import Simulation
from app.modules.simulation.queue_room import Survey

_SECONDS = 10.0


async def survey_for(node: Node, simulation_ids: Sequence[str]) -> Mapping[str, Survey]:
    """Return the queues, by machine id, if one of these is still to be placed and has a deadline."""
    async with node.database.sessions() as session:
        query = select(Simulation.id).where(
            Simulation.id.in_(simulation_ids),
            Simulation.state == "created",
            Simulation.submission == "none",
            Simulation.deadline_at.is_not(None),
        )
        if await session.scalar(query.limit(1)) is None:
            return {}
        known = await machines.list_all(session)
    return await survey(node, known)


async def survey(node: Node, known: Sequence[Machine]) -> Mapping[str, Survey]:
    """Return the queues of those machines that have ladders and can be asked from here, by machine id."""
    wanted = [
        machine
        for machine in known
        if machine.enabled
        and machine.state == "answers"
        and machines.is_reachable(node, machine)
        and machines.ladder_of(machine)
    ]
    found = await asyncio.gather(*[_look(node, machine) for machine in wanted])
    return {machine.id: one for machine, one in zip(wanted, found, strict=True)}


async def _look(node: Node, machine: Machine) -> Survey:
    try:
        if breaker_of(node, machine).wait_seconds:
            return Survey(None, against="it has not answered lately")
        # Not through the breaker: a queue too long to be read in time does not make a machine silent.
        async with asyncio.timeout(_SECONDS):
            return Survey(await (await machines.batch_of(node, machine)).queue())
    except (OSError, TimeoutError, Problem, ValueError) as error:
        said = getattr(error, "detail", None) or str(error) or "it took too long"
        return Survey(None, against=f"its queue could not be looked at: {said}")
