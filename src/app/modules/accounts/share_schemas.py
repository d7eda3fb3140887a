"""What crosses HTTP about shares."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["view", "act"]
Direction = Literal["by_me", "with_me"]


class ShareSet(BaseModel):
    """How far something is shared."""

    model_config = ConfigDict(extra="forbid")
    level: Level = Field("view", description="view: may see it and what belongs to it; act: may also change and end it")


class ShareView(BaseModel):
    """With whom something is shared."""

    model_config = ConfigDict(from_attributes=True)
    object_id: str
    object_name: str | None = None
    owner_id: str = Field(description="Whose it is")
    owner_name: str
    subject_id: str = Field(description="Id of a user or group, or `everyone`")
    subject_name: str
    level: Level
    shared_by: str
    shared_by_name: str
    shared_at: datetime
