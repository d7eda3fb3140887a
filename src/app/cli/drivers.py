"""``stormbell drivers``."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, Json, Limit, noun

drivers = noun("drivers", "What the server can talk to.")


@drivers.command("list")
def list_drivers(
    kind: Annotated[str | None, typer.Option(help="Only of this kind, such as ingest.source")] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List drivers, the broken ones with what is wrong; --json has the schema of their settings.

    Example: stormbell drivers list --kind ingest.source
    """
    from stormbell_client.api.system import driver_list

    page = remote.pages(driver_list.sync_detailed, limit, all_, client=remote.client())
    if kind is not None:
        items = [item for item in page.document["items"] if item["kind"] == kind]
        page = remote.Answer([d for d in page.view if d.kind == kind], {**page.document, "items": items}, page.at)
    show.rows(
        page,
        json_,
        ("kind", "name", "usable", "what", "error"),
        lambda d: (d.kind, d.name, d.available, d.title, d.error),
        "No drivers of this kind.",
    )
