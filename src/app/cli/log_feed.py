"""The log as it is written: the live stream of the node that answers, and what was missed while it was cut.

The stream has no past, so whenever it is opened the list is asked for what was written since the last record shown.
Where no stream gets through, or another node's log is wanted, the list is asked every second instead.
"""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.cli import remote, show
from app.cli.problems import UNREACHABLE, CommandFailed, Refused
from app.cli.stream import PATIENCE_SECONDS, SILENCE_SECONDS, messages

if TYPE_CHECKING:
    import httpx

Record = dict[str, Any]

LIST_SECONDS = 1.0
REMEMBERED_RECORDS = 2_000
PAGE_RECORDS = 500


class LogFeed:
    """Records after those in ``shown``, newest first; ``ask`` lists what a query finds, all of it if told so."""

    def __init__(
        self,
        query: Mapping[str, Any],
        shown: list[Record],
        ask: Callable[[dict[str, Any], bool], list[Record]],
    ) -> None:
        self._query = dict(query)
        self._ask = ask
        self._response: httpx.Response | None = None
        self._streams = True
        # A record has no id, and several can have one time; what comes twice comes soon after the first time.
        self._told: deque[str] = deque(map(_identity, reversed(shown)), REMEMBERED_RECORDS)
        self._last = str(shown[0]["at"]) if shown else None

    def __iter__(self) -> Iterator[Record]:
        """Yield each record once, until the caller stops. Raises CommandFailed after a minute without the server."""
        away_since: float | None = None
        while True:
            try:
                if self._streams:
                    self._open()
                yield from self._missed()
                away_since = None
                if self._response is not None:
                    yield from self._streamed(self._response)
                else:
                    time.sleep(LIST_SECONDS)
            except CommandFailed as problem:
                if problem.code != UNREACHABLE:
                    raise
                now = time.monotonic()
                away_since = away_since or now
                if now - away_since > PATIENCE_SECONDS:
                    raise
                show.note(f"{problem}; trying again")
                time.sleep(LIST_SECONDS)
            self._close()

    def _streamed(self, response: "httpx.Response") -> Iterator[Record]:
        with remote.reaching():
            for kind, data in messages(response.iter_lines()):
                told = json.loads(data) if kind in ("hello", "gap", "record") else {}
                if kind == "hello" and self._query.get("node") not in (None, told["node"]):
                    self._streams = False  # its log comes here by list only
                    return
                if kind == "gap":
                    show.note("more was written than could be told; search for what is missing")
                elif kind == "record" and self._is_new(told):
                    yield told

    def _missed(self) -> Iterator[Record]:
        since = datetime.fromisoformat(self._last) if self._last is not None else self._query.get("since")
        for record in reversed(self._ask({**self._query, "since": since}, self._last is not None)):
            if self._is_new(record):
                yield record

    def _is_new(self, record: Record) -> bool:
        identity = _identity(record)
        if identity in self._told:
            return False
        self._told.append(identity)
        self._last = max(self._last or "", str(record["at"]))
        return True

    def _open(self) -> None:
        import httpx

        parameters = {
            name: str(getattr(value, "value", value))
            for name, value in self._query.items()
            if value is not None and name not in ("since", "until", "node")
        }
        with remote.reaching():
            http = remote.http()
            request = http.build_request(
                "GET",
                "/api/v1/logs",
                params=parameters,
                headers={"Accept": "text/event-stream"},
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
            self._response = response
        else:
            response.close()
            self._streams = False

    def _close(self) -> None:
        if self._response is not None:
            self._response.close()
            self._response = None


def _identity(record: Record) -> str:
    # The list leaves nothing out and nor does the stream, but their key order is their own business.
    return json.dumps(record, sort_keys=True)
