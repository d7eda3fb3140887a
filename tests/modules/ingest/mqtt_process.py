"""A node that only listens, to be killed: database URL and data directory are its arguments."""

import asyncio
import sys

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.main import MODULES
from app.modules.ingest.subscriptions import Subscriber


async def main() -> None:
    url, directory = sys.argv[1:]
    sections = {module.name: module.settings for module in MODULES if module.settings is not None}
    settings = settings_sources.load(sections, flags={"data_directory": directory}, environ={}, toml_paths=())
    settings.kernel.egress.allow.append("127.0.0.1")
    node = Node(settings, MODULES, url)
    await node.vault.unlock()
    await node.part(Subscriber, Subscriber).run()
    await asyncio.Event().wait()


asyncio.run(main())
