"""The source seam: one file for each way data comes in, loaded by its name.

A driver file holds ``Settings``, the class ``Source`` that fulfils :class:`Source` or :class:`PollingSource`, and
``probe``. Reading is pure; only ``poll`` speaks to the world, through the guarded client it is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from app.kernel.http import GuardedClient
from app.modules.ingest.errors import PollFailed
from app.modules.ingest.items import Found, Item, ItemSettings, Quarantined

__all__ = [
    "Found",
    "Item",
    "ItemSettings",
    "PollFailed",
    "PollState",
    "Polled",
    "PollingSource",
    "Quarantined",
    "Source",
]

KIND = "ingest.source"


@dataclass(frozen=True)
class PollState:
    """What the feed said the last time its answer was read in full, and the headers that log us in."""

    etag: str | None = None
    last_modified: str | None = None
    login: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Polled:
    """One answer of a feed. ``not_modified`` means the items are those of the time before, and none are listed."""

    items: Sequence[Found] = ()
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False


class Source(Protocol):
    """One way data comes in."""

    def __init__(self, settings: Any) -> None: ...

    def items_of(self, body: bytes) -> list[Found]:
        """Read a page of items; what cannot be read is among them, with the reason. Never raises."""

    def item_of(self, raw: bytes, key: str | None = None) -> Found:
        """Read one item; ``key`` identifies it where it does not name itself. Never raises."""


@runtime_checkable
class PollingSource(Source, Protocol):
    """A source that is asked again and again; one without ``poll`` waits for what is pushed to it."""

    @property
    def interval_seconds(self) -> float:
        """Return the time between two polls that went well."""

    async def poll(self, http: GuardedClient, state: PollState) -> Polled:
        """Ask once. Raises PollFailed, EgressDenied (403) or a RemoteProblem (502, 504)."""
