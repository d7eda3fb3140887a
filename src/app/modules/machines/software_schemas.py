"""Software of machines as it crosses HTTP."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.modules.machines.requirements import NAME, VERSION

SoftwareName = Annotated[
    str,
    Field(min_length=1, max_length=100, pattern=rf"^{NAME}$", examples=["openfoam"]),
    AfterValidator(str.lower),
]
SoftwareVersion = Annotated[str, Field(min_length=1, max_length=100, pattern=rf"^{VERSION}$", examples=["11"])]
# What a command is told by an option of its own: never the beginning of another one.
Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\-\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")]
Line = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00\r\n]*$")]
Directory = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^/[^\x00\r\n:]*$")]
VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)]
VariableValue = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Environment = Annotated[dict[VariableName, VariableValue], Field(max_length=100)]
SoftwareState = Literal["installed", "installing", "failed", "gone"]


class SoftwareView(BaseModel):
    """One version of something on a machine."""

    model_config = ConfigDict(title="Software", from_attributes=True)

    id: str
    machine_id: str
    name: str = Field(description="In small letters")
    version: str | None = Field(description="None: nobody knows")
    modules: list[str] = Field(description="Loaded for runs that need it, in this order")
    path: str | None = Field(description="Put first on PATH for them")
    image: str | None = Field(description="Container image they run in")
    environment: dict[str, str]
    check_command: str | None
    found_by: Literal["declared", "modules", "command", "recipe"]
    recipe_id: str | None
    state: SoftwareState = Field(description="gone: it was there, and was not when last looked for")
    text: str | None = Field(description="What was said when it was last looked for")
    checked_at: datetime | None
    created_at: datetime


class SoftwareDeclare(BaseModel):
    """Software that is there, and how runs reach it; with none of that, it is simply on the PATH."""

    model_config = ConfigDict(extra="forbid")

    name: SoftwareName
    version: SoftwareVersion | None = None
    modules: list[Word] = Field([], max_length=50, description="Environment modules to load, in this order")
    path: Directory | None = Field(None, description="Directory to put first on PATH", examples=["/opt/openfoam11/bin"])
    image: Word | None = Field(None, description="Container image to run in")
    environment: Environment = Field({}, description="Variables of runs that need it; no secrets")
    check_command: Line | None = Field(
        None, description="Line of bash that ends with 0 where it is there", examples=["foamVersion"]
    )


class SoftwareProbe(BaseModel):
    """What to look for beside modules."""

    model_config = ConfigDict(extra="forbid")

    commands: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.+-]*$", max_length=100)]] = Field(
        [], max_length=100, description="Commands to look for on the PATH", examples=[["python3", "gmx"]]
    )


class SoftwareFound(BaseModel):
    """What a look at a machine found."""

    has_modules: bool = Field(description="Whether there is a module command")
    modules_count: int
    commands_count: int
    new_count: int
    gone: list[str] = Field(description="What was found before, and is not there now")
    omitted_count: int = Field(description="Modules beyond the limit, and names that cannot be kept")


class Provided(BaseModel):
    """Software as a run is given it; kept with the run."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    version: str | None = None
    modules: list[str] = []
    path: str | None = None
    image: str | None = None
    environment: dict[str, str] = {}
