"""A bounded queue and the one thread that empties it into a sink: how log records leave the threads that make them.

The thread is woken by the first record and then gathers for 10 ms at a time while more come: to wake it for each took
longer (10 µs, most of it the interpreter's lock changing hands) than all the rest of a record.
"""

import threading
import time
from collections import deque
from typing import Protocol

QUEUE_RECORDS = 10_000
# A flood of lesser records may not crowd out the errors that explain it.
URGENT_RECORDS = QUEUE_RECORDS + 2_000
BATCH_RECORDS = 2_000
GATHER_SECONDS = 0.01


class Sink(Protocol):
    """Where a lane ends. Only the lane's thread calls it."""

    def due_seconds(self) -> float | None:
        """Return when the sink wants a turn although nothing came, ``None`` for never."""

    def take(self, lines: list[bytes], dropped: int) -> None:
        """Write ``lines``; ``dropped`` is how many the lane has lost so far."""

    def settle(self) -> bool:
        """Make all that was taken permanent; say whether it is."""

    def close(self) -> None:
        """Let go of what the sink holds."""


class Lane:
    """Putting never waits and never fails; what does not fit is counted."""

    def __init__(self, name: str, sink: Sink) -> None:
        self._queue: deque[bytes] = deque()  # append and popleft are atomic
        self._sink = sink
        self._drop_lock = threading.Lock()
        self._wake = threading.Event()
        self._sleeping = False
        self._hurry = threading.Event()  # somebody waits, or the end: no gathering
        self._waiting: deque[threading.Event] = deque()
        self._ending = False
        self.dropped_count = 0
        self._thread = threading.Thread(target=self._serve, name=f"log {name}", daemon=True)
        self._thread.start()

    def put(self, line: bytes, *, urgent: bool) -> None:
        """Queue ``line``, or count it as dropped when the queue is full."""
        if len(self._queue) < (URGENT_RECORDS if urgent else QUEUE_RECORDS):
            self._queue.append(line)
            if self._sleeping:
                self._sleeping = False
                self._wake.set()
        else:
            with self._drop_lock:
                self.dropped_count += 1

    def flush(self, timeout_seconds: float) -> bool:
        """Wait until all that was put before is permanent; say whether it was in time."""
        settled = threading.Event()
        self._waiting.append(settled)
        self._hurry.set()
        self._wake.set()
        return settled.wait(timeout_seconds)

    def close(self, timeout_seconds: float) -> None:
        """Empty the queue and end the thread, or leave it behind when that takes longer."""
        self._ending = True
        self._hurry.set()
        self._wake.set()
        self._thread.join(timeout_seconds)

    def _serve(self) -> None:
        waiting: list[threading.Event] = []
        ending = False
        while not ending:
            self._rest(none_waits=not waiting)
            self._hurry.clear()
            ending = self._ending
            while self._waiting:
                waiting.append(self._waiting.popleft())
            self._drain()
            if (waiting or ending) and self._sink.settle():
                for settled in waiting:
                    settled.set()
                waiting.clear()
        self._sink.close()

    def _rest(self, *, none_waits: bool) -> None:
        """Sleep until something came or the sink is due; gather for a moment when more may be coming."""
        if self._queue:
            self._hurry.wait(GATHER_SECONDS)
            return
        self._wake.clear()
        self._sleeping = True
        if not self._queue and not self._hurry.is_set():
            due = self._sink.due_seconds()
            if none_waits:
                self._wake.wait(due)
            elif due:  # who waits for a disk that refuses: at its next try, not at once
                time.sleep(min(due, GATHER_SECONDS))
        self._sleeping = False

    def _drain(self) -> None:
        """Give the sink what is queued, at least one turn, in batches."""
        left = len(self._queue)
        while True:
            count = min(left, BATCH_RECORDS)
            take = self._queue.popleft
            self._sink.take([take() for _ in range(count)], self.dropped_count)
            left -= count
            if left <= 0:
                return
