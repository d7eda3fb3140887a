"""What crosses HTTP about storages and the files in them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

StorageState = Literal["pending", "answers", "unreachable", "refused"]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f/\x7f]+$")]
Bytes = Annotated[int, Field(strict=True, ge=0, le=2**62)]
Parallelism = Annotated[int, Field(strict=True, ge=1, le=256, description="Requests at a time")]
Rate = Annotated[int, Field(strict=True, ge=1024, le=2**40, description="What transfers may send and fetch together")]


class StorageSubmit(BaseModel):
    """A new storage."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    driver: str = Field(max_length=100, description="One of `GET /drivers`, kind `data.storage`")
    settings: dict[str, Any] = Field({}, description="Those of the driver; nothing secret is among them")
    credential: str | None = Field(None, max_length=100, description="Id of the credential it is logged in to with")
    house: StrictBool = Field(False, description="Everybody's; administrators may")
    read_only: StrictBool = False
    quota_bytes: Bytes | None = Field(None, description="Of data sets; more is refused")
    parallelism: Parallelism | None = None
    bytes_per_second: Rate | None = None
    node: str | None = Field(None, max_length=200, description="The one node that reaches it; null: every node")


class StorageChange(BaseModel):
    """What of a storage changes; what is left out stays, null takes a limit away."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    settings: dict[str, Any] | None = Field(None, description="All of them, not only those that change")
    credential: str | None = Field(None, max_length=100)
    enabled: StrictBool | None = None
    read_only: StrictBool | None = None
    quota_bytes: Bytes | None = None
    parallelism: Parallelism | None = None
    bytes_per_second: Rate | None = None


class StorageView(BaseModel):
    """A place for bytes."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    owner_id: str
    name: str
    driver: str
    settings: dict[str, Any]
    credential_id: str | None
    node_name: str | None = Field(description="The one node that reaches it; null: every node")
    enabled: bool
    read_only: bool
    quota_bytes: int | None
    parallelism: int | None
    bytes_per_second: int | None
    state: StorageState = Field(description="refused: it does not accept its login")
    checked_at: datetime | None
    latency_seconds: float | None
    last_error: str | None
    bytes_used: int = Field(description="By the data sets you see")
    bytes_total: int | None
    bytes_free: int | None
    capabilities: list[str] = Field(description="What its driver can do; empty when the driver cannot be loaded")
    created_at: datetime


class StorageTried(BaseModel):
    """How a storage answered."""

    state: StorageState
    latency_seconds: float | None
    bytes_total: int | None = None
    bytes_free: int | None = None
    capabilities: list[str] = []
    code: str | None = Field(None, description="Of the problem")
    error: str | None = None


class StorageCheckView(BaseModel):
    """How a storage answered once."""

    model_config = ConfigDict(from_attributes=True)

    checked_at: datetime
    state: StorageState
    latency_seconds: float | None
    bytes_free: int | None
    error: str | None


class ObjectView(BaseModel):
    """One file in a storage."""

    path: str
    bytes: int
    modified_at: datetime
    etag: str | None
    media_type: str | None


class ObjectStored(ObjectView):
    """One file that was just stored."""

    sha256: str
    blake3: str


class FileChange(BaseModel):
    """What became of one file."""

    path: str
    gone: bool
    bytes: int | None = Field(description="None of one that is gone, as what follows")
    modified_at: datetime | None
    etag: str | None
    media_type: str | None


class FileChanges(BaseModel):
    """What changed in a storage."""

    items: list[FileChange]
    cursor: str = Field(description="For `since` the next time")
    more: bool = Field(description="There is more already: ask again at once")
    scanned_at: datetime | None = Field(description="When the storage was last looked through; null: not yet")
