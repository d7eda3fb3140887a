"""What crosses HTTP."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.modules.audit.chain import FaultKind


class AuditView(BaseModel):
    """One deed: who did what to what, before and after."""

    model_config = ConfigDict(from_attributes=True)
    id: str = Field(examples=["aud_01J8ZQ4M7T0000000000000000"])
    number: int = Field(description="Its number in the order of writing")
    transaction: int = Field(description="The database transaction that did it and wrote it down")
    at: datetime
    action: str = Field(description="The API operation, or what else was done", examples=["source_change"])
    outcome: Literal["done", "refused"]
    object_kind: str = Field(examples=["source"])
    object_id: str | None = Field(description="What it was done to")
    object_ids: list[str] = Field(description="Everything it touched")
    actor_id: str | None = Field(description="Who did it; empty when nobody was logged in")
    actor_name: str | None
    session_id: str | None = Field(description="The login it was done in")
    token_id: str | None = Field(description="The API token it was done with")
    ip: str | None
    request_id: str | None
    changes: list[dict[str, Any]] = Field(
        description="Rows that differ: table, id, change (created, changed, removed), before, after"
    )
    data: dict[str, Any] = Field(description="What else is known, such as why it was refused")
    position: int | None = Field(None, description="Its place in the chain; empty until it is sealed")
    sha256: str | None = Field(None, description="The chain's hash at that place")


class AuditHead(BaseModel):
    """The end of the chain. Keep it outside: it proves later that nothing before it was touched."""

    position: int
    sha256: str
    sealed_at: datetime | None
    waiting_count: int = Field(description="Events that are not sealed yet")


class AuditFault(BaseModel):
    """The first thing that is wrong with the chain."""

    model_config = ConfigDict(from_attributes=True)
    kind: FaultKind
    text: str
    position: int | None
    event_id: str | None


class AuditVerification(BaseModel):
    """What was checked. Unless ``complete``, ask again from ``position`` and ``sha256``."""

    ok: bool
    complete: bool = Field(description="The end of the chain was reached, or a fault")
    position: int = Field(description="All is well up to here")
    sha256: str
    head_position: int
    checked_count: int
    waiting_count: int | None = Field(None, description="At the end: events that are not sealed yet")
    fault: AuditFault | None = None
