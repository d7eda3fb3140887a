"""Settings of this module."""

from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

GIB = 1024**3


def _parsed(value: Any) -> Any:
    try:
        return orjson.loads(value) if isinstance(value, str) else value
    except orjson.JSONDecodeError as error:
        raise ValueError(
            'it has to be JSON such as {"archive": {"driver": "local", "directory": "/srv/logs"}}'
        ) from error


# By name: {"driver": …} and the settings of that driver. The environment and flags write it as JSON.
Sinks = Annotated[dict[str, dict[str, Any]], BeforeValidator(_parsed)]


class LoggingSettings(BaseModel):
    """How long records and facts are kept, and when the node stops saying it is ready."""

    model_config = ConfigDict(extra="forbid")
    keep_events_days: int = Field(90, ge=1, description="Facts older than this are removed")
    keep_alarms_days: int = Field(365, ge=1, description="Alarms gone and seen for so long are removed")
    keep_logs_days: int = Field(30, ge=1, description="Log segments older than this are removed")
    keep_logs_bytes: int = Field(2 * GIB, ge=64 * 1024**2, description="Oldest log segments beyond this are removed")
    log_reserve_bytes: int = Field(
        64 * 1024**2, ge=0, description="Free space on the data directory below which no log records are written"
    )
    sinks: Sinks = Field({}, description="Where packed log segments are kept for good and for the other nodes")
    ship_after_seconds: float = Field(
        300.0, ge=1, description="With a sink: the longest time until records can be read on the other nodes"
    )
    keep_shipped_days: int = Field(365, ge=1, description="Shipped log segments older than this are removed")
    keep_shipped_bytes: int = Field(100 * GIB, ge=64 * 1024**2, description="Oldest shipped segments beyond this go")
    metrics: Literal["off", "token", "local"] = Field(
        "token",
        description="Who reads /metrics: nobody, who sends an API token with health_get, or also who asks from here",
    )
    disk_reserve_bytes: int = Field(
        GIB, ge=0, description="Free space on the data directory below which /readyz is 503"
    )
