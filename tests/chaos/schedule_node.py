"""A node that runs schedules, to be killed: ``schedule_node.py URL DATA_DIRECTORY``.

Its handler writes down each run in the commit that ends the job: a run is what took effect.
"""

import asyncio
import sys

from pydantic import BaseModel
from sqlalchemy import text

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.modules import jobs, nodes

RUN = """
INSERT INTO runs_seen (job_id, target, at)
SELECT id, split_part(origin, '@', 2)::timestamptz, clock_timestamp() FROM jobs WHERE id = :id
"""


class Nothing(BaseModel):
    pass


async def main(url: str, data_directory: str) -> None:
    @jobs.kind("chaos.tick", max_attempts=20, retry_seconds=0.1, longest_retry_seconds=0.5)
    async def tick(attempt: jobs.Attempt, payload: Nothing) -> None:
        async with attempt.transaction() as session:
            await session.execute(text(RUN), {"id": attempt.job_id})

    jobs.schedule("chaos.every-second", "chaos.tick", {}, interval_seconds=1.0, jitter_seconds=0.5, catch_up="all")
    sections = {module.name: module.settings for module in (jobs.module, nodes.module) if module.settings is not None}
    settings = settings_sources.load(
        sections, flags={"data_directory": data_directory, "jobs.lease_seconds": "1.5"}, environ={}, toml_paths=()
    )
    node = Node(settings, (jobs.module, nodes.module), url)
    while True:
        try:
            await node.start()
            break
        except Exception as error:  # noqa: BLE001 - the database may be away; whoever starts a node tries again
            print("not yet", error, file=sys.stderr, flush=True)
            await node.stop()
            await asyncio.sleep(0.1)
            node = Node(settings, (jobs.module, nodes.module), url)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
