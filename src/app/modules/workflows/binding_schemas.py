"""What crosses HTTP about bindings."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from app.modules.workflows.expressions import LONGEST, Expression

Target = Literal["open", "correlate", "stage"]
Text = Annotated[Expression, Field(max_length=LONGEST)]


class BindingSubmit(BaseModel):
    """A rule about a source's deliveries. Expressions are JMESPath over ``body``, ``key``, ``event`` and others."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$", examples=["strong"])
    enabled: StrictBool = True
    filter: Text | None = Field(
        None,
        description="Which deliveries it is about; none: all",
        examples=["body.magnitude >= `5` && body.type == 'quake'"],
    )
    target: Target = Field(
        description="open: a new incident each time; correlate: the running one of the key; stage: of one incident"
    )
    workflow: str | None = Field(None, max_length=200, description="For open and correlate")
    incident_id: str | None = Field(None, max_length=100, description="For stage")
    key: Text | None = Field(None, description="For correlate: what tells incidents apart", examples=["body.region"])
    opens: StrictBool = Field(True, description="For correlate: whether to open one where none runs")
    stage: str | None = Field(None, max_length=200, description="Stage that gets the message; none: the first")
    message: dict[str, Text] | None = Field(
        None,
        max_length=50,
        description="The message by field, each an expression; none: the body",
        examples=[{"magnitude": "body.properties.mag"}],
    )
    title: Text | None = Field(None, description="Name of an incident it opens", examples=["body.properties.title"])

    @model_validator(mode="after")
    def _whole(self) -> "BindingSubmit":
        if self.target == "stage":
            if self.incident_id is None or self.workflow is not None:
                raise ValueError("target stage takes incident_id and no workflow")
        elif self.workflow is None or self.incident_id is not None:
            raise ValueError(f"target {self.target} takes workflow and no incident_id")
        if (self.target == "correlate") != (self.key is not None):
            raise ValueError("key belongs to target correlate, which needs it")
        return self


class BindingChange(BaseModel):
    """Switch a binding on or off. To change more, remove it and create another."""

    model_config = ConfigDict(extra="forbid")
    enabled: StrictBool


class BindingView(BaseModel):
    """A rule about a source's deliveries."""

    model_config = ConfigDict(title="Binding", from_attributes=True)
    id: str
    source_id: str
    name: str
    enabled: bool
    filter: str | None
    target: Target
    workflow: str | None
    incident_id: str | None
    key: str | None
    opens: bool
    stage: str
    message: dict[str, str] | None
    title: str | None
    created_by: str
    created_at: datetime


class BindingList(BaseModel):
    """The bindings of a source, by name."""

    items: list[BindingView]


class BindingTest(BaseModel):
    """A binding, one of the source's or one that is not kept, and a past delivery to try it on."""

    model_config = ConfigDict(extra="forbid")
    delivery_id: str = Field(max_length=100)
    binding_id: str | None = Field(None, max_length=100)
    binding: BindingSubmit | None = None

    @model_validator(mode="after")
    def _one(self) -> "BindingTest":
        if (self.binding is None) == (self.binding_id is None):
            raise ValueError("give binding_id or binding, one of the two")
        return self


class BindingTrial(BaseModel):
    """What a binding would do. Nothing was done."""

    passes: bool = Field(description="The delivery passes the filter")
    does: Literal["nothing", "opens", "sends", "fails"]
    reason: str | None = None
    stage: str | None = None
    key: str | None = None
    name: str | None = Field(None, description="Of the incident it would open")
    incident_id: str | None = Field(None, description="The incident it would send to")
    message: dict[str, Any] | None = None
