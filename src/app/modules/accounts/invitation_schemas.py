"""What crosses HTTP about invitations and signing up."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.modules.accounts.passwords import LONGEST, SHORTEST
from app.modules.accounts.schemas import Email, Password, RoleName
from app.modules.accounts.user_schemas import PersonName


class InvitationCreate(BaseModel):
    """Whom to invite, and as what."""

    model_config = ConfigDict(extra="forbid")
    email: Email
    role: RoleName = Field("viewer", description="At most your own; it cannot be changed later")
    mail: StrictBool | None = Field(None, description="Send the link by mail; left out: where a mail server is set")


class InvitationView(BaseModel):
    """An invitation that can still be accepted."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    email: str
    role: RoleName
    invited_by: str
    created_at: datetime
    expires_at: datetime
    mailed_at: datetime | None = Field(description="When the link was last handed to the mail; null: never")


class InvitationMade(InvitationView):
    """A new invitation, with its link, which cannot be had again."""

    link: str = Field(description="For the invited person only; it makes one account")


class InvitationAccept(BaseModel):
    """The account of somebody who was invited."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(max_length=100, description="From the link")
    email: Email = Field(description="The address that was invited")
    name: PersonName
    password: Password = Field(min_length=SHORTEST, max_length=LONGEST, description="At least 8 characters, better 15")


class SignUp(BaseModel):
    """An account asked for."""

    model_config = ConfigDict(extra="forbid")
    email: Email
    name: PersonName
    password: Password = Field(min_length=SHORTEST, max_length=LONGEST, description="At least 8 characters, better 15")


class SignUpView(BaseModel):
    """What happens next; the same for whoever has an account already."""

    state: Literal["waiting"] = "waiting"
    text: str = "An administrator looks at it. If you have an account already, log in."
