"""``stormbell sources expect``: what is expected of a source."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import Json
from app.cli.sources import Source, id_of, sources
from app.cli.units import seconds_of


@sources.command("expect")
def expect(
    source: Source,
    every: Annotated[
        float | None,
        typer.Option(parser=seconds_of(1), metavar="SPAN", help="Something new at least so often: 3600, 1h or 1h30m"),
    ] = None,
    nothing: Annotated[bool, typer.Option("--nothing", help="Expect nothing of it any more")] = False,
    json_: Json = False,
) -> None:
    """Raise an alarm when a source is silent for longer than this; without an option show what is expected.

    Example: stormbell sources expect gauges --every 3600
    """
    from stormbell_client.api.ingest import source_check_get, source_check_remove, source_check_set
    from stormbell_client.models.source_check_set import SourceCheckSet

    source_id = id_of(source)
    if nothing:
        remote.ask(source_check_remove.sync_detailed, source_id, client=remote.client())
    elif every is not None:
        body = SourceCheckSet(every_seconds=every)
        remote.ask(source_check_set.sync_detailed, source_id, client=remote.client(), body=body)
    found = remote.ask(source_check_get.sync_detailed, source_id, client=remote.client())
    c = found.view
    show.one(
        found, json_, [("every seconds", c.every_seconds or "-"), ("since", c.since), ("silent since", c.silent_since)]
    )
