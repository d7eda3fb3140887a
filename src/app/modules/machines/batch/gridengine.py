"""Grid Engine (Son of Grid Engine, Univa, Altair), by its commands: one qstat for all runs, qacct for those it dropped.

A job that is deleted is killed at once, so it writes no receipt; accounting tells of it some seconds later.
"""

import math
import re
from collections.abc import Iterable, Sequence

from pydantic import Field

from app.modules.machines.batch import BatchRun, Load, RunRef, RunRefused, Surroundings
from app.modules.machines.batch import _gridengine_text as text
from app.modules.machines.batch._commands import CommandBatch
from app.modules.machines.batch._remote import BatchSilent, RemoteSettings
from app.modules.machines.batch._verdict import Row
from app.modules.machines.queue_view import MachineQueue
from app.modules.machines.transport import Completed

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,200}")
_RESOURCE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(=[A-Za-z0-9_.*-]{1,100})?")
_JOB = re.compile(r"(\d+)(?:\.(\d+))?")
_TRANSIENT = re.compile(r"unable to (contact|send)|commlib|can't connect|timeout|not found", re.IGNORECASE)


class Settings(RemoteSettings):
    """How Grid Engine is used on a machine."""

    partition: str | None = Field(None, max_length=200, description="The queue of runs that name none")
    account: str | None = Field(None, max_length=200, description="The project (-P) of runs that name none")
    parallel_environment: str = Field(
        "smp", pattern=r"^[A-Za-z0-9_.*-]+$", max_length=100, description="For runs with more than one core"
    )
    memory_resource: str | None = Field(
        "h_vmem", pattern=r"^[A-Za-z0-9_]+$", max_length=100, description="What a core's memory is asked for with"
    )
    gpu_resource: str = Field("gpu", pattern=r"^[A-Za-z0-9_]+$", max_length=100)


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None


class Batch(CommandBatch):
    """Grid Engine; see the seam for what each method promises. Members are its tasks, which it counts from one."""

    identity = r"""
cd -- "${SGE_O_WORKDIR:-.}" && [ -f job.sh ] || { echo "the run's directory is not to be seen here"; exit 123; }
native=$JOB_ID member=
case "${SGE_TASK_ID-}" in ''|undefined) ;; *) native=$JOB_ID.$SGE_TASK_ID member=$((SGE_TASK_ID - 1)) ;; esac
"""
    submits = 'qsub -terse "$1"'
    looks_up = text.LOOKS_UP

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        super().__init__(settings, surroundings)
        self._settings = settings

    def directives(self, run: BatchRun) -> list[str]:
        return [f"#$ {option}" for option in options(run, self._settings)]

    def native_of(self, said: str) -> str:
        found = re.match(r"\d+", said.strip().splitlines()[-1] if said.strip() else "")
        if found is None:
            raise ValueError("no job id")
        return found[0]

    def is_refusal(self, exit_code: int, said: str) -> bool:
        return exit_code not in (126, 127) and bool(said) and _TRANSIENT.search(said) is None

    async def rows(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        return text.read_queue(_certain(await self.run(text.QUEUE)))

    async def history(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        ids = sorted({found[1] for run in runs if (found := _JOB.fullmatch(run.native_id or ""))})
        # One it does not know (yet) is said on the error stream; what it knows is evidence all the same.
        done = await self.run((*text.HISTORY, *ids))
        return text.read_history(done.stdout.decode(errors="replace"))

    async def stop(self, run: RunRef) -> None:
        name, _, number = run.marker.rpartition(".")
        found = _JOB.fullmatch(run.native_id or "")
        which = [found[1] if found else (name or run.marker)]
        if name and number.isdigit():
            which += ["-t", str(int(number) + 1)]
        done = await self.run(("qdel", *which))
        said = (done.stdout + done.stderr).decode(errors="replace")
        if done.exit_code != 0 and not re.search(r"does not exist|denied: job|already in deletion", said):
            raise BatchSilent(said.strip().splitlines()[-1][:500] if said.strip() else f"qdel: {done.exit_code}")

    async def load(self) -> Load:
        view = await self.queue()
        return Load(
            cores=sum(node.cores or 0 for node in view.nodes),
            memory_bytes=None,
            cores_used=sum(node.cores_used or 0 for node in view.nodes),
            queued_count=sum("q" in job.state for job in view.jobs),
            running_count=sum("r" in job.state or "t" in job.state for job in view.jobs),
            node_count=len(view.nodes),
            nodes_used=sum(bool(node.cores_used) for node in view.nodes),
        )

    async def queue(self) -> MachineQueue:
        return text.read_view(_certain(await self.run(text.VIEW)))


def options(run: BatchRun, settings: Settings) -> list[str]:
    """Return what qsub is told. Raises RunRefused for what Grid Engine does not have or cannot know."""
    asked = {"several nodes": (run.nodes or 1) > 1, "a quality of service": run.qos, "dependencies": run.dependency}
    if wanted := [what for what, is_asked in asked.items() if is_asked]:
        # Its -hold_jid waits for an end, however that was.
        raise RunRefused(f"{run.name} asks for {', '.join(wanted)}, which this driver of Grid Engine does not have")
    if run.marker[0].isdigit():
        raise RunRefused(f"{run.marker}: Grid Engine has no job whose name begins with a digit")
    seconds = math.ceil(run.walltime_seconds + settings.grace_seconds) + 1
    found = [f"-N {run.marker}", "-cwd", "-w e", "-j y", "-o scheduler.out", "-S /bin/bash", f"-l h_rt={seconds}"]
    if run.cores > 1:
        found.append(f"-pe {settings.parallel_environment} {run.cores}")
    if run.memory_bytes is not None and settings.memory_resource is not None:
        found.append(f"-l {settings.memory_resource}={max(1, math.ceil(run.memory_bytes / run.cores / 1024**2))}M")
    if run.gpus:
        found.append(f"-l {settings.gpu_resource}={math.ceil(run.gpus / run.cores)}")
    named = {"q": run.partition or settings.partition, "P": run.account or settings.account, "ar": run.reservation}
    for option, value in named.items():
        if value is not None:
            if not _NAME.fullmatch(value):
                raise RunRefused(f"{run.name}: {value!r} is no name that Grid Engine could know")
            found.append(f"-{option} {value}")
    if run.constraint is not None:
        if not _RESOURCE.fullmatch(run.constraint):
            raise RunRefused(f"{run.name}: a constraint is a resource for Grid Engine, not {run.constraint!r}")
        found.append(f"-l {run.constraint}")
    if run.array is not None:
        found.append(f"-t 1-{run.array}")
    return [*found, *run.extra]


def _certain(done: Completed) -> str:
    said = done.stderr.decode(errors="replace").strip()
    if done.exit_code != 0 or "error:" in said:
        last = said.splitlines()[-1][:500] if said else f"it ended with {done.exit_code}"
        raise BatchSilent(f"Grid Engine does not answer: {last}")
    return done.stdout.decode(errors="replace")
