"""This host: a small queue of runs, each under limits in its own directory and process group.

Runs outlive a server that is killed and are taken over by the next one; a server that is stopped ends them. The truth
about a run is its directory, so nothing here needs to be remembered.
"""

import asyncio
import errno
import heapq
import math
import os
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field

from app.modules.machines.batch import BatchRun, Load, NativeStatus, Receipt, RunRef, Surroundings
from app.modules.machines.batch import _local_records as records
from app.modules.machines.batch._launch import command_of, members
from app.modules.machines.batch._local_queue import queue_of, require_possible
from app.modules.machines.batch._local_start import start
from app.modules.machines.queue_view import MachineQueue

log = structlog.get_logger(__name__)


class Settings(BaseModel):
    """What this host gives to runs."""

    model_config = ConfigDict(extra="forbid")

    cores: int | None = Field(None, ge=0, description="Unset: all this process may use")
    grace_seconds: float = Field(5.0, ge=0)
    nice: int = Field(5, ge=0, le=19)
    output_bytes: int = Field(16 * 1024**2, ge=65536)
    file_bytes: int = Field(64 * 1024**3, ge=1024**2)


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    if not sys.platform.startswith("linux"):
        return "the local batch system needs Linux: it finds its runs again by what /proc says of them"
    return None


@dataclass
class _Watched:
    """A runner that lives."""

    pid: int
    pidfd: int | None
    cores: int
    started_at: datetime


class Batch:
    """The local batch system; see the seam for what each method promises."""

    poll_seconds = 5.0

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._changed = surroundings.changed
        self._runs = surroundings.directory / "runs"
        self._cache = surroundings.directory / "cache"
        self._cores = settings.cores if settings.cores is not None else len(os.sched_getaffinity(0))
        self._memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        self._queue: list[tuple[int, int, str]] = []
        self._waiting: dict[str, BatchRun] = {}
        self._running: dict[str, _Watched] = {}
        self._settling: dict[str, asyncio.Task[None]] = {}
        self._closing = False

    async def open(self) -> None:
        self._loop = asyncio.get_running_loop()
        found = await asyncio.to_thread(self._scan)
        for directory, submitted_ns, run, pid in found:
            if pid is None:
                self._enqueue(run, submitted_ns)
            elif not self._watch(run, pid):
                self._settle(directory.name)
        if found:
            log.info("local runs taken over", running=len(self._running), queued=len(self._waiting))
        self._dispatch()

    async def close(self) -> None:
        self._closing = True
        for watched in self._running.values():
            _terminate(watched)
        deadline = time.monotonic() + self._settings.grace_seconds + 3
        while self._running or self._settling:
            if time.monotonic() > deadline:
                for watched in self._running.values():
                    _terminate(watched, signal.SIGKILL)
                deadline = math.inf
            await asyncio.wait({asyncio.ensure_future(asyncio.sleep(0.05)), *self._settling.values()}, timeout=0.05)
        self._queue.clear()
        self._waiting.clear()

    def working_directory(self, marker: str) -> str:
        return str(self._runs / marker / "work")

    async def prepare(self, marker: str) -> str:
        def make() -> None:
            for name in ("work", "tmp"):
                (self._runs / marker / name).mkdir(parents=True, exist_ok=True, mode=0o750)

        await asyncio.to_thread(make)
        return self.working_directory(marker)

    async def submit(self, run: BatchRun) -> str:
        require_possible(run, self._cores)
        submitted_ns = time.time_ns()
        await self.prepare(run.marker)
        for number in members(run):
            one = run if number is None else records.member_of(run, number)
            if number is not None:
                await asyncio.to_thread(records.prepare_member, self._runs, run.marker, number)
            if await asyncio.to_thread(records.write_run, self._runs / one.marker, one, submitted_ns):
                self._enqueue(one, submitted_ns)
        if run.array is not None:
            # Last: an array that has this has all of its members.
            await asyncio.to_thread(records.write_array, self._runs / run.marker, run.array)
        self._dispatch()
        return run.marker

    async def find(self, marker: str) -> str | None:
        return marker if await asyncio.to_thread(records.is_submitted, self._runs / marker) else None

    async def poll(self, runs: Sequence[RunRef]) -> list[NativeStatus]:
        known = {r.marker: self._present(r.marker) for r in runs}
        unknown = [marker for marker, status in known.items() if status is None]
        read = await asyncio.to_thread(lambda: {marker: records.status_of(self._runs / marker) for marker in unknown})
        return [known[r.marker] or read[r.marker] for r in runs]

    async def cancel(self, run: RunRef) -> None:
        for number in range(await asyncio.to_thread(records.array_of, self._runs / run.marker)):
            await self.cancel(RunRef(f"{run.marker}.{number}"))
        directory = self._runs / run.marker
        await asyncio.to_thread((directory / "cancel").touch)
        if self._waiting.pop(run.marker, None) is not None:
            self._changed()
        elif run.marker in self._running:
            watched = self._running[run.marker]
            _terminate(watched)
            # The runner ends its run within the grace period; one that cannot is ended with it.
            self._loop.call_later(self._settings.grace_seconds + 12, self._end_stuck, run.marker, watched)

    async def receipt(self, marker: str) -> Receipt | None:
        return await asyncio.to_thread(records.receipt_of, self._runs / marker)

    def output_path(self, marker: str, stream: Literal["stdout", "stderr"]) -> str:
        return str(self._runs / marker / stream)

    async def forget(self, marker: str, *, keep_output: bool = True) -> None:
        directory = self._runs / marker
        names = ("work", "tmp") if keep_output else ("",)

        def remove() -> None:
            for name in names:
                shutil.rmtree(directory / name, ignore_errors=True)

        await asyncio.to_thread(remove)

    async def load(self) -> Load:
        return Load(
            cores=self._cores,
            memory_bytes=self._memory_bytes,
            cores_used=self._cores_used(),
            queued_count=len(self._waiting),
            running_count=len(self._running),
        )

    def preview(self, run: BatchRun) -> str:
        require_possible(run, self._cores)
        return shlex.join(command_of(run)) + "\n"

    async def queue(self) -> MachineQueue:
        running = [(marker, watched.cores, watched.started_at) for marker, watched in self._running.items()]
        return queue_of(self._cores, self._memory_bytes, running, list(self._waiting.values()))

    def _cores_used(self) -> int:
        return sum(watched.cores for watched in self._running.values())

    def _scan(self) -> list[tuple[Path, int, BatchRun, int | None]]:
        """Return every run that has not ended: its directory, when it was submitted, and its runner if it has one."""
        self._runs.mkdir(parents=True, exist_ok=True, mode=0o750)
        self._cache.mkdir(exist_ok=True, mode=0o750)
        found = []
        for directory in self._runs.iterdir():
            status = records.status_of(directory)
            document = records.read(directory / "run.json")
            if document is None or status.state not in ("queued", "running"):
                if status.native_state == "vanished":
                    records.kill_leftovers(directory.name)
                continue
            pid = records.living_runner(directory)
            found.append((directory, document["submitted_ns"], records.run_of(document), pid))
        return found

    def _present(self, marker: str) -> NativeStatus | None:
        if (watched := self._running.get(marker)) is not None:
            return NativeStatus(
                marker=marker, native_id=marker, native_state="running", state="running", started_at=watched.started_at
            )
        if marker in self._waiting:
            return NativeStatus(marker=marker, native_id=marker, native_state="queued", state="queued")
        return None

    def _enqueue(self, run: BatchRun, submitted_ns: int) -> None:
        self._waiting[run.marker] = run
        heapq.heappush(self._queue, (-run.urgency, submitted_ns, run.marker))

    def _dispatch(self) -> None:
        """Start what fits, the most urgent first and then the oldest; nothing overtakes."""
        while self._queue and not self._closing:
            marker = self._queue[0][2]
            run = self._waiting.get(marker)
            if run is not None:
                if self._cores_used() + run.cores > self._cores:
                    return
                try:
                    pid = start(run, self._runs / marker, self._cache, self._settings)
                except OSError as error:
                    if error.errno in (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOSPC):
                        log.warning("a local run cannot be started now", marker=marker, error=str(error))
                        self._loop.call_later(1.0, self._dispatch)
                        return
                    records.write_refusal(self._runs / marker, str(error))
                else:
                    if not self._watch(run, pid):
                        self._settle(marker)
                del self._waiting[marker]
                self._changed()
            heapq.heappop(self._queue)

    def _watch(self, run: BatchRun, pid: int) -> bool:
        """Be told when the runner ends; say no when it has already."""
        try:
            pidfd = os.pidfd_open(pid)
        except ProcessLookupError:
            return False
        self._running[run.marker] = _Watched(pid, pidfd, run.cores, datetime.now(UTC))
        self._loop.add_reader(pidfd, self._ended, run.marker)
        return True

    def _ended(self, marker: str) -> None:
        watched = self._running[marker]
        if watched.pidfd is not None:
            self._loop.remove_reader(watched.pidfd)
            os.close(watched.pidfd)
            watched.pidfd = None
        with suppress(ChildProcessError):  # a runner taken over is not our child
            os.waitpid(watched.pid, os.WNOHANG)
        self._settle(marker)

    def _settle(self, marker: str) -> None:
        self._settling[marker] = self._loop.create_task(self._make_sure(marker), name=f"settle {marker}")

    async def _make_sure(self, marker: str) -> None:
        """After a runner ended: nothing of the run is left, its cores are free again, and whoever waits knows."""
        directory = self._runs / marker
        try:
            status = await asyncio.to_thread(records.status_of, directory)
            if status.native_state in ("vanished", "queued"):
                killed = await asyncio.to_thread(records.kill_leftovers, marker)
                log.warning("a local run ended without a receipt", marker=marker, processes_killed=killed)
            if status.native_state == "queued" and not self._closing:  # the runner did not get as far as taking it
                await asyncio.to_thread(records.write_once, directory / "started.json", _NOBODY)
            if status.native_state == "running":  # a second runner found the first at work
                pid = await asyncio.to_thread(records.living_runner, directory)
                document = await asyncio.to_thread(records.read, directory / "run.json")
                if pid is not None and document is not None and self._watch(records.run_of(document), pid):
                    return
            self._running.pop(marker, None)
        finally:
            self._settling.pop(marker, None)
            self._dispatch()
            self._changed()

    def _end_stuck(self, marker: str, watched: _Watched) -> None:
        if self._running.get(marker) is watched:
            _terminate(watched, signal.SIGKILL)


_NOBODY = {"pid": 0, "start_ticks": 0, "boot": "", "at": 0}


def _terminate(watched: _Watched, number: signal.Signals = signal.SIGTERM) -> None:
    if watched.pidfd is not None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(watched.pidfd, number)
