"""A node in a process of its own that knows ``executor_handlers``: ``executor_process.py URL DATA_DIRECTORY``."""

import asyncio
import sys

import executor_handlers

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.modules import jobs, nodes


async def main(url: str, data_directory: str) -> None:
    jobs.kind("test.act", executor="process", max_attempts=1)(executor_handlers.act)
    flags = {"data_directory": data_directory}
    settings = settings_sources.load({"jobs": jobs.JobSettings}, flags=flags, environ={}, toml_paths=())
    await Node(settings, (jobs.module, nodes.module), url).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
