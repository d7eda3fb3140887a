"""Sets up logging: every structlog and stdlib record becomes one NDJSON line in a segment and one line on stderr.

Record: ``{at, level, module, message, request_id?, job_id?, incident_id?, simulation_id?, stage?, node, data}``. The
identifiers come from structlog's context variables and the work at hand. Nothing here writes to stdout or makes the
caller wait.
"""

import logging
import re
import sys
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import orjson
import structlog
from structlog.typing import EventDict

from app.kernel.console import ConsoleSink
from app.kernel.lane import Lane
from app.kernel.redaction import redact_names, register_secret
from app.kernel.segments import SEGMENT_BYTES, SegmentSink

__all__ = ["CONTEXT_KEYS", "LEVELS", "LogWriter", "active", "configure", "register_secret", "work_at_hand"]

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
CONTEXT_KEYS = ("request_id", "job_id", "incident_id", "simulation_id", "stage")
MESSAGE_CHARACTERS = 4_000
LINE_BYTES = 16_384
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

# What JSON lets pass and a terminal, a pager or str.splitlines acts on: DEL, C1 controls, line separators, overrides.
_ACTS = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]")


class Work(Protocol):
    """Something that is being done, as its log records name it."""

    def log_fields(self) -> Mapping[str, object]:
        """Return what every record of this work says beside its own fields."""


# Set once for each piece of work and read only when something is logged: to bind every identifier beforehand costs more
# than a short job does.
work_at_hand: ContextVar[Work | None] = ContextVar("work_at_hand", default=None)

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

    def put(self, record: dict[str, Any]) -> None:
        """Queue a record. Never waits, never raises."""
        line = encode({**record, "node": self.node_name})
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
    _point_structlog_here(level)
    _capture(level)
    return _active


def active() -> LogWriter | None:
    """Return the writer of this process, ``None`` before :func:`configure` and after its close."""
    return _active


def shape(logger: str, level: str, message: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record for what ``logger`` said, identifiers beside it and everything else under ``data``."""
    data = redact_names(fields)
    record: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "level": level,
        "module": str(data.pop("module", None) or _module_of(logger)),
        "message": message[:MESSAGE_CHARACTERS],
    }
    for key in CONTEXT_KEYS:
        if data.get(key) is not None:
            record[key] = str(data.pop(key))
    record["data"] = data
    return record


def encode(record: Mapping[str, Any]) -> bytes:
    """Return ``record`` as one JSON line of at most 16 KiB that no terminal acts on, whatever its values are."""
    options = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
    try:
        line = orjson.dumps(record, repr, options)
    except TypeError:  # huge integers, lone surrogates, circular values
        line = orjson.dumps({k: _plain(v) for k, v in record.items()}, option=options)
    if len(line) > LINE_BYTES:
        text = orjson.dumps(record["data"], repr, options).decode() if "data" in record else ""
        # A traceback says most at its two ends.
        cut = {"cut": True, "head": text[:3_000], "tail": text[-5_000:]}
        line = orjson.dumps({**{k: _plain(v) for k, v in record.items()}, "data": cut}, option=options)
    if not line.isascii() or b"\x7f" in line:
        line = _ACTS.sub(lambda found: b"\\u%04x" % ord(found[0].decode()), line)
    return line


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(_plain(str(k))): _plain(repr(v) if not isinstance(v, str) else v) for k, v in value.items()}
    return str(value).encode("utf-8", "backslashreplace").decode()


def _module_of(logger: str) -> str:
    parts = logger.split(".")
    if parts[0] != "app":
        return parts[0]
    if parts[1:2] == ["modules"] and len(parts) > 2:
        return parts[2]
    return parts[1] if len(parts) > 1 else "app"


class _Named:
    """What structlog's bound loggers end in: knows its name, passes the finished record on."""

    def __init__(self, name: str = "app") -> None:
        self.name = name

    def put(self, record: dict[str, Any]) -> None:
        _put(record)

    debug = info = warning = error = critical = exception = fatal = msg = put


def _put(record: dict[str, Any]) -> None:
    writer = _active
    if writer is not None:
        writer.put(record)
    elif LEVELS[record["level"]] >= LEVELS["warning"]:
        ConsoleSink().take([encode(record)], 0)  # after the end, what is wrong should still be seen


def _point_structlog_here(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            merge_work,
            structlog.processors.format_exc_info,
            _finish,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=_Named,
        cache_logger_on_first_use=False,  # loggers are module globals and have to follow a new configuration
    )


def merge_work(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Add what the work at hand says of itself; what the record says itself stands. A structlog processor."""
    work = work_at_hand.get()
    if work is not None:
        for key, value in work.log_fields().items():
            event.setdefault(key, value)
    return event


def _finish(logger: Any, method: str, event: EventDict) -> tuple[tuple[dict[str, Any]], dict[str, Any]]:
    level = {"exception": "error", "fatal": "critical", "warn": "warning"}.get(method, method)
    message = str(event.pop("event", ""))
    return (shape(logger.name, level if level in LEVELS else "info", message, event),), {}


class _Bridge(logging.Handler):
    """Takes the records of libraries that use stdlib logging."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            fields: dict[str, Any] = dict(merge_work(None, "", dict(structlog.contextvars.get_contextvars())))
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
_point_structlog_here("info")
