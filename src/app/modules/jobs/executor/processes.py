"""Processes for handlers that compute for long or may crash: started when needed, kept for the next job.

Each runs one job at a time. How many there are is what the kinds allow: every process kind has a concurrency.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from app.modules.jobs.executor.process import TERM_SECONDS, Process, ProcessDied
from app.modules.jobs.executor.threads import DRAINING_STOP_SECONDS
from app.modules.jobs.progress import reporter_of
from app.modules.jobs.schemas import JobSettings
from app.modules.jobs.signatures import Signature
from app.modules.jobs.verdicts import Discard, ResultInvalid, Snooze

if TYPE_CHECKING:
    from app.kernel.node import Node
    from app.modules.jobs.attempt import Attempt

_IDLE_SECONDS = 60.0
_DRAINING_TERM_SECONDS = 0.5


class HandlerFailed(Exception):
    """A handler in a process raised an error; subclasses are named after it."""


class Processes:
    """The processes of one node."""

    def __init__(self, node: "Node") -> None:
        settings = node.settings.of(JobSettings)
        self._node = node
        self._stop_seconds = settings.stop_seconds
        self._memory_bytes = settings.process_memory_bytes
        self._idle: list[Process] = []
        self._all: set[Process] = set()

    async def run(self, place: tuple[str, str], attempt: "Attempt", payload: Any) -> dict[str, Any]:
        """Run the handler at ``place`` (module, function) in a process and return its reply.

        Raises ProcessDied when the process ends in the middle, whatever ended it.
        """
        process = await self._take()
        reporter = reporter_of(attempt)

        def say(message: dict[str, Any]) -> None:
            reporter.report(message.get("fraction"), message.get("message"), message.get("counters") or {})

        order = {
            "module": place[0],
            "function": place[1],
            "job_id": attempt.job_id,
            "kind": attempt.kind,
            "attempt": attempt.attempt,
            "last": attempt.last,
            "incident_id": attempt.incident_id,
            "simulation_id": attempt.simulation_id,
            "payload": payload.model_dump_json(),
        }
        reply = process.begin(order, say)
        try:
            return await asyncio.shield(reply)
        except asyncio.CancelledError:
            hurried = self._node.draining.is_set()
            seconds = DRAINING_STOP_SECONDS if hurried else self._stop_seconds
            try:
                await process.stop_job(reply, seconds, _DRAINING_TERM_SECONDS if hurried else TERM_SECONDS)
            finally:
                if not reply.done():
                    process.kill()
            raise
        finally:
            self._give_back(process)

    def reap(self) -> None:
        """Let processes go that had nothing to do for a while."""
        for process in [p for p in self._idle if time.monotonic() - p.idle_since >= _IDLE_SECONDS]:
            self._idle.remove(process)
            process.retire()

    async def close(self) -> None:
        """End every process and wait until each has."""
        await asyncio.gather(*[process.close() for process in self._all])

    async def _take(self) -> Process:
        while self._idle:
            process = self._idle.pop()
            if process.lives:
                return process
        process = Process(self._all.discard)
        self._all.add(process)
        start = asyncio.create_task(process.start(self._memory_bytes), name="start of a job process")
        try:
            await asyncio.shield(start)
        except asyncio.CancelledError:
            # The job is out of time or cancelled; the process is as good for the next one.
            start.add_done_callback(lambda done: self._started(process, done))
            raise
        except BaseException:
            self._all.discard(process)
            raise
        return process

    def _started(self, process: Process, start: "asyncio.Task[None]") -> None:
        if start.cancelled() or start.exception() is not None:
            self._all.discard(process)
        else:
            self._give_back(process)

    def _give_back(self, process: Process) -> None:
        process.idle_since = time.monotonic()
        if process.lives and not process.busy:
            self._idle.append(process)


def processes_of(node: "Node") -> Processes:
    """Return the processes of a node, made when they are first needed."""
    return node.part(Processes, Processes)


def runner(kind: str, handler: Callable[..., Any], signature: Signature) -> Callable[["Attempt", Any], Awaitable[Any]]:
    """Return what runs ``handler`` in a process of the attempt's node.

    Raises TypeError when a process could not find it.
    """
    place = (handler.__module__, handler.__qualname__)
    if "." in place[1] or "<" in place[1]:
        raise TypeError(
            f"job kind {kind!r}: a process finds its handler by module and name; move {place[1]} to the top of a module"
        )
    if place[0] == "__main__":
        raise TypeError(f"job kind {kind!r}: a process cannot import __main__; move the handler to a module of its own")

    async def run(attempt: "Attempt", payload: Any) -> Any:
        return _result(await processes_of(attempt.node).run(place, attempt, payload), signature)

    return run


def _result(reply: dict[str, Any], signature: Signature) -> Any:
    match reply.get("what"):
        case "succeeded":
            text = reply.get("result")
            if text is None or signature.result is None:
                return None
            try:
                return signature.result.model_validate_json(text)
            except (ValidationError, TypeError) as error:
                raise ResultInvalid(f"its process returned no {signature.result.__name__}: {error}") from error
        case "snoozed":
            raise Snooze(float(reply["seconds"]))
        case "discarded":
            raise Discard(str(reply["text"]))
        case "failed":
            name = str(reply["type"])
            failed = type(name if name.isidentifier() else "HandlerFailed", (HandlerFailed,), {})(str(reply["text"]))
            failed.add_note(str(reply["trace"]))
            raise failed
        case what:
            raise ProcessDied(f"its process answered {what!r}")
