"""``stormbell logs``."""

from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from app.cli import remote, show
from app.cli.app import SETTINGS, All, IncidentOption, Json, JsonLines, Limit, SimulationOption, app
from app.cli.log_feed import PAGE_RECORDS, LogFeed
from app.cli.units import moment, size

if TYPE_CHECKING:
    from stormbell_client.models.log_node_view import LogNodeView


group = typer.Typer(invoke_without_command=True, rich_markup_mode=None, context_settings=SETTINGS)
app.add_typer(group, name="logs")


@group.callback()
def logs(
    context: typer.Context,
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

    With --follow it goes on with what the node that answers writes, as it is written.

    Example: stormbell logs --level warning --since 2h --follow
    """
    if context.invoked_subcommand is not None:
        return
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
    if not page.document["items"] and not follow:
        show.note("No records that you may see.")
    for late in page.document.get("behind", []):
        show.note(f"The newest records of {late['node']} are not here yet: {late['behind_seconds']:.0f} s behind.")
    missed: dict[str, int] = {}
    for one in page.document.get("not_searched", []):
        of = f"of the segments of {one['node']}'s log: {one['why']}"
        missed[of] = missed.get(of, 0) + one["segment_count"]
    for of, number in missed.items():
        show.note(f"Not searched: {number} {of}")
    if follow:
        for record in LogFeed(query, page.document["items"], lambda more, every: _items(more, every=every)):
            _tell(record, json_=json_)


@group.command("nodes")
def list_log_nodes(json_: Json = False) -> None:
    """Show every node's log: how far it can be read here, and what has not been shipped yet.

    Example: stormbell logs nodes
    """
    from stormbell_client.api.system import log_node_list

    answer = remote.ask(log_node_list.sync_detailed, client=remote.client())
    if json_:
        show.document(answer.document)
        return
    lines = [
        (
            *(n.node, n.written_at, _how_far(n), n.waiting_count, size(n.waiting_bytes)),
            *(n.lost_count, n.dropped_count, n.trouble),
        )
        for n in answer.view.items
    ]
    heads = ("node", "newest record", "can be read", "unshipped", "bytes", "lost", "records dropped", "trouble")
    show.table(heads, lines, answer.at, "No node has said anything of its log.")


def _how_far(node: "LogNodeView") -> str:
    if node.answers:
        return "as it is written"
    if node.readable_until is None:
        return "not yet"
    return f"{node.behind_seconds:.0f} s behind" if node.behind_seconds > 0 else "all of it"


def _items(query: dict[str, Any], *, every: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _records(query, PAGE_RECORDS, every).document["items"]
    return found


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
