"""PBS (OpenPBS, PBS Professional), by its commands: qstat as JSON for the ids of our runs, ended ones included.

Tested on a stand-in whose answers and exit codes follow OpenPBS 23.06; no PBS can be installed where the tests run.
"""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import Field

from app.modules.machines.batch import BatchRun, Load, RunRef, RunRefused, Surroundings
from app.modules.machines.batch import _pbs_text as text
from app.modules.machines.batch._commands import CommandBatch
from app.modules.machines.batch._remote import BatchSilent, RemoteSettings
from app.modules.machines.batch._verdict import Row
from app.modules.machines.ladder import Ladder
from app.modules.machines.queue_view import MachineQueue
from app.modules.machines.transport import Completed, OutputTooLarge

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,200}")
_RESOURCE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*=[A-Za-z0-9_.-]{1,100}")
_JOBS_AT_ONCE = 500  # of which each takes some 2 kB
_TRANSIENT = re.compile(r"connect|communication|no server|server is shutting|timed out|not found|busy", re.IGNORECASE)


class Settings(RemoteSettings):
    """How PBS is used on a machine."""

    partition: str | None = Field(None, max_length=200, description="The queue of runs that name none")
    account: str | None = Field(None, max_length=200, description="For runs that name none")
    account_option: Literal["A", "P"] = Field("A", description="How an account is named: -A, or -P for projects")
    ladder: Ladder = Field([], description="Ways to have runs started sooner; a reservation of PBS is a queue")


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None


class Batch(CommandBatch):
    """PBS; see the seam for what each method promises."""

    identity = r"""
cd -- "${PBS_O_WORKDIR:-.}" && [ -f job.sh ] || { echo "the run's directory is not to be seen here"; exit 123; }
native=$PBS_JOBID member=${PBS_ARRAY_INDEX-}
"""
    submits = 'qsub "$1"'
    looks_up = 'qselect -x -N "$2" -u "$(id -un)"'

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        super().__init__(settings, surroundings)
        self._settings = settings

    def directives(self, run: BatchRun) -> list[str]:
        return [f"#PBS {option}" for option in options(run, self._settings)]

    def native_of(self, said: str) -> str:
        return text.native_of(said)

    def is_refusal(self, exit_code: int, said: str) -> bool:
        return exit_code not in (111, 126, 127) and "qsub:" in said and _TRANSIENT.search(said) is None

    async def rows(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        ids = sorted({text.array_of(run.native_id) for run in runs if run.native_id and text.is_job(run.native_id)})
        found: list[tuple[str, Row]] = []
        for at in range(0, len(ids), _JOBS_AT_ONCE):
            done = await self.run((*text.JOBS, *ids[at : at + _JOBS_AT_ONCE]))
            found += text.read_jobs(_certain(done))
        return found

    async def history(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        return await self.rows(runs)  # of those whose id was learnt from their directories

    async def stop(self, run: RunRef) -> None:
        if run.native_id is None or not text.is_job(run.native_id):
            command: tuple[str, ...] = (
                "/bin/sh",
                "-c",
                'qselect -N "$0" | xargs -r qdel',
                run.marker.partition(".")[0],
            )
        else:
            command = ("qdel", text.member_of(run.native_id, run.marker))
        done = await self.run(command)
        said = done.stderr.decode(errors="replace")
        if done.exit_code != 0 and not re.search(r"unknown job|has finished|invalid state", said, re.IGNORECASE):
            raise BatchSilent(said.strip().splitlines()[-1][:500] if said.strip() else f"qdel: {done.exit_code}")

    async def load(self) -> Load:
        return text.read_load(_certain(await self.run(text.LOAD)))

    async def queue(self) -> MachineQueue:
        try:
            jobs = _certain(await self.run(text.ALL_JOBS))
        except OutputTooLarge:  # tens of thousands of jobs; the nodes and queues are still worth seeing
            jobs = "{}"
        return text.read_view(_certain(await self.run(text.LOAD)), jobs)


def options(run: BatchRun, settings: Settings) -> list[str]:
    """Return what qsub is told. Raises RunRefused for what PBS does not have or cannot know."""
    if run.qos is not None:
        raise RunRefused(f"{run.name} asks for a quality of service, which PBS does not have")
    nodes = run.nodes or 1
    tasks = math.ceil((run.tasks or 1) / nodes)
    chunk = f"select={nodes}:ncpus={max(1, math.ceil(run.cores / nodes))}:mpiprocs={tasks}"
    if run.memory_bytes is not None:
        chunk += f":mem={max(1, math.ceil(run.memory_bytes / nodes / 1024**2))}mb"
    if run.gpus:
        chunk += f":ngpus={math.ceil(run.gpus / nodes)}"
    if run.constraint is not None:
        if not _RESOURCE.fullmatch(run.constraint):
            raise RunRefused(f"{run.name}: a constraint is NAME=VALUE for PBS, not {run.constraint!r}")
        chunk += f":{run.constraint}"
    found = [f"-N {run.marker}", "-j oe", "-o scheduler.out", f"-l {chunk}"]
    found.append(f"-l walltime={_clock(run.walltime_seconds)}")
    if run.reservation is not None and run.partition is not None:
        raise RunRefused(f"{run.name}: a reservation is a queue of its own for PBS; name no other")
    named = {
        "q": run.reservation or run.partition or settings.partition,
        settings.account_option: run.account or settings.account,
    }
    for option, value in named.items():
        if value is not None:
            if not _NAME.fullmatch(value):
                raise RunRefused(f"{run.name}: {value!r} is no name that PBS could know")
            found.append(f"-{option} {value}")
    if run.array is not None:
        # A range of one is refused; of 0-1 in steps of two there is one.
        found.append(f"-J 0-{run.array - 1}" if run.array > 1 else "-J 0-1:2")
    if run.dependency:
        if not all(text.is_job(one) for one in run.dependency):
            raise RunRefused(f"{run.name}: {', '.join(run.dependency)} are no jobs of PBS to wait for")
        found.append(f"-W depend=afterok:{':'.join(run.dependency)}")
    return [*found, *run.extra]


def _clock(seconds: float) -> str:
    whole = max(1, math.ceil(seconds))
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _certain(done: Completed) -> str:
    """Return what was printed. Raises BatchSilent unless all that went wrong is that ids are not known (any more)."""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    troubles = [line for line in lines if not re.search(r"unknown job|has finished", line, re.IGNORECASE)]
    if troubles or (done.exit_code != 0 and not lines):
        raise BatchSilent(f"PBS does not answer: {troubles[-1][:500] if troubles else f'exit code {done.exit_code}'}")
    return done.stdout.decode(errors="replace")
