"""The source seam: one file for each way data comes in, loaded by its name.

A driver file holds ``Settings``, the class ``Source`` that fulfils :class:`Source` or :class:`PollingSource`, and
``probe``. Reading is pure; only ``poll`` speaks to the world, through the guarded client it is given.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from app.kernel.http import GuardedClient
from app.modules.ingest.errors import PollFailed
from app.modules.ingest.items import Found, Item, ItemSettings, Quarantined

__all__ = [
    "Found",
    "Item",
    "ItemSettings",
    "Listening",
    "ListeningSource",
    "PollFailed",
    "PollState",
    "Polled",
    "PollingSource",
    "Quarantined",
    "Source",
    "Take",
]

KIND = "ingest.source"


@dataclass(frozen=True)
class PollState:
    """What the feed said the last time its answer was read in full, and the headers that log us in.

    ``cursor`` is what the driver noted then, ``tick`` the time this poll stands for when its schedule is a clock's;
    ``asked_at`` is the present by the database's clock, and only below ``folders`` may files be read. The poll is cut
    off after ``seconds``.
    """

    etag: str | None = None
    last_modified: str | None = None
    login: Mapping[str, str] = field(default_factory=dict, repr=False)
    cursor: Any = None
    tick: datetime | None = None
    asked_at: datetime | None = None
    folders: tuple[Path, ...] = ()
    seconds: float = 48.0


@dataclass(frozen=True, kw_only=True)
class Polled:
    """One answer of a feed. ``not_modified`` means the items are those of the time before, and none are listed.

    ``as_now``: they are how things are now, so one that is again what it was before has changed. ``cursor``, any JSON
    value, is given to the next poll; ``None`` leaves it as it is. ``next_seconds`` asks for that poll earlier than the
    settings would have it. ``unfinished``: more of the same waits, so the next goes on at once, also by a clock.
    ``partly`` says, for people, what could not be read of an answer that else went well.
    """

    items: Sequence[Found] = ()
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False
    as_now: bool = False
    cursor: Any = None
    next_seconds: float | None = None
    unfinished: bool = False
    partly: str | None = None


class Source(Protocol):
    """One way data comes in."""

    def __init__(self, settings: Any) -> None: ...

    def items_of(self, body: bytes) -> list[Found]:
        """Read a page of items; what cannot be read is among them, with the reason. Never raises."""

    def item_of(self, raw: bytes, key: str | None = None) -> Found:
        """Read one item; ``key`` identifies it where it does not name itself. Never raises."""


# Records items, once, and returns when that is committed; it waits while the database does not answer.
Take = Callable[[Sequence[Found]], Awaitable[None]]


@dataclass(frozen=True)
class Listening:
    """What a source that keeps a connection is given. ``name`` is the same on every node and after every restart.

    ``begun`` is awaited once what comes will be heard. ``cursor``, any JSON value, is what was noted by ``note`` last,
    by this or an earlier holder of the source, also under other settings.
    """

    name: str
    take: Take
    begun: Callable[[], Awaitable[None]]
    secret: object | None = None
    cursor: Any = None
    note: Callable[[Any], Awaitable[None]] | None = None


@runtime_checkable
class ListeningSource(Source, Protocol):
    """A source that keeps a connection, on one node at a time."""

    async def listen(self, http: GuardedClient, listening: Listening) -> None:
        """Hear what comes until the connection is lost: raises PollFailed, EgressDenied (403) or a RemoteProblem."""


@runtime_checkable
class PollingSource(Source, Protocol):
    """A source that is asked again and again; one without ``poll`` waits for what is pushed to it."""

    @property
    def interval_seconds(self) -> float:
        """Return the time between two polls that went well."""

    async def poll(self, http: GuardedClient, state: PollState) -> Polled:
        """Ask once. Raises PollFailed, EgressDenied (403) or a RemoteProblem (502, 504)."""
