"""Settings of this module."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.node import Node

MIB = 1024**2
LONGEST_SECONDS = 10 * 365 * 86_400.0  # that anything is kept: far from where an interval of the database ends
MOST_BYTES = 1024**5


class IngestSettings(BaseModel):
    """How data comes in."""

    model_config = ConfigDict(extra="forbid")
    poll_slots: int = Field(16, ge=1, le=200, description="Sources this node polls at the same time")
    poll_lease_seconds: float = Field(
        60.0, ge=1, le=3600, description="A poll that is not recorded by then is another node's; it is cut off earlier"
    )
    push_max_bytes: int = Field(8 * MIB, ge=1024, description="Largest body of one POST to a source")
    push_max_items: int = Field(10_000, ge=1, description="Most lines in one POST of newline-delimited JSON")
    queue_rows: int = Field(20_000, ge=1, description="Deliveries that may wait for the database before more get 429")
    queue_bytes: int = Field(128 * MIB, ge=1024, description="Bytes that may wait for the database before more get 429")
    source_requests_per_second: float = Field(
        20_000, gt=0, description="Requests to one source that sets no limit of its own, in the long run"
    )
    signature_seconds: float = Field(
        300, ge=1, le=3600, description="How far the time of a signed request may be from this server's"
    )
    by_address: bool = Field(False, description="Take POST /ingest without a login from the addresses sources list")
    keep_seconds: float = Field(
        90 * 86_400,
        ge=60,
        le=LONGEST_SECONDS,
        description="How long the body of a delivery is kept, unless its source says otherwise",
    )
    keep_bytes: int = Field(
        10 * 1024 * MIB,
        ge=MIB,
        le=MOST_BYTES,
        description="Bodies kept of one source, unless it says otherwise; the oldest go first",
    )
    folders: list[Path] = Field(
        [],
        description="Directories below which sources of the driver folder may watch; without any, inbox in the "
        "data directory",
    )


def folders_of(node: Node) -> tuple[Path, ...]:
    """Return the directories below which files may be read, the first of them being that of relative paths."""
    named = node.settings.of(IngestSettings).folders
    if named:
        return tuple(folder.expanduser().absolute() for folder in named)
    inbox = node.settings.data_directory.absolute() / "inbox"
    inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    return (inbox,)
