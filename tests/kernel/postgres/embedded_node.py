"""A process of its own that uses the embedded server, for tests that kill processes.

`python embedded_node.py DIRECTORY [JSON options]`: prints one JSON document a line, stops when standard input ends.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import structlog
import uvloop

from app.kernel.postgres import Cluster, EmbeddedPostgres, PostgresProblem


def say(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


async def main() -> None:
    options = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    if "bin_directory" in options:
        options["bin_directory"] = Path(options["bin_directory"])

    def restarted(cluster: Cluster) -> None:
        say(event="restarted", owned=cluster.owned, url=cluster.url, pid=postgres.server_pid)

    postgres = EmbeddedPostgres(Path(sys.argv[1]), on_restart=restarted, **options)
    began = time.perf_counter()
    try:
        cluster = await postgres.start()
    except PostgresProblem as problem:
        say(event="problem", kind=type(problem).__name__, text=str(problem))
        return
    say(
        event="started",
        owned=cluster.owned,
        url=cluster.url,
        pid=postgres.server_pid,
        seconds=round(time.perf_counter() - began, 3),
    )
    await asyncio.to_thread(sys.stdin.read)
    await postgres.stop()
    say(event="stopped", state=postgres.state)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    uvloop.run(main())
