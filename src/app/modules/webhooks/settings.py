"""Settings of this module."""

from pydantic import BaseModel, ConfigDict, Field


class WebhooksSettings(BaseModel):
    """What is told to other programs."""

    model_config = ConfigDict(extra="forbid")
    per_owner: int = Field(50, ge=0, description="Most webhooks one user may have")
    keep_days: float = Field(30, ge=1, le=3650, description="What was sent is kept for so long")
    timeout_seconds: float = Field(15.0, ge=1, le=55, description="For one attempt, connecting included")
