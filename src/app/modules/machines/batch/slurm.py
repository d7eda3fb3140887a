"""Slurm, by its commands: one squeue for all runs, sacct for those it has forgotten, each job known by its marker.

The marker is the job's name, so the queue and the accounting can be asked for it. Bulk is always text: with its
controller down ``squeue --json`` answers 0 and an empty list (seen with 22.05.8).
"""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from app.modules.machines.batch import AccountingOff, BatchRun, Load, RunRef, RunRefused, Surroundings, Usage
from app.modules.machines.batch import _slurm_accounts as accounts
from app.modules.machines.batch import _slurm_past as pasts
from app.modules.machines.batch import _slurm_text as text
from app.modules.machines.batch._commands import CommandBatch
from app.modules.machines.batch._remote import BatchSilent
from app.modules.machines.batch._slurm_options import JOB, TRANSIENT, SlurmSettings, dependency, members, names
from app.modules.machines.batch._verdict import Row
from app.modules.machines.past_jobs import PastJobs
from app.modules.machines.queue_view import MachineQueue
from app.modules.machines.transport import Completed

_HISTORY_AT_ONCE = 200  # sacct was seen to hang with more ids at a large centre (Parsl issue 3814)


class Settings(SlurmSettings):
    """How Slurm is used on a machine."""


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None


class Batch(CommandBatch):
    """Slurm; see the seam for what each method promises."""

    identity = r"""
cd -- "${SLURM_SUBMIT_DIR:-.}" && [ -f job.sh ] || { echo "the run's directory is not to be seen here"; exit 123; }
native=${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID} member=${SLURM_ARRAY_TASK_ID-}
"""
    submits = f'{text.PLAIN}sbatch --parsable -- "$1"'
    looks_up = f'{text.PLAIN}squeue --noheader --states=all --user="$(id -un)" --name="$2" --format=%F'

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        super().__init__(settings, surroundings)
        self._settings = settings
        # What the queue was last, and what that means: most looks find it as it was.
        self._said = ""
        self._rows: list[tuple[str, Row]] = []

    def directives(self, run: BatchRun) -> list[str]:
        return [f"#SBATCH --{option}" for option in options(run, self._settings)]

    def native_of(self, said: str) -> str:
        return text.native_of(said)

    def is_refusal(self, exit_code: int, said: str) -> bool:
        return exit_code == 1 and "error:" in said and TRANSIENT.search(said) is None

    async def rows(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        said = _certain(await self.run(text.QUEUE))
        if said != self._said:
            self._said, self._rows = said, list(text.read_queue(said))
        return self._rows

    async def history(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        # Without accounting, or with its database down, there is no evidence, and that is all there is to it.
        try:
            said = await self._accounted(text.HISTORY, runs)
        except AccountingOff:
            return []
        return [row for part in said for row in text.read_history(part)]

    async def used(self, runs: Sequence[RunRef]) -> dict[str, Usage]:
        return dict(row for said in await self._accounted(accounts.USAGE, runs) for row in accounts.read_usage(said))

    async def _accounted(self, command: Sequence[str], runs: Sequence[RunRef]) -> list[str]:
        """Return what sacct prints about these runs, as far as it can be asked. Raises AccountingOff."""
        ids = sorted({run.native_id for run in runs if run.native_id and JOB.fullmatch(run.native_id)})
        found = []
        for at in range(0, len(ids), _HISTORY_AT_ONCE):
            done = await self.run((*command, ",".join(ids[at : at + _HISTORY_AT_ONCE])))
            if b"accounting storage is disabled" in done.stderr:
                raise AccountingOff("Slurm accounting storage is disabled")
            if done.exit_code == 0:
                found.append(done.stdout.decode(errors="replace"))
        return found

    async def stop(self, run: RunRef) -> None:
        name, _, member = run.marker.rpartition(".")
        native = run.native_id if run.native_id and JOB.fullmatch(run.native_id) else None
        if native is not None and name and member.isdigit() and "_" not in native:
            native = f"{native}_{member}"
        # By name as well: an id may have been given to another job since.
        which = [f"--name={name if name and member.isdigit() else run.marker}", *([native] if native else [])]
        done = await self.run(("/bin/sh", "-c", f'{text.PLAIN}scancel --user="$(id -un)" "$@"', "stormbell", *which))
        said = done.stderr.decode(errors="replace")
        if "error" in said.lower() and not text.is_over(said):
            raise BatchSilent(said.strip().splitlines()[-1][:500])

    async def load(self) -> Load:
        return text.read_load(_certain(await self.run(text.LOAD)))

    async def queue(self) -> MachineQueue:
        view = text.read_view(_certain(await self.run(text.VIEW)))
        view.reservations = accounts.read_reservations(_certain(await self.run(accounts.RESERVATIONS)))
        return view

    async def past(self, since: datetime) -> PastJobs:
        said = _certain(await self.run((*pasts.PAST, since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"))))
        return pasts.read_past(said)

    async def estimate(self, run: BatchRun) -> datetime | None:
        script = self.preview(run).encode(errors="surrogateescape")
        # With the time there: what is foreseen is moved to our clock.
        done = await self.run(("/bin/sh", "-c", f"{text.PLAIN}date +%s; exec sbatch --test-only"), content=script)
        said = done.stderr.decode(errors="replace").strip()
        if done.exit_code != 0 and TRANSIENT.search(said) is None:
            raise RunRefused(f"{run.name}: {said.splitlines()[-1][:500] if said else 'sbatch refuses it'}")
        if done.exit_code != 0:
            raise BatchSilent(said[-500:])
        at = text.read_estimate(said)
        return None if at is None else at + (datetime.now(UTC) - datetime.fromtimestamp(int(done.stdout), UTC))


def options(run: BatchRun, settings: Settings) -> list[str]:
    """Return what sbatch is told, without the dashes. Raises RunRefused for what is no name Slurm could know."""
    tasks, nodes = run.tasks or 1, run.nodes or 1
    found = [
        f"job-name={run.marker}",
        f"comment=stormbell:{run.marker}",
        "output=scheduler.out",
        "open-mode=append",
        f"time={max(1, math.ceil(run.walltime_seconds / 60))}",
        f"ntasks={tasks}",
        f"cpus-per-task={max(1, math.ceil(run.cores / tasks))}",
    ]
    if run.nodes is not None:
        found.append(f"nodes={run.nodes}")
    if run.memory_bytes is not None:
        found.append(f"mem={max(1, math.ceil(run.memory_bytes / nodes / 1024**2))}M")
    if run.gpus:
        found.append(f"gpus={run.gpus}")
    named = {**names(run, settings), "array": members(run, settings), "dependency": dependency(run)}
    found += [f"{option}={value}" for option, value in named.items() if value is not None]
    return [*found, *(one.lstrip("-") for one in run.extra)]


def _certain(done: Completed) -> str:
    """Return what was printed. Raises BatchSilent: an empty answer with an error beside it is no answer."""
    said = done.stderr.decode(errors="replace").strip()
    if done.exit_code != 0 or "error:" in said:
        last = said.splitlines()[-1][:500] if said else f"it ended with {done.exit_code}"
        raise BatchSilent(f"Slurm does not answer: {last}")
    return done.stdout.decode(errors="replace")
