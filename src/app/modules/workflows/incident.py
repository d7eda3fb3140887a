"""The incident as a stage sees it: what it may read, and the effects it describes."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

import aiofiles
import orjson
import structlog
from pydantic import BaseModel

from app.kernel.ids import new_id
from app.modules.workflows.authoring import Gathered, Headline, Registration, SimulationRequest, stage_name

S = TypeVar("S", bound=BaseModel)


class ChildFailed(Exception):
    """A program started by a stage did not succeed; the message has its exit code and last words."""


@dataclass
class Sent:
    """A message to a stage."""

    stage: str
    message: BaseModel
    delay_seconds: float
    label: str | None


@dataclass
class Ensemble:
    """Simulations whose ends are gathered into one message."""

    requests: list[SimulationRequest]
    then: str
    message: Gathered


@dataclass
class Effects:
    """Everything a stage asked for, carried out in the commit that completes it."""

    sent: list[Sent] = field(default_factory=list)
    ensembles: list[Ensemble] = field(default_factory=list)
    files: list[Registration] = field(default_factory=list)
    headline: Headline | None = None
    label: str | None = None
    completed: str | None = None
    waiting: tuple[str, datetime | None] | None = None


class Incident(Generic[S]):
    """An incident during one attempt of one stage. Assign to :attr:`state` freely; it is saved with the effects."""

    def __init__(
        self,
        *,
        incident_id: str,
        name: str,
        key: str | None,
        opened_at: datetime,
        state: S,
        stage_id: str,
        attempt: int,
        definition: Path,
        scratch: Path,
        atlas: Path,
        datasets: Mapping[str, Path],
    ) -> None:
        self.id = incident_id
        self.name = name
        self.key = key
        self.opened_at = opened_at
        self.state = state
        self.attempt = attempt
        self.definition = definition
        self._scratch = scratch
        self.atlas = atlas
        self.log = structlog.get_logger("workflow")
        self.effects = Effects()
        self._stage_id = stage_id
        self._datasets = datasets

    @property
    def scratch(self) -> Path:
        """Return the attempt's own folder, made when first asked for and gone when the attempt has ended."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        return self._scratch

    @property
    def idempotency_key(self) -> str:
        """Return a key that is the same for every attempt of this stage, for calls to the outside."""
        return self._stage_id

    def send(
        self,
        stage: str | Callable[..., Any],
        message: BaseModel,
        *,
        delay_seconds: float = 0,
        label: str | None = None,
    ) -> None:
        """Send a message to a stage of this incident, now or after a durable delay."""
        self.effects.sent.append(Sent(stage_name(stage), message, delay_seconds, label))

    def simulate(
        self, requests: Sequence[SimulationRequest], *, then: str | Callable[..., Any], message: Gathered
    ) -> None:
        """Run simulations; when the last has ended, ``then`` gets ``message`` with their results filled in.

        Failed, timed out, cancelled and lost ones are among the results: the stage decides what suffices.
        """
        names = [request.name for request in requests]
        if not names or len(set(names)) != len(names):
            raise ValueError("an ensemble needs at least one simulation, each with a name of its own")
        self.effects.ensembles.append(Ensemble(list(requests), stage_name(then), message))

    def path(self, dataset_id: str) -> Path:
        """Return where the bytes of a data set named in the message are on this host; read only."""
        try:
            return self._datasets[dataset_id]
        except KeyError:
            raise KeyError(f"{dataset_id} is not among the data sets of this stage's message") from None

    def register(
        self,
        path: str | Path,
        *,
        name: str | None = None,
        role: str | None = None,
        media_type: str | None = None,
        inputs: Sequence[str] = (),
    ) -> str:
        """Leave a file of :attr:`scratch` behind as a data set made from the data sets ``inputs``; return its id.

        The id may go into messages of the same stage: both come into being in one commit.
        """
        full = self.scratch / path
        name = name or full.name
        if any(file.name == name for file in self.effects.files):
            raise ValueError(f"there is a data set {name!r} of this stage already; give each a name of its own")
        dataset_id = new_id("dst")
        self.effects.files.append(Registration(dataset_id, full, name, role, media_type, tuple(inputs)))
        return dataset_id

    def headline(self, label: str, value: str, detail: str | None = None) -> None:
        """Show one figure on top of the incident's page."""
        self.effects.headline = Headline(label=label, value=value, detail=detail)

    def label(self, text: str) -> None:
        """Say in a few words what this run of the stage did; shown beside its bar."""
        self.effects.label = text

    def wait(self, text: str, *, seconds: float | None = None) -> None:
        """Say what the incident waits for from outside, and when it will give up."""
        until = datetime.now(self.opened_at.tzinfo) + timedelta(seconds=seconds) if seconds is not None else None
        self.effects.waiting = (text, until)

    def complete(self, comment: str = "") -> None:
        """End the incident once the stages and simulations still under way have ended."""
        self.effects.completed = comment

    async def run(
        self, command: Sequence[str], *, files: Mapping[str, Any] | None = None, timeout_seconds: float = 300
    ) -> str:
        """Run a program in :attr:`scratch` and return what it printed. Raises ChildFailed.

        For work too heavy for the server's process and too small for a machine. The program gets a bare environment
        and its own process group, which does not outlive the stage.
        """
        for name, content in (files or {}).items():
            text = content if isinstance(content, str) else orjson.dumps(content).decode()
            async with aiofiles.open(self.scratch / name, "w") as file:
                await file.write(text)
        process = await asyncio.create_subprocess_exec(
            *[str(part) for part in command],
            cwd=self.scratch,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(self.scratch), "LC_ALL": "C.UTF-8"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(timeout_seconds):
                out, err = await process.communicate()
        except TimeoutError:
            raise ChildFailed(f"{command[0]} did not end within {timeout_seconds:g} s") from None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if process.returncode != 0:
            last = err.decode(errors="replace").strip()[-600:]
            raise ChildFailed(f"{command[0]} ended with {process.returncode}: {last}")
        return out.decode(errors="replace")
