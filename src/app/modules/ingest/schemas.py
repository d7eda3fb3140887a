"""What crosses HTTP and the front door."""

import ipaddress
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StrictBool

from app.modules.ingest.settings import LONGEST_SECONDS, MOST_BYTES
from app.modules.jobs import Waiting

DELIVERY_ARRIVED = "delivery.arrived"  # the job kind; the floor above registers what runs it

DeliveryState = Literal["queued", "delivered", "ignored", "quarantined"]
KeyKind = Literal["token", "signature"]
SourceState = Literal["waiting", "polling", "paused", "failing"]


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        raise ValueError(f"{error}; a network is an address, or such as 192.0.2.0/24") from error


Networks = list[Annotated[str, AfterValidator(_network)]]


class DeliveryArrived(BaseModel):
    """Payload of the job that each accepted delivery is queued with. ``replay``: somebody asked for it again."""

    delivery_id: str
    replay: bool = False


class SourceSubmit(BaseModel):
    """A source to register."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$", examples=["usgs"])
    driver: str = Field(max_length=100, examples=["http_json", "push"])
    settings: dict[str, Any] = Field({}, description="What the driver's settings_schema asks for")
    enabled: StrictBool = True
    addresses: Networks = Field(
        [], max_length=100, description="Networks whose POST /ingest is for this source, if `ingest.by_address` is on"
    )
    keep_seconds: float | None = Field(
        None, strict=True, ge=60, le=LONGEST_SECONDS, description="How long bodies are kept"
    )
    keep_bytes: int | None = Field(
        None, strict=True, ge=0, le=MOST_BYTES, description="Bodies kept; the oldest go first"
    )


class SourceChange(BaseModel):
    """What to change about a source; the rest stays."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(None, min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")
    settings: dict[str, Any] | None = Field(None, description="All of the settings, not a part")
    enabled: StrictBool | None = None
    addresses: Networks | None = Field(None, max_length=100)
    keep_seconds: float | None = Field(
        None,
        strict=True,
        ge=60,
        le=LONGEST_SECONDS,
        description="How long bodies are kept; null: as the settings say",
    )
    keep_bytes: int | None = Field(
        None, strict=True, ge=0, le=MOST_BYTES, description="Bodies kept; null: as the settings say"
    )


class SourceKeyWanted(BaseModel):
    """A key to make for senders without a login, in the place of the one there is."""

    model_config = ConfigDict(extra="forbid")
    kind: KeyKind
    secret: SecretStr | None = Field(
        None, description="The signing secret, where the sender has one already: whsec_ and base64", max_length=200
    )


class SourceKey(BaseModel):
    """A key of a source, shown this once."""

    kind: KeyKind
    secret: str


class SourceView(BaseModel):
    """A registered entry for data."""

    model_config = ConfigDict(title="Source")
    id: str
    name: str
    driver: str
    settings: dict[str, Any]
    enabled: bool
    state: SourceState
    created_at: datetime
    last_polled_at: datetime | None = None
    next_poll_at: datetime | None = None
    last_error: str | None = None
    failures: int = Field(description="Failed polls since the last good one")
    delivery_count: int
    quarantined_count: int
    owner_id: str
    addresses: list[str] = []
    keys: list[KeyKind] = Field([], description="What senders without a login may prove themselves with")
    keep_seconds: float | None = None
    keep_bytes: int | None = None
    waiting_on: Waiting | None = None


class DeliveryView(BaseModel):
    """One arrival."""

    model_config = ConfigDict(title="Delivery")
    id: str
    source_id: str
    source_name: str
    item_key: str = Field(description="The source's own identifier of the item; empty if it could not be read")
    revision: int = Field(description="1 for the item's first arrival, then counting; 0 in quarantine")
    version: int | None = Field(None, description="The source's own number or time of this revision")
    state: DeliveryState
    reason: str | None = None
    received_at: datetime
    incident_id: str | None = None
    job_id: str | None = None
    title: str | None = None
    bytes: int
    media_type: str | None = Field(None, description="What the sender says it is; none: JSON")
    kept: bool = Field(True, description="The body is still there")
    waiting_on: Waiting | None = None


class DeliveryDetail(DeliveryView):
    """One arrival with what came."""

    model_config = ConfigDict(title="DeliveryDetail")
    body: Any = Field(None, description="The body, if it is JSON")
    body_text: str | None = Field(None, description="The body as text, if it is not JSON")
    attributes: dict[str, Any] | None = Field(None, description="Context of a CloudEvent")
    cut: bool = Field(False, description="Only the beginning of the body was kept")


class PushReceipt(BaseModel):
    """What became of a POST to a source. ``quarantined`` lines are kept with the reason."""

    accepted: int
    duplicates: int
    quarantined: int = 0
    delivery_ids: list[str]
