"""The server's facts as they happen: one feed that survives lost connections without gap or duplicate.

It reads the event stream (server-sent events, HTML standard 9.2) and resumes with the last id. Where a proxy keeps
streams back, or the server serves as many as it can, it asks for the list every two seconds instead.
"""

import json
import time
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from app.cli import remote, show
from app.cli.problems import UNREACHABLE, CommandFailed, Refused

if TYPE_CHECKING:
    import httpx

Fact = dict[str, Any]
Position = tuple[int, int]

POLL_SECONDS = 2.0
PATIENCE_SECONDS = 60.0  # how long a server may be away
SILENCE_SECONDS = 40.0  # the server says something every 15 s


class Feed:
    """Facts from the moment the block is entered. ``incident_id`` narrows them to one incident."""

    def __init__(self, *, incident_id: str | None = None) -> None:
        self._incident_id = incident_id
        self._response: httpx.Response | None = None
        self._lines: Iterator[str] = iter(())
        self._seen: Position = (0, 0)
        self._last_id: str | None = None
        self._streams = True

    def __enter__(self) -> "Feed":
        """Open the stream. Raises CommandFailed when no server answers."""
        self._connect()
        if self._response is None:
            newest = self._page(1)
            if newest:
                self._see(newest[0])
        else:
            next(self._frames(), None)  # the greeting: from here on nothing is missed
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._close()

    def recent(self, count: int) -> list[Fact]:
        """Return the newest facts there are, oldest first; the feed goes on after them."""
        found = self._page(count)[::-1] if count else []
        for fact in found:
            self._see(fact)
        return found

    def __iter__(self) -> Iterator[Fact]:
        """Yield each fact once, until the caller stops. Raises CommandFailed after a minute without the server."""
        away_since: float | None = None
        while True:
            try:
                if self._response is None and self._streams:
                    self._connect()
                yield from self._polled() if self._response is None else self._streamed()
                away_since = None
            except CommandFailed as problem:
                if problem.code != UNREACHABLE:
                    raise
                now = time.monotonic()
                away_since = away_since or now
                if now - away_since > PATIENCE_SECONDS:
                    raise
                show.note(f"{problem}; trying again")
                time.sleep(POLL_SECONDS)
            self._close()

    def _streamed(self) -> Iterator[Fact]:
        for fact in self._frames():
            if self._see(fact):
                yield fact

    def _polled(self) -> Iterator[Fact]:
        time.sleep(POLL_SECONDS)
        fresh: list[Fact] = []
        for fact in self._backwards():
            if position(fact["id"]) <= self._seen:
                break
            fresh.append(fact)
        for fact in reversed(fresh):
            self._see(fact)
            yield fact

    def _see(self, fact: Fact) -> bool:
        """Remember a fact; say whether it is new."""
        at = position(fact["id"])
        if at <= self._seen:
            return False
        self._seen, self._last_id = at, fact["id"]
        return True

    def _connect(self) -> None:
        import httpx

        parameters = {"incident_id": self._incident_id} if self._incident_id else {}
        headers = {"Accept": "text/event-stream"}
        if self._last_id is not None:
            headers["Last-Event-ID"] = self._last_id
        with remote.reaching():
            http = remote.http()
            request = http.build_request(
                "GET",
                "/api/v1/events",
                params=parameters,
                headers=headers,
                timeout=httpx.Timeout(remote.SECONDS, read=SILENCE_SECONDS),
            )
            try:
                response = http.send(request, stream=True)
            except Refused as refused:
                if refused.status != 429:
                    raise
                self._streams = False
                return
        if response.headers.get("Content-Type", "").startswith("text/event-stream"):
            self._response, self._lines = response, response.iter_lines()
        else:
            response.close()
            self._streams = False

    def _frames(self) -> Iterator[Fact]:
        """Yield the facts of the open stream until it ends; the greeting comes as a fact without text."""
        with remote.reaching():
            for name, value in messages(self._lines):
                if name == "id":
                    self._last_id = value
                elif name == "gap":
                    show.note("some facts before this are no longer kept")
                else:
                    yield {"id": "0-0"} if name == "hello" else json.loads(value)

    def _page(self, limit: int) -> list[Fact]:
        from stormbell_client.api.system import event_list

        answer = remote.pages(
            event_list.sync_detailed, limit, False, client=remote.client(), incident_id=self._incident_id
        )
        items: list[Fact] = answer.document["items"]
        return items

    def _backwards(self) -> Iterator[Fact]:
        """Yield what is in the list, newest first, page after page."""
        count = 50
        told = 0
        while True:
            items = self._page(count)
            yield from items[told:]
            if len(items) < count:
                return
            told, count = len(items), count * 2

    def _close(self) -> None:
        if self._response is not None:
            self._response.close()
            self._response = None


def messages(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Yield what a stream says as (event, data), and each new last id as ("id", its value)."""
    data: list[str] = []
    kind = ""
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id":
            yield "id", value
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif not line and data:
            yield kind, "\n".join(data)
            data, kind = [], ""


def position(cursor: str) -> Position:
    """Return where a fact stands among all."""
    transaction, _, number = cursor.partition("-")
    return int(transaction), int(number)
