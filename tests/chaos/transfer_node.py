"""A node of the whole house in its own process, for tests that kill it in the middle of a transfer."""

import asyncio
import json
import signal
import sys
from typing import Any

import uvloop

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.main import MODULES


async def main(options: dict[str, Any]) -> None:
    sections = {module.name: module.settings for module in MODULES if module.settings is not None}
    settings = settings_sources.load(sections, flags=options["flags"], environ={}, toml_paths=())
    settings.kernel.egress.allow.append("127.0.0.1")
    node = Node(settings, MODULES, options["url"])
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await node.start()
    print("ready", flush=True)
    await stop.wait()
    await node.stop()


if __name__ == "__main__":
    uvloop.run(main(json.loads(sys.argv[1])))
