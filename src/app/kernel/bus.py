"""Facts and hints.

A fact (:class:`Event`) is published on the session that makes it true and becomes a row of ``events`` in the same
commit. A hint (a topic) only wakes loops, here after the commit and on other nodes through one coalesced NOTIFY; a
lost hint costs a loop's floor period, never data.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

EVENTS_TOPIC = "events"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact. Subclasses name it in the past tense, set ``type`` and say it in one sentence in :meth:`text`."""

    type: ClassVar[str]
    subject_id: str
    incident_id: str | None = None
    actor: str | None = None

    def text(self) -> str:
        """Return one sentence for people."""
        raise NotImplementedError

    def data(self) -> dict[str, Any]:
        """Return the fields a subclass adds, as JSON values."""
        known = {"subject_id", "incident_id", "actor"}
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in known}


def event_types() -> frozenset[str]:
    """Return the types of all facts that what is loaded can state."""
    found: set[str] = set()
    open_ = [Event]
    while open_:
        for kind in open_.pop().__subclasses__():
            open_.append(kind)
            found.update([kind.type] if "type" in vars(kind) else [])
    return frozenset(found)


def publish(session: AsyncSession, event: Event) -> None:
    """Record a fact in the session's transaction; it is seen by others if and only if that commits."""
    _begun(session).setdefault("events", []).append(event)


def hint(session: AsyncSession, topic: str) -> None:
    """Wake whoever waits for ``topic`` after the session's commit, on every node."""
    _begun(session).setdefault("topics", set()).add(topic)


def _begun(session: AsyncSession) -> dict[Any, Any]:
    # Facts and hints belong to a transaction: a rollback tells its hooks, and so forgets them, only once one has begun.
    if not session.in_transaction():
        session.sync_session.begin()
    return session.info


class Bus:
    """Topics of one process. Callbacks run on the event loop, must be quick and must not raise."""

    def __init__(self) -> None:
        self._callbacks: dict[str, set[Callable[[], None]]] = {}
        self._outbound: set[str] = set()
        self.outbound_ready = asyncio.Event()

    def on(self, topic: str, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` on each hint for ``topic``; return a function that ends it."""
        self._callbacks.setdefault(topic, set()).add(callback)
        return lambda: self._callbacks[topic].discard(callback)

    def wake(self, topic: str, *, remote: bool = True) -> None:
        """Wake local waiters now and, with ``remote``, those of other nodes at the next flush."""
        for callback in tuple(self._callbacks.get(topic, ())):
            callback()
        if remote:
            self._outbound.add(topic)
            self.outbound_ready.set()

    def wake_all(self) -> None:
        """Wake every local waiter, because hints may have been missed."""
        for callbacks in tuple(self._callbacks.values()):
            for callback in tuple(callbacks):
                callback()

    def take_outbound(self) -> set[str]:
        """Return the topics other nodes have not been told of yet, and forget them."""
        topics, self._outbound = self._outbound, set()
        self.outbound_ready.clear()
        return topics

    def give_back_outbound(self, topics: set[str]) -> None:
        """Remember topics other nodes could not be told of."""
        self._outbound |= topics
        self.outbound_ready.set()
