"""What workflow authors write with; the ``stormbell`` facade re-exports it.

A workflow is a class; its stages are methods that take the incident and one typed message. A stage describes its
effects on the incident object; they happen together, in one transaction, when the method returns, and not at all when
it raises or its lease is lost. There are no determinism rules: a stage is run again, never replayed.
"""

import inspect
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeVar, get_type_hints

from pydantic import BaseModel, Field

from app.modules.workflows.messages import (
    Answered,
    Arrival,
    Finishing,
    Gathered,
    Headline,
    ManualData,
    MemberResult,
    Shutdown,
    SimulationRequest,
    SimulationResult,
    Urgency,
)

__all__ = [
    "LONGEST_STAGE_SECONDS",
    "Answered",
    "Arrival",
    "Finishing",
    "Gathered",
    "Headline",
    "ManualData",
    "MemberResult",
    "NoState",
    "NotAWorkflow",
    "Opening",
    "Shutdown",
    "SimulationRequest",
    "SimulationResult",
    "StageSpec",
    "TriggerSpec",
    "Urgency",
    "WorkflowSpec",
    "read",
    "stage",
    "stage_name",
    "trigger",
    "workflow",
]

C = TypeVar("C", bound=type)
F = TypeVar("F", bound=Callable[..., Any])

Executor = Literal["loop", "process"]

LONGEST_STAGE_SECONDS = 86_400.0


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
    function: Callable[..., Coroutine[Any, Any, BaseModel | None]]
    max_attempts: int = 5
    timeout_seconds: float = 600.0
    sends: tuple[str, ...] = ()
    backoff_seconds: float = 1.0
    mutex: bool = False
    executor: Executor = "loop"
    compensate: str | None = None
    finaliser: bool = False


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
    parameters: type[BaseModel] | None = None
    urgency: str = "normal"
    manual_data: str | None = None
    shutdown: str | None = None
    test: str | None = None

    @cached_property
    def has_finalisers(self) -> bool:
        """Say whether something runs before an incident that completes is over."""
        return any(stage.finaliser for stage in self.stages.values())

    @cached_property
    def has_turns(self) -> bool:
        """Say whether any stage runs one message at a time."""
        return any(stage.mutex for stage in self.stages.values())


class NotAWorkflow(Exception):
    """A definition does not hold together; the message names what and where."""


class NoState(BaseModel):
    """State of a workflow that keeps none."""


def workflow(
    name: str,
    *,
    title: str | None = None,
    duration_seconds: float = 86_400,
    parameters: type[BaseModel] | None = None,
    urgency: Urgency = "normal",
    manual_data: str | None = None,
    shutdown: str | None = None,
    test: str | None = None,
) -> Callable[[C], C]:
    """Make a class a workflow.

    ``duration_seconds`` after its activation an incident is completed, whatever it waits for. ``parameters`` is the
    model of what its opener may set. ``urgency`` is what its incidents have unless their opener says otherwise.
    Names of stages: ``manual_data`` gets a :class:`ManualData` for each file given to a running incident, ``shutdown``
    a :class:`Shutdown` before a cancelled incident ends, ``test`` an empty message when the workflow is tested.
    """

    def mark(cls: C) -> C:
        cls.__workflow__ = {  # type: ignore[attr-defined]  # a mark read() looks for
            "name": name,
            "title": title or name,
            "duration_seconds": duration_seconds,
            "parameters": parameters,
            "urgency": urgency,
            "manual_data": manual_data,
            "shutdown": shutdown,
            "test": test,
        }
        return cls

    return mark


def stage(
    function: F | None = None,
    *,
    max_attempts: int = 5,
    timeout_seconds: float = 600,
    backoff_seconds: float = 1.0,
    sends: tuple[str, ...] = (),
    mutex: bool = False,
    executor: Executor = "loop",
    compensate: str | None = None,
    finaliser: bool = False,
) -> Any:
    """Make a method a stage, which fails for good at its ``max_attempts``-th failure.

    An attempt may take ``timeout_seconds``, at most a day; the n-th failure is followed by a wait of up to
    ``backoff_seconds * 2**(n-1)``, at most an hour. ``sends`` names the stages it sends to, for the graph shown before
    anything ran. Of a ``mutex`` stage one message runs at a time in an incident, in the order they were sent; one
    that is due later takes its turn then. ``executor="process"`` runs it in a process of its own.

    ``compensate`` names the stage that undoes it, with the same message: when the incident ends in error or is
    cancelled, those of all stages that succeeded run, newest first. A ``finaliser`` runs when the incident ends in any
    way, and gets a :class:`Finishing`. What they return, or whether they fail, does not change how it ends.

    What a stage returns, a model or nothing, is its result in the message of a gather it belongs to.
    """

    def mark(method: F) -> F:
        method.__stage__ = {  # type: ignore[attr-defined]  # a mark the reader below looks for
            "max_attempts": max_attempts,
            "timeout_seconds": timeout_seconds,
            "backoff_seconds": backoff_seconds,
            "sends": sends,
            "mutex": mutex,
            "executor": executor,
            "compensate": compensate,
            "finaliser": finaliser,
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
        _check_policy(spec)
        stages[name] = spec
    if not stages:
        raise NotAWorkflow(f"workflow {mark['name']!r} has no stage; mark a method with @stage")
    for spec in stages.values():
        for target in spec.sends:
            if target not in stages:
                raise NotAWorkflow(f"stage {spec.name!r} sends to {target!r}, which is not a stage")
        undo = None if spec.compensate is None else stages.get(spec.compensate)
        if spec.compensate is not None and undo is None:
            raise NotAWorkflow(f"stage {spec.name!r} is compensated by {spec.compensate!r}, which is not a stage")
        if undo is not None and undo.message is not spec.message:
            raise NotAWorkflow(f"stage {undo.name!r} compensates {spec.name!r} and must take the same message")
    for use in ("manual_data", "shutdown", "test"):
        if mark[use] is not None and mark[use] not in stages:
            raise NotAWorkflow(f"{use}={mark[use]!r} is not a stage; there are: {', '.join(stages)}")
    return WorkflowSpec(
        instance=cls(), state=getattr(cls, "State", NoState), stages=stages, triggers=tuple(triggers), **mark
    )


def _check_policy(spec: StageSpec) -> None:
    if not 0 < spec.backoff_seconds <= 3600:
        raise NotAWorkflow(f"stage {spec.name!r} needs backoff_seconds above 0 and at most an hour")
    if spec.executor not in ("loop", "process"):
        raise NotAWorkflow(f"stage {spec.name!r} has executor {spec.executor!r}; there are 'loop' and 'process'")
    if spec.finaliser and spec.message is not Finishing:
        raise NotAWorkflow(f"stage {spec.name!r} is a finaliser and must take a Finishing")
    if spec.finaliser and spec.compensate is not None:
        raise NotAWorkflow(f"stage {spec.name!r} is a finaliser and cannot be compensated")
