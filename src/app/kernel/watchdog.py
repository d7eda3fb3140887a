"""A thread that sees the event loop stall and names the module whose code stalled it."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

INTERVAL_SECONDS = 0.5
STALLED_AFTER_SECONDS = 1.0


class Watchdog:
    """Measures event-loop lag from its own thread.

    ``on_stall(module, seconds, place)`` runs on the event loop once it answers again; ``lag_seconds`` is the present
    lag, readable from any thread, so ``/livez`` of another node or a supervisor can tell stalled from dead.
    """

    def __init__(self, on_stall: Callable[[str | None, float, str], None]) -> None:
        self._on_stall = on_stall
        self._stop = threading.Event()
        self._beat = time.monotonic()
        self._thread: threading.Thread | None = None

    @property
    def lag_seconds(self) -> float:
        """Return how long the event loop has not answered, in seconds."""
        return max(0.0, time.monotonic() - self._beat - INTERVAL_SECONDS)

    def start(self) -> None:
        """Start watching the running event loop."""
        loop = asyncio.get_running_loop()
        self._beat = time.monotonic()  # what was done before, nobody watched
        self._thread = threading.Thread(
            target=self._watch, args=(loop, threading.get_ident()), name="watchdog", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _watch(self, loop: asyncio.AbstractEventLoop, loop_thread: int) -> None:
        while not self._stop.wait(INTERVAL_SECONDS):
            answered = threading.Event()
            asked_at = time.monotonic()
            try:
                loop.call_soon_threadsafe(answered.set)
            except RuntimeError:  # the loop was closed under us
                return
            module, place = None, ""
            while not answered.wait(0.25) and not self._stop.is_set():
                if time.monotonic() - asked_at > STALLED_AFTER_SECONDS and module is None:
                    module, place = _culprit(sys._current_frames().get(loop_thread))
            self._beat = time.monotonic()
            stalled = self._beat - asked_at
            if stalled > STALLED_AFTER_SECONDS and not self._stop.is_set():
                loop.call_soon_threadsafe(self._on_stall, module, stalled, place)


def _culprit(frame: FrameType | None) -> tuple[str | None, str]:
    """Return the module whose code is innermost on the stack, and where it stands."""
    place = ""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        here = f"{name}:{frame.f_lineno} in {frame.f_code.co_name}"
        place = place or here
        if name.startswith("app.modules."):
            return name.split(".")[2], here
        frame = frame.f_back
    return None, place
