"""Judges a history of a schedule: each target has exactly one run in its window, and there is no run without a target.

The idea is Jepsen's checker for Chronos (aphyr.com/posts/326-jepsen-chronos). Windows overlap when jobs may start later
than the next target, so runs are matched to windows: of all matchings, one that leaves the fewest targets without one.
"""

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Run:
    """One run: when it took effect, and the target it says it is of."""

    at: datetime
    target: datetime


@dataclass
class Verdict:
    """What is wrong; all empty when nothing is."""

    missing: list[datetime] = field(default_factory=list)  # targets without a run in their window
    unexpected: list[Run] = field(default_factory=list)  # runs that no window has room for
    doubled: list[datetime] = field(default_factory=list)  # targets that several runs say they are of
    unknown: list[Run] = field(default_factory=list)  # runs that say they are of a time that is no target
    outside: list[Run] = field(default_factory=list)  # runs outside the window of the target they say they are of

    def __bool__(self) -> bool:
        return not (self.missing or self.unexpected or self.doubled or self.unknown or self.outside)


def check(
    targets: Sequence[datetime],
    runs: Sequence[Run],
    *,
    epsilon: timedelta,
    jitter: Mapping[datetime, timedelta] | None = None,
    until: datetime | None = None,
) -> Verdict:
    """Compare the targets of a time span with the runs seen.

    A target's window is [target + its jitter, the same + epsilon]. Windows still open at ``until``, the end of the
    observation, may be without a run.
    """
    begins = {target: target + (jitter or {}).get(target, timedelta(0)) for target in targets}
    verdict = Verdict()
    counted = Counter(run.target for run in runs)
    verdict.doubled = sorted(target for target, count in counted.items() if count > 1)
    verdict.unknown = [run for run in runs if run.target not in begins]
    verdict.outside = [
        run for run in runs if run.target in begins and not begins[run.target] <= run.at <= begins[run.target] + epsilon
    ]
    # Earliest deadline first leaves no target out that any matching of points to intervals could serve.
    waiting: list[datetime] = []
    coming = sorted((begin, target) for target, begin in begins.items())
    place = 0
    for run in sorted(runs, key=lambda run: run.at):
        while place < len(coming) and coming[place][0] <= run.at:
            heapq.heappush(waiting, coming[place][0])
            place += 1
        while waiting and waiting[0] + epsilon < run.at:
            verdict.missing.append(heapq.heappop(waiting))
        if waiting:
            heapq.heappop(waiting)
        else:
            verdict.unexpected.append(run)
    left = waiting + [begin for begin, _ in coming[place:]]
    verdict.missing += [begin for begin in left if until is None or begin + epsilon < until]
    verdict.missing.sort()
    return verdict
