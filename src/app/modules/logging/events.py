"""Facts about what people did with alarms."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class AlarmAcknowledged(Event):
    """A person saw an alarm, or took that back (``undone``)."""

    type: ClassVar[str] = "alarm.acknowledged"
    key: str
    title: str
    by: str
    undone: bool = False

    def text(self) -> str:
        """Say it."""
        verb = "took back having seen" if self.undone else "acknowledged"
        return f"{self.by} {verb}: {self.title}"


@dataclass(frozen=True, kw_only=True)
class AlarmShelved(Event):
    """A person shelved an alarm for a time, or took it back from the shelf (``until`` is ``None``)."""

    type: ClassVar[str] = "alarm.shelved"
    key: str
    title: str
    by: str
    until: str | None
    reason: str | None

    def text(self) -> str:
        """Say it."""
        if self.until is None:
            return f"{self.by} took from the shelf: {self.title}"
        return f"{self.by} shelved until {self.until}: {self.title} ({self.reason})"
