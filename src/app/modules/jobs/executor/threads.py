"""Threads for handlers that are plain functions: as many as are needed, up to a setting, kept for the next job.

A thread cannot be killed. One whose handler ignores its cancellation is given up: its job is recorded without it, its
place stays taken until it ends, and the module's health says so.
"""

import asyncio
import contextlib
import contextvars
import queue
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog

from app.modules.jobs.executor.sync_attempt import SyncAttempt
from app.modules.jobs.progress import reporter_of
from app.modules.jobs.schemas import JobSettings

if TYPE_CHECKING:
    from app.kernel.node import Node
    from app.modules.jobs.attempt import Attempt

log = structlog.get_logger(__name__)

_IDLE_SECONDS = 60.0
# Of a node that stops: below what its worker waits for cancelled handlers.
DRAINING_STOP_SECONDS = 1.0

Handler = Callable[[SyncAttempt, Any], Any]


class HandlerEscaped(Exception):
    """A handler raised what is not an error of its own: SystemExit, StopIteration, another's CancelledError."""


class Threads:
    """The threads of one node."""

    def __init__(self, node: "Node") -> None:
        settings = node.settings.of(JobSettings)
        self._node = node
        self._most = settings.threads
        self._stop_seconds = settings.stop_seconds
        self._idle: list[_Thread] = []
        self._count = 0
        self._waiting: deque[asyncio.Future[_Thread]] = deque()
        self._given_up: dict[_Thread, tuple[str, float]] = {}
        self.changed: Callable[[], None] = _nothing  # called when what trouble() says has changed

    @property
    def free(self) -> int:
        """Return how many more handlers could begin now."""
        return self._most - self._count + len(self._idle) - len(self._waiting)

    def trouble(self) -> str | None:
        """Return why fewer threads than set are of use, or ``None``."""
        if not self._given_up:
            return None
        kind, since = next(iter(self._given_up.values()))
        count, seconds = len(self._given_up), time.monotonic() - since
        return (
            f"{count} of {self._most} threads taken by handlers that ignore their cancellation, "
            f"the longest for {seconds:.0f} s by a {kind} job; a restart frees them"
        )

    async def run(self, handler: Handler, attempt: "Attempt", payload: Any) -> Any:
        """Run ``handler`` in a thread and return what it returns or raise what it raises."""
        thread = await self._take()
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Any] = loop.create_future()
        reporter = reporter_of(attempt)
        given = SyncAttempt(
            attempt.job_id,
            attempt.kind,
            attempt.attempt,
            attempt.last,
            attempt.incident_id,
            attempt.simulation_id,
            structlog.get_logger(handler.__module__),
            reporter.report,
        )
        context = contextvars.copy_context()

        def settle(result: Any, error: BaseException | None) -> None:
            self._give_back(thread)
            if error is None:
                outcome.set_result(result)
            else:
                outcome.set_exception(error)

        def work() -> None:
            result, error = None, None
            try:
                result = context.run(handler, given, payload)
            except Exception as raised:  # noqa: BLE001 - whatever it is, the attempt failed with it
                # A future cannot carry a StopIteration.
                error = raised if not isinstance(raised, StopIteration) else HandlerEscaped("StopIteration")
            except BaseException as raised:  # noqa: BLE001 - exit() in a handler ends its attempt and not the thread
                error = HandlerEscaped(f"{type(raised).__name__}: {raised}".rstrip(": "))
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle, result, error)

        thread.give(work)
        try:
            return await asyncio.shield(outcome)
        except asyncio.CancelledError:
            given.cancelled.set()
            seconds = DRAINING_STOP_SECONDS if self._node.draining.is_set() else self._stop_seconds
            await asyncio.wait({outcome}, timeout=seconds)
            if not outcome.done():
                self._give_up(thread, attempt)
            raise

    def reap(self) -> None:
        """Let threads go that had nothing to do for a while."""
        ended = [thread for thread in self._idle if thread.idle_seconds >= _IDLE_SECONDS]
        for thread in ended:
            self._idle.remove(thread)
            self._count -= 1
            thread.give(None)

    def close(self) -> None:
        """Let every idle thread go. Busy ones are daemons: they do not keep the process."""
        while self._idle:
            self._idle.pop().give(None)
            self._count -= 1

    async def _take(self) -> "_Thread":
        if self._idle:
            return self._idle.pop()
        if self._count < self._most:
            self._count += 1
            return _Thread()
        place: asyncio.Future[_Thread] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._give_back(place.result())
            else:
                self._waiting.remove(place)
            raise

    def _give_back(self, thread: "_Thread") -> None:
        if self._given_up.pop(thread, None) is not None:
            log.info("job handler stopped after it was given up", left=len(self._given_up))
            self.changed()
        thread.idle_since = time.monotonic()
        if self._waiting:
            self._waiting.popleft().set_result(thread)
        else:
            self._idle.append(thread)

    def _give_up(self, thread: "_Thread", attempt: "Attempt") -> None:
        log.error("job handler ignores its cancellation; its thread is lost until it ends", kind=attempt.kind)
        self._given_up[thread] = (attempt.kind, time.monotonic())
        self.changed()


def _nothing() -> None:
    return None


class _Thread:
    """One thread and what it is to do next."""

    def __init__(self) -> None:
        self._inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self.idle_since = time.monotonic()
        threading.Thread(target=self._serve, name="job handler", daemon=True).start()

    @property
    def idle_seconds(self) -> float:
        return time.monotonic() - self.idle_since

    def give(self, work: Callable[[], None] | None) -> None:
        self._inbox.put(work)

    def _serve(self) -> None:
        while (work := self._inbox.get()) is not None:
            work()


def threads_of(node: "Node") -> Threads:
    """Return the threads of a node, made when they are first needed."""
    return node.part(Threads, Threads)


def runner(handler: Handler) -> Callable[["Attempt", Any], Awaitable[Any]]:
    """Return what runs ``handler`` in a thread of the attempt's node."""

    async def run(attempt: "Attempt", payload: Any) -> Any:
        return await threads_of(attempt.node).run(handler, attempt, payload)

    return run
