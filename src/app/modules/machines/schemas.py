"""What machines say of themselves over HTTP."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool


class MachineView(BaseModel):
    """A place to run simulations."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    driver: str = Field(description="Batch-system driver")
    transport: str
    enabled: bool = Field(description="Off: nothing is sent there and it is not asked")
    cordoned: bool = Field(description="On: nothing new is sent there; what runs goes on")
    test_mode: bool
    state: Literal["answers", "unreachable", "pending"]
    cores: int
    cores_used: int
    queued_count: int
    running_count: int
    last_polled_at: datetime | None
    last_error: str | None


class MachineChange(BaseModel):
    """What may be changed about a machine; members left out stay."""

    model_config = ConfigDict(extra="forbid")

    enabled: StrictBool | None = None
    cordoned: StrictBool | None = None


class MachinesSettings(BaseModel):
    """How this node runs simulations itself."""

    model_config = ConfigDict(extra="forbid")

    local_cores: int | None = Field(
        None, ge=0, le=4096, description="Cores the machine `local` gives to runs; unset: all this process may use"
    )
    local_grace_seconds: float = Field(
        5.0, ge=0, le=60, description="Between asking a local run to end (TERM) and ending it (KILL)"
    )
    local_nice: int = Field(5, ge=0, le=19, description="Niceness of local runs, so that the server stays quick")
    local_output_bytes: int = Field(
        16 * 1024**2, ge=65536, description="Most that is kept of a local run's stdout and of its stderr"
    )
    local_file_bytes: int = Field(64 * 1024**3, ge=1024**2, description="Largest file a local run may write")
    probe_seconds: float = Field(15.0, gt=0, description="How often each machine is asked how it is")
