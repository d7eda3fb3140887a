"""Logging in to machines that ask: begun for somebody who can answer, and kept while the connection is open."""

from app.kernel import audit
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.modules.machines import logins
from app.modules.machines.asking import told
from app.modules.machines.connections import close_transport, transport_of, transports
from app.modules.machines.errors import MachineLoginImpossible
from app.modules.machines.login_attempts import LoginAttempt
from app.modules.machines.models import MachineLogin
from app.modules.machines.rows import get, list_all
from app.modules.machines.transport import LogsIn

KEEP_SECONDS = 10.0  # six times within a lease


async def log_in(node: Node, machine_id: str, actor: Principal) -> MachineLogin:
    """Begin a login and return it as soon as it asks, or is over; the one that is open, if there is one.

    Raises MachineNotFound (404), MachineLoginImpossible (422), MachineLoginTooSoon, HostKeyUnknown, MachineLoginRefused
    (409), MachineElsewhere, MachineUnreachable (503), and what the credential raises.
    """
    async with node.database.sessions() as session:
        machine = await get(session, machine_id)
    transport = None if machine.test_mode else await transport_of(node, machine)
    if not isinstance(transport, LogsIn):
        raise MachineLoginImpossible(f"{machine.name} is not logged in to")
    async with node.database.transaction() as session:
        machine = await get(session, machine_id, lock=True)
        row = await logins.find_open(session, machine_id)
        if row is not None and (row.state, row.boot_id) == ("connected", node.boot_id) and transport.held is None:
            await logins.end(session, row.id, "ended", "the connection was lost")
            row = None
        if row is not None:
            return row
        row = await logins.begin(node, session, machine, actor.user_id)
        audit.note(session, "machine.login_started", object_id=machine_id, actor=actor, data={"login_id": row.id})
    with told(machine.name):
        await transport.log_in(LoginAttempt(node, machine_id, machine.name, row.id))
    async with node.database.sessions() as session:
        return await logins.get_login(session, machine_id, row.id)


async def keep_logins(node: Node) -> None:
    """Say that this node still holds what it holds, end what ran out of time, close what is no machine any more."""
    opened = set(transports(node))  # read before the machines: one registered meanwhile keeps its connection
    async with node.database.sessions() as session:
        known = {machine.id for machine in await list_all(session)}
    for machine_id in opened - known:
        await close_transport(node, machine_id)
    async with node.database.transaction() as session:
        if ids := _held(node):
            # A connection that is lost by now is written down as lost before this, or waits for it.
            await logins.lock(session, ids)
            await logins.renew(session, [one for one in _held(node) if one in ids])
        await logins.expire(session)


def _held(node: Node) -> list[str]:
    held = [one.held for one in transports(node).values() if isinstance(one, LogsIn)]
    return [one.login_id for one in held if isinstance(one, LoginAttempt) and one.login_id is not None]
