"""A JSON feed fetched over HTTP, such as GeoJSON summaries (RFC 9110 conditional requests; RFC 7946).

Only what changed is transferred where the feed answers ETag or Last-Modified with 304.
"""

import asyncio

from pydantic import Field

from app.kernel.errors import Problem
from app.kernel.http import GuardedClient
from app.modules.ingest.errors import PageShapeWrong, TooManyItems
from app.modules.ingest.fetching import LARGE_BYTES, Address, fetch
from app.modules.ingest.items import parsed
from app.modules.ingest.pointer import NothingThere, Pointer, look_up, tokens_of
from app.modules.ingest.source import Found, ItemSettings, Polled, PollState, Quarantined


class Settings(ItemSettings, Address):
    """A feed and where its items are."""

    items: Pointer = Field("", description="JSON pointer to the list of items; empty: the document is the list")
    key: Pointer = Field("/id", description="JSON pointer, in an item, to its identifier")
    max_items: int = Field(20_000, ge=1, le=200_000, description="Most items taken from one answer")


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
        accept = "application/json, application/geo+json;q=0.9, */*;q=0.5"
        found = await fetch(http, self._settings, state, accept)
        if found is None:
            return Polled(etag=state.etag, last_modified=state.last_modified, not_modified=True)
        small = len(found.body) < LARGE_BYTES
        items = self.items_of(found.body) if small else await asyncio.to_thread(self.items_of, found.body)
        return Polled(items=items, etag=found.etag, last_modified=found.last_modified, as_now=True)

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
