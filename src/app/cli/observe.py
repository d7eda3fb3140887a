"""``stormbell observe``: nodes and queues, live in the terminal."""

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import JsonLines, app
from app.cli.problems import UNREACHABLE, CommandFailed, Refused
from app.cli.units import seconds_of

SILENCE_SECONDS = 40.0  # the server says something every 15 s
PATIENCE_SECONDS = 60.0  # with a server that is away: so long it keeps the place of one that is not heard
PAUSE_SECONDS = 1.0  # until a lost connection is made anew

Snapshot = dict[str, Any]


@app.command()
def observe(
    mode: Annotated[str, typer.Option(help="live, periodic or manual (Return asks again)")] = "live",
    period: Annotated[
        float, typer.Option(parser=seconds_of(1, 3600), metavar="SPAN", help="Between two periodic looks: 30 or 5m")
    ] = 5.0,
    once: Annotated[
        bool, typer.Option("--once", help="One look, then end; needs no place among the observers")
    ] = False,
    json_: JsonLines = False,
) -> None:
    """Watch nodes, queues and what runs, until interrupted.

    Example: stormbell observe --mode periodic --period 10
    """
    from stormbell_client.models.observation_start_mode import ObservationStartMode

    (wanted,) = remote.one_of(ObservationStartMode, [mode], "--mode")
    if once:
        _print(_look(None), json_=json_)
        return
    with _observation(wanted, period) as observation_id:
        pictures = _asked(observation_id) if mode == "manual" else _streamed(observation_id)
        _watch(pictures, json_=json_)


def _watch(pictures: Iterator[Snapshot], *, json_: bool) -> None:
    if json_:
        for snapshot in pictures:
            show.document(snapshot, live=True)
        return
    if not sys.stdout.isatty():
        for snapshot in pictures:
            _print(snapshot, json_=False)
        return
    from rich.console import Console
    from rich.live import Live

    from app.cli.observed import Picture

    picture = Picture(_history())
    with Live(console=Console(), auto_refresh=False, screen=True) as live:
        for snapshot in pictures:
            picture.take(snapshot)
            live.update(picture.drawing(), refresh=True)


def _print(snapshot: Snapshot, *, json_: bool) -> None:
    if json_:
        show.document(snapshot)
        return
    from rich.console import Console

    from app.cli.observed import Picture

    picture = Picture([] if not sys.stdout.isatty() else _history())
    picture.take(snapshot)
    console = Console(width=None if sys.stdout.isatty() else 160)
    with console.capture() as captured:
        console.print(picture.drawing())
    show.out("\n".join(line.rstrip() for line in captured.get().splitlines()))


@contextlib.contextmanager
def _observation(mode: Any, period: float) -> Iterator[str]:
    """Hold a place among the observers. Raises CommandFailed that says when to come back."""
    from stormbell_client.api.observer import observation_end, observation_start
    from stormbell_client.models.observation_start import ObservationStart

    body = ObservationStart(mode=mode, period_seconds=period)
    try:
        made = remote.ask(observation_start.sync_detailed, body=body, client=remote.client()).view
    except Refused as refused:
        if refused.status != 429:
            raise
        raise CommandFailed(f"{refused}; a single look is always there: 'stormbell observe --once'") from refused
    try:
        yield made.id
    finally:
        with contextlib.suppress(CommandFailed):
            remote.ask(observation_end.sync_detailed, made.id, client=remote.client())


def _look(observation_id: str | None) -> Snapshot:
    from stormbell_client.api.observer import observer_snapshot
    from stormbell_client.types import UNSET

    answer = remote.ask(observer_snapshot.sync_detailed, client=remote.client(), observation_id=observation_id or UNSET)
    document: Snapshot = answer.document
    return document


def _history() -> list[Any]:
    from stormbell_client.api.observer import observer_history

    document = remote.ask(observer_history.sync_detailed, client=remote.client(), points=40).document
    points: list[Any] = document["points"]
    return points


def _asked(observation_id: str) -> Iterator[Snapshot]:
    """Yield a look at once and one for every line on stdin."""
    yield _look(observation_id)
    for _line in sys.stdin:
        yield _look(observation_id)


def _streamed(observation_id: str) -> Iterator[Snapshot]:
    """Yield looks as the server sends them; a lost connection is resumed.

    Raises CommandFailed when it is over, and when the server stays away.
    """
    reached: str | None = None
    away_since: float | None = None
    while True:
        try:
            for place, kind, data in _events(observation_id, reached):
                reached, away_since = place, None
                if kind in ("snapshot", "batch"):
                    yield {**data["snapshot"], "latency_ms": data["latency_ms"]}
                elif kind == "ended":
                    raise CommandFailed("somebody ended this observation")
        except CommandFailed as problem:
            now = time.monotonic()
            if problem.code != UNREACHABLE or now - (away_since or now) > PATIENCE_SECONDS:
                raise
            if away_since is None:
                show.note(f"{problem}; trying again")
            away_since = away_since or now
        time.sleep(PAUSE_SECONDS)  # a server that is stopping ends each stream at once


def _events(observation_id: str, last: str | None) -> Iterator[tuple[str, str, Any]]:
    """Yield (id, event, data) of one connection until it ends (server-sent events, HTML standard 9.2)."""
    import httpx

    headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
    timeout = httpx.Timeout(remote.SECONDS, read=SILENCE_SECONDS)
    with remote.reaching():
        http = remote.http()
        path = f"/api/v1/observations/{observation_id}/stream"
        with http.stream("GET", path, headers=headers, timeout=timeout) as response:
            place, kind, data = last or "", "", ""
            for line in response.iter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    place = value
                elif name == "event":
                    kind = value
                elif name == "data":
                    data = value
                elif not line and kind:
                    yield place, kind, json.loads(data)
                    kind = data = ""
