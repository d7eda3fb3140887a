"""Settings of this module."""

from pydantic import BaseModel, ConfigDict, Field


class ObserverSettings(BaseModel):
    """Who may observe, and how much of the past is kept."""

    model_config = ConfigDict(extra="forbid")
    maximum: int = Field(20, ge=1, le=1000, description="Observations at once, on all nodes together")
    sample_seconds: float = Field(5.0, ge=1, le=3600, description="How often a sample is kept while anybody observes")
    idle_sample_seconds: float = Field(60.0, ge=1, le=3600, description="How often a sample is kept otherwise")
    keep_samples_hours: int = Field(24, ge=1, le=24 * 31, description="Samples older than this are removed")
