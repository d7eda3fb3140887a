"""A machine whose login hangs keeps nobody waiting who asks another one."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import Machine
from app.modules.machines.batch import Surroundings
from app.modules.machines.batch.dummy import Batch, Settings
from app.modules.machines.transport.ssh import Settings as SshSettings
from app.modules.machines.transport.ssh import Transport
from tests.sites.login_node import login_node
from tests.sites.machine_login import surroundings_of
from tests.sites.ssh_server import MISSING, SSHD


class AsksAtItsEnd(Batch):
    """A batch system that logs in to its machine when it is closed."""

    def __init__(self, transport: Transport, folder: Path) -> None:
        super().__init__(Settings.model_validate({}), Surroundings(directory=folder, changed=lambda: None))
        self._transport = transport

    async def close(self) -> None:
        await self._transport.run(["true"])


async def added(node: Node, name: str) -> Machine:
    async with node.database.transaction() as session:
        columns: dict[str, Any] = {"driver": "dummy", "transport": "local", "cores": 1, "state": "answers"}
        machine = Machine(id=new_id("mch"), name=name, last_polled_at=func.now(), test_mode=True, revision=1, **columns)
        session.add(machine)
    async with node.database.sessions() as session:
        return await machines.get(session, machine.id)


@pytest.mark.skipif(SSHD is None, reason=MISSING)
async def test_a_machine_whose_login_hangs_delays_no_other(running_node: Node, tmp_path: Path) -> None:
    node = running_node
    connected, over = asyncio.Event(), asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await over.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with login_node(tmp_path / "login") as login:
        hangs = Transport(SshSettings(host="127.0.0.1", port=port), surroundings_of(login))
        slow, other = await added(node, "slow"), await added(node, "other")
        opened = node.registry.setdefault("machines.batch", {})
        opened[slow.id] = AsksAtItsEnd(hangs, tmp_path / "slow")
        node.registry.setdefault("machines.revisions", {})[slow.id] = 0  # its settings were changed since
        waits = asyncio.create_task(machines.batch_of(node, slow))
        try:
            async with asyncio.timeout(20):
                await connected.wait()
                async with asyncio.timeout(2):
                    load = await (await machines.batch_of(node, other)).load()
            assert load.cores > 0
            assert not waits.done()
        finally:
            waits.cancel()
            await asyncio.gather(waits, return_exceptions=True)
            over.set()
            await hangs.close()
            server.close()
            await server.wait_closed()
