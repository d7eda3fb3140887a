"""What can be set about machines."""

from pydantic import BaseModel, ConfigDict, Field


class MachinesSettings(BaseModel):
    """How this node runs simulations itself, and how it asks others."""

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
    local_commands: bool = Field(
        False, description="Let operators see files and administrators run commands on the server itself"
    )
    probe_seconds: float = Field(15.0, gt=0, description="How often each machine is asked how it is")
    install_poll_seconds: float = Field(
        2.0, ge=0.05, le=60, description="How often a machine is asked how a recipe that runs there stands"
    )
    login_seconds: float = Field(
        110.0, ge=1, le=3600, description="How long a login waits for an answer; sshd gives 120 s (LoginGraceTime)"
    )
    file_bytes: int = Field(
        16 * 1024**3, ge=1024**2, description="Largest file that is put on a machine through the API"
    )
