"""A whole node in a process of its own, to be killed: ``python machine_node.py DATABASE_URL DATA_DIRECTORY``."""

import asyncio
import sys

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.main import MODULES


async def main() -> None:
    sections = {module.name: module.settings for module in MODULES if module.settings is not None}
    flags = {
        "data_directory": sys.argv[2],
        "jobs.lease_seconds": 2,
        "egress.allow": "127.0.0.0/8",
        "machines.install_poll_seconds": 0.1,
    }
    node = Node(settings_sources.load(sections, flags=flags, environ={}, toml_paths=()), MODULES, sys.argv[1])
    await node.start()
    await asyncio.Event().wait()


asyncio.run(main())
