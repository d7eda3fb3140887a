"""Changes of one object behind an address: an image, a model grid, a page (RFC 9110 conditional requests).

Each state of the object is a revision of one item. Where only the change is taken HEAD is asked, and the item says what
the server says of it.
"""

import asyncio
import hashlib
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from app.kernel.http import GuardedClient
from app.modules.ingest.errors import PollFailed
from app.modules.ingest.fetching import Address, Fetched, fetch
from app.modules.ingest.items import Item
from app.modules.ingest.media import media_type_of
from app.modules.ingest.source import Found, Polled, PollState


class Settings(Address):
    """An object that is watched."""

    model_config = ConfigDict(extra="forbid")
    take: Literal["body", "change"] = Field(
        "body", description="What an item holds: the object itself, or only that it changed (asked with HEAD)"
    )


class Change(BaseModel):
    """What an item holds when the object itself is not taken."""

    url: str
    etag: str | None
    last_modified: str | None
    bytes: int | None
    media_type: str | None


class Source:
    """Watches one object."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def interval_seconds(self) -> float:
        """Return the time between two polls that went well."""
        return self._settings.interval_seconds

    async def poll(self, http: GuardedClient, state: PollState) -> Polled:
        """Ask whether the object changed, and take it when it did."""
        whole = self._settings.take == "body"
        found = await fetch(http, self._settings, state, "*/*", "GET" if whole else "HEAD")
        unchanged = Polled(etag=state.etag, last_modified=state.last_modified, not_modified=True)
        if found is None:
            return unchanged
        if not whole and found.etag is None and found.last_modified is None:
            raise PollFailed("the server says neither ETag nor Last-Modified; take the body to tell changes apart")
        item = await asyncio.to_thread(self._item, found) if whole else self._change(found)
        noted = state.cursor or {}
        now = [item.key, item.fingerprint.hex()]
        if noted.get("state") == now:
            return unchanged  # the server ignores conditions
        # An object that is again what it was once has changed: the way it came there is part of what it is known by.
        way = hashlib.sha256(bytes.fromhex(noted.get("way", "")) + item.fingerprint).digest()
        return Polled(
            items=[item._replace(fingerprint=way)],
            etag=found.etag,
            last_modified=found.last_modified,
            cursor={"state": now, "way": way.hex()},
        )

    def items_of(self, body: bytes) -> list[Found]:
        """Return the object as the one item it is."""
        return [self.item_of(body)]

    def item_of(self, raw: bytes, key: str | None = None) -> Found:
        """Return an object as it was kept."""
        return Item(key=key or self._settings.url, body=raw, fingerprint=hashlib.sha256(raw).digest())

    def _item(self, found: Fetched) -> Item:
        said = media_type_of(found.headers.get("content-type", ""))
        return Item(
            key=found.url[:512],
            body=found.body,
            fingerprint=hashlib.sha256(found.body).digest(),
            title=found.url.rpartition("/")[2][:300] or None,
            media_type=None if _is_json(found.body) else (said if "json" not in said else "application/octet-stream"),
        )

    def _change(self, found: Fetched) -> Item:
        length = found.headers.get("content-length", "")
        change = Change(
            url=found.url,
            etag=found.etag,
            last_modified=found.last_modified,
            bytes=int(length) if length.isascii() and length.isdigit() else None,
            media_type=media_type_of(found.headers.get("content-type", "")) or None,
        )
        told = orjson.dumps([change.etag, change.last_modified, change.bytes])
        return Item(
            key=found.url[:512],
            body=orjson.dumps(change.model_dump()),
            fingerprint=hashlib.sha256(told).digest(),
            title=f"{found.url.rpartition('/')[2][:250]} changed",
        )


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None


def _is_json(body: bytes) -> bool:
    try:
        value: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(value, dict | list)
