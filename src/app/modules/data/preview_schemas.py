"""What crosses HTTP about pictures of data sets, and how they are made."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SIZES = (128, 320, 640, 1280)  # pixels of the longer side; a picture is made in these, whatever is asked for


class PreviewSettings(BaseModel):
    """How pictures of data sets are made."""

    model_config = ConfigDict(extra="forbid")

    cache_bytes: int = Field(256 * 1024**2, ge=0, description="Room on a node's disk for pictures that were made")
    fetch_bytes: int = Field(
        256 * 1024**2, ge=0, description="Largest content that is fetched from another machine to make a picture of it"
    )
    seconds: int = Field(20, ge=1, le=600, description="Work that one picture may take, in seconds of a processor")


class TableColumn(BaseModel):
    """A column of a table."""

    name: str
    type: str = Field(description="In the words of Apache Arrow", examples=["timestamp[us, tz=UTC]"])


class PreviewView(BaseModel):
    """What the picture of a data set shows, or the beginning of a table."""

    model_config = ConfigDict(title="DatasetPreview")

    kind: Literal["image", "field", "video", "table", "none"]
    why: str | None = Field(None, description="There is none because of this")
    width: int | None = Field(None, description="Of the content, in pixels or values")
    height: int | None = None
    variable: str | None = Field(None, description="Which field of several is shown")
    variables: list[str] = Field([], description="Those that can be shown")
    title: str | None = None
    unit: str | None = None
    low: float | None = Field(None, description="The left end of the scale below the picture")
    high: float | None = Field(None, description="The right end of it")
    area: list[float] | None = Field(None, description="[west, south, east, north] in degrees, where the file says so")
    steps: int | None = Field(None, description="So many fields follow each other: times, levels, members")
    step: int | None = Field(None, description="Which one is shown, from 0")
    step_label: str | None = None
    row_count: int | None = Field(None, description="Of a table, as its file says")
    column_count: int | None = None
    columns: list[TableColumn] = Field([], description="The first of them")
    rows: list[list[str | None]] = Field([], description="The first of them, as text; null where there is no value")
