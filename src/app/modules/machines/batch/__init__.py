"""The batch-system seam: submit once, ask for many, stop, and find again what an unclear submit left behind.

A driver file holds ``Settings``, the class ``Batch`` that fulfils :class:`BatchSystem`, and ``probe``. A run is known
by its marker, which we choose before submitting; everything a driver does for a marker may be repeated.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, cast, runtime_checkable

from app.kernel import drivers
from app.kernel.errors import Invalid, Unavailable
from app.kernel.http import GuardedClient
from app.kernel.settings import EgressSettings
from app.modules.credentials import Secret
from app.modules.machines.queue_view import MachineQueue
from app.modules.machines.transport import LoginRefused, Transport

RUN_DIRECTORY = "~/.stormbell/runs"

RunState = Literal["queued", "running", "succeeded", "failed", "timed_out", "cancelled", "lost", "unknown"]
ENDED: frozenset[RunState] = frozenset({"succeeded", "failed", "timed_out", "cancelled", "lost"})


class RunRefused(Invalid):
    """The batch system refuses this run; submitting it again would be refused again.

    `detail` says what it wants and what there is. Ask for less, or for another machine.
    """

    code = "run_refused"


class SubmissionLimited(Unavailable):
    """The batch system takes no more runs for now.

    `detail` says what it said. Nothing was submitted; it is tried again, at a slower pace.
    """

    code = "submission_limited"

    def __init__(self, detail: str, *, said: str, is_full: bool) -> None:
        super().__init__(detail)
        self.said = said
        # So many runs of ours are there that it takes no other; else it is busy.
        self.is_full = is_full


class AccountingOff(Exception):
    """A batch system that could keep account of its runs does not."""


@dataclass(frozen=True, kw_only=True)
class BatchRun:
    """What to run. ``marker`` is unique for ever; ``outputs`` are glob patterns below the run's directory.

    ``cores`` and ``memory_bytes`` are those of the whole run, on however many ``nodes`` and shared by its ``tasks``.
    ``setup`` are lines of shell before the command. With ``array`` it runs that many times, each member in a directory
    of its own with links to the files prepared and its number in ``STORMBELL_MEMBER``; member 3 is asked for as the
    marker ``<marker>.3``. ``dependency`` are native ids that must have succeeded, ``extra`` raw options of the batch
    system that the machine's settings allow. With ``callback_url`` the run posts there that it began and ended, signed
    with ``callback_key``.
    """

    marker: str
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    outputs: Sequence[str] = ()
    urgency: int = 0
    cores: int = 1
    memory_bytes: int | None = None
    walltime_seconds: float = 3600.0
    cpu_seconds: int | None = None
    nodes: int | None = None
    tasks: int | None = None
    gpus: int = 0
    partition: str | None = None
    account: str | None = None
    qos: str | None = None
    reservation: str | None = None
    constraint: str | None = None
    modules: Sequence[str] = ()
    setup: Sequence[str] = ()
    array: int | None = None
    dependency: Sequence[str] = ()
    extra: Sequence[str] = ()
    image: str | None = None
    callback_url: str | None = None
    callback_key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class RunRef:
    """A run as we know it: by our marker and, once submitted, by the batch system's own id."""

    marker: str
    native_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a run consumed: as it measured itself, or as its machine keeps account; 0 bytes when nobody measured."""

    cpu_seconds: float
    max_rss_bytes: int
    source: Literal["run", "accounting"] = "run"


@dataclass(frozen=True, kw_only=True)
class NativeStatus:
    """How one run stands: the batch system's own word, ours beside it, and what is known about its end.

    ``unknown`` means no evidence either way and is never a success. ``interrupted`` marks a ``lost`` run that was
    stopped by the machine's own shutdown, so running it again is not a retry of a failure; ``hopeless`` a ``failed``
    one that would fail in the same way again, such as one of a command that is not there.
    """

    marker: str
    native_id: str | None
    native_state: str
    state: RunState
    text: str | None = None
    exit_code: int | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    usage: Usage | None = None
    interrupted: bool = False
    hopeless: bool = False


@dataclass(frozen=True, kw_only=True)
class Output:
    """One output file as the run's own receipt names it, relative to the run's directory."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a run wrote down about itself when it ended."""

    exit_code: int | None
    signal: int | None
    ended_by: str
    started_at: datetime
    finished_at: datetime
    usage: Usage
    outputs: tuple[Output, ...]
    outputs_omitted: int = 0
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Load:
    """How busy a machine is with our runs, and how large it is."""

    cores: int
    memory_bytes: int | None
    cores_used: int
    queued_count: int
    running_count: int
    # Of nodes that run jobs, where the batch system tells of them; used is one of whose cores some are.
    node_count: int | None = None
    nodes_used: int | None = None


async def this_host() -> Transport:
    """Return commands and files of this host, for a driver that is given no other machine."""
    local = drivers.load("machines.transport", "local")
    return cast(Transport, local.Transport(local.Settings()))


def no_vault(_credential_id: str) -> AbstractAsyncContextManager[Secret]:
    """Lend nothing, to a driver that is given no vault."""
    raise LoginRefused("there are no credentials here")


def public_addresses() -> GuardedClient:
    """Return a client that reaches public addresses, for a driver that is given no other."""
    return GuardedClient(EgressSettings())


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a driver is given about where it works, and whom to tell of changes.

    ``directory`` is this node's own, for a driver that runs things here; ``root`` the one on the machine, reached by
    the kept connection that ``transport`` returns. A batch system behind HTTP is asked by ``http``, logged in to with
    what ``lend`` takes from the vault by its id: LoginRefused (of the transport) says why there is none.
    """

    directory: Path
    changed: Callable[[], None]
    transport: Callable[[], Awaitable[Transport]] = this_host
    root: str = RUN_DIRECTORY
    http: GuardedClient = field(default_factory=public_addresses)
    lend: Callable[[str], AbstractAsyncContextManager[Secret]] = no_vault


class BatchSystem(Protocol):
    """One machine's batch system. Methods raise OSError or TimeoutError when the machine does not answer."""

    # How often to ask although nothing was noticed.
    poll_seconds: float

    def __init__(self, settings: Any, surroundings: Surroundings) -> None: ...

    async def open(self) -> None:
        """Begin, and take over the runs an earlier process left running here."""

    async def close(self) -> None:
        """Stop. A driver whose runs live in this process's own machine ends them here, leaving nothing behind."""

    def working_directory(self, marker: str) -> str:
        """Return the directory a run starts in, as a path on the machine."""

    async def prepare(self, marker: str) -> str:
        """Make the run's directories if they are not there; return the working directory, for input files."""

    async def submit(self, run: BatchRun) -> str:
        """Submit a run and return the native id; a marker submitted before is not submitted again.

        It need not have been prepared when nothing was to be brought there.

        Raises RunRefused (422) when the batch system will not have it, SubmissionLimited (503) when it would later.
        """

    async def find(self, marker: str) -> str | None:
        """Return the native id of the run with this marker, whatever its state, or ``None`` if there is none."""

    async def poll(self, runs: Sequence[RunRef]) -> list[NativeStatus]:
        """Return the status of every run asked for, in one question to the batch system."""

    async def cancel(self, run: RunRef) -> None:
        """Have the run stopped. Returns before it has; one that ended or never was is left alone."""

    async def receipt(self, marker: str) -> Receipt | None:
        """Return what the run wrote down at its end, ``None`` when there is nothing or it is not whole."""

    def output_path(self, marker: str, stream: Literal["stdout", "stderr"]) -> str:
        """Return where the run's output stream is kept on the machine."""

    async def forget(self, marker: str, *, keep_output: bool = True) -> None:
        """Remove an ended run's files; its receipt and output streams stay unless told otherwise."""

    async def load(self) -> Load:
        """Ask how large and how busy the machine is."""

    def preview(self, run: BatchRun) -> str:
        """Return what would be submitted, to be read by people. Raises RunRefused (422)."""

    async def queue(self) -> MachineQueue:
        """Ask for nodes, partitions, limits and jobs, everybody's as far as this account sees them."""


@runtime_checkable
class Accounting(Protocol):
    """What a batch system has besides whose accounting tells more of ended runs than its queue and their receipts."""

    async def used(self, runs: Sequence[RunRef]) -> dict[str, Usage]:
        """Return what ended runs used, by marker; those it has no figures of, or none yet, are left out.

        Raises AccountingOff when it never will have any.
        """


@runtime_checkable
class ForeseesStarts(Protocol):
    """What a batch system has besides that says of a run when it would start, without taking it."""

    async def estimate(self, run: BatchRun) -> datetime | None:
        """Return when it believes the run would start, by our clock; ``None`` when it does not say.

        Raises RunRefused (422) when it says that it would not have it, and as the seam's methods do.
        """


class Driver(Protocol):
    """What a driver file holds. ``array_count`` among its settings is how many runs may be asked for as one array."""

    Settings: ClassVar[type[Any]]
    Batch: ClassVar[type[BatchSystem]]
