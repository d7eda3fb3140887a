"""A process that has a local batch system open, to be killed: submits the runs it is given, then waits to be stopped.

``python batch_process.py DIRECTORY CORES '{"marker": ["command", …], …}'``; says ``ready`` once all are submitted.
"""

import asyncio
import json
import signal
import sys
from pathlib import Path

from app.modules.machines.batch import BatchRun, Surroundings
from app.modules.machines.batch.local import Batch, Settings


async def main() -> None:
    directory, cores, runs = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
    settings = Settings(cores=cores, grace_seconds=0.5)
    batch = Batch(settings, Surroundings(directory=directory, changed=lambda: None))
    await batch.open()
    for marker, command in runs.items():
        await batch.prepare(marker)
        await batch.submit(BatchRun(marker=marker, name=marker, command=command, outputs=["*"]))
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    print("ready", flush=True)
    await stopped.wait()
    await batch.close()


asyncio.run(main())
