"""The machine that a node is itself."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules.machines.connections import directory_of
from app.modules.machines.models import Machine
from app.modules.machines.rows import find_named
from app.modules.machines.settings import MachinesSettings

# In the directory of the node's own runs: which row it is, whatever the node is called by now.
_IDENTITY = ".machine_id"


async def ensure_local(session: AsyncSession, node: Node) -> Machine:
    """Return the machine that this node is itself, made when it is new."""
    # Two nodes that start in the same instant would both find the name free.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("machines.own", 0))))
    directory = directory_of(node)
    directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    identity = directory / _IDENTITY
    known = identity.read_text().strip() if identity.is_file() else None
    machine = await session.get(Machine, known) if known else None
    if machine is None:
        name = "local" if await find_named(session, "local") is None else f"local-{node.name}"
        machine = await find_named(session, name)
        if machine is None or machine.node_name != node.name:
            machine = Machine(id=new_id("mch"), name=name, driver="local", transport="local", cores=0)
            session.add(machine)
        identity.write_text(machine.id)
    settings = node.settings.of(MachinesSettings)
    machine.node_name = node.name
    machine.settings = {
        "cores": settings.local_cores,
        "grace_seconds": settings.local_grace_seconds,
        "nice": settings.local_nice,
        "output_bytes": settings.local_output_bytes,
        "file_bytes": settings.local_file_bytes,
    }
    await session.flush()
    await session.refresh(machine)
    return machine
