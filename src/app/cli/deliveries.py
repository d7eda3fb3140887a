"""``stormbell deliveries``."""

import json
import mimetypes
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from app.cli import remote, show
from app.cli.app import All, IncidentOption, Json, Limit, noun
from app.cli.files import room_for
from app.cli.problems import USAGE, CommandFailed
from app.cli.sources import Source, id_of
from app.cli.units import size
from app.kernel.console import clean

deliveries = noun("deliveries", "What arrived from sources.")

Delivery = Annotated[str, typer.Argument(metavar="DELIVERY", help="Its id")]


@deliveries.command("list")
def list_deliveries(
    state: Annotated[list[str], typer.Option(help="Only in this state; may be repeated")] = [],  # noqa: B006
    source: Annotated[str | None, typer.Option(help="Only of this source, by name or id")] = None,
    incident: IncidentOption = None,
    item_key: Annotated[str | None, typer.Option(help="Only of this item")] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List deliveries, newest first.

    Example: stormbell deliveries list --state quarantined
    """
    from stormbell_client.api.ingest import delivery_list
    from stormbell_client.models.delivery_list_state_item import DeliveryListStateItem

    page = remote.pages(
        delivery_list.sync_detailed,
        limit,
        all_,
        client=remote.client(),
        state=remote.one_of(DeliveryListStateItem, state, "--state"),
        source_id=id_of(source) if source else None,
        incident_id=incident,
        item_key=item_key,
    )
    show.rows(
        page,
        json_,
        ("id", "source", "item", "revision", "state", "received", "size", "incident", "reason"),
        lambda d: (
            *(d.id, d.source_name, d.title or d.item_key, d.revision, d.state, d.received_at, size(d.bytes_)),
            *(d.incident_id, d.reason),
        ),
        "No deliveries.",
    )


@deliveries.command("show")
def show_delivery(delivery: Delivery, json_: Json = False) -> None:
    """Show one delivery with its body.

    Example: stormbell deliveries show dlv_01J8ZQ4M7T
    """
    from stormbell_client.api.ingest import delivery_get

    answer = remote.ask(delivery_get.sync_detailed, delivery, client=remote.client())
    d = answer.view
    fields = [("id", d.id), ("source", d.source_name), ("item", d.item_key), ("title", d.title), ("state", d.state)]
    more = [("reason", d.reason), ("incident", d.incident_id), ("size", size(d.bytes_)), ("cut", d.cut or None)]
    show.one(answer, json_, [*fields, ("revision", d.revision), ("received", d.received_at), *more])
    if not json_:
        body, text = answer.document.get("body"), answer.document.get("body_text")
        shown = text if text is not None else json.dumps(body, indent=2, ensure_ascii=False)
        show.out("\n" + "\n".join(clean(line) for line in shown.splitlines()))


@deliveries.command("raw")
def raw_delivery(
    delivery: Delivery,
    file: Annotated[Path, typer.Argument(help="Where to write it; - is stdout")] = Path("-"),
    json_: Json = False,
) -> None:
    """Write the body of a delivery, byte for byte.

    Example: stormbell deliveries raw dlv_01J8ZQ4M7T reading.json
    """
    if json_ and str(file) == "-":
        raise CommandFailed("stdout is either the body or the document (--json): name a file", USAGE)
    with remote.reaching():
        body = remote.http().get(f"/api/v1/deliveries/{quote(delivery, safe='')}/raw").content
    if str(file) == "-":
        sys.stdout.buffer.write(body)
        return
    room_for(file).write_bytes(body)
    show.done(f"{file}: {size(len(body))}.", {"path": str(file), "bytes": len(body)}, json_)


@deliveries.command("replay")
def replay_delivery(delivery: Delivery, json_: Json = False) -> None:
    """Give a delivery to the workflows again.

    Example: stormbell deliveries replay dlv_01J8ZQ4M7T
    """
    from stormbell_client.api.ingest import delivery_replay

    answer = remote.ask(delivery_replay.sync_detailed, delivery, client=remote.client())
    show.done(f"{delivery} is {answer.view.state.value} again.", answer.document, json_)


@deliveries.command("push")
def push(
    source: Source,
    file: Annotated[Path, typer.Argument(help="What to send; - reads stdin")] = Path("-"),
    key: Annotated[str | None, typer.Option(help="The item's key, for a source that finds none in the data")] = None,
    lines: Annotated[bool, typer.Option("--lines", help="One JSON document a line; for .ndjson and .jsonl")] = False,
    media_type: Annotated[
        str | None, typer.Option(help="What it is, such as text/csv; else the file's name says it, or it is JSON")
    ] = None,
    json_: Json = False,
) -> None:
    """Send data to a source, byte for byte.

    Example: echo '{"level_m": 4.1}' | stormbell deliveries push gauges
    """
    content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    headers = {"Content-Type": media_type or _media_type_of(file, lines=lines)}
    if key is not None:
        headers["Idempotency-Key"] = key
    path = f"/api/v1/sources/{quote(id_of(source), safe='')}/deliveries"
    with remote.reaching():  # not by the generated operation, which would parse the document and write it anew
        receipt = remote.http().post(path, content=content, headers=headers).json()
    counts = ", ".join(f"{receipt[name]} {name}" for name in ("accepted", "duplicates", "quarantined"))
    show.done(f"{counts}: {', '.join(receipt['delivery_ids']) or 'nothing new'}", receipt, json_)


def _media_type_of(file: Path, *, lines: bool) -> str:
    if lines or file.suffix in (".ndjson", ".jsonl"):
        return "application/x-ndjson"
    media_type, packed = mimetypes.guess_type(file.name)
    return media_type if media_type is not None and packed is None else "application/json"
