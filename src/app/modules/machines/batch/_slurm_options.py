"""How Slurm is used on a machine, by its commands or by its REST interface: settings, and the names a run asks for."""

import re

from pydantic import Field

from app.modules.machines.batch import BatchRun, RunRefused
from app.modules.machines.batch._remote import RemoteSettings
from app.modules.machines.ladder import Ladder

_NAMES = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.,:@+-]{0,200}")
_FEATURES = re.compile(r"[A-Za-z0-9_(\[][A-Za-z0-9_.,:*&|()\[\]-]{0,300}")
JOB = re.compile(r"\d+(_\d+)?")

# Said when it may be different the next time; what else is said of a submission that fails is about the run.
TRANSIENT = re.compile(
    r"unable to contact|timed out|temporarily|standby|zero bytes|connection|unspecified error|try(ing)? again|"
    r"socket|i/o error|max(imum)? ?submit|maxsubmit|too many|not found|slurmdbd",
    re.IGNORECASE,
)


class SlurmSettings(RemoteSettings):
    """How Slurm is used on a machine."""

    partition: str | None = Field(None, max_length=200, description="For runs that name none")
    account: str | None = Field(None, max_length=200, description="For runs that name none")
    qos: str | None = Field(None, max_length=200, description="For runs that name none")
    array_at_once: int | None = Field(None, strict=True, ge=1, description="Members of an array that run at a time")
    ladder: Ladder = Field([], description="Ways to have runs started sooner, the first to be tried first")


def names(run: BatchRun, settings: SlurmSettings) -> dict[str, str]:
    """Return where a run is to go, by sbatch's option. Raises RunRefused for what is no name Slurm could know."""
    wanted = {
        "partition": run.partition or settings.partition,
        "account": run.account or settings.account,
        "qos": run.qos or settings.qos,
        "reservation": run.reservation,
        "constraint": run.constraint,
    }
    found = {option: value for option, value in wanted.items() if value is not None}
    for option, value in found.items():
        if not (_FEATURES if option == "constraint" else _NAMES).fullmatch(value):
            raise RunRefused(f"{run.name}: {value!r} is no {option} that Slurm could know")
    return found


def members(run: BatchRun, settings: SlurmSettings) -> str | None:
    """Return what Slurm calls the members of an array."""
    if run.array is None:
        return None
    return f"0-{run.array - 1}" + (f"%{settings.array_at_once}" if settings.array_at_once else "")


def dependency(run: BatchRun) -> str | None:
    """Return what a run waits for. Raises RunRefused for what is no job of Slurm's."""
    if not all(JOB.fullmatch(one) for one in run.dependency):
        raise RunRefused(f"{run.name}: {', '.join(run.dependency)} are no jobs of Slurm's to wait for")
    return f"afterok:{':'.join(run.dependency)}" if run.dependency else None
