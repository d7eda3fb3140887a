"""Test mode: nothing is run; each run goes one state on every time it is asked for, and leaves what it was told to.

What it makes up is in a directory of this node, so it goes on where it was after a restart.
"""

import asyncio
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.modules.machines.batch import (
    BatchRun,
    Load,
    NativeStatus,
    Output,
    Receipt,
    RunRef,
    RunState,
    Surroundings,
    Usage,
)
from app.modules.machines.batch import _local_records as records
from app.modules.machines.batch._job_script import require_marker
from app.modules.machines.batch._launch import command_of, members
from app.modules.machines.queue_view import MachineQueue

_CORES = 1_000_000
_EXIT: dict[str, int] = {"succeeded": 0, "failed": 1, "timed_out": 124}


class Settings(BaseModel):
    """How the runs end that are made up."""

    model_config = ConfigDict(extra="forbid")

    ends: Literal["succeeded", "failed", "timed_out"] = "succeeded"
    content: str = Field("made up in test mode\n", max_length=100_000, description="Of each output file and of stdout")


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None


class Batch:
    """Runs that are made up; see the seam for what each method promises."""

    poll_seconds = 2.0

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        self._settings, self._changed = settings, surroundings.changed
        self._runs = surroundings.directory / "runs"

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    def working_directory(self, marker: str) -> str:
        return str(self._directory(marker) / "work")

    def output_path(self, marker: str, stream: Literal["stdout", "stderr"]) -> str:
        return str(self._directory(marker) / stream)

    async def prepare(self, marker: str) -> str:
        work = self._directory(marker) / "work"
        await asyncio.to_thread(work.mkdir, parents=True, exist_ok=True, mode=0o750)
        return str(work)

    async def submit(self, run: BatchRun) -> str:
        command_of(run)
        for number in members(run):
            one = run if number is None else records.member_of(run, number)
            await self.prepare(one.marker)
            await asyncio.to_thread(records.write_run, self._directory(one.marker), one, 0)
        if run.array is not None:
            await asyncio.to_thread(records.write_array, self._directory(run.marker), run.array)
        self._changed()
        return run.marker

    async def find(self, marker: str) -> str | None:
        return marker if await asyncio.to_thread(records.is_submitted, self._directory(marker)) else None

    async def poll(self, runs: Sequence[RunRef]) -> list[NativeStatus]:
        return await asyncio.to_thread(lambda: [self._step(run.marker) for run in runs])

    async def cancel(self, run: RunRef) -> None:
        directory = self._directory(run.marker)
        for number in range(await asyncio.to_thread(records.array_of, directory)):
            await self.cancel(RunRef(f"{run.marker}.{number}"))
        if await asyncio.to_thread(directory.is_dir):
            await asyncio.to_thread((directory / "cancel").touch)
        self._changed()

    async def receipt(self, marker: str) -> Receipt | None:
        document = await asyncio.to_thread(records.read, self._directory(marker) / "receipt.json")
        return _receipt(document) if document is not None else None

    async def forget(self, marker: str, *, keep_output: bool = True) -> None:
        directory = self._directory(marker)
        await asyncio.to_thread(shutil.rmtree, directory / "work" if keep_output else directory, ignore_errors=True)

    async def load(self) -> Load:
        return Load(cores=_CORES, memory_bytes=None, cores_used=0, queued_count=0, running_count=0)

    def preview(self, run: BatchRun) -> str:
        return f"# test mode: this is not run\n{' '.join(command_of(run))}\n"

    async def queue(self) -> MachineQueue:
        return MachineQueue(asked_at=datetime.now(UTC))

    def _directory(self, marker: str) -> Path:
        require_marker(marker)
        return self._runs / marker

    def _step(self, marker: str) -> NativeStatus:
        directory = self._directory(marker)
        run = records.read(directory / "run.json")
        if run is None:
            text = "it was never submitted here"
            return NativeStatus(marker=marker, native_id=None, native_state="absent", state="lost", text=text)
        told = NativeStatus(marker=marker, native_id=marker, native_state="made up", state="queued")
        if (document := records.read(directory / "receipt.json")) is not None:
            return _ended(told, document)
        state: RunState = "queued"
        if (directory / "cancel").exists():
            state = "cancelled"
        elif (directory / "running").exists():
            state = self._settings.ends
        elif (directory / "queued").exists():
            state = "running"
        if state in ("queued", "running"):
            (directory / state).touch()
            began = datetime.now(UTC) if state == "running" else None
            return replace(told, state=state, started_at=began)
        records.write_once(directory / "receipt.json", self._make_up(directory, run, state))
        return _ended(told, records.read(directory / "receipt.json") or {})

    def _make_up(self, directory: Path, run: dict[str, Any], state: RunState) -> dict[str, Any]:
        content = self._settings.content.encode()
        outputs = []
        for pattern in run["outputs"] if state == "succeeded" else ():
            name = pattern.replace("**/", "").replace("*", "made-up").replace("?", "x")
            target = directory / "work" / name
            if target.resolve().is_relative_to((directory / "work").resolve()):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                outputs.append({"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
        (directory / "stdout").write_bytes(content)
        (directory / "stderr").touch()
        return {"state": state, "outputs": outputs, "at": datetime.now(UTC).isoformat()}


def _receipt(document: dict[str, Any]) -> Receipt:
    at = datetime.fromisoformat(document["at"])
    return Receipt(
        exit_code=_EXIT.get(document["state"]),
        signal=None,
        ended_by="made up",
        started_at=at,
        finished_at=at,
        usage=Usage(cpu_seconds=0.0, max_rss_bytes=0),
        outputs=tuple(Output(**output) for output in document["outputs"]),
    )


def _ended(told: NativeStatus, document: dict[str, Any]) -> NativeStatus:
    receipt = _receipt(document)
    return replace(
        told,
        state=document["state"],
        exit_code=receipt.exit_code,
        started_at=receipt.started_at,
        finished_at=receipt.finished_at,
        usage=receipt.usage,
    )
