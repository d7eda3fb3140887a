"""The tasks that run handlers: made when needed and kept, each for one job after the other.

Every job gets a context of its own all the same, so what a handler sets in a context variable ends with its job.
"""

import asyncio
import contextvars
import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from app.kernel import tracing
from app.kernel.logs import work_at_hand
from app.modules.jobs.running import Outcome, Requeued, Running, run, too_late_to_begin
from app.modules.jobs.timeouts import Timeouts
from app.modules.jobs.traces import traced

if TYPE_CHECKING:
    from app.kernel.node import Node

T = TypeVar("T")

# Jobs that never wait run one after the other in one task; after so many of them the event loop gets its turn.
_TURNS = 32


class Runners:
    """At most ``slots`` handlers at once, and in ``waiting`` the claimed jobs that come next.

    ``ended(running, outcome)`` is called for each job whose handler has ended, ``rested()`` when one less is busy.
    """

    def __init__(
        self,
        node: "Node",
        slots: int,
        ended: Callable[[Running, Outcome | None], None],
        rested: Callable[[], None],
    ) -> None:
        self.slots = slots
        self.waiting: deque[Running] = deque()
        self.quiet = asyncio.Event()
        self.quiet.set()
        self._node = node
        self._ended = ended
        self._rested = rested
        self._timeouts = Timeouts(node.clock)
        self._tasks: set[asyncio.Task[None]] = set()
        # The last one to fall idle is the next to work: its memory is warm, and the others show how many are needed.
        self._idle: list[asyncio.Future[None]] = []
        self._context = contextvars.copy_context()

    @property
    def busy(self) -> int:
        """Return how many handlers run."""
        return len(self._tasks) - len(self._idle)

    def begin(self, jobs: Sequence[Running]) -> None:
        """Run these, given in their order, after those that wait already and are not less urgent."""
        urgent = bool(self.waiting and jobs and jobs[0].priority > self.waiting[-1].priority)
        self.waiting.extend(jobs)
        if urgent:
            self.waiting = deque(sorted(self.waiting, key=_urgency))
        self._spread()

    def resize(self, slots: int) -> None:
        """Run at most ``slots`` from now on; those that run beyond it end in their time."""
        self.slots = slots
        for _ in range(min(slots, len(self.waiting))):
            self._spread()

    def close(self) -> None:
        """Let the idle ones go."""
        self._timeouts.close()
        for task in self._tasks:
            task.cancel()

    def _spread(self) -> None:
        """See that one more task works, when there is anything to do for it."""
        if not self.waiting or self.busy >= self.slots:
            return
        while self._idle:
            place = self._idle.pop()
            if not place.done():
                place.set_result(None)
                self.quiet.clear()
                return
        if len(self._tasks) < self.slots:
            self.quiet.clear()
            task = asyncio.get_running_loop().create_task(self._serve(), context=self._context.copy())
            self._tasks.add(task)
            task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._note_rest()
        self._spread()

    def _note_rest(self) -> None:
        if self.busy == 0:
            self.quiet.set()
        self._rested()

    async def _serve(self) -> None:
        timeouts, node = self._timeouts, self._node
        task = asyncio.current_task()
        assert task is not None
        turns = 0

        def suspended(running: Running) -> None:
            # Before this moment nothing could have interrupted it, and nobody else could have used the event loop.
            running.task = task
            timeouts.add(running)
            # Two, each of which sees to two more: a backlog of waiting handlers is spread in a few turns of the loop.
            self._spread()
            self._spread()

        while True:
            if not self.waiting or self.busy > self.slots:
                place = asyncio.get_running_loop().create_future()
                self._idle.append(place)
                self._note_rest()
                await place
                turns = 0
                continue
            running = self.waiting.popleft()
            now = node.clock.monotonic()
            if running.lease_ends <= now:
                self._ended(running, Requeued("returned"))  # overtaken in line, while the event loop stood still
                continue
            if running.begin_by <= now:
                self._ended(running, too_late_to_begin(running))
                continue
            context = self._context.copy()
            context.run(work_at_hand.set, running)
            attempt = run(running, node) if tracing.tracer is None else traced(running, node, tracing.tracer)
            outcome = await _steps(attempt, context, suspended, running)
            if running.task is not None:
                timeouts.remove(running)
            self._ended(running, outcome)
            if running.reason is not None or task.cancelling():
                return  # whatever is left of a cancellation ends with this task and does not meet the next job
            turns += 1
            if turns == _TURNS:
                turns = 0
                await asyncio.sleep(0)


@types.coroutine
def _steps(
    coroutine: Coroutine[Any, Any, T], context: contextvars.Context, suspended: Callable[[Running], None], job: Running
) -> Generator[Any, Any, T]:
    """Run a coroutine inside this task but in another context; ``suspended`` is told when it first waits."""
    try:
        awaited = context.run(coroutine.send, None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    suspended(job)
    while True:
        error: BaseException | None = None
        try:
            value = yield awaited
        except GeneratorExit:
            coroutine.close()
            raise
        except BaseException as thrown:  # noqa: BLE001 - it is the coroutine's to deal with
            error = thrown
        try:
            awaited = context.run(coroutine.send, value) if error is None else context.run(coroutine.throw, error)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def _urgency(running: Running) -> int:
    return -running.priority
