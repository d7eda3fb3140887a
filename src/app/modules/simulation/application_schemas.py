"""Applications as they cross HTTP: what is run, with which parameters, and one run of it."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from app.kernel.instants import Instant
from app.modules.machines import RequirementText
from app.modules.simulation.placement_schemas import PlacementView
from app.modules.simulation.schemas import (
    Line,
    MachineName,
    Output,
    RelativePath,
    Resources,
    SimulationSubmit,
    SimulationView,
    Word,
)
from app.modules.simulation.templates import check_schema, placeholders

ApplicationName = Annotated[
    str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@ -]*$", examples=["quake"])
]
DatasetId = Annotated[str, Field(pattern=r"^dst_[0-9A-Za-z]{26}$")]
Parameters = Annotated[dict[str, JsonValue], Field(max_length=500)]
RunName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
EnvironmentName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)]


class ApplicationInput(BaseModel):
    """A data set that is given to a run."""

    model_config = ConfigDict(extra="forbid")

    path: RelativePath = Field(description="Where it is put, below the run's directory")
    description: str = Field("", max_length=1000)
    required: bool = Field(True, strict=True)


class ApplicationDefinition(BaseModel):
    """What is run. `{{name}}` in the command, the environment and the script stands for the parameter of that name.

    In the script it becomes one word of shell, whatever it holds.
    """

    model_config = ConfigDict(extra="forbid")

    description: str = Field("", max_length=4000)
    command: list[Annotated[str, Field(max_length=20_000)]] = Field(
        [], max_length=1000, examples=[["shake", "--magnitude", "{{magnitude}}"]]
    )
    script: str | None = Field(None, min_length=1, max_length=200_000, description="Instead of a command")
    software: list[RequirementText] = Field(
        [], max_length=50, description="What its machine must have: a name, name>=version or name==version"
    )
    modules: list[Word] = Field([], max_length=100)
    setup: list[Line] = Field([], max_length=200, description="Lines of shell before the command")
    environment: dict[EnvironmentName, str] = Field({}, max_length=200)
    image: Word | None = Field(None, description="Container image to run it in")
    extra: list[Line] = Field([], max_length=50, description="Options as the batch system knows them")
    template_directory: str | None = Field(None, min_length=1, max_length=1000, pattern=r"^/[^\x00]*$")
    files: dict[RelativePath, JsonValue] = Field(
        {}, max_length=200, description="By path: a data set's id, other text, or what is written as JSON"
    )
    inputs: list[ApplicationInput] = Field([], max_length=200)
    outputs: list[Output] = Field([], max_length=200)
    parameters: Annotated[dict[str, Any], AfterValidator(check_schema)] = Field(
        {},
        description="JSON Schema of an object; each parameter is one of its properties",
        examples=[{"type": "object", "properties": {"magnitude": {"type": "number", "default": 6.5}}}],
    )
    resources: Resources = Field(default_factory=Resources)
    machines: list[MachineName] = Field([], max_length=100, description="Those that have it; left out, all")
    max_attempts: int = Field(1, strict=True, ge=1, le=20)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.command) == (self.script is not None):
            raise ValueError("give either a command or a script")
        texts = [*self.command, *self.environment.values(), self.script or ""]
        if any("\x00" in text for text in texts):
            raise ValueError("command, environment and script cannot hold NUL characters")
        unknown = placeholders(texts) - set(self.parameters.get("properties", {}))
        if unknown:
            raise ValueError(f"{{{{{min(unknown)}}}}} is no property of the parameters' schema")
        return self


class ApplicationMake(BaseModel):
    """An application to write down."""

    model_config = ConfigDict(extra="forbid")

    name: ApplicationName
    definition: ApplicationDefinition


class ApplicationView(BaseModel):
    """Something to run with parameters."""

    model_config = ConfigDict(title="Application", from_attributes=True)

    id: str
    owner_id: str
    name: str
    revision: int = Field(description="Counts its changes")
    definition: ApplicationDefinition
    created_at: datetime
    changed_at: datetime


class Race(BaseModel):
    """The same run on several machines, of which the first wins; the others are cancelled."""

    model_config = ConfigDict(extra="forbid")

    machines: int = Field(2, strict=True, ge=2, le=20, description="How many take part")
    wins_on: Literal["running", "succeeded"] = "running"


class Several(BaseModel):
    """How many simulations are asked for, and whether they wait to be submitted."""

    model_config = ConfigDict(extra="forbid")

    hold: bool = Field(False, strict=True, description="Prepare it on its machine and wait to be submitted")
    instances: int = Field(1, strict=True, ge=1, le=100, description="That many, each on another machine")
    race: Race | None = Field(None, description="Instead of instances")

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.race is not None and (self.instances > 1 or self.hold):
            raise ValueError("a race says itself how many machines take part, and is not held")
        return self


class ApplicationRun(Several):
    """One run of an application, or several on a machine each."""

    name: RunName | None = Field(None, description="Left out, the application's")
    parameters: Parameters = {}
    inputs: dict[RelativePath, DatasetId] = Field({}, max_length=200)
    resources: Resources | None = Field(None, description="Left out, the application's")
    machine: MachineName | None = Field(None, description="The only one it may run on")
    after: list[Annotated[str, Field(pattern=r"^sim_[0-9A-Za-z]{26}$")]] = Field([], max_length=100)
    urgency: int = Field(0, strict=True, ge=-100, le=100)
    deadline_at: Instant | None = None


class SimulationAsk(Several, SimulationSubmit):
    """A run of any command or script."""

    name: RunName
    command: list[Annotated[str, Field(max_length=20_000)]] = Field([], max_length=1000)
    script: str | None = Field(None, min_length=1, max_length=200_000, description="Instead of a command")

    @model_validator(mode="after")
    def _runs_one_thing(self) -> Self:
        if bool(self.command) == (self.script is not None):
            raise ValueError("give either a command or a script")
        if self.script is not None and "\x00" in self.script:
            raise ValueError("a script cannot hold NUL characters")
        return self


class SimulationsMade(BaseModel):
    """The simulations that were asked for, and what there is to say about it."""

    simulations: list[SimulationView]
    group_id: str | None = None
    warnings: list[str] = []


class SimulationPlan(BaseModel):
    """What would happen if this were asked for now."""

    name: str
    machine: str | None = Field(description="Where it would run")
    placement: PlacementView
    command: list[str]
    script: str | None = Field(description="What would be submitted there")
    core_hours: float = Field(description="What would be reserved: for all simulations, for the longest they may take")
    warnings: list[str] = []
