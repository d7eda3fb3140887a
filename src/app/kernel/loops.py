"""Background loops: one life cycle, woken by hints, never silent about a failure.

A loop is a coroutine function called again and again. It returns the seconds until it wants to be called at the latest
(``None``: its floor period). What it raises is logged, counted and retried with back-off; the other loops go on.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import structlog

from app.kernel.bus import Bus
from app.kernel.clock import Clock
from app.kernel.db import is_gone

log = structlog.get_logger(__name__)

# Housekeeping of ten modules at once doubled the time a node took to start and to stop again (measured: 0.3 s each).
_LEISURE_SECONDS = (5.0, 20.0)

LoopState = Literal["stopped", "running", "waiting", "backing_off"]


@dataclass
class LoopHealth:
    """What a loop has been doing; served by ``GET /api/v1/health``."""

    state: LoopState = "stopped"
    runs: int = 0
    failures: int = 0
    consecutive_failures: int = 0
    restarts: int = 0  # begun anew, after a failure or after somebody stopped it
    since: datetime | None = None  # works or waits without a failure since
    last_error: str | None = None
    last_run_at: datetime | None = None
    next_run_at: datetime | None = None
    running_since: datetime | None = None
    blocked_text: str | None = None


@dataclass
class Loop:
    """One background loop.

    ``every_seconds`` is the floor: it runs at least that often even when every hint is lost. ``topics`` wake it early.
    ``overdue_seconds`` is how long one run may take before the module is shown degraded. With a ``role`` it runs only
    on nodes that have that role. What is ``essential`` cannot be switched off alone: the node would not be one. Of what
    is ``missed`` while it is switched off, this says what: the module is degraded so long. What is ``leisurely`` leaves
    a node that starts to its work, and runs first some seconds later.
    """

    name: str
    run: Callable[[], Awaitable[float | None]]
    every_seconds: float = 5.0
    topics: Sequence[str] = ()
    overdue_seconds: float = 30.0
    role: str | None = None
    essential: bool = False
    missed: str = ""
    leisurely: bool = False
    module: str = ""
    health: LoopHealth = field(default_factory=LoopHealth)

    def __post_init__(self) -> None:
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._ending = False
        # False while it is switched off on purpose: then being stopped is no trouble, unless it is missed.
        self.wanted = True

    @property
    def full_name(self) -> str:
        """Return the name that is unique on a node: ``module.loop``."""
        return f"{self.module}.{self.name}"

    def wake(self) -> None:
        """Run again as soon as possible."""
        self._wake.set()

    def start(self, bus: Bus, clock: Clock) -> None:
        """Start the loop; starting a started one does nothing."""
        if self._task is not None and not self._task.done():
            return
        if self.health.runs:
            self.health.restarts += 1
        self.health.since = None
        self._ending = False
        self._offs = [bus.on(topic, self.wake) for topic in self.topics]
        self._task = asyncio.create_task(self._supervise(clock), name=f"loop {self.full_name}")

    async def stop(self, *, grace_seconds: float = 0) -> None:
        """Stop the loop and wait until it has; stopping a stopped one does nothing.

        A run in hand gets ``grace_seconds`` to end by itself.
        """
        if self._task is None:
            return
        task = self._task
        if grace_seconds and self.health.running_since is not None:
            self._ending = True
            await asyncio.wait([task], timeout=grace_seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        self._task = None
        for off in self._offs:
            off()
        self.health.state, self.health.running_since, self.health.since = "stopped", None, None

    def recovered(self) -> None:
        """Say, from within a run that goes on for long, that it works: the failures before it are over."""
        self.health.consecutive_failures = 0

    def trouble(self, now: datetime) -> str | None:
        """Return why this loop makes its module degraded, or ``None``."""
        h = self.health
        if not self.wanted:
            return f"{self.name}: is stopped, and {self.missed}" if self.missed else None
        if h.consecutive_failures:
            return f"{self.name}: {h.last_error} ({h.consecutive_failures} in a row)"
        if h.running_since and (now - h.running_since).total_seconds() > self.overdue_seconds:
            return f"{self.name}: has not come back for {(now - h.running_since).seconds} s"
        if h.blocked_text:
            return f"{self.name}: {h.blocked_text}"
        return None

    async def _supervise(self, clock: Clock) -> None:
        health = self.health
        if self.leisurely and not health.runs:
            seconds = random.uniform(*_LEISURE_SECONDS)  # noqa: S311 (jitter)
            health.state, health.since = "waiting", clock.now()
            health.next_run_at = health.since + timedelta(seconds=seconds)
            await clock.wait(asyncio.Event(), seconds)  # at a start every topic is hinted at
        while not self._ending:
            self._wake.clear()
            health.state, health.running_since = "running", clock.now()
            health.since = health.since or health.running_since
            health.runs += 1
            try:
                delay = await self._run_once()
                health.state, health.consecutive_failures = "waiting", 0
                seconds = self.every_seconds if delay is None else min(delay, self.every_seconds)
            except Exception as error:  # noqa: BLE001 (a loop survives whatever one run raises; its health says so)
                health.failures += 1
                health.consecutive_failures += 1
                health.restarts += 1
                health.state, health.since = "backing_off", None
                health.last_error = f"{type(error).__name__}: {error}"
                # Full jitter up to 5 s (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
                seconds = random.uniform(0.05, min(5.0, 0.1 * 2 ** min(health.consecutive_failures, 9)))  # noqa: S311 (jitter)
                if health.consecutive_failures in (1, 10) or health.consecutive_failures % 100 == 0:
                    self._tell(error, round(seconds, 2))
            health.running_since = None
            health.last_run_at = clock.now()
            health.next_run_at = health.last_run_at + timedelta(seconds=seconds)
            if self._ending:
                return
            if health.state == "backing_off":
                await asyncio.sleep(seconds)  # a hint may not turn a failing loop into a busy one
            else:
                await clock.wait(self._wake, seconds)

    async def _run_once(self) -> float | None:
        try:
            return await self.run()
        except asyncio.CancelledError as cancelled:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Nobody stops the loop: a task it waited for was cancelled. That is a failure like others, not its end.
            raise RuntimeError("what it waited for was cancelled") from cancelled

    def _tell(self, error: Exception, seconds: float) -> None:
        about = {"loop": self.name, "module": self.module, "retry_in_seconds": seconds}
        if is_gone(error):  # every loop meets that at once: a line each, without the way there
            said = f"{type(error).__name__}: {error}".splitlines()[0]
            log.warning("loop waits for the database", error=said, **about)
        else:
            log.exception("loop failed", **about)
