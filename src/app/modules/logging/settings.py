"""Settings of this module."""

from pydantic import BaseModel, ConfigDict, Field

GIB = 1024**3


class LoggingSettings(BaseModel):
    """How long records and facts are kept, and when the node stops saying it is ready."""

    model_config = ConfigDict(extra="forbid")
    keep_events_days: int = Field(90, ge=1, description="Facts older than this are removed")
    keep_alarms_days: int = Field(365, ge=1, description="Alarms gone and seen for so long are removed")
    keep_logs_days: int = Field(30, ge=1, description="Log segments older than this are removed")
    keep_logs_bytes: int = Field(2 * GIB, ge=64 * 1024**2, description="Oldest log segments beyond this are removed")
    disk_reserve_bytes: int = Field(
        GIB, ge=0, description="Free space on the data directory below which /readyz is 503"
    )
