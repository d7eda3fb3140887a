"""What crosses HTTP and the front door about simulations."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from app.modules.jobs import Waiting

SimulationState = Literal[
    "created", "queued", "running", "completing", "succeeded", "failed", "timed_out", "cancelled", "lost"
]


def _relative(value: str) -> str:
    path = PurePosixPath(value)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\x00" in value or len(value) > 500:
        raise ValueError(f"{value!r} must be a relative path without '..', below the run's directory")
    return str(path)


RelativePath = Annotated[str, AfterValidator(_relative)]


class Output(BaseModel):
    """Files to keep: a glob pattern below the run's directory, and what the files that match are."""

    model_config = ConfigDict(extra="forbid")

    pattern: RelativePath
    role: str | None = None
    media_type: str | None = Field(None, description="Default: by the file name")
    required: bool = Field(True, description="A run that leaves no matching file has failed")


class Resources(BaseModel):
    """What a run needs and may use."""

    model_config = ConfigDict(extra="forbid")

    cores: int = Field(1, ge=1, le=1_000_000)
    memory_bytes: int = Field(2 * 1024**3, ge=16 * 1024**2, description="Address space of each of its processes")
    walltime_seconds: float = Field(3600.0, gt=0, le=31 * 86400)
    cpu_seconds: int | None = Field(None, ge=1, description="Of each of its processes; default cores x walltime")


class SimulationSubmit(BaseModel):
    """A run as a workflow asks for it. The command is run as it is; no shell takes part."""

    model_config = ConfigDict(extra="forbid")

    command: list[str] = Field(min_length=1, max_length=1000)
    files: dict[RelativePath, JsonValue] = Field(
        {}, description="By path in the run's directory: a data set's id, other text, or what is written as JSON"
    )
    environment: dict[str, str] = Field({}, description="Added to a minimal one; nothing of the server's is passed on")
    outputs: list[Output] = []
    resources: Resources = Field(default_factory=Resources)
    urgency: int = Field(0, ge=-100, le=100, description="Higher starts earlier")
    max_attempts: int = Field(3, ge=1, le=20, description="Runs that fail or get lost are repeated up to this often")
    machine: str | None = Field(None, description="Name of the only machine it may run on")

    @model_validator(mode="after")
    def _storable(self) -> Self:
        for text in [*self.command, *self.environment, *self.environment.values()]:
            if "\x00" in text:
                raise ValueError("command and environment cannot hold NUL characters")
        for name in self.environment:
            if not name or "=" in name:
                raise ValueError(f"{name!r} cannot be the name of an environment variable")
        return self


class JobCallback(BaseModel):
    """The job to enqueue in the transaction that ends the simulation, whatever way it ends.

    Its payload is ``payload`` and beside that the members of :class:`SimulationFinished`.
    """

    kind: str
    payload: dict[str, Any] = {}


class SimulationFinished(BaseModel):
    """How a simulation ended, as the callback job is told."""

    simulation_id: str
    name: str
    state: Literal["succeeded", "failed", "timed_out", "cancelled", "lost"]
    exit_code: int | None
    error: str | None


class PlacementView(BaseModel):
    """Where it runs and why there."""

    machine: str | None = None
    reasons: list[str] = []


class UsageView(BaseModel):
    """What a run consumed."""

    cpu_seconds: float
    max_rss_bytes: int


class SimulationView(BaseModel):
    """A run on a machine's batch system."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    incident_id: str | None
    name: str
    machine: str | None
    state: SimulationState
    native_id: str | None
    native_state: str | None
    created_at: datetime
    queued_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None = Field(description="Run time so far, or in all")
    attempt: int
    exit_code: int | None
    error: str | None
    command: list[str]
    placement: PlacementView
    resources: Resources
    usage: UsageView | None
    waiting_on: Waiting | None
