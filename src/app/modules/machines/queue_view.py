"""A machine's queue as people look at it: nodes, partitions, limits and jobs."""

from datetime import datetime

from pydantic import BaseModel, Field

MOST_JOBS = 5000


class QueuePartition(BaseModel):
    """A partition or queue, and how much of it is in use."""

    name: str
    state: str | None = None
    is_default: bool = False
    walltime_seconds: int | None = Field(None, description="The longest a run may ask for; left out, no limit")
    node_count: int | None = None
    cores: int | None = None
    cores_used: int | None = None


class QueueNode(BaseModel):
    """A node that runs jobs."""

    name: str
    state: str = Field(description="In the batch system's own words")
    reason: str | None = Field(None, description="Why it takes no jobs")
    partitions: list[str] = []
    cores: int | None = None
    cores_used: int | None = None
    memory_bytes: int | None = None


class QueueJob(BaseModel):
    """A job that waits or runs, whoever's it is."""

    native_id: str
    name: str = Field(description="The marker, for a run of ours")
    user: str | None = None
    state: str = Field(description="In the batch system's own words")
    reason: str | None = Field(None, description="Why it waits")
    partition: str | None = None
    qos: str | None = None
    reservation: str | None = Field(None, description="Whose cores it uses")
    cores: int | None = Field(None, description="Of each run it stands for")
    run_count: int = Field(1, description="Runs it stands for: the members of an array that wait are one line")
    submitted_at: datetime | None = None
    started_at: datetime | None = Field(None, description="When it started, or is expected to")
    ends_at: datetime | None = Field(None, description="By when it has ended: its start and what it may take")


class QueueReservation(BaseModel):
    """Cores that are kept free for some."""

    name: str
    state: str = Field(description="In the batch system's own words")
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    partition: str | None = None
    nodes: str | None = Field(None, description="As the batch system writes them")
    cores: int | None = None


class MachineQueue(BaseModel):
    """What a machine's batch system said when it was asked."""

    asked_at: datetime
    partitions: list[QueuePartition] = []
    nodes: list[QueueNode] = []
    limits: dict[str, str] = Field({}, description="Of the batch system as a whole")
    reservations: list[QueueReservation] = []
    jobs: list[QueueJob] = []
    omitted_count: int = Field(0, description="Jobs beyond the limit")
