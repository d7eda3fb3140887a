"""Runs on another machine: each has a directory there, a script its batch system runs, and evidence of how it went.

What the batch systems have in common; a driver adds its directives, its commands and how it reads what they print.
"""

import shlex
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.modules.machines.batch import (
    ENDED,
    RUN_DIRECTORY,
    BatchRun,
    NativeStatus,
    Receipt,
    RunRef,
    RunRefused,
    Surroundings,
)
from app.modules.machines.batch._job_script import job_script, require_marker
from app.modules.machines.batch._launch import members
from app.modules.machines.batch._receipts import LOOK, Evidence, read_evidence, read_receipt
from app.modules.machines.batch._verdict import Row, judge, standing
from app.modules.machines.callback_shell import KEY_FILE
from app.modules.machines.transport import Completed, Transport

_LOOKS_AT_ONCE = 2000  # markers; what they print stays far below what a command may


class BatchSilent(ConnectionError):
    """The machine answers, its batch system does not."""


class RemoteSettings(BaseModel):
    """What every batch system on another machine is told."""

    model_config = ConfigDict(extra="forbid")

    run_directory: str = Field(
        RUN_DIRECTORY,
        min_length=1,
        max_length=1000,
        pattern=r"^[^\x00\r\n]+$",
        description="Where runs have their directories there; every node of the machine must see it",
    )
    poll_seconds: float = Field(10.0, strict=True, ge=0.05, le=3600, description="How often its queue is asked")
    grace_seconds: float = Field(
        10.0, strict=True, ge=0, le=600, description="Between asking a run to end (TERM) and ending it (KILL)"
    )
    receipt_seconds: float = Field(
        30.0, strict=True, ge=0, le=3600, description="How long files written on a node may take to be seen on another"
    )
    command_seconds: float = Field(60.0, strict=True, ge=1, le=600, description="The longest one of its commands takes")
    most_submitted: int | None = Field(
        None, strict=True, ge=1, le=1_000_000, description="Runs of ours there at a time; unset, until it takes no more"
    )
    array_count: int = Field(
        1000,
        strict=True,
        ge=0,
        le=1_000_000,
        description="The most members of one array; 0: every run by itself",
    )
    callbacks: bool = Field(
        False, strict=True, description="Have runs tell when they begin and end: their machine is then asked at once"
    )
    callback_url: str | None = Field(
        None,
        max_length=500,
        pattern=r"^https?://[A-Za-z0-9.:\[\]_-]+(/[A-Za-z0-9._~/-]*)?$",
        description="Where its nodes reach this server; left out, at `server.public_url`",
    )
    callback_seconds: float = Field(
        3.0,
        strict=True,
        ge=0.5,
        le=60,
        description="The longest a run that has ended waits for its callback",
    )
    callback_looks: int = Field(
        60,
        strict=True,
        ge=1,
        le=6000,
        description="How often a minute it is asked because runs called back",
    )
    allowed_options: list[Annotated[str, Field(pattern=r"^--?[A-Za-z][A-Za-z0-9-]*$", max_length=60)]] = Field(
        [], max_length=100, description="Options of its submit command that a run may add as they are"
    )


class RemoteBatch(ABC):
    """A batch system on another machine; see the seam for what each method promises."""

    # Shell that goes to the run's directory and sets `native` and `member`.
    identity: ClassVar[str]

    def __init__(self, settings: RemoteSettings, surroundings: Surroundings) -> None:
        self.remote, self._surroundings = settings, surroundings
        self.poll_seconds = settings.poll_seconds
        # A path that begins at home is relative there: nobody expands a tilde.
        self._root = surroundings.root.removeprefix("~/").rstrip("/") or "."
        self._ended_since: dict[str, float] = {}
        # The last poll, where the same rows about the same runs say the same again.
        self._found: Iterable[tuple[str, Row]] | None = None
        self._asked: list[RunRef] = []
        self._statuses: list[NativeStatus] = []

    @abstractmethod
    def directives(self, run: BatchRun) -> list[str]:
        """Return the lines that tell the batch system what the run needs. Raises RunRefused."""

    def launched(self, run: BatchRun) -> BatchRun:
        """Return the run as its script has to start it."""
        return run

    @abstractmethod
    def native_of(self, said: str) -> str:
        """Return the native id out of what the submit command printed. Raises ValueError."""

    @abstractmethod
    async def rows(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        """Return the queue's rows, each with its marker. Raises BatchSilent unless it was told whole."""

    @abstractmethod
    async def history(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        """Return what is kept about runs that the queue knows nothing of."""

    @abstractmethod
    async def stop(self, run: RunRef) -> None:
        """Have the batch system end a run, or an array."""

    async def open(self) -> None:  # noqa: B027 (what runs there does not need us)
        pass

    async def close(self) -> None:  # noqa: B027 (what runs there goes on)
        pass

    def working_directory(self, marker: str) -> str:
        return f"{self.directory(marker)}/work"

    def output_path(self, marker: str, stream: Literal["stdout", "stderr"]) -> str:
        return f"{self.directory(marker)}/{stream}"

    def directory(self, marker: str) -> str:
        """Return where a run has its directory. Raises RunRefused for what is no marker."""
        require_marker(marker)
        return f"{self._root}/{marker}"

    def _folders(self, marker: str) -> list[str]:
        return [f"{self.directory(marker)}/{name}" for name in ("work", "tmp")]

    async def prepare(self, marker: str) -> str:
        await self.asked("mkdir", "-p", "-m", "750", "--", *self._folders(marker))
        return self.working_directory(marker)

    def preview(self, run: BatchRun) -> str:
        for option in run.extra:
            name = option.partition("=")[0]
            if name not in self.remote.allowed_options or not option.isprintable() or set(option) & set("'\"\\`$ "):
                raise RunRefused(f"{run.name} asks for the option {option!r}, which this machine does not allow")
        members(run)
        return job_script(
            self.launched(run),
            self.directives(run),
            self.identity,
            self.remote.grace_seconds,
            callback_seconds=self.remote.callback_seconds,
        )

    @abstractmethod
    async def submit(self, run: BatchRun) -> str:
        """Submit a run, once for its marker. Raises RunRefused."""

    async def poll(self, runs: Sequence[RunRef]) -> list[NativeStatus]:
        found = await self.rows(runs)
        if found is self._found and runs == self._asked:
            return list(self._statuses)
        told: dict[str, dict[str, Row]] = {}
        wanted = {run.marker for run in runs}
        for marker, row in found:
            if marker in wanted:
                told.setdefault(marker, {})[row.native_id] = row
        rows: dict[str, Row | None] = {run.marker: _row_of(run.native_id, told.get(run.marker, {})) for run in runs}
        unsettled = [run for run in runs if (known := rows[run.marker]) is None or known.state in ENDED or known.ending]
        evidence = await self.evidence([run.marker for run in unsettled])
        for marker, seen in evidence.items():
            if seen.claim is not None:  # there may be a second job, which found the run claimed
                rows[marker] = told.get(marker, {}).get(seen.claim)
        rows |= await self._remembered(unsettled, rows, evidence)
        statuses = [self._status(run, rows[run.marker], evidence.get(run.marker)) for run in runs]
        # Of others than those that wait and run the queue does not say all.
        self._found, self._asked, self._statuses = (None, [], []) if unsettled else (found, list(runs), statuses)
        return list(statuses)

    async def cancel(self, run: RunRef) -> None:
        there = self.directory(run.marker)
        await self.asked("/bin/sh", "-c", 'mkdir -p -- "$0" && : >"$0/cancel"', there)
        await self.stop(run)

    async def receipt(self, marker: str) -> Receipt | None:
        transport = await self._surroundings.transport()
        try:
            parts = [part async for part in _whole(transport, f"{self.directory(marker)}/receipt")]
        except FileNotFoundError:
            return None
        return read_receipt(b"".join(parts).decode(errors="replace"))

    async def forget(self, marker: str, *, keep_output: bool = True) -> None:
        there = self.directory(marker)
        names = [*self._folders(marker), f"{there}/{KEY_FILE}"] if keep_output else [there]
        await self.asked("rm", "-rf", "--", *names)

    async def evidence(self, markers: Sequence[str]) -> dict[str, Evidence]:
        """Return what the directories of runs say."""
        found: dict[str, Evidence] = {}
        for at in range(0, len(markers), _LOOKS_AT_ONCE):
            part = markers[at : at + _LOOKS_AT_ONCE]
            command = ("/bin/sh", "-c", LOOK, "stormbell", self._root)
            done = await self.run(command, content="".join(f"{one}\n" for one in part).encode())
            if done.exit_code not in (0, 96):  # 96: no run has been there yet
                raise BatchSilent(
                    f"the runs' directories cannot be read: {last_line(done.stderr.decode(errors='replace'))}"
                )
            found |= read_evidence(done.stdout.decode(errors="replace"))
        return {marker: found.get(marker, Evidence()) for marker in markers}

    async def run(self, command: Sequence[str], *, content: bytes = b"") -> Completed:
        """Run a command there."""
        transport = await self._surroundings.transport()
        return await transport.run(command, content=content, timeout_seconds=self.remote.command_seconds)

    async def asked(self, *command: str) -> str:
        """Return what a command there prints. Raises BatchSilent when it fails."""
        done = await self.run(command)
        if done.exit_code != 0:
            raise BatchSilent(f"{shlex.join(command)[:100]}: {last_line(done.stderr.decode(errors='replace'))}")
        return done.stdout.decode(errors="replace")

    def native(self, said: str) -> str:
        """Return the native id as :meth:`native_of` does. Raises BatchSilent when there is none."""
        try:
            return self.native_of(said)
        except ValueError as error:
            raise BatchSilent(f"its submit command said {said[:200]!r}") from error

    def _status(self, run: RunRef, row: Row | None, seen: Evidence | None) -> NativeStatus:
        if row is not None and row.state not in ENDED and not _ended_well(row, seen):
            return standing(run, row)
        return self._patient(judge(run, row, seen or Evidence()), row, seen)

    async def _remembered(
        self, unsettled: Sequence[RunRef], rows: Mapping[str, Row | None], evidence: Mapping[str, Evidence]
    ) -> dict[str, Row]:
        """Ask for the history of what left neither a receipt nor a row in the queue."""
        without = [run for run in unsettled if evidence[run.marker].receipt is None and rows[run.marker] is None]
        known = [self._identified(run, evidence[run.marker]) for run in without]
        asked = {run.marker: run.native_id for run in known if run.native_id is not None}
        if not asked:
            return {}
        found = await self.history([run for run in known if run.native_id is not None])
        return {marker: row for marker, row in found if marker in asked}

    def _identified(self, run: RunRef, evidence: Evidence) -> RunRef:
        if evidence.claim is not None:
            return replace(run, native_id=evidence.claim)
        if run.native_id is None and evidence.submitted is not None:
            return replace(run, native_id=self.native(evidence.submitted))
        return run

    def _patient(self, status: NativeStatus, row: Row | None, evidence: Evidence | None) -> NativeStatus:
        """Hold an end back that nothing but the queue tells of, for as long as the receipt may need to be seen."""
        wanting = row is not None and row.has_receipt and evidence is not None and evidence.receipt is None
        if not wanting:
            self._ended_since.pop(status.marker, None)
            return status
        now = time.monotonic()
        since = self._ended_since.setdefault(status.marker, now)
        if now - since >= self.remote.receipt_seconds:
            return status
        text = "it has ended; what it wrote down about that is not to be seen yet"
        return replace(status, state="running", text=text, exit_code=None, finished_at=None)


def _ended_well(row: Row, seen: Evidence | None) -> bool:
    """Say whether a run is done although its batch system still clears up. Of other ends that knows more by and by."""
    receipt = seen.receipt if seen else None
    return row.ending and receipt is not None and receipt.ended_by == "exit" and receipt.exit_code == 0


def _row_of(native_id: str | None, found: Mapping[str, Row]) -> Row | None:
    return found.get(native_id or "") or next(reversed([*found.values()]), None)


async def _whole(transport: Transport, path: str) -> AsyncIterator[bytes]:
    async for part in transport.read(path):
        yield part


def callback_key(run: BatchRun) -> bytes:
    """Return what a run that calls back signs with, as it is sent after its script."""
    return f"{run.callback_key.hex()}\n".encode() if run.callback_url and run.callback_key else b""


def last_line(text: str) -> str:
    """Return the last thing an error stream says."""
    lines = [line for line in text.strip().splitlines() if line.strip() != "Exiting."]  # Grid Engine's last word
    return lines[-1][:500] if lines else ""
