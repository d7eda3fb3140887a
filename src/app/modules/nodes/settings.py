"""This node's part among the others."""

from pydantic import BaseModel, ConfigDict, Field


class NodeSettings(BaseModel):
    """Heartbeats, pausing, and what is remembered."""

    model_config = ConfigDict(extra="forbid")
    heartbeat_seconds: float = Field(5.0, ge=0.05, le=300, description="How often this node says that it lives")
    misses: int = Field(3, ge=2, le=20, description="Heartbeats a node may miss before it is unresponsive")
    pause_forbidden: bool = Field(False, description="Refuse to be paused or drained")
    start_paused: bool = Field(False, description="Take no work until somebody resumes this node")
    keep_dead_days: int = Field(30, ge=1, description="Age at which dead boots and their history are forgotten")
