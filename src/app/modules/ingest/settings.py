"""Settings of this module."""

from pydantic import BaseModel, ConfigDict, Field

MIB = 1024**2


class IngestSettings(BaseModel):
    """How data comes in."""

    model_config = ConfigDict(extra="forbid")
    poll_slots: int = Field(16, ge=1, le=200, description="Sources this node polls at the same time")
    poll_lease_seconds: float = Field(
        60.0, ge=1, le=3600, description="A poll that is not recorded by then is another node's; it is cut off earlier"
    )
    push_max_bytes: int = Field(8 * MIB, ge=1024, description="Largest body of one POST to a source")
    push_max_items: int = Field(10_000, ge=1, description="Most lines in one POST of newline-delimited JSON")
