"""What crosses HTTP about groups."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

GroupName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Field(examples=["Fire weather"])
]
Description = Annotated[str, Field(max_length=500, examples=["Who runs the spread model"])]


class GroupCreate(BaseModel):
    """A new group."""

    model_config = ConfigDict(extra="forbid")
    name: GroupName
    description: Description = ""


class GroupChange(BaseModel):
    """What to change about a group; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    name: GroupName | None = None
    description: Description | None = None


class GroupMemberSet(BaseModel):
    """How a user is in a group."""

    model_config = ConfigDict(extra="forbid")
    manages: StrictBool = Field(False, description="May rename the group and choose its members")


class GroupMemberView(BaseModel):
    """One user in a group."""

    user_id: str
    name: str
    manages: bool
    added_at: datetime


class GroupView(BaseModel):
    """A group as lists show it."""

    id: str = Field(examples=["grp_01JD4Z9T0V5K8R6W2M3N7P1Q4S"])
    name: str
    description: str
    member_count: int
    mine: bool = Field(description="The caller is in it")
    created_at: datetime


class GroupDetail(GroupView):
    """A group and who is in it."""

    members: list[GroupMemberView]
