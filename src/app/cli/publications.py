"""``stormbell incidents publish``, ``publications`` and ``unpublish``."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import Json, Yes
from app.cli.asking import allowed
from app.cli.datasets import id_of
from app.cli.incidents import Incident, incidents, json_of


@incidents.command("publish")
def publish(
    incident: Incident,
    kind: Annotated[str, typer.Argument(help="page, item (STAC) or alert (CAP 1.2)")],
    alert: Annotated[str | None, typer.Option(metavar="JSON", help="What an alert says; @file, @- stdin")] = None,
    dataset: Annotated[
        list[str],
        typer.Option("--dataset", metavar="DATASET", help="File that goes with it: name or id; may be repeated"),
    ] = [],  # noqa: B006
    json_: Json = False,
) -> None:
    """Publish something of an incident. Its link is shown this once; whoever has it needs no login.

    Example: stormbell incidents publish inc_01J8ZQ4M7T page --dataset dst_01J8ZQ5A2B
    """
    from stormbell_client.api.incidents import publication_make
    from stormbell_client.models.publication_make import PublicationMake

    wanted = {"kind": kind, "dataset_ids": [id_of(one) for one in dataset]}
    wanted |= {"alert": json_of(alert, "--alert")} if alert else {}
    body = PublicationMake.from_dict(wanted)
    made = remote.ask(publication_make.sync_detailed, incident, client=remote.client(), body=body)
    show.done(f"{made.view.id} is published at {made.view.link}", made.document, json_)


@incidents.command("publications")
def publications(incident: Incident, json_: Json = False) -> None:
    """List what was published of an incident.

    Example: stormbell incidents publications inc_01J8ZQ4M7T
    """
    from stormbell_client.api.incidents import publication_list

    page = remote.pages(publication_list.sync_detailed, 0, True, incident, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "kind", "published", "by", "revoked"),
        lambda p: (p.id, p.kind, p.published_at, p.published_by, p.revoked_at),
        "Nothing was published.",
    )


@incidents.command("unpublish")
def unpublish(
    incident: Incident,
    publication: Annotated[str, typer.Argument(help="Its id; 'publications' lists them")],
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Take back what was published; an alert's link then leads to the message that cancels it.

    Example: stormbell incidents unpublish inc_01J8ZQ4M7T pub_01J8ZQ6C3D
    """
    from stormbell_client.api.incidents import publication_revoke

    if allowed(f"take {publication} back", {"id": publication}, yes=yes, dry_run=False, json_=json_):
        remote.ask(publication_revoke.sync_detailed, incident, publication, client=remote.client())
        show.done(f"{publication} is taken back.", {"id": publication}, json_)
