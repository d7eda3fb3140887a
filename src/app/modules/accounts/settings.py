"""Settings of this module."""

from pydantic import BaseModel, ConfigDict, Field

DAY = 86_400


class AccountsSettings(BaseModel):
    """How long logins last."""

    model_config = ConfigDict(extra="forbid")
    session_idle_seconds: int = Field(7 * DAY, ge=60, description="A session ends after so long without a request")
    session_seconds: int = Field(30 * DAY, ge=60, description="A session ends so long after login, whatever happens")
    setup_link_seconds: int = Field(DAY, ge=60, description="How long the link that creates the owner works")
