"""What machines say of themselves over HTTP, and what people say of them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from app.kernel.instants import Instant
from app.modules.machines.login_schemas import LoginState

Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]*$", examples=["archer2"])]
Settings = Annotated[dict[str, Any], Field(max_length=100)]
Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=50)]
MachineState = Literal["answers", "unreachable", "pending"]
DriverName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9_]+$")]
Path = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[^\x00]+$", examples=["runs/quake-7"])]


class Partition(BaseModel):
    """A queue of a machine's batch system."""

    name: str
    is_default: bool = False
    state: str | None = None
    node_count: int | None = None
    cores_per_node: int | None = None
    memory_bytes_per_node: int | None = None
    walltime_seconds: int | None = Field(None, description="The longest a run may ask for; left out, no limit")


class MachineReport(BaseModel):
    """What was found on a machine when it was last looked at."""

    host: str
    system: str = Field(description="Kernel and its release")
    user: str
    home: str
    cores: int
    memory_bytes: int | None = None
    batch_systems: list[str] = Field([], description="Those whose commands were found")
    batch_version: str | None = None
    partitions: list[Partition] = []
    accounting: bool | None = Field(None, description="Whether its batch system keeps what ended runs used")
    job_age_seconds: int | None = Field(None, description="How long it remembers an ended run (MinJobAge)")
    callbacks_reach_us: bool | None = Field(
        None, description="Whether what runs call back with arrives; left out, they are not to"
    )
    address: str | None = Field(None, description="Which of its addresses answered")
    latency_seconds: float
    remarks: list[str] = Field([], description="What is likely to cause trouble")


class MachineView(BaseModel):
    """A place to run simulations."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    driver: str | None = Field(description="Batch-system driver; none: files and commands only")
    transport: str
    settings: dict[str, Any] = Field({}, description="Of the batch system")
    transport_settings: dict[str, Any] = Field({}, description="Of the transport; secrets are in the credential")
    credential_id: str | None = None
    enabled: bool = Field(description="Off: nothing is sent there and it is not asked")
    cordoned: bool = Field(description="On: nothing new is sent there; what runs goes on")
    maintenance_until: datetime | None = Field(None, description="Nothing new is sent there before")
    test_mode: bool
    refused_tags: list[str] = Field([], description="Data sets with one of these tags are never brought there")
    only_tags: list[str] = Field([], description="Data sets without one of these are never brought there; none: any")
    state: MachineState
    cores: int
    cores_used: int
    queued_count: int
    running_count: int
    last_polled_at: datetime | None
    last_error: str | None
    login_state: LoginState | None = Field(None, description="Of its last login; all but connected and ended: it waits")
    login_node: str | None = Field(None, description="The node that holds the connection somebody opened")
    report: MachineReport | None = None
    reported_at: datetime | None = None


class MachineRegister(BaseModel):
    """A machine to use."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    transport: DriverName = "ssh"
    transport_settings: Settings = Field({}, examples=[{"host": "login.archer2.ac.uk"}])
    driver: DriverName | None = Field(None, description="Batch-system driver; left out, files and commands only")
    settings: Settings = Field({}, description="Of the batch system")
    credential_id: str | None = Field(None, max_length=100, description="What logs in: SSH key, authority or password")
    host_key: str | None = Field(
        None,
        max_length=10_000,
        description="Its public host key, if known; else the first one shown is asked about",
    )
    enabled: StrictBool = True
    test_mode: StrictBool = Field(False, description="On: nothing is sent there; runs are made up, a state a poll")
    refused_tags: Tags = Field([], description="Data sets with one of these tags are never brought there")
    only_tags: Tags = Field([], description="Data sets without one of these are never brought there; none: any")


class MachineChange(BaseModel):
    """What may be changed about a machine; members left out stay."""

    model_config = ConfigDict(extra="forbid")

    enabled: StrictBool | None = None
    cordoned: StrictBool | None = None
    name: Name | None = None
    driver: DriverName | None = Field(None, description="Another batch-system driver")
    transport_settings: Settings | None = None
    settings: Settings | None = None
    test_mode: StrictBool | None = Field(None, description="While it is on, runs are made up, a state a poll")
    refused_tags: Tags | None = Field(None, description="All of them anew; an empty list lets any data set go there")
    only_tags: Tags | None = Field(None, description="All of them anew; an empty list lets any data set go there")
    credential_id: str | None = Field(None, max_length=100)


class HostKeyView(BaseModel):
    """A host key a machine showed."""

    model_config = ConfigDict(title="HostKey", from_attributes=True)

    id: str
    place: str
    jump: bool = Field(description="Of a host on the way to it")
    key_type: str
    fingerprint: str
    public_key: str
    state: Literal["shown", "trusted"]
    first_shown_at: datetime
    last_shown_at: datetime
    trusted_at: datetime | None
    trusted_by: str | None


class HostKeyTrust(BaseModel):
    """The key to trust: the fingerprint of one that was shown, or a public key."""

    model_config = ConfigDict(extra="forbid")

    fingerprint: str | None = Field(None, max_length=200, examples=["SHA256:Rk8…"])
    public_key: str | None = Field(None, max_length=10_000, examples=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI…"])

    @model_validator(mode="after")
    def _one(self) -> "HostKeyTrust":
        if (self.fingerprint is None) == (self.public_key is None):
            raise ValueError("give either the fingerprint of a key that was shown, or a public key")
        return self


class MaintenanceView(BaseModel):
    """A time in which nothing new is sent to a machine."""

    model_config = ConfigDict(title="Maintenance", from_attributes=True)

    id: str
    machine_id: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    created_by: str | None


class MaintenancePlan(BaseModel):
    """When a machine is not to be used."""

    model_config = ConfigDict(extra="forbid")

    starts_at: Instant | None = Field(None, description="Left out, now")
    ends_at: Instant
    reason: str = Field(min_length=1, max_length=500, examples=["New file system"])


class FileEntry(BaseModel):
    """A file or directory on a machine."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    kind: Literal["file", "directory", "link", "other"]
    bytes: int
    modified_at: datetime
    mode: int = Field(description="Permission bits")


class FileList(BaseModel):
    """What a directory holds, by name."""

    path: str
    items: list[FileEntry]
    omitted_count: int = Field(0, description="Entries beyond the limit")


class FileWritten(BaseModel):
    """A file as it was put there."""

    path: str
    bytes: int
    sha256: str


class DirectoryMake(BaseModel):
    """A directory to make, with those above it."""

    model_config = ConfigDict(extra="forbid")

    path: Path


class FileMove(BaseModel):
    """From where to where; nothing is replaced."""

    model_config = ConfigDict(extra="forbid")

    source: Path
    target: Path


class CommandRun(BaseModel):
    """A short command. No shell reads its words."""

    model_config = ConfigDict(extra="forbid")

    command: list[Annotated[str, Field(max_length=20_000)]] = Field(
        min_length=1, max_length=1000, examples=[["sinfo", "--summarize"]]
    )
    directory: Path | None = Field(None, description="Where it starts; left out, where a login does")
    environment: dict[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)], str] = Field(
        {}, max_length=200
    )
    stdin: str = Field("", max_length=4_000_000)
    timeout_seconds: float = Field(30.0, strict=True, gt=0, le=600)


class CommandEnded(BaseModel):
    """How a command ended; what is not UTF-8 in its output is replaced."""

    exit_code: int
    stdout: str
    stderr: str
    seconds: float
