"""Facts about sources and deliveries."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class DeliveryAccepted(Event):
    """Something new arrived. With ``count`` above 1 it stands for a whole batch and the subject is the source."""

    type: ClassVar[str] = "delivery.accepted"
    source_id: str
    source_name: str
    item_key: str | None = None
    title: str | None = None
    revision: int | None = None
    count: int = 1

    def text(self) -> str:
        if self.count > 1:
            return f"{self.source_name}: {self.count} deliveries"
        news = f", revision {self.revision}" if self.revision and self.revision > 1 else ""
        return f"{self.source_name}: {self.title or self.item_key}{news}"


@dataclass(frozen=True, kw_only=True)
class DeliveryQuarantined(Event):
    """Something arrived that could not be used; it is kept with the reason."""

    type: ClassVar[str] = "delivery.quarantined"
    source_id: str
    source_name: str
    reason: str
    count: int = 1

    def text(self) -> str:
        what = f"{self.count} deliveries" if self.count > 1 else "a delivery"
        return f"{self.source_name}: {what} in quarantine: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class SourceChanged(Event):
    """A source was created, changed, paused, resumed or removed, or began or ceased to fail."""

    type: ClassVar[str] = "source.changed"
    name: str
    change: str

    def text(self) -> str:
        return f"Source {self.name} {self.change}"
