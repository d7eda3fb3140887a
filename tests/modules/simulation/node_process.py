"""A whole node in a process of its own, to be killed: ``python node_process.py DATABASE_URL DATA_DIRECTORY``."""

import asyncio
import signal
import sys

from simulation_probe import hear  # noqa: F401 (registers the callback's job kind)

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.main import MODULES


async def main() -> None:
    sections = {module.name: module.settings for module in MODULES if module.settings is not None}
    flags = {"data_directory": sys.argv[2], "jobs.lease_seconds": 1, "machines.local_grace_seconds": 1}
    settings = settings_sources.load(sections, flags=flags, environ={}, toml_paths=())
    node = Node(settings, MODULES, sys.argv[1])
    await node.start()
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    print("ready", flush=True)
    await stopped.wait()
    await node.stop()


asyncio.run(main())
