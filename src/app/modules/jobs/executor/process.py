"""One process of handlers, from its node's side: started, given a job, told to stop, killed, found dead."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from app.modules.jobs.executor.frames import FrameBroken, Frames, encode

log = structlog.get_logger(__name__)

START_SECONDS = 60.0
# After SIGTERM, which a handler may have asked to be told of.
TERM_SECONDS = 2.0
# What an ended process has still said is read for so long: somebody it started may hold the pipe open.
_LAST_WORDS_SECONDS = 0.2
_LINE_BYTES = 4000
_LINES = 2000
_ENVIRONMENT = ("HOME", "LANG", "LANGUAGE", "PATH", "TMPDIR", "TZ", "USER")


class ProcessDied(Exception):
    """The handler's process ended in the middle of its job."""


class Process:
    """A child process that runs one job at a time. ``ended(process)`` is called once it has ended."""

    def __init__(self, ended: "Callable[[Process], None]") -> None:
        self.idle_since = 0.0
        self._ended = ended
        self._process: asyncio.subprocess.Process | None = None
        self._reply: asyncio.Future[dict[str, Any]] | None = None
        self._say: Callable[[dict[str, Any]], None] = _nobody
        self._bound: dict[str, Any] = {}
        self._lines = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._readers: list[asyncio.Task[None]] = []
        self._replies: asyncio.ReadTransport | None = None
        self._replies_ended = asyncio.Event()
        self._broken: str | None = None
        self._killed = False

    @property
    def lives(self) -> bool:
        """Say whether it can be given a job."""
        return self._process is not None and self._process.returncode is None and not self._killed

    @property
    def busy(self) -> bool:
        """Say whether it owes an answer."""
        return self._reply is not None and not self._reply.done()

    async def start(self, memory_bytes: int | None) -> None:
        """Start it and wait until it is ready. Raises ProcessDied."""
        loop = asyncio.get_running_loop()
        ours, its = os.pipe()
        ready = self._reply = loop.create_future()
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "app.modules.jobs.executor.child",
                str(its),
                str(memory_bytes or 0),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=(its,),
                start_new_session=True,
                env=_environment(),
            )
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(its)
        transport, _ = await loop.connect_read_pipe(lambda: _Replies(self), os.fdopen(ours, "rb", 0))
        self._replies = transport
        for stream, name in ((self._process.stdout, "stdout"), (self._process.stderr, "stderr")):
            assert stream is not None
            self._readers.append(asyncio.create_task(self._read_lines(stream, name), name=f"job {name}"))
        self._tasks = [*self._readers, asyncio.create_task(self._watch(self._process), name="job process")]
        try:
            async with asyncio.timeout(START_SECONDS):
                await ready
        except TimeoutError as error:
            self.kill()
            raise ProcessDied(f"its process was not ready within {START_SECONDS:g} s") from error
        except BaseException:
            self.kill()
            raise

    def begin(self, order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> "asyncio.Future[dict[str, Any]]":
        """Give it a job and return the reply to come; that is a ProcessDied when the process ends before.

        ``say`` is told of the progress the handler reports.
        """
        reply = self._reply = asyncio.get_running_loop().create_future()
        self._say = say
        self._lines = 0
        self._bound = {"job_id": order["job_id"], "attempt": order["attempt"]}
        for name in ("incident_id", "simulation_id"):
            if order[name] is not None:
                self._bound[name] = order[name]
        self._send({"what": "run", **order})
        return reply

    async def stop_job(
        self, reply: "asyncio.Future[dict[str, Any]]", stop_seconds: float, term_seconds: float = TERM_SECONDS
    ) -> None:
        """Ask the handler to stop; end the process when it does not within ``stop_seconds``."""
        self._send({"what": "cancel", "job_id": self._bound["job_id"], "attempt": self._bound["attempt"]})
        await asyncio.wait({reply}, timeout=stop_seconds)
        if not reply.done():
            log.warning("job handler ignores its cancellation; its process is ended", **self._bound)
            self._signal(signal.SIGTERM)
            await asyncio.wait({reply}, timeout=term_seconds)
        if not reply.done():
            self.kill()
            await asyncio.wait({reply}, timeout=TERM_SECONDS)

    def kill(self) -> None:
        """Kill it and everything it started."""
        if self.lives:
            assert self._process is not None
            self._killed = True
            for pid in _descendants(self._process.pid):  # also those that left its group
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            self._signal(signal.SIGKILL)

    def retire(self) -> None:
        """Let it end by itself: it does when nobody can give it jobs any more."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    async def close(self) -> None:
        """End it and wait until it has ended."""
        self.kill()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=TERM_SECONDS)

    def take(self, message: dict[str, Any]) -> None:
        """Take what it says."""
        what = message.get("what")
        if what == "log":
            _relay(message, self._bound)
        elif what == "progress":
            self._say(message)
        elif self._reply is not None and not self._reply.done():
            self._reply.set_result(message)

    def broke(self, why: str) -> None:
        """Give up a process that does not speak as it should."""
        self._broken = why
        self.kill()

    def replies_ended(self) -> None:
        """Take note that nothing more comes."""
        self._replies_ended.set()

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError, RuntimeError):  # it has just died, which _watch tells
            self._process.stdin.write(encode(message))

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        code = await process.wait()
        self._signal(signal.SIGKILL)  # whoever of its group is left
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await asyncio.gather(self._replies_ended.wait(), *self._readers)  # a timeout cancels the readers
        if self._replies is not None:
            self._replies.close()
        self._ended(self)
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(ProcessDied(self._broken or _death(code, ours=self._killed)))
            self._reply.exception()  # looked at: nobody may be waiting

    async def _read_lines(self, stream: asyncio.StreamReader, name: str) -> None:
        rest = b""
        while data := await stream.read(64 * 1024):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._log_line(line, name)
            if len(rest) > _LINE_BYTES:
                self._log_line(rest, name)
                rest = b""
        if rest:
            self._log_line(rest, name)

    def _log_line(self, line: bytes, name: str) -> None:
        text = line[:_LINE_BYTES].decode(errors="replace").rstrip()
        if not text:
            return
        self._lines += 1
        if self._lines <= _LINES:
            log.info(text, stream=name, **self._bound)
        elif self._lines == _LINES + 1:
            log.warning("the rest of what this job prints is left out", lines=_LINES, **self._bound)


class _Replies(asyncio.Protocol):
    """The pipe a process answers through."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._frames = Frames()

    def data_received(self, data: bytes) -> None:
        try:
            for message in self._frames.feed(data):
                self._process.take(message)
        except FrameBroken as error:
            self._process.broke(f"its process sent {error}")

    def connection_lost(self, _error: Exception | None) -> None:
        self._process.replies_ended()


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, path.read_text().split()):
                found += [child, *_descendants(child)]
    return found


def _environment() -> dict[str, str]:
    # Named ones only: settings, and so secrets, may come to the node in its environment.
    kept = {name: value for name, value in os.environ.items() if name in _ENVIRONMENT or name.startswith("LC_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _death(code: int, *, ours: bool) -> str:
    if code >= 0:
        return f"its process exited with code {code} in the middle of the job"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = "unknown"
    why = "; perhaps the machine ran out of memory" if code == -signal.SIGKILL and not ours else ""
    return f"its process was killed by signal {-code} ({name}){why}"


def _relay(message: dict[str, Any], bound: dict[str, Any]) -> None:
    level = str(message.get("level"))
    write = getattr(structlog.get_logger(str(message.get("logger"))), level if level in _LEVELS else "info")
    fields = message.get("fields")
    write(str(message.get("message")), **{**(fields if isinstance(fields, dict) else {}), **bound})


_LEVELS = frozenset({"debug", "info", "warning", "error", "critical"})


def _nobody(_message: dict[str, Any]) -> None:
    return None
