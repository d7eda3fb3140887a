"""A bounded queue and the one thread that empties it into a sink: how log records leave the threads that make them."""

import queue
import threading
from typing import Protocol

QUEUE_RECORDS = 10_000
# A flood of lesser records may not crowd out the errors that explain it.
URGENT_RECORDS = QUEUE_RECORDS + 2_000
BATCH_RECORDS = 2_000


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
        self._queue: queue.SimpleQueue[bytes | threading.Event | None] = queue.SimpleQueue()
        self._sink = sink
        self._drop_lock = threading.Lock()
        self.dropped_count = 0
        self._thread = threading.Thread(target=self._serve, name=f"log {name}", daemon=True)
        self._thread.start()

    def put(self, line: bytes, *, urgent: bool) -> None:
        """Queue ``line``, or count it as dropped when the queue is full."""
        if self._queue.qsize() < (URGENT_RECORDS if urgent else QUEUE_RECORDS):
            self._queue.put(line)
        else:
            with self._drop_lock:
                self.dropped_count += 1

    def flush(self, timeout_seconds: float) -> bool:
        """Wait until all that was put before is permanent; say whether it was in time."""
        settled = threading.Event()
        self._queue.put(settled)
        return settled.wait(timeout_seconds)

    def close(self, timeout_seconds: float) -> None:
        """Empty the queue and end the thread, or leave it behind when that takes longer."""
        self._queue.put(None)
        self._thread.join(timeout_seconds)

    def _serve(self) -> None:
        waiting: list[threading.Event] = []
        ending = False
        while not ending:
            lines: list[bytes] = []
            try:
                item = self._queue.get(timeout=self._sink.due_seconds() if not waiting else 0)
                while isinstance(item, bytes) and len(lines) < BATCH_RECORDS:
                    lines.append(item)
                    item = self._queue.get_nowait()
                if isinstance(item, bytes):
                    lines.append(item)
                elif item is None:
                    ending = True
                else:
                    waiting.append(item)
            except queue.Empty:
                pass
            self._sink.take(lines, self.dropped_count)
            if (waiting or ending) and self._sink.settle():
                for settled in waiting:
                    settled.set()
                waiting.clear()
        self._sink.close()
