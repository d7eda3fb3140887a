"""Nodes and one PostgreSQL, event by event: arrivals, shared commits, hints, claims, finishes. Seeded, seconds to run.

The server is ``cores`` processors with one queue before them; NOTIFY's commits stand in a line of their own, as in
PostgreSQL. A hint wakes every other node; a node that is woken while it claims claims once more.
"""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace
from typing import NamedTuple

EVENTS = 400_000
GATHER_SECONDS = 0.002  # outcomes of one node gather so long before they are recorded


@dataclass(frozen=True)
class Costs:
    """Seconds of a processor: per statement, per job in one, per hint and listener. ``lock``, ``flush``: of waiting."""

    enqueue: float
    claim: float
    finish: float
    job: float
    hint: float
    listener: float
    lock: float
    flush: float
    gather: float
    cores: int


class Outcome(NamedTuple):
    """What came of it: jobs done a second, share of the processors, seconds from arrival to start."""

    done: float
    busy: float
    p50: float
    p99: float


@dataclass(slots=True)
class _Node:
    arrived: list[float]
    ended: int = 0
    committing: bool = False
    claiming: bool = False
    finishing: bool = False
    hint_due: bool = False
    hinted_at: float = -1.0
    heard: int = 0


class _Run:
    def __init__(self, costs: Costs, nodes: int, rate: float, *, hinting: bool, seed: int) -> None:
        self.costs = costs
        self.rate = rate
        self.hinting = hinting and nodes > 1
        self.random = random.Random(seed)
        self.nodes = [_Node([]) for _ in range(nodes)]
        self.now = 0.0
        self.order = 0
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.free = [0.0] * costs.cores
        heapify(self.free)
        self.lock_free = 0.0
        self.busy = 0.0
        self.queue: deque[float] = deque()
        self.hints = 0
        self.waits: list[float] = []
        self.done = 0

    def at(self, when: float, what: Callable[[], None]) -> None:
        self.order += 1
        heappush(self.events, (when, self.order, what))

    def server(self, seconds: float, then: Callable[[], None], *, after: float = 0.0) -> None:
        """Have a processor work for ``seconds``, then wait ``after``."""
        began = max(self.now, self.free[0])
        heapreplace(self.free, began + seconds)
        self.busy += seconds
        self.at(began + seconds + after, then)

    def arrive(self) -> None:
        self.at(self.now + self.random.expovariate(self.rate), self.arrive)
        node = self.random.choice(self.nodes)
        node.arrived.append(self.now)
        if not node.committing:
            self.commit(node)

    def commit(self, node: _Node) -> None:
        node.committing = True
        batch, node.arrived = node.arrived, []

        def committed() -> None:
            self.queue.extend(batch)
            self.wake(node)
            if self.hinting and not node.hint_due:
                node.hint_due = True
                self.at(max(self.now, node.hinted_at + self.costs.gather), lambda: self.hint(node))
            node.committing = False
            if node.arrived:
                self.commit(node)

        self.server(self.costs.enqueue + self.costs.job * len(batch), committed, after=self.costs.flush)

    def hint(self, node: _Node) -> None:
        node.hint_due, node.hinted_at = False, self.now
        self.lock_free = max(self.now, self.lock_free) + self.costs.lock
        self.at(self.lock_free, self.deliver)

    def deliver(self) -> None:
        # The listeners' processes share the work; the last of them hears when all of it is done.
        pieces = min(self.costs.cores, len(self.nodes))
        piece = (self.costs.hint + self.costs.listener * (len(self.nodes) - 1)) / pieces
        for _ in range(pieces - 1):
            self.server(piece, _nothing)
        self.server(piece, self.heard)

    def heard(self) -> None:
        self.hints += 1
        for node in self.nodes:
            if not node.claiming:
                self.claim(node)

    def wake(self, node: _Node) -> None:
        node.heard = -1
        if not node.claiming:
            self.claim(node)

    def claim(self, node: _Node) -> None:
        node.claiming, node.heard = True, self.hints
        taken = [self.queue.popleft() for _ in range(min(500, len(self.queue)))]

        def claimed() -> None:
            self.waits += [self.now - arrived for arrived in taken]
            node.ended += len(taken)
            node.claiming = False
            if taken and not node.finishing:
                node.finishing = True
                self.at(self.now + GATHER_SECONDS, lambda: self.finish(node))
            if self.queue or node.heard != self.hints:
                self.claim(node)

        self.server(self.costs.claim + self.costs.job * len(taken), claimed, after=self.costs.flush if taken else 0.0)

    def finish(self, node: _Node) -> None:
        batch, node.ended = node.ended, 0

        def finished() -> None:
            self.done += batch
            node.finishing = False
            if node.ended:
                node.finishing = True
                self.finish(node)

        self.server(self.costs.finish + self.costs.job * batch, finished, after=self.costs.flush)


def simulate(costs: Costs, nodes: int, rate: float, *, hinting: bool, seconds: float = 1.0, seed: int = 7) -> Outcome:
    """Live through ``seconds`` of a fleet, or :data:`EVENTS` events of it."""
    run = _Run(costs, nodes, rate, hinting=hinting, seed=seed)
    run.at(0.0, run.arrive)
    for _ in range(EVENTS):
        if run.events[0][0] > seconds:
            break
        run.now, _, what = heappop(run.events)
        what()
    waits = sorted(run.waits) or [0.0]
    # Work that was taken on but lies beyond the end is not done yet.
    busy = run.busy - sum(max(0.0, until - run.now) for until in run.free)
    return Outcome(
        done=run.done / run.now,
        busy=busy / run.now / costs.cores,
        p50=waits[len(waits) // 2],
        p99=waits[len(waits) * 99 // 100],
    )


def _nothing() -> None:
    pass
