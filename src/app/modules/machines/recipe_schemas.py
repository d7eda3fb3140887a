"""Recipes and installing as they cross HTTP."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.modules.jobs import Waiting
from app.modules.machines.requirements import RequirementText
from app.modules.machines.software_schemas import Environment, Line, SoftwareName, SoftwareVersion, Word

_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class RecipeDefinition(BaseModel):
    """How something is installed. ``{{prefix}}`` in path, image, variables and the check stands for where it went."""

    model_config = ConfigDict(extra="forbid")

    description: str = Field("", max_length=4000)
    needs: list[RequirementText] = Field([], max_length=50, description="Software the machine must have before")
    script: str = Field(
        min_length=1,
        max_length=100_000,
        description="For `bash -e`, in an empty directory; $PREFIX is where to install, $NAME and $VERSION what",
        examples=['curl -fsSLO https://example.org/tool-$VERSION.tar.gz\ntar -xf tool-*.tar.gz -C "$PREFIX"\n'],
    )
    prefix: str | None = Field(
        None,
        max_length=1000,
        pattern=r"^(/|~/)[^\x00\r\n:]*$",
        description="Left out, `~/.stormbell/software/NAME/VERSION`",
    )
    check_command: Line = Field(description="Line of bash that ends with 0 once it is there", examples=["foamVersion"])
    modules: list[Word] = Field([], max_length=50, description="Modules to load before it is used, after what it needs")
    path: str | None = Field(
        None,
        max_length=1000,
        pattern=r"^(/|\{\{\s*prefix\s*\}\})[^\x00\r\n:]*$",
        description="Directory to put first on PATH; left out, `{{prefix}}/bin` unless there are modules or an image",
    )
    image: (
        Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\-\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")] | None
    ) = Field(None, description="Container image that runs use")
    environment: Environment = Field({}, description="Variables of runs that need it; no secrets")
    timeout_seconds: int = Field(3600, strict=True, ge=1, le=7 * 86_400, description="After this it is ended")

    @model_validator(mode="after")
    def _places(self) -> Self:
        for text in (self.path or "", self.image or "", self.check_command, *self.environment.values()):
            for name in _PLACE.findall(text):
                if name != "prefix":
                    raise ValueError(f"{{{{{name}}}}} stands for nothing here; there is {{{{prefix}}}}")
        if "\x00" in self.script:
            raise ValueError("a script cannot hold NUL characters")
        return self


def placed(text: str, prefix: str) -> str:
    """Return a text of a recipe with its places filled."""
    return _PLACE.sub(lambda _: prefix, text)


class RecipeMake(BaseModel):
    """A recipe to keep."""

    model_config = ConfigDict(extra="forbid")

    name: SoftwareName
    version: SoftwareVersion
    definition: RecipeDefinition


class RecipeView(BaseModel):
    """How to install one version of something; it never changes, another content is another revision."""

    model_config = ConfigDict(title="Recipe", from_attributes=True)

    id: str
    name: str
    version: str
    revision: int
    sha256: str = Field(description="Of its content")
    definition: RecipeDefinition
    created_by: str | None
    created_at: datetime


class InstallAsk(BaseModel):
    """What to install."""

    model_config = ConfigDict(extra="forbid")

    name: SoftwareName
    version: SoftwareVersion | None = Field(None, description="Left out, the newest there is a recipe for")
    again: bool = Field(False, strict=True, description="Also if this very recipe has installed it already")


class InstallView(BaseModel):
    """One run of a recipe on a machine."""

    model_config = ConfigDict(title="Install", from_attributes=True)

    id: str
    machine_id: str
    software_id: str | None
    recipe_id: str
    name: str
    version: str
    state: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    waiting_on: Waiting | None
    requested_by: str | None
    created_at: datetime
    begun_at: datetime | None
    finished_at: datetime | None
    exit_code: int | None
    error: str | None
    prefix: str | None
    log_characters: int = Field(description="How much it wrote")


class InstallLog(BaseModel):
    """What an installing wrote, from some character on."""

    text: str
    start: int = Field(description="Of the text; more than asked for where the beginning is not kept any more")
    next_start: int = Field(description="Where to go on")
    ended: bool = Field(description="Nothing will follow")
