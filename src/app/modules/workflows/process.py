"""Stages with ``executor="process"``: the method runs in a Python of its own, and only its effects come back.

What it does to that process, up to a crash, is one failed attempt. A process has a bare environment and the attempt's
scratch folder as its working directory; it runs one stage at a time, is used again by the next, and does not outlive
the server.
"""

import asyncio
import os
import pickle
import signal
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import orjson
import structlog
from pydantic import BaseModel

from app.modules.workflows.authoring import StageSpec
from app.modules.workflows.definitions import Definition
from app.modules.workflows.incident import Incident

log = structlog.get_logger("workflow")

GRACE_SECONDS = 2.0  # for the programs a cancelled stage has started
IDLE_COUNT = 2  # starting one costs two seconds of a core, most of it imports
LAST_WORDS = 600
LAST_WORDS_SECONDS = 1.0
LONGEST_LINE = 65_536
STAGES_EACH = 200  # then it makes room: old versions of definitions stay imported

_idle: WeakKeyDictionary[asyncio.AbstractEventLoop, "list[StageProcess]"] = WeakKeyDictionary()


class StageProcessFailed(Exception):
    """A stage in a process of its own raised or died; the message says what, and its last words."""


async def call_in_process(
    definition: Definition, spec: StageSpec, incident: Incident[Any], message: BaseModel
) -> BaseModel | None:
    """Call a stage's method in another process; its effects and state are ``incident``'s afterwards.

    Raises StageProcessFailed.
    """
    idle = _idle.setdefault(asyncio.get_running_loop(), [])
    process = idle.pop() if idle else await StageProcess.begin()
    context = structlog.contextvars.get_contextvars()
    inner = pickle.dumps((incident, message))
    order = (definition.directory, definition.origin, spec.name, str(incident.scratch), context, inner)
    try:
        answer = await process.ask(pickle.dumps(order))
    except BaseException:
        await process.stop()
        raise
    if process.asked >= STAGES_EACH or len(idle) >= IDLE_COUNT:
        await process.stop()
    else:
        idle.append(process)
    # Both sides are the server's own, and the definition is trusted code that runs in the server otherwise.
    done, first, second = pickle.loads(answer)  # noqa: S301
    if not done:
        raise StageProcessFailed(first)
    incident.effects, incident.state = first
    result: BaseModel | None = second
    return result


async def stop_processes() -> None:
    """Stop the processes that wait for a next stage."""
    idle = _idle.pop(asyncio.get_running_loop(), [])
    await asyncio.gather(*[process.stop() for process in idle])


class StageProcess:
    """One process, and what it says."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.asked = 0
        self._process = process
        self._words = ""
        self._follows = asyncio.create_task(self._follow())

    @classmethod
    async def begin(cls) -> "StageProcess":
        """Start one."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-B", "-m", "app.modules.workflows.process_child"),
            env=_environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        return cls(process)

    async def ask(self, order: bytes) -> bytes:
        """Give it an order and return its answer. Raises StageProcessFailed when it dies."""
        self.asked += 1
        self._words = ""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(struct.pack("!Q", len(order)) + order)
            await self._process.stdin.drain()
            (size,) = struct.unpack("!Q", await self._process.stdout.readexactly(8))
            return await self._process.stdout.readexactly(size)
        except (BrokenPipeError, ConnectionResetError, asyncio.IncompleteReadError):
            await self._hear_out()
            await self._exited(LAST_WORDS_SECONDS)
        code = self._process.returncode
        if code is None:
            how = "closed its answers"
        else:
            how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
        raise StageProcessFailed(f"the process {how}: {self._words[-LAST_WORDS:].strip()}")

    async def stop(self) -> None:
        """End it with what it started."""
        # Asked first: programs it started are in groups of their own, and only it knows them.
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._process.returncode is None:
                with suppress(ProcessLookupError):  # it ended, and only the loop does not know yet
                    os.killpg(self._process.pid, number)
                await self._exited(GRACE_SECONDS)
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._hear_out()
        # asyncio closes its end of the pipes once the other is closed, and has no public way to ask for it before.
        self._process._transport.close()  # type: ignore[attr-defined]

    async def _exited(self, seconds: float) -> None:
        """Wait until it ended, and its pipes are closed: asyncio (3.11.7) tells of the end only then."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._process.wait()

    async def _hear_out(self) -> None:
        """Wait for its last words, but not for those of a program it left behind that holds on to its stderr."""
        await asyncio.wait([self._follows], timeout=LAST_WORDS_SECONDS)
        self._follows.cancel()

    async def _follow(self) -> None:
        """Log what it logs and prints, as it comes."""
        assert self._process.stderr is not None
        left = b""
        while chunk := await self._process.stderr.read(LONGEST_LINE):
            *lines, left = (left + chunk).split(b"\n")
            if len(left) > LONGEST_LINE:
                lines, left = [*lines, left], b""
            for line in lines:
                self._tell(line)
        if left:
            self._tell(left)

    def _tell(self, line: bytes) -> None:
        try:
            record = orjson.loads(line)
            event, level = str(record.pop("event")), str(record.pop("level"))
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
            text = line.decode(errors="replace")
            self._words = f"{self._words}{text}\n"[-2 * LAST_WORDS :]
            log.info("stage printed", text=text)
            return
        written = getattr(log, level if level in ("debug", "info", "warning", "error") else "error")
        written(event, **{str(name): value for name, value in record.items()})


def _environment() -> dict[str, str]:
    """Return what a process needs to import what this one can, and nothing of the server's secrets."""
    places = os.pathsep.join(str(Path(place).absolute()) for place in sys.path if place)
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONPATH": places}
