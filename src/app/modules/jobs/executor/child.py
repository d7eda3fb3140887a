"""The process a handler runs in: takes one job at a time from its node, and ends when the node does.

Started as ``python -m app.modules.jobs.executor.child REPLY_FD MEMORY_BYTES``; commands come in on stdin. The handler
runs in the main thread; another listens, so that a cancellation is heard while it computes.
"""

import contextlib
import ctypes
import importlib
import logging
import os
import queue
import resource
import select
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from app.modules.jobs.executor.frames import Frames, encode
from app.modules.jobs.executor.sync_attempt import SyncAttempt
from app.modules.jobs.signatures import Signature, signature_of
from app.modules.jobs.verdicts import Discard, Snooze

# Linux, prctl(2).
_SET_PDEATHSIG, _SET_CHILD_SUBREAPER = 1, 36
_TICK_SECONDS = 0.2
_TRACE_CHARACTERS = 8000


class Child:
    """This process, as its node sees it."""

    def __init__(self, commands: int, replies: int) -> None:
        self._commands = commands
        self._replies = replies
        self._pid = os.getpid()
        self._writing = threading.Lock()
        self._jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._attempt: SyncAttempt | None = None
        self._busy = False
        self._cancelled = ("", 0)
        self._saying = threading.Lock()
        self._said: dict[str, Any] = {}
        self._handlers: dict[tuple[str, str], tuple[Any, Signature]] = {}

    def serve(self) -> None:
        """Run jobs until the node goes away."""
        os.register_at_fork(after_in_child=self._let_go)
        threading.Thread(target=self._listen, name="commands", daemon=True).start()
        self._send({"what": "ready"})
        while True:
            reply = self._run(self._jobs.get())
            if os.getpid() != self._pid:
                os._exit(0)  # the handler forked, and this is the copy, which came back as well
            self._busy = False
            self._flush_progress()
            self._end_leftovers()
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(ValueError, OSError):  # the handler has closed it
                    stream.flush()
            self._send(reply)

    def put(self, record: dict[str, Any]) -> None:
        """Send a log record to the node."""
        self._send({"what": "log", **record})

    def _run(self, order: dict[str, Any]) -> dict[str, Any]:
        try:
            handler, signature = self._handler(order["module"], order["function"], order["kind"])
            payload = signature.payload.model_validate_json(order["payload"])
            structlog.contextvars.clear_contextvars()
            attempt = self._attempt = SyncAttempt(
                order["job_id"],
                order["kind"],
                order["attempt"],
                order["last"],
                order["incident_id"],
                order["simulation_id"],
                structlog.get_logger(order["module"]),
                self._report,
            )
            if self._cancelled == (attempt.job_id, attempt.attempt):  # told before it began
                attempt.cancelled.set()
            return {"what": "succeeded", "result": signature.result_json(handler(attempt, payload))}
        except Snooze as snooze:
            return {"what": "snoozed", "seconds": snooze.seconds}
        except Discard as error:
            return {"what": "discarded", "text": str(error)}
        except ValidationError as error:
            return {"what": "failed", "type": "ValidationError", "text": str(error), "trace": ""}
        except BaseException as error:  # noqa: BLE001 - exit() in a handler ends its attempt and not the process
            trace = "".join(traceback.format_exception(error))[-_TRACE_CHARACTERS:]
            return {"what": "failed", "type": type(error).__name__, "text": str(error), "trace": trace}
        finally:
            self._attempt = None

    def _handler(self, module: str, function: str, kind: str) -> tuple[Any, Signature]:
        known = self._handlers.get((module, function))
        if known is None:
            handler = getattr(importlib.import_module(module), function)
            known = self._handlers[module, function] = handler, signature_of(kind, handler)
        return known

    def _listen(self) -> None:
        frames = Frames()
        while True:
            # While a job runs, what it says about its progress is sent on at each tick.
            seconds = _TICK_SECONDS if self._busy else None
            if not select.select([self._commands], [], [], seconds)[0]:
                self._flush_progress()
                continue
            data = os.read(self._commands, 256 * 1024)
            if not data:
                # The node is gone, or wants this process gone: with everything the handler may have started.
                os.killpg(self._pid, signal.SIGKILL)
            for message in frames.feed(data):
                if message["what"] == "run":
                    self._busy = True
                    self._jobs.put(message)
                else:
                    self._cancel(message["job_id"], message["attempt"])

    def _cancel(self, job_id: str, number: int) -> None:
        self._cancelled = (job_id, number)
        attempt = self._attempt
        if attempt is not None and self._cancelled == (attempt.job_id, attempt.attempt):
            attempt.cancelled.set()

    def _report(self, fraction: float | None, message: str | None, counters: dict[str, float]) -> None:
        numbers = {name: float(value) for name, value in counters.items()}
        with self._saying:
            said = self._said
            said["counters"] = {**said.get("counters", {}), **numbers}
            if fraction is not None:
                said["fraction"] = float(fraction)
            if message is not None:
                said["message"] = str(message)

    def _flush_progress(self) -> None:
        with self._saying:
            said, self._said = self._said, {}
        if said:
            self._send({"what": "progress", **said})

    def _send(self, message: dict[str, Any]) -> None:
        data = memoryview(encode(message))
        with self._writing:
            try:
                while data:
                    data = data[os.write(self._replies, data) :]
            except OSError:
                os._exit(1)  # nobody listens any more, or this is a copy that may not speak

    def _let_go(self) -> None:
        """In a forked copy: it may neither hear what is for this process nor speak for it."""
        for descriptor in (self._commands, self._replies):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _end_leftovers(self) -> None:
        """End what the handler started and left behind, and whom those left (Linux gives them to this process)."""
        ended = 0
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                for left in _children():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(left, signal.SIGKILL)
                        ended += 1
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(-1, 0)
        if ended:
            structlog.get_logger(__name__).warning("processes left behind by a job handler were ended", count=ended)


def _children() -> list[int]:
    try:
        found = [path.read_text().split() for path in Path(f"/proc/{os.getpid()}/task").glob("*/children")]
    except OSError:
        return []
    return [int(pid) for pids in found for pid in pids]


def _prepare(memory_bytes: int) -> None:
    """Make this process one that can end and be ended alone."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        # Also when the handler holds the interpreter's lock and nobody hears that the node has gone.
        libc.prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        with contextlib.suppress(OSError):  # short of memory, the kernel is to take this one and not the node
            Path("/proc/self/oom_score_adj").write_text("500")
    os.nice(5)  # computing may not make the node late
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


class _Forward(logging.Handler):
    """Sends what libraries log to the node."""

    def __init__(self, child: Child) -> None:
        super().__init__()
        self._child = child

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {}
        if record.exc_info and record.exc_info[0] is not None:
            fields["exception"] = logging.Formatter().formatException(record.exc_info)
        level = record.levelname.lower()
        self._child.put({"logger": record.name, "level": level, "message": record.getMessage(), "fields": fields})


def _log_to(child: Child) -> None:
    def finish(logger: Any, method: str, event: Any) -> Any:
        message = str(event.pop("event", ""))
        level = {"exception": "error", "fatal": "critical", "warn": "warning"}.get(method, method)
        return (), {"record": {"logger": logger.name, "level": level, "message": message, "fields": event}}

    class Named:
        def __init__(self, name: str = "app") -> None:
            self.name = name

        def msg(self, record: dict[str, Any]) -> None:
            child.put(record)

        debug = info = warning = error = critical = exception = fatal = msg

    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.format_exc_info, finish],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=Named,
        cache_logger_on_first_use=False,
    )
    logging.getLogger().addHandler(_Forward(child))
    logging.captureWarnings(True)


def main() -> None:
    """Become the process of a node's handlers."""
    replies, memory_bytes = int(sys.argv[1]), int(sys.argv[2])
    # The handler gets neither: not as its stdin, not in what it starts.
    commands = os.dup(0)
    os.set_inheritable(replies, False)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    _prepare(memory_bytes)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]  # text streams
    child = Child(commands, replies)
    _log_to(child)
    child.serve()


if __name__ == "__main__":
    main()
