"""What crosses HTTP about one's own account."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.modules.accounts.passwords import LONGEST, SHORTEST
from app.modules.accounts.schemas import Email, Password, PresentPassword, UserBrief
from app.modules.accounts.user_schemas import PersonName


class ProfileView(UserBrief):
    """One's own account."""

    created_at: datetime
    allowed_workflows: list[str] | None = Field(description="Workflows one may start; null: all of them")


class ProfileChange(BaseModel):
    """What to change about oneself; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    name: PersonName


class EmailChange(BaseModel):
    """Another address to log in with. Ends one's other sessions."""

    model_config = ConfigDict(extra="forbid")
    email: Email
    password: PresentPassword | None = Field(
        None, description="To prove who asks; who has none, or leaves it out, has to have logged in just before"
    )


class PasswordChange(BaseModel):
    """Another password. Ends one's other sessions."""

    model_config = ConfigDict(extra="forbid")
    old_password: Password = Field(max_length=LONGEST)
    new_password: Password = Field(min_length=SHORTEST, max_length=LONGEST, description="Better 15 characters or more")


class ProfileDelete(BaseModel):
    """The end of one's account."""

    model_config = ConfigDict(extra="forbid")
    password: PresentPassword | None = Field(
        None, description="To prove who asks; who has none, or leaves it out, has to have logged in just before"
    )
    heir_email: Email | None = Field(None, description="Address of the person who gets what one owns")


class ExportView(BaseModel):
    """An archive of one's data."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    state: Literal["queued", "ready", "failed"]
    job_id: str | None = Field(description="The job that makes it, with its progress")
    bytes: int | None
    sha256: str | None
    error: str | None
    created_at: datetime
    ready_at: datetime | None
    expires_at: datetime = Field(description="When it is removed")
