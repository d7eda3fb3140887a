"""What crosses HTTP and the front door about simulations."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from app.kernel.instants import Instant
from app.modules.jobs import Waiting
from app.modules.machines import RequirementText
from app.modules.simulation.placement_schemas import PlacementView

SimulationState = Literal[
    "created",
    "prepared",
    "queued",
    "running",
    "unknown",
    "completing",
    "succeeded",
    "failed",
    "timed_out",
    "cancelled",
    "lost",
]


def _relative(value: str) -> str:
    path = PurePosixPath(value)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\x00" in value or len(value) > 500:
        raise ValueError(f"{value!r} must be a relative path without '..', below the run's directory")
    return str(path)


RelativePath = Annotated[str, AfterValidator(_relative)]
# What a batch system is told by an option of its own: never the beginning of another one.
Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\-\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")]
Line = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00\r\n]*$")]
MachineName = Annotated[str, Field(min_length=1, max_length=60)]


class Output(BaseModel):
    """Files to keep: a glob pattern below the run's directory, and what the files that match are."""

    model_config = ConfigDict(extra="forbid")

    pattern: RelativePath
    role: str | None = None
    media_type: str | None = Field(None, description="Default: by the file name")
    required: bool = Field(True, strict=True, description="A run that leaves no matching file has failed")


class Resources(BaseModel):
    """What a run needs and may use."""

    model_config = ConfigDict(extra="forbid")

    cores: int = Field(1, strict=True, ge=1, le=1_000_000, description="In all")
    memory_bytes: int = Field(
        2 * 1024**3, strict=True, ge=16 * 1024**2, le=2**60, description="Address space of each of its processes"
    )
    walltime_seconds: float = Field(3600.0, strict=True, gt=0, le=31 * 86400)
    cpu_seconds: int | None = Field(
        None, strict=True, ge=1, le=2**40, description="Of each of its processes; default cores x walltime"
    )
    nodes: int | None = Field(None, strict=True, ge=1, le=1_000_000)
    tasks: int | None = Field(None, strict=True, ge=1, le=1_000_000, description="Processes that are started (MPI)")
    gpus: int = Field(0, strict=True, ge=0, le=100_000)
    partition: Word | None = Field(None, description="Queue of the batch system; left out, the machine's default")
    account: Word | None = Field(None, description="Whom the machine's centre charges")
    qos: Word | None = None
    reservation: Word | None = None
    constraint: Word | None = Field(None, description="Features the nodes must have")


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
    software: list[RequirementText] = Field(
        [], max_length=50, description="What its machine must have: a name, name>=version or name==version"
    )
    modules: list[Word] = Field([], max_length=100, description="Environment modules to load first")
    setup: list[Line] = Field([], max_length=200, description="Lines of shell before the command")
    image: Word | None = Field(None, description="Container image to run it in")
    extra: list[Line] = Field([], max_length=50, description="Options as the batch system knows them")
    template_directory: str | None = Field(
        None, min_length=1, max_length=1000, pattern=r"^/[^\x00]*$",
        description="Directory on the machine; what it holds is copied into the run's",
    )  # fmt: skip
    after: list[Annotated[str, Field(pattern=r"^sim_[0-9A-Za-z]{26}$")]] = Field(
        [], max_length=100, description="Simulations that have to succeed first"
    )
    urgency: int = Field(0, strict=True, ge=-100, le=100, description="Higher starts earlier")
    max_attempts: int = Field(
        3, strict=True, ge=1, le=20, description="Runs that fail or get lost are repeated up to this often"
    )
    machine: MachineName | None = Field(None, description="Name of the only machine it may run on")
    machines: list[MachineName] = Field([], max_length=100, description="Names of those it may run on; left out, all")
    deadline_at: Instant | None = Field(None, description="By when its results are needed")
    escalate: bool = Field(
        True, strict=True, description="Whether it may climb its machine's ladder where it would be too late otherwise"
    )

    @model_validator(mode="after")
    def _storable(self) -> Self:
        for text in [*self.command, *self.environment, *self.environment.values(), *self.files]:
            if "\x00" in text:
                raise ValueError("command and environment cannot hold NUL characters")
        for name in self.environment:
            if not name or "=" in name:
                raise ValueError(f"{name!r} cannot be the name of an environment variable")
        return self


class JobCallback(BaseModel):
    """The job to enqueue in the transaction that ends the simulation, whatever way it ends.

    Its payload is ``payload`` and beside that the members of :class:`SimulationFinished`. With ``states`` it is
    enqueued once for each of them that is reached, and has the members of :class:`SimulationMoved`.
    """

    kind: str
    payload: dict[str, Any] = {}
    states: list[SimulationState] | None = None


class SimulationFinished(BaseModel):
    """How a simulation ended, as the callback job is told."""

    simulation_id: str
    name: str
    state: Literal["succeeded", "failed", "timed_out", "cancelled", "lost"]
    exit_code: int | None
    error: str | None


class SimulationMoved(BaseModel):
    """What state a simulation reached, as a callback job for states is told.

    ``outputs`` are the data sets it left, by their names; they are there once it has succeeded.
    """

    simulation_id: str
    name: str
    state: SimulationState
    before: SimulationState
    attempt: int
    machine: str | None
    native_state: str | None
    exit_code: int | None
    error: str | None
    outputs: dict[str, str] = {}


class UsageView(BaseModel):
    """What a run consumed."""

    cpu_seconds: float
    max_rss_bytes: int = Field(description="0: nobody measured it")
    source: Literal["run", "accounting"] = Field("run", description="The run itself, or its machine's accounting")


class PerformanceView(BaseModel):
    """How a run went: how long it waited and took, and how well it used what it asked for; null: not known."""

    queue_seconds: float | None = Field(description="Between submission and start")
    elapsed_seconds: float | None = Field(description="So far, or in all")
    cpu_seconds: float | None
    cpu_efficiency: float | None = Field(description="Processor time by cores asked for and time taken; 1 is all of it")
    max_rss_bytes: int | None = Field(description="Of its largest process, or of all where only that is accounted")
    memory_efficiency: float | None = Field(description="Of the memory asked for")
    source: Literal["run", "accounting"] | None


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
    state_at: datetime = Field(description="When it got into its state")
    deadline_at: datetime | None
    owner_id: str
    application: str | None = Field(description="What it is a run of")
    application_id: str | None
    parameters: dict[str, Any] | None
    group_id: str | None = Field(description="Those it was asked for together with")
    rerun_of: str | None
    hold: bool = Field(description="Stays prepared until it is submitted")
    directory: str | None = Field(description="Where it runs on the machine")
    seconds: float | None = Field(description="Run time so far, or in all")
    attempt: int
    exit_code: int | None
    error: str | None
    command: list[str]
    placement: PlacementView
    resources: Resources
    usage: UsageView | None
    performance: PerformanceView | None = Field(description="Null before it began")
    called_state: Literal["running", "ended"] | None = Field(
        description="What its script said of itself last: a hint, on which its machine was asked"
    )
    called_at: datetime | None
    waiting_on: Waiting | None
