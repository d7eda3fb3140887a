"""``stormbell logs``."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer

from app.cli import remote, show
from app.cli.app import All, IncidentOption, JsonLines, Limit, SimulationOption, app
from app.cli.units import moment

FOLLOW_SECONDS = 1.0


@app.command()
def logs(
    level: Annotated[str | None, typer.Option(help="Least severity: debug, info, warning, error, critical")] = None,
    module: Annotated[str | None, typer.Option(help="Only of this module")] = None,
    incident: IncidentOption = None,
    simulation: SimulationOption = None,
    request: Annotated[str | None, typer.Option(metavar="ID", help="Only of this request")] = None,
    object_: Annotated[
        str | None,
        typer.Option("--object", metavar="ID", help="Only of this object, whatever it is: job_…, inc_…, sim_…"),
    ] = None,
    node: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this node")] = None,
    search: Annotated[str | None, typer.Option("--search", "-q", help="Only with this text")] = None,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Not older: 2h, or 2026-02-06T13:56Z")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Not newer")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is written")] = False,
    limit: Limit = 50,
    all_: All = False,
    json_: JsonLines = False,
) -> None:
    """Show the log of all nodes, newest last: of the others what they have shipped.

    Example: stormbell logs --level warning --since 2h --follow
    """
    from stormbell_client.models.log_list_level_type_0 import LogListLevelType0

    query: dict[str, Any] = {
        "level": remote.one_of(LogListLevelType0, [level] if level else [], "--level")[0] if level else None,
        "module": module,
        "incident_id": incident,
        "simulation_id": simulation,
        "request_id": request,
        "object_id": object_,
        "node": node,
        "q": search,
        "since": moment(since) if since else None,
        "until": moment(until) if until else None,
    }
    page = _records(query, limit, all_)
    if json_ and not follow:
        show.document(page.document)
        return
    for record in page.document["items"][::-1]:
        _tell(record, json_=json_)
    for late in page.document.get("behind", []):
        show.note(f"The newest records of {late['node']} are not here yet: {late['behind_seconds']:.0f} s behind.")
    if follow:
        for record in _following(query, page.document["items"]):
            _tell(record, json_=json_)


def _following(query: dict[str, Any], shown: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield records as they are written. Several can have one time, so those of the last one are remembered."""
    last = shown[0]["at"] if shown else None
    known = [record for record in shown if record["at"] == last]
    while True:
        time.sleep(FOLLOW_SECONDS)
        since = datetime.fromisoformat(last) if last else query["since"]
        found = _records({**query, "since": since}, 500, last is not None).document["items"]
        for record in found[::-1]:
            if record in known:
                continue
            yield record
            if record["at"] != last:
                last, known = record["at"], []
            known.append(record)


def _records(query: dict[str, Any], limit: int, all_: bool) -> "remote.Answer[list[Any]]":
    from stormbell_client.api.system import log_list

    return remote.pages(log_list.sync_detailed, limit, all_, client=remote.client(), **query)


def _tell(record: dict[str, Any], *, json_: bool) -> None:
    import sys

    from app.kernel.console import render, wants_colour

    if json_:
        show.document(record, live=True)
        return
    line = orjson.dumps({name: value for name, value in record.items() if value is not None})
    show.out(render(line, colour=wants_colour(sys.stdout)), end="")
