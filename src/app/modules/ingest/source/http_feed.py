"""News from an RSS or Atom feed, one item an entry (RSS 2.0, RSS 1.0, Atom: RFC 4287; RFC 9110 conditional requests).

Each entry becomes a JSON object: id, title, link, links, summary, content, published, updated, authors, categories,
and under ``more`` the other elements by their name, such as those of CAP, GeoRSS and GDACS.
"""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from pydantic import Field

from app.kernel.errors import Problem
from app.kernel.http import GuardedClient
from app.modules.ingest.errors import TooManyItems
from app.modules.ingest.feed_errors import NotFeed
from app.modules.ingest.fetching import LARGE_BYTES, Address, fetch
from app.modules.ingest.pointer import Pointer
from app.modules.ingest.source import Found, ItemSettings, Polled, PollState, Quarantined

_ATOM = "{http://www.w3.org/2005/Atom}"
_ENTRIES = frozenset({"item", "entry"})
_LONGEST_TEXT = 100_000
_DEEPEST = 50
# What the formats call the same thing, by the name after the namespace.
_NAMES = {
    "guid": "id",
    "id": "id",
    "title": "title",
    "description": "summary",
    "summary": "summary",
    "encoded": "content",
    "content": "content",
    "pubDate": "published",
    "published": "published",
    "date": "updated",
    "updated": "updated",
}


class Settings(ItemSettings, Address):
    """A feed; an entry is known by its id, and a later ``updated`` is its next revision."""

    key: Pointer | None = Field("/id", description="JSON pointer to the entry's identifier")
    title: Pointer | None = Field("/title", description="JSON pointer to the text people read")
    max_items: int = Field(5_000, ge=1, le=50_000, description="Most entries taken from one answer")


class Source:
    """Fetches the feed and reads its entries."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def interval_seconds(self) -> float:
        """Return the time between two polls that went well."""
        return self._settings.interval_seconds

    async def poll(self, http: GuardedClient, state: PollState) -> Polled:
        """Fetch the feed unless it is as it was."""
        accept = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5"
        found = await fetch(http, self._settings, state, accept)
        if found is None:
            return Polled(etag=state.etag, last_modified=state.last_modified, not_modified=True)
        small = len(found.body) < LARGE_BYTES
        items = self.items_of(found.body) if small else await asyncio.to_thread(self.items_of, found.body)
        return Polled(items=items, etag=found.etag, last_modified=found.last_modified, as_now=True)

    def items_of(self, body: bytes) -> list[Found]:
        """Read the feed's entries, in the feed's order."""
        most = self._settings.max_items
        try:
            root = _parsed(body)
            if _name(root) not in ("rss", "RDF", "feed"):
                raise NotFeed(f"the document is <{_name(root)[:60]}>; a feed is <rss>, <rdf:RDF> or <feed>")
            entries = [one for one in root.iter() if _name(one) in _ENTRIES]
        except Problem as problem:
            return [Quarantined(raw=body, problem=problem, whole=True)]
        found = [self._settings.found(_entry(one)) for one in entries[:most]]
        if len(entries) > most:
            more = f"the feed holds {len(entries)} entries, max_items is {most}; the rest was not read"
            found.append(Quarantined(raw=b"", problem=TooManyItems(more)))
        return found

    def item_of(self, raw: bytes, key: str | None = None) -> Found:
        """Read one entry as it was kept: as JSON."""
        return self._settings.read(raw, key)


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None


class _Builder(TreeBuilder):
    """Builds the tree; a document type, which is where entities that blow up are declared, is refused."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        # RSS 0.91 has one that points to a DTD and declares nothing; it is not fetched.
        if name.lower() != "rss":
            raise NotFeed(f"the document declares a type of its own, <!DOCTYPE {name[:40]}>; a feed has none")

    def start(self, tag: Any, attrs: Any) -> Element:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotFeed(f"nested deeper than {_DEEPEST} elements")
        return super().start(tag, attrs)

    def end(self, tag: Any) -> Element:
        self._depth -= 1
        return super().end(tag)


def _parsed(body: bytes) -> Element:
    if b"<!ENTITY" in body:
        raise NotFeed("the document declares entities; a feed has none")
    parser = XMLParser(target=_Builder())  # noqa: S314 (entities are refused above and cannot be declared elsewhere)
    try:
        parser.feed(body)
        root: Element = parser.close()
    except ParseError as error:
        raise NotFeed(f"not XML: {error}") from error
    except (LookupError, ValueError) as error:  # an encoding nobody knows
        raise NotFeed(f"not XML: {error}") from error
    return root


def _entry(entry: Element) -> dict[str, Any]:
    value: dict[str, Any] = {}
    links: list[str] = []
    more: dict[str, Any] = {}
    for part in entry:
        name, text = _name(part), _text(part)
        if name == "link":
            address = part.get("href") or text
            if address:
                (links.insert(0, address) if part.get("rel", "alternate") == "alternate" else links.append(address))
        elif name == "enclosure":
            links.append(part.get("url", ""))
        elif name in ("author", "creator", "contributor"):
            value.setdefault("authors", []).append(_text(part.find(f"{_ATOM}name")) or text)
        elif name == "category":
            value.setdefault("categories", []).append(part.get("term") or text)
        elif (known := _NAMES.get(name)) is not None and _plain(part):
            value.setdefault(known, _time(text) if known in ("published", "updated") else text)
        elif text:
            more.setdefault(name, text)
    if about := entry.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"):
        value.setdefault("id", about)
    if links:
        value.update(link=links[0], links=links)
        value.setdefault("id", links[0])
    if more:
        value["more"] = more
    return value


def _plain(part: Element) -> bool:
    """Say whether an element is of RSS or Atom, or of the modules that are read as such, and not of another format."""
    space = part.tag[1:].partition("}")[0] if part.tag.startswith("{") else ""
    return space in _SPACES


_SPACES = frozenset(
    {
        "",
        _ATOM[1:-1],
        "http://purl.org/rss/1.0/",
        "http://purl.org/rss/1.0/modules/content/",
        "http://purl.org/dc/elements/1.1/",
    }
)


def _name(part: Element) -> str:
    return str(part.tag).rpartition("}")[2]


def _text(part: Element | None) -> str:
    return "" if part is None else "".join(part.itertext()).strip()[:_LONGEST_TEXT]


def _time(text: str) -> str:
    """Return a time as ISO 8601 in UTC, and what is none as it is: formats and feeds differ."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(text)
        except ValueError:
            continue
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat().replace("+00:00", "Z")
    return text
