"""A JSON feed fetched over HTTP, such as GeoJSON summaries (RFC 9110 conditional requests; RFC 7946).

Only what changed is transferred where the feed answers ETag or Last-Modified with 304.
"""

import asyncio

from pydantic import Field, field_validator

from app.kernel.errors import Problem
from app.kernel.http import GuardedClient
from app.modules.ingest.errors import PageShapeWrong, TooManyItems
from app.modules.ingest.items import parsed
from app.modules.ingest.pointer import NothingThere, Pointer, look_up, tokens_of
from app.modules.ingest.source import Found, ItemSettings, Polled, PollFailed, PollState, Quarantined

# Reading 1 MB of items takes some 20 ms; above this size it is not done on the event loop.
_LARGE_BYTES = 256 * 1024


class Settings(ItemSettings):
    """A feed and where its items are."""

    url: str = Field(description="Address of the feed", max_length=2000, examples=["https://feeds.example/all.geojson"])
    interval_seconds: float = Field(60.0, ge=1, le=86_400, description="Time between polls")
    credential: str | None = Field(
        None,
        title="Credential",
        pattern="^cred_[0-9A-Z]{26}$",
        description="Id of what the feed is logged in to with, of the kind bearer, password or oauth",
    )
    items: Pointer = Field("", description="JSON pointer to the list of items; empty: the document is the list")
    key: Pointer = Field("/id", description="JSON pointer, in an item, to its identifier")
    max_items: int = Field(20_000, ge=1, le=200_000, description="Most items taken from one answer")
    max_bytes: int = Field(32 * 1024**2, ge=1024, description="Largest answer, after decompression")
    timeout_seconds: float = Field(30.0, gt=0, le=600, description="For one poll, connecting included")

    @field_validator("url")
    @classmethod
    def _http(cls, url: str) -> str:
        if not url.lower().startswith(("http://", "https://")):
            raise ValueError("the address of a feed starts with http:// or https://")
        return url


class Source:
    """Fetches the feed's document and reads its list of items."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def interval_seconds(self) -> float:
        """Return the time between two polls that went well."""
        return self._settings.interval_seconds

    async def poll(self, http: GuardedClient, state: PollState) -> Polled:
        """Fetch the feed unless it is as it was."""
        headers = {"Accept": "application/json, application/geo+json;q=0.9, */*;q=0.5", **state.login}
        if state.etag:
            headers["If-None-Match"] = state.etag
        if state.last_modified:
            headers["If-Modified-Since"] = state.last_modified
        answer = await http.request(
            "GET",
            self._settings.url,
            headers=headers,
            max_bytes=self._settings.max_bytes,
            timeout_seconds=self._settings.timeout_seconds,
            follow_redirects=True,
        )
        if answer.status == 304:
            return Polled(etag=state.etag, last_modified=state.last_modified, not_modified=True)
        if answer.status != 200:
            wish = answer.headers.get("retry-after", "")
            raise PollFailed(
                f"the feed answered with status {answer.status}",
                float(wish) if wish.isascii() and wish.isdigit() and len(wish) < 6 else None,
            )
        small = len(answer.body) < _LARGE_BYTES
        items = self.items_of(answer.body) if small else await asyncio.to_thread(self.items_of, answer.body)
        return Polled(items=items, etag=answer.headers.get("etag"), last_modified=answer.headers.get("last-modified"))

    def items_of(self, body: bytes) -> list[Found]:
        """Read the feed's document."""
        pointer, most = self._settings.items, self._settings.max_items
        try:
            values = look_up(parsed(body), tokens_of(pointer))
            if not isinstance(values, list):
                raise PageShapeWrong(f"{pointer or 'the document'} is not a list")
        except NothingThere:
            return [Quarantined(raw=body, problem=PageShapeWrong(f"the document has no {pointer}"), whole=True)]
        except Problem as problem:
            return [Quarantined(raw=body, problem=problem, whole=True)]
        found = [self._settings.found(value) for value in values[:most]]
        if len(values) > most:
            excess = TooManyItems(f"the feed holds {len(values)} items, max_items is {most}; the rest was not read")
            found.append(
                Quarantined(raw=b"", problem=excess)
            )  # without the page: it is recorded once, not at each poll
        return found

    def item_of(self, raw: bytes, key: str | None = None) -> Found:
        """Read one item as it was kept."""
        return self._settings.read(raw, key)


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None
