"""A node of its own process that may die in its keeper: ``keeper_process.py URL DATA_DIRECTORY``. Says ``ready``."""

import asyncio
import signal
import sys

from pydantic import BaseModel

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.modules import jobs, nodes


class Count(BaseModel):
    n: int = 0


class Whole(BaseModel):
    batch_id: str
    total: int
    counts: dict[str, int]


async def main(url: str, data_directory: str) -> None:
    @jobs.kind("test.limited", limit=jobs.Limit(concurrency=4))
    async def limited(attempt: jobs.Attempt, payload: Count) -> None:
        await asyncio.sleep(0.002)

    @jobs.kind("test.rated", limit=jobs.Limit(rate=20, period_seconds=0.2))
    async def rated(attempt: jobs.Attempt, payload: Count) -> None: ...

    @jobs.kind("test.odd", max_attempts=1)
    async def odd(attempt: jobs.Attempt, payload: Count) -> None:
        if payload.n % 2:
            raise jobs.Discard("odd")

    @jobs.kind("test.whole")
    async def whole(attempt: jobs.Attempt, payload: Whole) -> None: ...

    settings = settings_sources.load(
        {module.name: module.settings for module in (jobs.module, nodes.module) if module.settings is not None},
        flags={"data_directory": data_directory, "jobs.lease_seconds": 1.0, "nodes.heartbeat_seconds": 0.3},
        environ={},
        toml_paths=(),
    )
    node = Node(settings, (jobs.module, nodes.module), url)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await node.start()
    print("ready", flush=True)
    await stop.wait()
    await node.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
