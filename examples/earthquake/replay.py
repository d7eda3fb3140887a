"""The USGS feed of a week in 2018, replayed: `python replay.py --speed 600` serves GET /feed.geojson and GET /status.

Each event appears at its time as it was first known, without intensities and reports, and again, complete, when it was
last updated. The replay clock starts with the first request for the feed, so nothing is missed while others start.
The first line printed is the server's address. Only the standard library is used.
"""

import argparse
import hashlib
import json
import os
import signal
import stat
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

WEEK = Path(__file__).parent / "data" / "usgs_all_week_2018-02-07.geojson"
NOT_KNOWN_AT_FIRST = ("mmi", "cdi", "felt", "alert")
HOUR_MS = 3_600_000
LEAD_SECONDS = 2.0  # of the wall clock, between the first request and the first event
PARENT_CHECK_SECONDS = 1.0


@dataclass(frozen=True)
class Event:
    """One earthquake and when the feed's record of it changes. Times are milliseconds of Unix time, as in the feed."""

    feature: Mapping[str, Any]
    appears_at: int
    changes: tuple[tuple[int, Mapping[str, Any]], ...]

    def record_at(self, replay_time: int) -> dict[str, Any]:
        """Return the feed's record of the event at a moment after it appeared."""
        properties = dict(self.feature["properties"])
        properties.update(dict.fromkeys(NOT_KNOWN_AT_FIRST), updated=self.appears_at)
        for at, news in self.changes:
            if at <= replay_time:
                properties.update(news, updated=at)
        return {**self.feature, "properties": properties}


@dataclass(frozen=True)
class Revision:
    """A corrected magnitude, in force from a moment on."""

    event_id: str
    magnitude: float
    seconds: float


def schedule(
    features: Iterable[Mapping[str, Any]], *, gap_ms: int | None = None, revisions: Mapping[str, tuple[int, float]] = {}
) -> list[Event]:
    """Return when each event appears and changes, newest event first.

    ``gap_ms`` replaces the time from appearance to the last update; ``revisions`` maps an event's id to (milliseconds
    after its appearance, magnitude).
    """
    events = []
    for feature in features:
        properties = feature["properties"]
        appears_at = int(properties["time"])
        final_at = max(appears_at, int(properties["updated"])) if gap_ms is None else appears_at + gap_ms
        changes = [(final_at, {name: properties[name] for name in NOT_KNOWN_AT_FIRST})]
        if feature["id"] in revisions:
            after_ms, magnitude = revisions[feature["id"]]
            title = f"M {magnitude:.1f} - {properties['place']}"
            changes.append((appears_at + after_ms, {"mag": magnitude, "title": title}))
        events.append(Event(feature, appears_at, tuple(sorted(changes, key=lambda change: change[0]))))
    return sorted(events, key=lambda event: event.appears_at, reverse=True)


def turns(events: Sequence[Event], window_ms: int | None = None) -> list[int]:
    """Return every moment at which the feed changes, in order."""
    moments = {event.appears_at for event in events} | {at for event in events for at, _ in event.changes}
    if window_ms is not None:
        moments |= {event.appears_at + window_ms for event in events}
    return sorted(moments)


def feed_at(events: Sequence[Event], replay_time: int, *, window_ms: int | None = None) -> dict[str, Any]:
    """Return the feed's document as it was at ``replay_time`` (milliseconds): the same for the same arguments."""
    shown = [
        event.record_at(replay_time)
        for event in events
        if event.appears_at <= replay_time and (window_ms is None or replay_time < event.appears_at + window_ms)
    ]
    changed_at = max((turn for turn in turns(events, window_ms) if turn <= replay_time), default=0)
    document: dict[str, Any] = {
        "type": "FeatureCollection",
        "metadata": {
            "generated": changed_at,
            "url": "https://earthquake.usgs.gov/earthquakes/feed/v1.0/summary/all_week.geojson",
            "title": "USGS All Earthquakes, Past Week (replayed)",
            "status": 200,
            "api": "1.5.8",
            "count": len(shown),
        },
        "features": shown,
    }
    if shown:
        axes = list(zip(*[record["geometry"]["coordinates"] for record in shown], strict=True))
        document["bbox"] = [min(axis) for axis in axes] + [max(axis) for axis in axes]
    return document


class Replay:
    """The replay clock and the documents it leads to. ``begin_at``: where in the week it starts, in milliseconds."""

    def __init__(self, events: Sequence[Event], *, begin_at: int, speed: float, window_ms: int | None = None) -> None:
        self.events, self.begin_at, self.speed, self.window_ms = events, begin_at, speed, window_ms
        self._turns = turns(events, window_ms)
        self._started_at: float | None = None
        self._started_wall = 0.0
        self._lock = threading.Lock()
        self._written: tuple[int, bytes] | None = None

    def start(self) -> None:
        """Start the clock, unless it runs."""
        with self._lock:
            if self._started_at is None:
                self._started_at, self._started_wall = time.monotonic(), time.time()

    @property
    def now(self) -> int:
        """Return the replay time."""
        if self._started_at is None:
            return self.begin_at
        return self.begin_at + int((time.monotonic() - self._started_at) * self.speed * 1000)

    def document(self) -> tuple[bytes, str, float]:
        """Return the feed as JSON, its ETag and the wall-clock time of its last change."""
        now = self.now
        with self._lock:
            passed = sum(turn <= now for turn in self._turns)
            if self._written is None or self._written[0] != passed:
                feed = feed_at(self.events, now, window_ms=self.window_ms)
                self._written = passed, json.dumps(feed, separators=(",", ":")).encode()
            body = self._written[1]
        changed_at = max(self._turns[passed - 1] if passed else 0, self.begin_at)
        changed_wall = self._started_wall + (changed_at - self.begin_at) / 1000 / self.speed
        return body, f'"{hashlib.sha256(body).hexdigest()[:24]}"', changed_wall

    def status(self) -> dict[str, Any]:
        """Say how far the replay is."""
        now = self.now
        return {
            "started": self._started_at is not None,
            "replay_time": datetime.fromtimestamp(now / 1000, UTC).isoformat().replace("+00:00", "Z"),
            "speed": self.speed,
            "events_shown": len(feed_at(self.events, now, window_ms=self.window_ms)["features"]),
            "events_total": len(self.events),
            "finished": bool(self._turns) and now >= self._turns[-1],
            "seconds_left": max(0.0, (self._turns[-1] - now) / 1000 / self.speed) if self._turns else 0.0,
        }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/feed.geojson":
            self._feed()
        elif path == "/status":
            self._answer(200, json.dumps(self.server.replay.status()).encode(), {"Content-Type": "application/json"})
        else:
            self._answer(404, b"Only /feed.geojson and /status are here.\n", {"Content-Type": "text/plain"})

    def _feed(self) -> None:
        self.server.replay.start()
        body, etag, changed_at = self.server.replay.document()
        headers = {"Content-Type": "application/geo+json", "ETag": etag, "Cache-Control": "no-cache"}
        # A date has whole seconds, so it may only vouch for a feed that did not change in the present second.
        dated = int(changed_at) < int(time.time())
        if dated:
            headers["Last-Modified"] = formatdate(int(changed_at), usegmt=True)
        wanted, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        if wanted is not None:
            same = wanted.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in wanted.split(",")]
        else:
            same = dated and since is not None and _not_after(changed_at, since)
        self._answer(304 if same else 200, b"" if same else body, headers)

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it)
        """Say nothing: the first line printed is the address, and there is no second."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, replay: Replay, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.replay = replay

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client go away in the middle without a traceback."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _not_after(changed_at: float, since: str) -> bool:
    try:
        return int(changed_at) <= parsedate_to_datetime(since).timestamp()
    except (TypeError, ValueError):
        return False


def _moment(text: str) -> int:
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _revision(text: str) -> Revision:
    event_id, _, rest = text.partition("=")
    magnitude, _, seconds = rest.partition("@")
    return Revision(event_id, float(magnitude), float(seconds))


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", type=float, default=600.0, help="how much faster than real time (default 600)")
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="only this event; may be repeated")
    parser.add_argument(
        "--start-at", "--from", dest="start_at", type=_moment, metavar="ISO", help="where in the week to begin"
    )
    parser.add_argument(
        "--window-hours", type=float, help="show events of the last so many hours (default: all so far)"
    )
    parser.add_argument(
        "--gap-seconds", type=float, help="seconds from an event's first to its last record (with --only: default 5)"
    )
    parser.add_argument(
        "--revise",
        action="append",
        default=[],
        type=_revision,
        metavar="ID=MAG@SECONDS",
        help="correct the magnitude so many seconds after the event appears",
    )
    parser.add_argument("--position", type=Path, help="go on from where this file says, and keep it up to date")
    parser.add_argument("--at-once", action="store_true", help="start the clock now, not with the first request")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--port-file", type=Path, help="write the port here as well")
    parser.add_argument("--data", type=Path, default=WEEK, help="a USGS GeoJSON summary to replay")
    given = parser.parse_args(argv)
    if not given.speed > 0:
        parser.error("--speed is above 0")
    return given


def replay_of(given: argparse.Namespace) -> Replay:
    """Return the replay the arguments ask for. Seconds of the arguments are the wall clock's."""
    features = json.loads(given.data.read_text())["features"]
    wanted = {one for text in given.only for one in text.split(",")}
    missing = (wanted | {revision.event_id for revision in given.revise}) - {feature["id"] for feature in features}
    if missing:
        sys.exit(f"there is no event {', '.join(sorted(missing))} in {given.data.name}")
    ms = given.speed * 1000
    gap_seconds = 5.0 if given.gap_seconds is None and wanted else given.gap_seconds
    events = schedule(
        [feature for feature in features if not wanted or feature["id"] in wanted],
        gap_ms=None if gap_seconds is None else int(gap_seconds * ms),
        revisions={r.event_id: (int(r.seconds * ms), r.magnitude) for r in given.revise},
    )
    begin_at = given.start_at
    if begin_at is None and given.position is not None and given.position.is_file():
        begin_at = int(given.position.read_text())
    if begin_at is None:
        begin_at = min(event.appears_at for event in events) - int(LEAD_SECONDS * ms)
    window_ms = None if given.window_hours is None else int(given.window_hours * HOUR_MS)
    return Replay(events, begin_at=begin_at, speed=given.speed, window_ms=window_ms)


def _end_with_starter(stop: threading.Event) -> None:
    """Stop when whoever started this has gone: its pipe to our standard input ends."""
    if stat.S_ISFIFO(mode := os.fstat(0).st_mode) or stat.S_ISSOCK(mode):

        def watch() -> None:
            while os.read(0, 4096):
                pass
            stop.set()

        threading.Thread(target=watch, daemon=True).start()


def _keep(replay: Replay, position: Path | None) -> None:
    if position is not None:
        waiting = position.with_suffix(".new")
        waiting.write_text(str(replay.now))
        waiting.replace(position)


def main() -> None:
    given = arguments()
    parent = os.getppid()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    replay = replay_of(given)
    server = Server(replay, given.port)
    if given.at_once:
        replay.start()
    port = server.server_address[1]
    if given.port_file is not None:
        waiting = given.port_file.with_suffix(".new")
        waiting.write_text(f"{port}\n")
        waiting.replace(given.port_file)
    print(f"http://127.0.0.1:{port}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _end_with_starter(stop)
    while not stop.wait(PARENT_CHECK_SECONDS) and os.getppid() == parent:
        _keep(replay, given.position)
    _keep(replay, given.position)
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
