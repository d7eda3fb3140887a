"""The queue beside its peers and the bare limit, on one PostgreSQL in one run.

Peers are installed by ``python -m benchmarks.peers``; those that need Redis find Debian's redis-server on PATH. They
run as their manuals say for throughput, with a payload as ours in a process as ours. Every figure is of jobs that were
counted as succeeded afterwards, once each: a count that is wrong fails the run.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from benchmarks import jobs_costs, jobs_drains, jobs_fleet, jobs_history, jobs_http, jobs_latency
from benchmarks.jobs_sizes import FULL, QUICK, Sizes
from benchmarks.jobs_stage import missing, stage
from benchmarks.report import Row, publish

PARTS = {
    "drains": jobs_drains.rows,
    "latency": jobs_latency.rows,
    "history": jobs_history.rows,
    "fleet": jobs_fleet.rows,
    "http": jobs_http.rows,
    "costs": jobs_costs.rows,
}


async def measure(sizes: Sizes, parts: list[str]) -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="stormbell-bench-") as directory:
        async with stage(Path(directory)) as made:
            for name in parts:
                began = time.perf_counter()
                try:
                    rows += await PARTS[name](made, sizes)
                except Exception as failure:  # noqa: BLE001 (the other parts have their figures; the run fails)
                    traceback.print_exc()
                    what = str(failure).partition("\n")[0] or type(failure).__name__
                    rows.append(Row(f"{name}: {what}", "failed check", 1, target=0))
                print(f"jobs: {name}, {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer jobs and rounds, under two minutes")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--part", choices=sorted(PARTS), action="append", help="only this part; may be repeated")
    arguments = parser.parse_args()
    # Asked to end, it ends its servers first.
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    for line in missing():
        print(line, file=sys.stderr)
    # What the model of a fleet is made of is not judged, and so left out when there is little time.
    parts = arguments.part or [name for name in PARTS if name != "costs" or not arguments.quick]
    rows = asyncio.run(measure(QUICK if arguments.quick else FULL, parts))
    return publish("jobs", rows, as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
