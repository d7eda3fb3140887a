"""What crosses HTTP and the front door about data sets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.modules.data.preview_schemas import PreviewSettings
from app.modules.data.retention_settings import RetentionRule
from app.modules.data.transfer_settings import TransferSettings


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Bytes that are safely in a storage under their final path but belong to no data set yet."""

    storage_id: str
    path: str
    bytes: int
    sha256: str
    blake3: str | None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """How much an incident has produced."""

    count: int
    bytes: int
    first_at: datetime | None


class ReplicaView(BaseModel):
    """One physical copy."""

    storage: str
    path: str
    state: Literal["present", "missing", "damaged"]
    verified_at: datetime


class Provenance(BaseModel):
    """Where a data set came from."""

    incident: str | None
    stage: str | None
    simulation: str | None
    machine: str | None
    inputs: list[str] = Field(description="Ids of the data sets it was made from")
    origin: dict[str, Any] | None = Field(
        None, description="The address it was fetched from, or the query it answers; with it, it can be refreshed"
    )


class DatasetView(BaseModel):
    """Bytes with a name, a checksum and an origin."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    owner_id: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    blake3: str | None = Field(description="Not known of what a machine fetched by itself")
    role: str | None = Field(description='What it is for, such as "map", "grid", "contours" or "member"')
    incident_id: str | None
    simulation_id: str | None
    stage: str | None
    machine: str | None
    created_at: datetime
    comment: str | None
    tags: list[str]
    area: list[float] | None = Field(description="[west, south, east, north] in degrees")
    valid_from: datetime | None = Field(description="The time it is about begins")
    valid_until: datetime | None
    pinned: bool
    keep_until: datetime | None
    deleted_at: datetime | None
    erased_at: datetime | None = Field(description="Its bytes are gone")
    series_id: str = Field(description="The same for all versions: the id of the first")
    version: int


class DatasetDetail(DatasetView):
    """A data set with its origin and its copies."""

    provenance: Provenance
    replicas: list[ReplicaView]


class StorageView(BaseModel):
    """A place for bytes."""

    id: str
    name: str
    driver: str
    state: Literal["answers", "unreachable", "pending"]
    bytes_used: int = Field(description="By data sets")
    bytes_free: int | None


class DataSettings(BaseModel):
    """Where data sets live."""

    model_config = ConfigDict(extra="forbid")

    reserve_bytes: int = Field(
        256 * 1024**2, ge=0, description="Kept free on a storage's disk; data sets that would need it are refused"
    )
    grace_seconds: float = Field(
        7 * 86_400, ge=0, description="So long a deleted data set can be had back before its bytes are erased"
    )
    upload_seconds: float = Field(
        86_400, ge=60, description="An unfinished upload is forgotten so long after its last byte"
    )
    upload_bytes: int = Field(1024**4, ge=1, description="Largest content that is taken in by one upload or fetch")
    link_days: float = Field(90, gt=0, le=3650, description="Longest time a link to a data set may be made for")
    cache_bytes: int = Field(
        1024**3, ge=0, description="Room on a node's disk for copies of files that are read from storages elsewhere"
    )
    previews: PreviewSettings = Field(default_factory=PreviewSettings)
    scan_seconds: float = Field(
        60, ge=1, description="A storage whose changes are asked for is looked through no more often than this"
    )
    transfers: TransferSettings = Field(default_factory=TransferSettings)
    retention: Annotated[list[RetentionRule], Field(max_length=100)] = Field(
        default_factory=list,
        description="How long data sets are kept by what they are for; `stormbell datasets retention` says what that "
        "deletes",
    )
