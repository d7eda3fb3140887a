"""Sets up logging: every structlog and stdlib record becomes one NDJSON line in a segment and one line on stderr.

What a record is says app.kernel.log_records. Its identifiers come from structlog's context variables and the work at
hand. Nothing here writes to stdout or makes the caller wait.
"""

import logging
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

from app.kernel.console import ConsoleSink
from app.kernel.lane import Lane
from app.kernel.log_calls import add_context, listen, merge_work, work_at_hand
from app.kernel.log_records import CONTEXT_KEYS, LEVELS, encode, shape
from app.kernel.redaction import register_secret
from app.kernel.segments import SEGMENT_BYTES, SegmentSink

__all__ = [
    "CONTEXT_KEYS",
    "LEVELS",
    "LogWriter",
    "active",
    "configure",
    "encode",
    "merge_work",
    "register_secret",
    "shape",
    "work_at_hand",
]

CLOSE_SECONDS = 5.0

# Libraries that log each request or statement at info; shown when the level is debug.
_CHATTY = (
    "alembic.runtime",
    "asyncio",
    "httpcore",
    "httpx",
    "sqlalchemy.engine",
    "uvicorn.access",
    "uvicorn.error",
    "watchfiles",
)


_active: "LogWriter | None" = None


class LogWriter:
    """Where this process's log records go. One lane a destination, so a stopped terminal cannot stop the disk."""

    def __init__(
        self, directory: Path | None, *, console: bool, node_name: str, boot_id: str, segment_bytes: int = SEGMENT_BYTES
    ) -> None:
        self.directory = directory
        self.node_name = node_name
        self._sink: SegmentSink | None = None
        self._lanes: list[Lane] = []
        if directory is not None:
            self._sink = SegmentSink(directory, boot_id, self._note, segment_bytes=segment_bytes)
            self._lanes.append(Lane("segments", self._sink))
        if console:
            self._lanes.append(Lane("console", ConsoleSink()))

    @property
    def trouble(self) -> str | None:
        """Return why records cannot be written to disk at present, or ``None``."""
        return self._sink.trouble if self._sink else None

    @property
    def dropped_count(self) -> int:
        """Return how many records never reached the disk since the start."""
        return (self._lanes[0].dropped_count + self._sink.dropped_count) if self._sink else 0

    @property
    def written_count(self) -> int:
        """Return how many records were written to disk since the start."""
        return self._sink.written_count if self._sink else 0

    @property
    def written_at(self) -> datetime | None:
        """Return when a record was last written to disk, ``None`` for never in this process."""
        return self._sink.written_at if self._sink else None

    def keep(self, *, reserve_bytes: int, segment_seconds: float | None) -> None:
        """Leave ``reserve_bytes`` of the disk alone from now on, and close each segment at the age given, if any."""
        if self._sink is not None:
            self._sink.reserve_bytes, self._sink.segment_seconds = reserve_bytes, segment_seconds

    def tap(self, take: Callable[[bytes], None] | None) -> None:
        """Give ``take`` every batch of lines once it is written, in the writer's thread; ``None`` ends that."""
        if self._sink is not None:
            self._sink.tap = take

    def put(self, record: dict[str, Any]) -> None:
        """Queue a record. Never waits, never raises."""
        record["node"] = self.node_name
        line = encode(record)
        urgent = LEVELS[record["level"]] >= LEVELS["error"]
        for lane in self._lanes:
            lane.put(line, urgent=urgent)

    def flush(self, timeout_seconds: float = CLOSE_SECONDS) -> bool:
        """Wait until everything logged so far is on disk; say whether it is."""
        settled = [lane.flush(timeout_seconds) for lane in self._lanes]
        return all(settled)

    def close(self) -> None:
        """Write what is queued, sync it, stop the threads and let go of structlog and stdlib logging."""
        global _active
        if _active is self:
            _active = None
            _release()
        for lane in self._lanes:
            lane.close(CLOSE_SECONDS)

    def _note(self, message: str, data: dict[str, object]) -> bytes:
        record = shape("app.kernel.logs", "warning" if "dropped" in message else "info", message, data)
        return encode({**record, "node": self.node_name})


def configure(level: str, directory: Path | None, *, console: bool, node_name: str, boot_id: str) -> LogWriter:
    """Send every record of at least ``level`` to segments in ``directory`` and, with ``console``, to stderr.

    Replaces the writer before, which it closes. ``level`` is debug, info, warning, error or critical.
    """
    global _active
    if _active is not None:
        _active.close()
    _active = LogWriter(directory, console=console, node_name=node_name, boot_id=boot_id)
    listen(level, _put)
    _capture(level)
    return _active


def active() -> LogWriter | None:
    """Return the writer of this process, ``None`` before :func:`configure` and after its close."""
    return _active


def _put(record: dict[str, Any]) -> None:
    writer = _active
    if writer is not None:
        writer.put(record)
    elif LEVELS[record["level"]] >= LEVELS["warning"]:
        ConsoleSink().take([encode(record)], 0)  # after the end, what is wrong should still be seen


class _Bridge(logging.Handler):
    """Takes the records of libraries that use stdlib logging."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            fields: dict[str, Any] = {}
            add_context(fields)
            if record.exc_info and record.exc_info[0] is not None:
                fields["exception"] = _exceptions.formatException(record.exc_info)
            level = next(name for name, number in reversed(LEVELS.items()) if record.levelno >= number or number == 10)
            _put(shape(record.name, level, record.getMessage(), fields))
        except Exception:  # noqa: BLE001  # a library's bad format arguments are its bug, not a reason to fail its caller
            self.handleError(record)


_bridge = _Bridge()
_exceptions = logging.Formatter()
_hooks: dict[str, Any] = {}


def _capture(level: str) -> None:
    root = logging.getLogger()
    _hooks.setdefault("root_level", root.level)
    root.addHandler(_bridge)
    root.setLevel(LEVELS[level])
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET if level == "debug" else logging.WARNING)
    logging.captureWarnings(True)
    _hooks.setdefault("sys", sys.excepthook)
    _hooks.setdefault("threading", threading.excepthook)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def _release() -> None:
    root = logging.getLogger()
    root.removeHandler(_bridge)
    root.setLevel(_hooks.pop("root_level", logging.WARNING))
    logging.captureWarnings(False)
    sys.excepthook = _hooks.pop("sys", sys.__excepthook__)
    threading.excepthook = _hooks.pop("threading", threading.__excepthook__)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, Exception):
        structlog.get_logger("app").critical("uncaught exception", exc_info=(kind, error, trace))
    if _hooks.get("sys", sys.__excepthook__) is not sys.__excepthook__:
        _hooks["sys"](kind, error, trace)


def _uncaught_in_thread(args: Any) -> None:
    if issubclass(args.exc_type, Exception):
        where = args.thread.name if args.thread else "?"
        info = (args.exc_type, args.exc_value, args.exc_traceback)
        structlog.get_logger("app").critical("uncaught exception in a thread", thread=where, exc_info=info)
    if _hooks.get("threading", threading.__excepthook__) is not threading.__excepthook__:
        _hooks["threading"](args)


# structlog's own default prints to stdout, where a command's one JSON document goes.
listen("info", _put)
