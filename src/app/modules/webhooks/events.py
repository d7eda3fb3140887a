"""Facts about webhooks. They are never told to webhooks: one could answer itself for ever."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class WebhookChanged(Event):
    """A webhook was created, changed, disabled or removed, or got another secret."""

    type: ClassVar[str] = "webhook.changed"
    name: str
    change: str

    def text(self) -> str:
        """Say it."""
        return f"Webhook {self.name} {self.change}"
