"""A node of its own process: ``worker_process.py URL DATA_DIRECTORY MODE LEASE_SECONDS``.

Says ``started <job id> <attempt>`` when a handler begins. MODE "hang": the handler never ends. MODE "die": it kills
its process the hard way, as a job that exhausts the memory does.
"""

import asyncio
import os
import signal
import sys

from pydantic import BaseModel

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.modules import jobs, nodes


class Count(BaseModel):
    n: int = 0


async def main(url: str, data_directory: str, mode: str, lease_seconds: str) -> None:
    @jobs.kind("test.process")
    async def process(attempt: jobs.Attempt, payload: Count) -> None:
        print("started", attempt.job_id, attempt.attempt, flush=True)
        if mode == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.Event().wait()

    settings = settings_sources.load(
        {"jobs": jobs.JobSettings},
        flags={"data_directory": data_directory, "jobs.lease_seconds": lease_seconds},
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
