"""What crosses HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

MessageState = Literal["pending", "delivered", "failed"]


def _of_others(pattern: str) -> str:
    if pattern.startswith("webhook."):
        raise ValueError("facts about webhooks are not told to webhooks")
    return pattern


Pattern = Annotated[str, Field(max_length=80, pattern=r"^(\*|[a-z_]+\.(\*|[a-z_]+))$"), AfterValidator(_of_others)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")]
Url = Annotated[str, Field(max_length=2000, pattern=r"^https?://", examples=["https://ops.example/stormbell"])]
Patterns = Annotated[
    list[Pattern],
    Field(
        min_length=1,
        max_length=50,
        description="Types of the facts that are told: incident.opened, incident.*, or * for all",
    ),
]


class WebhookCreate(BaseModel):
    """An address to be told of facts."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    url: Url
    events: Patterns = ["incident.*", "stage.*"]
    exercises: StrictBool = Field(False, description="Be told of incidents that are exercises too")


class WebhookChange(BaseModel):
    """What to change about a webhook; the rest stays. Enabled again, it is told of what happens from then on."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    url: Url | None = None
    events: Patterns | None = None
    exercises: StrictBool | None = None
    enabled: StrictBool | None = None


class WebhookView(BaseModel):
    """A webhook, without its secret."""

    model_config = ConfigDict(title="Webhook", from_attributes=True)
    id: str
    name: str
    owner_id: str
    url: str
    events: list[str]
    exercises: bool
    enabled: bool
    disabled_reason: str | None = Field(None, description="Why the server itself disabled it")
    created_at: datetime
    last_delivered_at: datetime | None = None
    last_error: str | None = None
    failures: int = Field(description="Failed attempts since the last delivered message")
    sealed_before_until: datetime | None = Field(
        None, serialization_alias="secret_before_until", description="Until then the secret before signs as well"
    )


class WebhookMade(WebhookView):
    """A webhook with its new secret, which cannot be had again."""

    model_config = ConfigDict(title="WebhookMade", from_attributes=True)
    secret: str = Field(description="What signatures are checked with; shown this once")


class RotateSecret(BaseModel):
    """How long the secret before goes on signing beside the new one."""

    model_config = ConfigDict(extra="forbid")
    overlap_seconds: float = Field(86_400, strict=True, ge=0, le=30 * 86_400)


class WebhookMessageView(BaseModel):
    """One fact as it was, or is to be, told to one webhook."""

    model_config = ConfigDict(title="WebhookMessage", from_attributes=True)
    id: str = Field(description="Sent as webhook-id: the same at every attempt and replay")
    webhook_id: str
    type: str
    state: MessageState = Field(description="failed: given up, it can be replayed")
    created_at: datetime
    attempts: int
    attempted_at: datetime | None = None
    delivered_at: datetime | None = None
    status: int | None = Field(None, description="HTTP status of the last answer")
    answer_head: str | None = Field(None, description="Beginning of the last answer")
    elapsed_seconds: float | None = None
    error: str | None = None
    job_id: str | None = None


class WebhookMessageDetail(WebhookMessageView):
    """One message with what is sent."""

    model_config = ConfigDict(title="WebhookMessageDetail", from_attributes=True)
    content: dict[str, Any]


class MessagesReplayed(BaseModel):
    """How many failed messages are sent again."""

    count: int
