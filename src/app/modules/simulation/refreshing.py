"""Looking at one simulation now, whatever the intervals say."""

from sqlalchemy import select

from app.kernel.node import Node
from app.kernel.principal import Principal
from app.kernel.scoping import require_act
from app.modules import machines
from app.modules.machines import MachineElsewhere
from app.modules.simulation.breakers import breaker_of
from app.modules.simulation.errors import MachineNotAnswering
from app.modules.simulation.models import Simulation
from app.modules.simulation.service import get
from app.modules.simulation.settings import SimulationSettings
from app.modules.simulation.watching import ACTIVE, WATCHED, look


async def refresh(node: Node, actor: Principal, simulation_id: str) -> Simulation:
    """Ask its machine how a simulation stands and return it as it is then.

    Raises SimulationNotFound (404), NotYours (403), MachineNotAnswering (503).
    """
    async with node.database.transaction(actor) as session:
        row = await get(session, simulation_id)
        await require_act(session, row)
    if row.state not in ACTIVE or row.machine_id is None:
        return row
    async with node.database.sessions() as session:
        machine = await machines.get(session, row.machine_id)
        query = select(*WATCHED).where(Simulation.id == row.id, Simulation.state.in_(ACTIVE))
        active = {one.marker: one for one in (await session.execute(query)).all()}
    try:
        async with breaker_of(node, machine).call(node.settings.of(SimulationSettings).ask_seconds):
            await look(node, machine, await machines.batch_of(node, machine), active)
    except MachineElsewhere:
        node.bus.wake(machines.topic_of(machine.id))  # the node that can will look
    except (OSError, TimeoutError) as error:
        raise MachineNotAnswering(f"{machine.name} does not answer: {error or 'it took too long'}") from error
    async with node.database.transaction(actor) as session:
        return await get(session, simulation_id)
