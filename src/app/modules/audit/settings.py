"""Settings of this module."""

from pydantic import BaseModel, ConfigDict, Field


class AuditSettings(BaseModel):
    """How long the audit is kept."""

    model_config = ConfigDict(extra="forbid")
    keep_days: int = Field(3650, ge=30, description="Audit events older than this are let go, sealed ones only")
