"""What crosses HTTP about people."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, computed_field

from app.modules.accounts.passwords import LONGEST, SHORTEST
from app.modules.accounts.schemas import Email, OtherWaysField, Password, RoleName, UserView
from app.modules.accounts.users import UserState

PersonName = Annotated[str, Field(max_length=100, examples=["Ada Lovelace"])]
WorkflowName = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
_WORKFLOWS = "Names of the workflows this person may start; null: all of them"


class UserDetail(UserView):
    """A user with everything administrators decide about."""

    verified_email: str | None = Field(description="The address somebody has shown to read; null: none yet")
    approval_wanted_at: datetime | None = Field(description="Signed up and waits since then for an administrator")
    allowed_workflows: list[str] | None = Field(description=_WORKFLOWS, examples=[["wildfire"]])

    @computed_field  # type: ignore[prop-decorator]  # pydantic's documented use
    @property
    def state(self) -> UserState:
        """Say whether the user can log in, may not, or waits to be let in."""
        if self.disabled_at is None:
            return "active"
        return "waiting" if self.approval_wanted_at is not None else "disabled"


class UserCreate(BaseModel):
    """A person to add. Give them the password by a way of your own, or invite them instead."""

    model_config = ConfigDict(extra="forbid")
    email: Email
    name: PersonName
    role: RoleName = Field("viewer", description="At most your own")
    password: Password = Field(min_length=SHORTEST, max_length=LONGEST, description="At least 8 characters, better 15")
    allowed_workflows: list[WorkflowName] | None = Field(None, max_length=500, description=_WORKFLOWS)


class UserChange(BaseModel):
    """What to change about a person; what is left out stays. Another email, role or `enabled` ends all their logins."""

    model_config = ConfigDict(extra="forbid")
    email: Email | None = None
    name: PersonName | None = None
    role: RoleName | None = Field(None, description="At most your own")
    enabled: StrictBool | None = Field(None, description="false shuts the person out at once")
    allowed_workflows: list[WorkflowName] | None = Field(None, max_length=500, description=_WORKFLOWS)


class PasswordSet(BaseModel):
    """A new password for somebody else. Ends all their logins and tokens."""

    model_config = ConfigDict(extra="forbid")
    password: Password = Field(min_length=SHORTEST, max_length=LONGEST)
    other_ways: OtherWaysField = None


class UserApproval(BaseModel):
    """The role of somebody who signed up."""

    model_config = ConfigDict(extra="forbid")
    role: RoleName = "viewer"
    force: StrictBool = Field(False, description="Also when nobody has shown that they read the address")


class UserTotalsView(BaseModel):
    """How many people there are."""

    model_config = ConfigDict(from_attributes=True)
    total: int
    by_role: dict[str, int] = Field(examples=[{"owner": 1, "viewer": 4}])
    by_state: dict[str, int] = Field(examples=[{"active": 4, "disabled": 1, "waiting": 0}])
    last_sign_up_at: datetime | None = Field(description="When the newest account was made")


class LoginView(BaseModel):
    """One login, or attempt at one."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    method: str = Field(examples=["password"])
    outcome: Literal["succeeded", "failed", "throttled", "refused"]
    ip: str | None
    user_agent: str | None
    at: datetime
