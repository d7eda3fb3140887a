"""What crosses HTTP for publications: alerts, catalogue items and public pages."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from app.kernel.instants import Instant

PublicationKind = Literal["alert", "item", "page"]
Category = Literal[
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"
]
ResponseType = Literal["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"]
Text = Field(min_length=1, max_length=4000)


class AlertInfo(BaseModel):
    """What an alert says; the words are those of CAP 1.2 (OASIS, 2010)."""

    model_config = ConfigDict(extra="forbid")
    event: str = Field(min_length=1, max_length=200, description="What it is about, such as Wildfire")
    category: list[Category] = Field(min_length=1)
    urgency: Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
    severity: Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
    certainty: Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]
    area_description: str = Text
    status: Literal["Actual", "Exercise", "Test", "Draft"] = "Draft"
    scope: Literal["Public", "Restricted", "Private"] = "Public"
    restriction: str | None = Field(default=None, max_length=1000, description="Who may read one of scope Restricted")
    addresses: str | None = Field(default=None, max_length=4000, description="Who may read one of scope Private")
    language: str = Field(default="en-US", pattern=r"^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$")
    headline: str | None = Field(default=None, max_length=160)
    description: str | None = Field(default=None, max_length=4000)
    instruction: str | None = Field(default=None, max_length=4000)
    response_type: list[ResponseType] = []
    onset_at: Instant | None = None
    expires_at: Instant | None = None
    sender: str | None = Field(default=None, max_length=200, description="Default: this server and the incident")
    contact: str | None = Field(default=None, max_length=300)
    replaces: StrictBool = Field(default=True, description="Refer to the incident's alert before this one")


class PublicationMake(BaseModel):
    """What is made public."""

    model_config = ConfigDict(extra="forbid")
    kind: PublicationKind
    alert: AlertInfo | None = Field(default=None, description="Of an alert, and of nothing else")
    dataset_ids: list[str] = Field(default=[], max_length=100, description="Files that may be read behind the link")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.kind == "alert") != (self.alert is not None):
            raise ValueError("an alert has the member alert, and only an alert has")
        return self


class PublicationView(BaseModel):
    """Something made public."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    incident_id: str
    kind: PublicationKind
    dataset_ids: list[str]
    published_by: str
    published_at: datetime
    revoked_at: datetime | None


class PublicationMade(PublicationView):
    """Something made public, with its link, which is shown this once."""

    link: str = Field(description="Path of what was published; whoever has it can read it without a login")
