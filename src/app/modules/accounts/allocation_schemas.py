"""What crosses HTTP about allocations. Amounts are core-hours, bytes or a number of leases."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.instants import Instant
from app.modules.accounts.allocations import Resource, SubjectKind

# Above 2**53 a JSON number is not what it says.
Amount = Annotated[float, Field(strict=True, ge=0, le=2**53, examples=[1000], allow_inf_nan=False)]
Note = Annotated[str, Field(max_length=500, examples=["Project Ember, second quarter"])]


class AllocationGrant(BaseModel):
    """How much of what somebody may use, and in which time."""

    model_config = ConfigDict(extra="forbid")
    subject_kind: SubjectKind = "user"
    subject_id: str = Field(max_length=100, description="Id of the user or group")
    resource: Resource = Field(description="core_hours are spent; bytes and leases are held")
    granted: Amount
    starts_at: Instant | None = Field(None, description="Default: now")
    ends_at: Instant | None = Field(None, description="null: without end")
    note: Note | None = None


class AllocationChange(BaseModel):
    """What to change about an allocation; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    granted: Amount | None = None
    ends_at: Instant | None = Field(None, description="null: without end")
    note: Note | None = None


class AllocationView(BaseModel):
    """How much of what somebody may use, and what is left."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    subject_kind: SubjectKind
    subject_id: str
    resource: Resource
    granted: float
    reserved: float = Field(description="For what is under way")
    used: float = Field(description="May exceed what was granted: what has been used is counted")
    remaining: float
    starts_at: datetime
    ends_at: datetime | None
    note: str | None
    granted_by: str | None
    created_at: datetime


class AllocationEntryView(BaseModel):
    """What one simulation, data set or lease reserved or used."""

    model_config = ConfigDict(from_attributes=True)
    reference_id: str
    user_id: str
    state: str = Field(examples=["charged"])
    reserved: float
    used: float
    created_at: datetime
    ended_at: datetime | None
