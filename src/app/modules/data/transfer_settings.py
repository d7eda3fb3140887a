"""How transfers are paced, retried and checked again."""

from datetime import time
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Hours(BaseModel):
    """A time of the day, UTC, in which transfers over the network are held to a rate together on each node."""

    model_config = ConfigDict(extra="forbid")

    begins: time = Field(description="Such as 08:00, UTC")
    ends: time = Field(description="Such as 18:00, UTC; before `begins`: of the next day")
    bytes_per_second: int = Field(ge=1024, description="What all transfers of a node may send together meanwhile")

    @model_validator(mode="after")
    def _is_a_while(self) -> Self:
        if self.begins == self.ends:
            raise ValueError("begins and ends are the same: leave the entry out, or give it an end")
        return self

    def has(self, at: time) -> bool:
        """Say whether a time of the day lies in these hours."""
        if self.begins < self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


class TransferSettings(BaseModel):
    """How transfers are paced, retried and checked again."""

    model_config = ConfigDict(extra="forbid")

    parts_in_flight: int = Field(4, ge=1, le=32, description="Parts of one transfer that are on their way at once")
    hours: Annotated[list[Hours], Field(max_length=24)] = Field(
        default_factory=list, description="When transfers over the network go slower; the first that fits counts"
    )
    give_up_seconds: float = Field(
        86_400.0, gt=0, description="A transfer that has got no further for so long has failed; it can be retried"
    )
    scrub_days: float = Field(30.0, ge=0, description="How often each copy is read again and compared; 0: never")
    scrub_bytes_per_second: int = Field(
        32 * 1024**2, ge=1024, description="How fast a node reads copies again beside its work"
    )
    rclone: str = Field("rclone", description="The program rclone, for transfers with `engine: rclone`")
    archive_storage: str | None = Field(None, description="Name or id of the storage data sets are archived to")
    keep_days: float = Field(90.0, gt=0, description="How long ended transfers are kept; predictions come from them")
