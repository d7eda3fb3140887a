"""A node of its own process that rotates the vault's key: ``rekeying_process.py URL DATA_DIRECTORY WHAT``.

WHAT "begin": asks for a rotation and runs it. "go on": runs what another left, and ends when everything is sealed anew.
"""

import asyncio
import sys

from sqlalchemy import select

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.kernel.principal import SYSTEM
from app.kernel.vault import VaultKey
from app.main import MODULES
from app.modules.credentials import rekeying


async def main(url: str, data_directory: str, what: str) -> None:
    flags = {"credentials.rotation_lead_seconds": 0, "jobs.lease_seconds": 1, "server.node_name": what}
    sections = {module.name: module.settings for module in MODULES if module.settings is not None}
    flags = {"data_directory": data_directory, **flags}
    settings = settings_sources.load(sections, flags=flags, environ={}, toml_paths=())
    node = Node(settings, MODULES, url)
    await node.start()
    if what == "begin":
        async with node.database.transaction() as session:
            await rekeying.rotate_keys(node, session, SYSTEM)
    changed = asyncio.Event()
    node.bus.on("events", changed.set)
    while True:
        changed.clear()
        async with node.database.transaction() as session:
            if await session.scalar(select(VaultKey.id).where(VaultKey.retired_at.is_not(None))):
                break
        await node.clock.wait(changed, 0.5)
    await node.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
