"""What people say about a data set: when it is made, and later."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from app.kernel.instants import Instant
from app.modules.data.storage import QueryFormat


def _plain(value: str) -> str:
    if not value.strip() or any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise ValueError("a name has a character that is seen, and no line break or other control character")
    return value


def _distinct(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


def _box(box: list[float]) -> list[float]:
    west, south, east, north = box
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("an area is [west, south, east, north] in degrees, south before north")
    return box


def _to_come(at: datetime) -> datetime:
    if at <= datetime.now(UTC):
        raise ValueError("lies in the past; to delete a data set now, delete it")
    return at


DatasetName = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_plain)]
MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}")
MediaType = Annotated[str, Field(pattern=f"^{MEDIA_TYPE.pattern}$", examples=["image/tiff"])]
Comment = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Role = Annotated[
    str, Field(max_length=100, pattern=r"^[^\x00]*$", description='What it is for, such as "map" or "grid"')
]
Tag = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\w][\w .:/=@+-]*$")]
Tags = Annotated[list[Tag], Field(max_length=50), AfterValidator(_distinct)]
Degrees = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Area = Annotated[
    list[Degrees],
    Field(
        min_length=4,
        max_length=4,
        description="[west, south, east, north] in degrees; west is greater than east when it crosses the date line",
    ),
    AfterValidator(_box),
]
DatasetId = Annotated[str, Field(pattern="^dst_[0-9A-Z]{26}$")]
StorageId = Annotated[str, Field(pattern="^sto_[0-9A-Z]{26}$")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="What the content has to be, in hexadecimal")]


# Checked where somebody says it, not where it is read again: what waits may be read after that time.
KeepUntil = Annotated[
    Instant, AfterValidator(_to_come), Field(description="Deleted then, unless it is pinned; a time to come")
]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")

    media_type: MediaType | None = None
    role: Role | None = None
    comment: Comment | None = None
    tags: Tags | None = None
    area: Area | None = None
    valid_from: Instant | None = Field(None, description="The time it is about begins")
    valid_until: Instant | None = None
    pinned: StrictBool | None = Field(None, description="Neither people nor retention delete it")
    keep_until: Instant | None = Field(None, description="Deleted then, unless it is pinned")

    @model_validator(mode="after")
    def _in_order(self) -> "_Said":
        if self.valid_from is not None and self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self


class DatasetAbout(_Said):
    """What is said of a data set when it is made."""

    follows: DatasetId | None = Field(None, description="It is the next version of this one")
    made_from: list[DatasetId] = Field([], max_length=1000, description="Data sets it was made from")

    def columns(self) -> dict[str, Any]:
        """Return what of it stands in columns."""
        return columns_of(self, {name for name in _COLUMNS if getattr(self, name) is not None})


class DatasetChange(_Said):
    """What to say of a data set from now on; the rest stays, and null takes away."""

    name: DatasetName | None = None
    keep_until: KeepUntil | None = None

    def columns(self) -> dict[str, Any]:
        """Return what changes in columns."""
        found = columns_of(self, self.model_fields_set & _COLUMNS)
        if "name" in self.model_fields_set and self.name is not None:
            found["name"] = self.name
        return found


_COLUMNS = {*_Said.model_fields}
_NEVER_NULL: dict[str, Any] = {"tags": [], "pinned": False}


def columns_of(said: _Said, names: set[str]) -> dict[str, Any]:
    """Return ``names`` of what is said as columns of a data set."""
    found = {name: getattr(said, name) for name in names if name != "area"}
    if found.get("media_type", "") is None:
        del found["media_type"]
    for name, value in _NEVER_NULL.items():
        if name in found and found[name] is None:
            found[name] = value
    if "area" in names:
        found |= dict(zip(("west", "south", "east", "north"), unwrapped(said.area) or (None,) * 4, strict=True))
    return found


def unwrapped(area: list[float] | None) -> list[float] | None:
    """Return an area whose east is not below its west: beyond 180 when it crosses the date line."""
    if area is None:
        return None
    west, south, east, north = area
    return [west, south, east + 360 if east < west else east, north]


class UploadBegin(DatasetAbout):
    """A content that will come in parts."""

    name: DatasetName
    bytes: int = Field(strict=True, ge=0, le=2**62)
    sha256: Sha256 | None = None
    keep_until: KeepUntil | None = None


class UploadView(BaseModel):
    """A content that arrives in parts."""

    model_config = ConfigDict(title="Upload", from_attributes=True)
    id: str
    name: str
    bytes: int
    offset: int = Field(description="So many bytes are safe")
    sha256: str | None = Field(description="What it has to be, when its sender said so")
    created_at: datetime
    expires_at: datetime
    dataset_id: str | None = Field(description="Of the data set, once all is there")


class LinkMake(BaseModel):
    """How long a link leads somewhere."""

    model_config = ConfigDict(extra="forbid")
    seconds: float = Field(7 * 86_400, strict=True, gt=0, le=3650 * 86_400, allow_inf_nan=False)
    note: Comment | None = Field(None, description="Whom it is for")


class LinkView(BaseModel):
    """A link to a data set, without its address."""

    model_config = ConfigDict(title="DatasetLink", from_attributes=True)
    id: str
    dataset_id: str
    note: str | None
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    use_count: int


class LinkMade(LinkView):
    """A link with its address, which is shown this once."""

    model_config = ConfigDict(title="DatasetLinkMade", from_attributes=True)
    url: str = Field(
        description="Whoever has it may read the data set; below the server's address when it begins with /"
    )


CollectionName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]


class CollectionMake(BaseModel):
    """A collection to be made."""

    model_config = ConfigDict(extra="forbid")
    name: CollectionName
    comment: Comment | None = None


class CollectionChange(BaseModel):
    """What to say of a collection from now on; the rest stays."""

    model_config = ConfigDict(extra="forbid")
    name: CollectionName | None = None
    comment: Comment | None = None


class CollectionMembers(BaseModel):
    """Data sets to put into a collection or take out of it."""

    model_config = ConfigDict(extra="forbid")
    dataset_ids: list[DatasetId] = Field(min_length=1, max_length=1000)


class CollectionView(BaseModel):
    """Data sets that somebody put together."""

    model_config = ConfigDict(title="Collection", from_attributes=True)
    id: str
    owner_id: str
    name: str
    comment: str | None
    created_at: datetime
    dataset_count: int
    bytes: int


class FetchBegin(DatasetAbout):
    """A file to be fetched from an address."""

    url: str = Field(max_length=4000, pattern=r"^https?://", examples=["https://data.example/run/42.nc"])
    name: DatasetName | None = Field(None, description="Default: the last part of the address")
    sha256: Sha256 | None = None
    keep_until: KeepUntil | None = None
    storage_id: StorageId | None = Field(
        None, description="A storage over SSH of yours: its own machine fetches the file, and it stays there"
    )
    machine: str | None = Field(
        None, max_length=200, description="Name or id of the machine that fetches it, into your storage over SSH there"
    )


class QueryBegin(DatasetAbout):
    """A query whose answer is to be a data set."""

    storage_id: StorageId = Field(description="The database: a storage of yours whose driver is asked with queries")
    query: str = Field(
        min_length=1,
        max_length=20_000,
        pattern=r"^[^\x00]+$",
        description="One SELECT, VALUES, TABLE or WITH; it runs in a read-only transaction",
        examples=["SELECT station, max(level) FROM gauges GROUP BY station"],
    )
    form: QueryFormat = Field("csv", description="csv: with the names of its columns; ndjson: one object a line")
    most_rows: int = Field(1_000_000, strict=True, ge=1, le=1_000_000_000, description="More is refused")
    name: DatasetName | None = Field(None, description="Default: query.csv or query.ndjson")
    keep_until: KeepUntil | None = None


class AdoptBegin(DatasetAbout):
    """A file that lies in a storage."""

    storage_id: StorageId
    path: str = Field(min_length=1, max_length=3000)
    name: DatasetName | None = Field(None, description="Default: the last part of the path")
    sha256: Sha256 | None = None
    keep_until: KeepUntil | None = None


class MakingView(BaseModel):
    """A data set that will be there when its job has succeeded."""

    model_config = ConfigDict(title="DatasetMaking")
    dataset_id: str
    job_id: str
