"""Settings of credentials."""

from pydantic import BaseModel, ConfigDict, Field


class CredentialsSettings(BaseModel):
    """Reminders, and what is kept of uses."""

    model_config = ConfigDict(extra="forbid")
    remind_days: int = Field(14, ge=0, le=365, description="Alarm this many days before a credential expires")
    uses_kept_days: int = Field(90, ge=1, le=3650, description="How long it is kept who used a credential")
    rotation_lead_seconds: float = Field(
        15.0, ge=0, le=3600, description="A new vault key seals after this, when every node has heard of it"
    )
