"""Data that is sent to us: one JSON document a POST, or many as newline-delimited JSON (ndjson.org, 2013)."""

from typing import ClassVar

from pydantic import Field

from app.modules.ingest.source import Found, ItemSettings


class Settings(ItemSettings):
    """Where a pushed item's parts are, and how much may come.

    Without a key pointer Idempotency-Key, webhook-id, an event's own id or the content is the key. With no pointer and
    no schema a source takes anything. What an item said once before is a duplicate whenever it comes: items whose
    values return, such as levels, carry a time.
    """

    by_bytes: ClassVar[bool] = True
    requests_per_second: float | None = Field(
        None, ge=0.001, le=1e6, description="Requests in the long run; a burst of twice as many is let through"
    )
    max_bytes: int | None = Field(None, ge=1, le=1024**3, description="Largest body of one POST, after decompression")


class Source:
    """Waits for ``POST /api/v1/sources/{id}/deliveries``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def items_of(self, body: bytes) -> list[Found]:
        """Read newline-delimited JSON; blank lines are skipped."""
        return [self._settings.read(line) for line in body.splitlines() if line.strip()]

    def item_of(self, raw: bytes, key: str | None = None) -> Found:
        """Read one JSON document."""
        return self._settings.read(raw, key)


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None
