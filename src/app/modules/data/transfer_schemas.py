"""What crosses HTTP about transfers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

TransferKind = Literal["copy", "move", "replicate", "verify"]
TransferState = Literal["planned", "waiting", "running", "completing", "complete", "failed", "cancelled"]
Urgency = Literal["low", "normal", "high", "critical"]
Path = Annotated[str, Field(min_length=1, max_length=3000)]
StorageId = Annotated[str, Field(min_length=1, max_length=100, description="Id of a storage")]
Rate = Annotated[
    int | None, Field(strict=True, ge=1024, le=10**12, description="Send no more bytes a second than this")
]


class Place(BaseModel):
    """A path of a storage."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)
    storage_id: StorageId
    path: Path | None = Field(None, description="Left out: where data sets are kept")


class _Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    urgency: Urgency = "normal"
    bytes_per_second: Rate = None
    dry_run: StrictBool = Field(False, description="Only say what would be done, and how long it would take")


class TransferCreate(_Wanted):
    """Bytes to be moved, those of a data set or those under a path of a storage you may act on.

    A copy of a data set is a data set of its own; a replica is one more copy of the same; a move keeps the id.
    """

    kind: TransferKind
    dataset_id: Annotated[str | None, Field(max_length=100)] = None
    source: Place | None = Field(None, description="Where from; of a data set: which of its copies")
    targets: Annotated[list[Place], Field(max_length=20)] = Field([], description="Where to; several for replicas")
    folder: StrictBool = Field(False, description="Everything below the source's path, file by file")
    engine: Literal["own", "rclone"] = Field(
        "own", description="rclone: for folders between storages it knows, where the server has it"
    )
    overwrite: StrictBool = Field(False, description="Replace what is stored under the target's path")


class CopyCreate(_Wanted):
    """Where a data set is to be as well, or instead."""

    kind: Literal["copy", "move", "replicate"] = "replicate"
    storage_ids: Annotated[list[StorageId], Field(min_length=1, max_length=20)]
    from_storage_id: StorageId | None = Field(None, description="Which of its copies is read, or moved")


class VerifyCreate(BaseModel):
    """How a data set is verified."""

    model_config = ConfigDict(extra="forbid")
    repair: StrictBool = Field(
        False, description="Write a copy that is damaged or missing again, from one that is whole"
    )
    urgency: Urgency = "normal"


class Archive(BaseModel):
    """Which storage a data set goes to; left out, the archive's or, coming back, the one new data sets go to."""

    model_config = ConfigDict(extra="forbid")
    storage_id: StorageId | None = None
    urgency: Urgency = "low"


class TransferView(BaseModel):
    """A movement of bytes."""

    model_config = ConfigDict(title="Transfer", from_attributes=True)
    id: str | None = Field(description="None of one that is only planned")
    kind: TransferKind
    state: TransferState
    owner_id: str
    dataset_id: str | None
    made_dataset_id: str | None = Field(description="Of a copy: the data set it makes")
    incident_id: str | None
    simulation_id: str | None
    source: Place | None
    target: Place | None
    folder: bool
    urgency: Urgency
    engine: str | None = Field(
        description='How: "parts", "stream", "local", "direct" between machines, "rename", "batches" of files, "rclone"'
    )
    bytes_total: int | None
    bytes_done: int
    bytes_again: int = Field(description="Sent more than once, because a connection or the server broke")
    files_total: int | None
    files_done: int
    rate: float | None = Field(description="Bytes a second, of late")
    eta_seconds: float | None = Field(description="How long it still takes at that rate")
    predicted_seconds: float | None = Field(description="How long it would take all in all, from what came before it")
    sha256: str | None
    attempts: int
    waiting_on: str | None
    code: str | None
    error: str | None
    job_id: str | None
    created_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


class TransfersMade(BaseModel):
    """The transfers that were begun, or would be."""

    dry_run: bool
    items: list[TransferView]


class Prediction(BaseModel):
    """How long a transfer would take: the median of what came before it between two storages, and its spread."""

    seconds: float
    low_seconds: float = Field(description="One in ten was quicker")
    high_seconds: float = Field(description="One in ten was slower")
    bytes_per_second: float
    sample_count: int
