"""The world of a rehearsal: its clock, what is due when, its data sets, and the workflows there are."""

import asyncio
import heapq
import itertools
import shutil
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from app.kernel.ids import new_id
from app.modules.workflows.authoring import Opening, read, stage_name
from app.modules.workflows.definitions import Definition, load
from app.modules.workflows.messages import Arrival
from app.modules.workflows.rehearsal.fakes import Simulate, keep
from app.modules.workflows.rehearsal.life import Rehearsal
from app.modules.workflows.rehearsal.records import Dataset

T = TypeVar("T")

BEGINS_AT = datetime(2026, 1, 1, tzinfo=UTC)
MOST_STAGES = 10_000
_RANKS = {"critical": 0, "high": 1, "normal": 2, "low": 3}


class EndlessRun(Exception):
    """A rehearsal did not come to rest; the message says when it was given up."""


@dataclass(order=True)
class _Due:
    at: datetime
    rank: int
    number: int
    work: bool = field(compare=False)
    action: Callable[[], Awaitable[None]] = field(compare=False)


class World:
    """Everything that happens in one rehearsal, at a time of its own that begins at ``now``.

    ``workflows`` are files, folders or classes; the first is what :meth:`open` opens. ``simulate`` says how each
    simulation ends: a function of the request that returns a :class:`Result`, or its output files by name, or raises
    :class:`SimulationFails`.
    """

    def __init__(
        self, *workflows: Any, place: Path | None = None, simulate: Simulate | None = None, now: datetime | None = None
    ) -> None:
        self.now = now or BEGINS_AT
        self.simulate = simulate
        self.incidents: list[Rehearsal] = []
        self.datasets: dict[str, Dataset] = {}
        self.stages_count = 0
        self._made = tempfile.mkdtemp() if place is None else None
        self.place = place or Path(self._made or "")
        self.place.mkdir(parents=True, exist_ok=True)
        self._due: list[_Due] = []
        self._numbers = itertools.count()
        self._modules = set(sys.modules)
        self.definitions = {d.spec.name: d for d in map(self._define, workflows)}

    def close(self) -> None:
        """Forget the modules of its workflows, and remove its files when it chose their place."""
        for name in set(sys.modules) - self._modules:
            if name.startswith("stormbell_definition_"):
                del sys.modules[name]
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)

    def open(
        self,
        stage: str | Callable[..., Any] | None = None,
        message: BaseModel | dict[str, Any] | None = None,
        *,
        workflow: str | None = None,
        **options: Any,
    ) -> Rehearsal:
        """Open an incident, of the first workflow unless another is named, and send it a first message.

        Nothing runs yet. Options: name, key, parameters, urgency, exercise, area.
        """
        definition = self.definitions[workflow] if workflow else next(iter(self.definitions.values()))
        rehearsal = Rehearsal(self, definition, **options)
        if stage is not None:
            rehearsal.send(stage, {} if message is None else message)
        return rehearsal

    def deliver(self, source: str, body: Any, *, key: str = "item", revision: int = 1) -> list[Rehearsal]:
        """Bring an arrival of ``source`` to every trigger that listens to it; return the incidents it went to.

        What a trigger raises is raised.
        """
        arrival = Arrival(
            delivery_id=new_id("dlv"), source=source, key=key, revision=revision, received_at=self.now, body=body
        )
        asked = [
            (d, t.function(d.spec.instance, arrival))
            for d in self.definitions.values()
            for t in d.spec.triggers
            if t.source == source
        ]
        taken = [self._follow(definition, opening, arrival) for definition, opening in asked if opening is not None]
        return [rehearsal for rehearsal in taken if rehearsal is not None]

    def run(self, seconds: float | None = None) -> None:
        """Run until there is nothing left to do but to wait for people, arrivals or deadlines; or for ``seconds``.

        Time jumps to whatever is due next. Raises EndlessRun after 10,000 stages without an end.
        """
        self._drive(self._run(seconds))

    def later(
        self, seconds: float, action: Callable[[], Awaitable[None]], *, work: bool, urgency: str = "normal"
    ) -> None:
        """Have something done in so many seconds; ``work`` keeps a run going, deadlines do not."""
        at = self.now + timedelta(seconds=seconds)
        heapq.heappush(self._due, _Due(at, _RANKS[urgency], next(self._numbers), work, action))

    def keep(
        self, name: str, content: Any, role: str | None, inputs: tuple[str, ...] = (), media_type: str | None = None,
        *, dataset_id: str | None = None,
    ) -> Dataset:  # fmt: skip
        """Make a data set of bytes, text, a file, or what becomes JSON."""
        dataset_id = dataset_id or new_id("dst")
        path = keep(content, self.place / "datasets" / dataset_id / Path(name).name)
        self.datasets[dataset_id] = Dataset(dataset_id, name, role, path, inputs, media_type)
        return self.datasets[dataset_id]

    async def _run(self, seconds: float | None) -> None:
        until = None if seconds is None else self.now + timedelta(seconds=seconds)
        ran = self.stages_count
        while self._due and (any(d.work for d in self._due) if until is None else self._due[0].at <= until):
            due = heapq.heappop(self._due)
            self.now = max(self.now, due.at)
            await due.action()
            if self.stages_count - ran > MOST_STAGES:
                raise EndlessRun(f"more than {MOST_STAGES} stages, the last at {self.now}; say run(seconds=...)")
        self.now = until or self.now

    def _follow(self, definition: Definition, opening: Opening, arrival: Arrival) -> Rehearsal | None:
        known = [i for i in self.incidents if (i.workflow, i.key) == (definition.spec.name, opening.key)]
        if not known and not opening.opens:
            return None
        rehearsal = known[0] if known else Rehearsal(self, definition, name=opening.name, key=opening.key)
        if not rehearsal.is_open:
            return None
        rehearsal.name = opening.name
        rehearsal.area = rehearsal.area if known else opening.area
        rehearsal.post(stage_name(opening.stage), opening.message, originator=arrival.delivery_id)
        return rehearsal

    def _define(self, given: Any) -> Definition:
        if isinstance(given, type):
            folder = Path(sys.modules[given.__module__].__file__ or "").parent
            return Definition(read(given), "0" * 12, folder, folder)
        path = Path(given).absolute()
        if path.is_file():
            folder = self.place / "definitions" / path.stem
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, folder / "workflow.py")
            return load(folder, path)
        before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        try:
            return load(path, path)
        finally:
            sys.dont_write_bytecode = before

    def _drive(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end, also from a test that has an event loop of its own."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(work)
        done: list[T] = []
        failed: list[BaseException] = []

        def run() -> None:
            try:
                done.append(asyncio.run(work))
            except BaseException as error:  # noqa: BLE001 - raised again where it was asked for
                failed.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return done[0]
