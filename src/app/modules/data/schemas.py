"""What crosses HTTP and the front door about data sets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Bytes that are safely in a storage under their final path but belong to no data set yet."""

    storage_id: str
    path: str
    bytes: int
    sha256: str
    blake3: str


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


class DatasetView(BaseModel):
    """Bytes with a name, a checksum and an origin."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    role: str | None = Field(description='What it is for, such as "map", "grid", "contours" or "member"')
    incident_id: str | None
    simulation_id: str | None
    stage: str | None
    created_at: datetime
    comment: str | None


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
