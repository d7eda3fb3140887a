"""How well waits in a queue are predicted: by the model placement uses, beside a backfill estimate as Slurm makes it.

Beside them what placement falls back to, quantiles of jobs like it, and the mean of the last jobs. The machine is a
simulated one (queue_machine.py), or a trace in the Standard Workload Format is replayed:

    python -m benchmarks.queue_wait [--quick] [--trace FILE.swf] [--load 0.8] [--json]

Everything is predicted when it is submitted, from what is known then; the first third only teaches. Slurm's estimate
has one figure: it stands for each of its quantiles.
"""

import argparse
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from app.modules.simulation.queue_following import Followed, follow
from app.modules.simulation.queue_state import QueuedJob
from app.modules.simulation.queue_wait import Quantiles, Queue, Wait, Wanted, predict, without_history
from app.modules.simulation.wait_model import LEVELS, Told, WaitModel, pinball
from benchmarks.queue_machine import Job, backfill_estimate, read_swf, serve, workload
from benchmarks.report import Row, publish

HISTORY = 300
LAST = 20
LOADS = (0.6, 0.85)

METHODS = ("ours", "jobs like it", "backfill estimate", "mean of the last")
Pair = tuple[float, Told]  # what a job waited, and the quantiles predicted


def learned(jobs: Sequence[Job], cores: int) -> list[Told | None]:
    """Return what the model would have told each job when it was submitted; it learns as a server's does."""
    told: dict[str, Told | None] = {}
    known = [
        QueuedJob(str(number), job.cores, job.asked, job.submitted, job.started, job.ended)
        for number, job in enumerate(jobs)
    ]
    models: dict[str, WaitModel] = {}
    follow(
        Followed(seen_until=jobs[0].submitted - 1),
        known,
        models,
        cores=cores,
        until=math.inf,
        heard=lambda job, said: told.__setitem__(job.id, said),
        most=None,
    )
    return [told[job.id] for job in known]


def evaluate(jobs: Sequence[Job], cores: int) -> dict[str, list[Pair]]:
    """Return, per method, what each job waited and what was predicted when it was submitted."""
    found: dict[str, list[Pair]] = {name: [] for name in METHODS}
    model = learned(jobs, cores)
    starts = sorted(jobs, key=lambda job: job.started)
    kept: dict[int, Queue] = {}
    active: list[Job] = []
    next_start = 0
    done: list[Wait] = []
    for number, job in enumerate(jobs):
        now = job.submitted
        while next_start < len(starts) and starts[next_start].started < now:
            one = starts[next_start]
            if id(one) in kept:
                done.append(Wait(one.wait, Wanted(one.cores, one.asked), kept[id(one)]))
            next_start += 1
        active = [one for one in active if one.ended > now]
        running = [one for one in active if one.started <= now]
        waiting = [one for one in active if one.started > now]
        used = sum(one.cores for one in running)
        backlog = (used + sum(one.cores for one in waiting)) / cores
        queue = Queue(free=used + job.cores <= cores, backlog=round(backlog, 3))
        kept[id(job)] = queue
        if number >= len(jobs) // 3:
            wanted = Wanted(job.cores, job.asked)
            like = _told(predict(done[: -HISTORY - 1 : -1], wanted, queue) or without_history(wanted, queue))
            last = sorted(wait.seconds for wait in done[-LAST:]) or [0.0]
            mean = sum(last) / len(last)
            planned = backfill_estimate(job, now, waiting, running, cores)
            told = model[number] or like
            spread = last[int(0.1 * (len(last) - 1))], mean, last[int(0.9 * (len(last) - 1))]
            for name, said in zip(METHODS, (told, like, (planned,) * 3, spread), strict=True):
                found[name].append((job.wait, said))
        active.append(job)
    return found


def _told(like: Quantiles) -> Told:
    return like.p10, like.p50, like.p90


def losses(pairs: Sequence[Pair]) -> list[float]:
    """Return the mean pinball loss of each quantile, in seconds."""
    return [sum(pinball(told[n], wait, level) for wait, told in pairs) / len(pairs) for n, level in enumerate(LEVELS)]


def within(pairs: Sequence[Pair], seconds: float) -> float:
    """Return the share of waits whose median was predicted to within ``seconds``."""
    return sum(abs(wait - told[1]) <= seconds for wait, told in pairs) / len(pairs)


def below(pairs: Sequence[Pair], n: int) -> float:
    """Return the share of waits up to a predicted quantile; what equals the lowest is not below it."""
    return sum(wait <= told[n] if n else wait < told[n] for wait, told in pairs) / len(pairs)


def rows_of(found: dict[str, list[Pair]], where: str) -> list[Row]:
    """Return the figures of one machine: the better of Slurm's estimate and the mean of the last jobs beside ours."""
    rows = []
    for name, seconds in (("within 1 min", 60), ("within 10 min", 600)):
        shares = {method: round(100 * within(found[method], seconds), 1) for method in METHODS}
        rows += [
            Row(
                f"{name}, {where}", "%", shares["ours"], better="higher", n=len(found["ours"]), other=shares[other],
                other_name=other, target=1.0, target_is_ratio=True,
            )
            for other in METHODS[2:]
        ]  # fmt: skip
    for n, level in enumerate(LEVELS):
        loss = {method: round(losses(found[method])[n], 1) for method in METHODS}
        rows += [
            Row(
                f"pinball loss of p{level * 100:.0f}, {where}", "s", loss["ours"], n=len(found["ours"]),
                other=loss[other], other_name=other, target=1.0, target_is_ratio=True,
            )
            for other in METHODS[2:]
        ]  # fmt: skip
    rows.append(Row(f"waits up to p90, {where}", "%", round(100 * below(found["ours"], 2), 1)))
    return rows


def show(found: dict[str, list[Pair]], jobs: Sequence[Job], cores: int, where: str) -> None:
    """Print one table."""
    waited = sorted(job.wait for job in jobs)
    print(f"{where}: {len(jobs)} jobs on {cores} cores; half waited at most {waited[len(waited) // 2]:.0f} s,", end=" ")
    print(f"nine in ten {waited[int(0.9 * len(waited))]:.0f} s")
    heads = ("within 1 min", "within 10 min", "pinball p10", "pinball p50", "pinball p90", "below p10", "below p90")
    print(f"{'':18}" + "".join(f"{head:>14}" for head in heads))
    for name, pairs in found.items():
        cells = [f"{within(pairs, 60):.1%}", f"{within(pairs, 600):.1%}", *(f"{loss:.0f} s" for loss in losses(pairs))]
        cells += [f"{below(pairs, 0):.1%}", f"{below(pairs, 2):.1%}"]
        print(f"{name:18}" + "".join(f"{cell:>14}" for cell in cells))


def main() -> int:
    """Print a table for each machine, or one document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer jobs")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--trace", type=Path, help="a trace in the Standard Workload Format instead")
    parser.add_argument(
        "--load", type=float, action="append", help="how full the simulated machine is; may be repeated"
    )
    parser.add_argument("--cores", type=int, default=256)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    machines: list[tuple[str, list[Job], int]] = []
    if given.trace:
        machines.append((given.trace.name, *read_swf(given.trace)))
    for load in () if given.trace else given.load or LOADS:
        jobs = workload(1500 if given.quick else 6000, given.cores, load, given.seed)
        serve(jobs, given.cores)
        machines.append((f"load {load:g}", jobs, given.cores))
    rows: list[Row] = []
    for where, jobs, cores in machines:
        began = time.perf_counter()
        found = evaluate(jobs, cores)
        rows += rows_of(found, where)
        if not given.json:
            show(found, jobs, cores, where)
            print(f"{time.perf_counter() - began:.1f} s to evaluate\n")
    return publish("queue_wait", rows, as_json=True) if given.json else 0


if __name__ == "__main__":
    sys.exit(main())
