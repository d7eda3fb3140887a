"""What workflow authors write with; the ``stormbell`` facade re-exports it.

A workflow is a class; its stages are methods that take the incident and one typed message. A stage describes its
effects on the incident object; they happen together, in one transaction, when the method returns, and not at all when
it raises or its lease is lost. There are no determinism rules: a stage is run again, never replayed.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, Field

C = TypeVar("C", bound=type)
F = TypeVar("F", bound=Callable[..., Any])

LONGEST_STAGE_SECONDS = 86_400.0


class Arrival(BaseModel):
    """One delivery as a trigger sees it."""

    model_config = ConfigDict(frozen=True)
    delivery_id: str
    source: str = Field(description="Name of the source")
    key: str = Field(description="The source's own identifier of the item")
    revision: int = Field(description="1 for the first time this item arrived, then counting")
    received_at: datetime
    body: Any = Field(description="The item, parsed")


class Opening(BaseModel):
    """What a trigger makes of an arrival: a message for the incident ``key``, which it may open.

    With ``opens`` false an incident that is already open gets the message and nothing is opened.
    """

    key: str = Field(description="At most one incident of the workflow has this key")
    name: str = Field(description="Title of the incident, the source's words")
    stage: str | Callable[..., Any] = Field(description="Stage that gets the message", exclude=True)
    message: BaseModel
    opens: bool = True
    url: str | None = None
    area: dict[str, Any] | None = Field(default=None, description="GeoJSON geometry")


class SimulationResult(BaseModel):
    """How one member of an ensemble ended."""

    simulation_id: str
    name: str
    state: str
    error: str | None = None
    datasets: dict[str, str] = Field(default={}, description="Data set id by file name")


class Gathered(BaseModel):
    """Message of a stage that waits for simulations; subclass it to carry more."""

    simulations: list[SimulationResult] = []

    @property
    def succeeded(self) -> list[SimulationResult]:
        """Return the members that have results."""
        return [s for s in self.simulations if s.state == "succeeded"]


class SimulationRequest(BaseModel):
    """One run wanted on some machine."""

    name: str
    command: list[str] = Field(description="Argument list; {definition} and {atlas} are filled in")
    files: dict[str, Any] = Field(default={}, description="File name to JSON content, text, or 'dst_…' data set id")
    outputs: list[str] = Field(default=[], description="Globs; what matches becomes data sets")
    role: str | None = Field(default=None, description="Role of the output data sets")
    cores: int = 1
    memory_bytes: int = 1024**3
    walltime_seconds: float = 600
    max_attempts: int = 2


class Headline(BaseModel):
    """The one figure people look for."""

    label: str
    value: str
    detail: str | None = None


@dataclass(frozen=True)
class TriggerSpec:
    """A trigger of a workflow."""

    source: str
    function: Callable[[Any, Arrival], Opening | None]


@dataclass(frozen=True)
class StageSpec:
    """A stage of a workflow."""

    name: str
    message: type[BaseModel]
    function: Callable[..., Awaitable[None]]
    max_attempts: int
    timeout_seconds: float
    sends: tuple[str, ...]


@dataclass(frozen=True)
class WorkflowSpec:
    """A workflow read from its class."""

    name: str
    title: str
    duration_seconds: float
    instance: Any
    state: type[BaseModel]
    stages: dict[str, StageSpec]
    triggers: tuple[TriggerSpec, ...] = field(default=())


class NotAWorkflow(Exception):
    """A definition does not hold together; the message names what and where."""


class NoState(BaseModel):
    """State of a workflow that keeps none."""


def workflow(name: str, *, title: str | None = None, duration_seconds: float = 86_400) -> Callable[[C], C]:
    """Make a class a workflow.

    ``duration_seconds`` after its opening an incident is completed, whatever it waits for.
    """

    def mark(cls: C) -> C:
        cls.__workflow__ = {  # type: ignore[attr-defined]  # a mark read() looks for
            "name": name,
            "title": title or name,
            "duration_seconds": duration_seconds,
        }
        return cls

    return mark


def stage(
    function: F | None = None, *, max_attempts: int = 5, timeout_seconds: float = 600, sends: tuple[str, ...] = ()
) -> Any:
    """Make a method a stage, which fails for good at its ``max_attempts``-th failure.

    An attempt may take ``timeout_seconds``, at most a day. ``sends`` names the stages it sends to, for the graph shown
    before anything ran.
    """

    def mark(method: F) -> F:
        method.__stage__ = {  # type: ignore[attr-defined]  # a mark the reader below looks for
            "max_attempts": max_attempts,
            "timeout_seconds": timeout_seconds,
            "sends": sends,
        }
        return method

    return mark if function is None else mark(function)


def trigger(*, source: str) -> Callable[[F], F]:
    """Make a method a trigger: it is asked about every arrival of ``source`` and must be quick and pure."""

    def mark(method: F) -> F:
        method.__trigger__ = source  # type: ignore[attr-defined]  # a mark the reader below looks for
        return method

    return mark


def stage_name(target: str | Callable[..., Any]) -> str:
    """Return the name of a stage given as ``self.combine`` or ``"combine"``."""
    return target if isinstance(target, str) else target.__name__


def read(cls: type) -> WorkflowSpec:
    """Read a class marked with :func:`workflow`. Raises NotAWorkflow naming the method that is wrong."""
    mark: dict[str, Any] = cls.__workflow__  # type: ignore[attr-defined]  # set by workflow()
    stages: dict[str, StageSpec] = {}
    triggers: list[TriggerSpec] = []
    for name, method in vars(cls).items():
        if hasattr(method, "__trigger__"):
            triggers.append(TriggerSpec(method.__trigger__, method))
        if not hasattr(method, "__stage__"):
            continue
        if not inspect.iscoroutinefunction(method):
            raise NotAWorkflow(f"stage {name!r} must be 'async def'")
        parameters = list(inspect.signature(method).parameters)
        if len(parameters) != 3:
            raise NotAWorkflow(f"stage {name!r} must take (self, incident, message), it takes {tuple(parameters)}")
        message = get_type_hints(method).get(parameters[2])
        if not (isinstance(message, type) and issubclass(message, BaseModel)):
            raise NotAWorkflow(f"the message of stage {name!r} must be annotated with a pydantic model")
        spec = StageSpec(name=name, message=message, function=method, **method.__stage__)
        if spec.max_attempts < 1 or not 0 < spec.timeout_seconds <= LONGEST_STAGE_SECONDS:
            raise NotAWorkflow(f"stage {name!r} needs max_attempts of 1 or more and timeout_seconds of at most a day")
        stages[name] = spec
    if not stages:
        raise NotAWorkflow(f"workflow {mark['name']!r} has no stage; mark a method with @stage")
    for spec in stages.values():
        for target in spec.sends:
            if target not in stages:
                raise NotAWorkflow(f"stage {spec.name!r} sends to {target!r}, which is not a stage")
    return WorkflowSpec(
        instance=cls(), state=getattr(cls, "State", NoState), stages=stages, triggers=tuple(triggers), **mark
    )


@dataclass
class Registration:
    """A file a stage leaves behind as a data set."""

    dataset_id: str
    path: Path
    name: str
    role: str | None
    media_type: str | None
    inputs: tuple[str, ...]
