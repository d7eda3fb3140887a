"""The sites of the tests as machines of a running node, as if somebody had registered them and trusted their keys."""

from typing import Any

from sqlalchemy import func

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import Machine
from app.modules.machines.transport.ssh import Settings, Transport
from tests.sites.login_node import LoginNode
from tests.sites.machine_login import settings_of, surroundings_of


async def machine_at(node: Node, name: str, driver: str, login: LoginNode, **settings: Any) -> Machine:
    """Add a machine that is reached over SSH, with its connection at hand; it is probed as soon as the node looks."""
    transport_settings = settings_of(login)
    async with node.database.transaction() as session:
        machine = Machine(
            id=new_id("mch"),
            name=name,
            driver=driver,
            transport="ssh",
            settings=settings,
            transport_settings=transport_settings,
            cores=2,
            state="answers",
            last_polled_at=func.now(),
            revision=1,
        )
        session.add(machine)
    transport = Transport(Settings.model_validate(transport_settings), surroundings_of(login))
    node.registry.setdefault("machines.transports", {})[machine.id] = (1, transport)
    node.bus.wake("machines")
    async with node.database.sessions() as session:
        return await machines.get(session, machine.id)
