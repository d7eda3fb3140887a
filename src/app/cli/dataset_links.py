"""``stormbell datasets link``, ``links``, ``unlink`` and ``provenance``, and ``stormbell collections``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.datasets import Dataset, collection_id, datasets, id_of
from app.cli.files import room_for
from app.cli.problems import USAGE, CommandFailed
from app.cli.units import size, span
from app.kernel.console import clean

collections = noun("collections", "Data sets put together.")

CollectionName = Annotated[str, typer.Argument(metavar="COLLECTION", help="Its name or id")]
Members = Annotated[list[str], typer.Argument(metavar="DATASET...", help="Names or ids of data sets")]
Comment = Annotated[str | None, typer.Option(help="What people should know about it")]


@datasets.command("link")
def make_link(
    dataset: Dataset,
    lasts: Annotated[
        str, typer.Option("--for", metavar="SPAN", help="How long it leads there, such as 2h or 7d")
    ] = "7d",
    note: Annotated[str | None, typer.Option(help="Whom it is for")] = None,
    json_: Json = False,
) -> None:
    """Make an address by which a data set is read without a login, for a time.

    Example: stormbell datasets link dst_01J8ZQ4M7T --for 2d --note "press office"
    """
    from stormbell_client.api.data import dataset_link_make
    from stormbell_client.models.link_make import LinkMake

    from app.cli import connection

    wanted = {"seconds": span(lasts).total_seconds(), **({"note": note} if note else {})}
    body = LinkMake.from_dict(wanted)
    answer = remote.ask(dataset_link_make.sync_detailed, id_of(dataset), client=remote.client(), body=body)
    url = answer.view.url
    if url.startswith("/"):
        url = connection.current().url.rstrip("/") + url
    show.done(url, {**answer.document, "url": url}, json_)


@datasets.command("links")
def list_links(dataset: Dataset, json_: Json = False) -> None:
    """List the links to a data set, newest first.

    Example: stormbell datasets links dst_01J8ZQ4M7T
    """
    from stormbell_client.api.data import dataset_link_list

    answer = remote.pages(dataset_link_list.sync_detailed, 0, True, id_of(dataset), client=remote.client())
    show.rows(
        answer,
        json_,
        ("id", "for", "made", "until", "revoked", "used", "last"),
        lambda k: (
            k.id,
            k.note,
            k.created_at,
            f"{k.expires_at:%Y-%m-%d %H:%M} UTC",
            k.revoked_at,
            k.use_count,
            k.last_used_at,
        ),
        "No links.",
    )


@datasets.command("unlink")
def revoke_link(
    dataset: Dataset, link: Annotated[str, typer.Argument(help="Id of the link")], json_: Json = False
) -> None:
    """Take a link back: it leads nowhere from now on.

    Example: stormbell datasets unlink dst_01J8ZQ4M7T lnk_01J8ZQ4M7T
    """
    from stormbell_client.api.data import dataset_link_revoke

    remote.ask(dataset_link_revoke.sync_detailed, id_of(dataset), link, client=remote.client())
    show.done(f"{link} leads nowhere any more.", {"revoked": link}, json_)


@datasets.command("provenance")
def provenance(
    dataset: Dataset,
    format_: Annotated[str, typer.Option("--format", help="graph, prov (W3C PROV-JSON) or crate (RO-Crate)")] = "graph",
    depth: Annotated[int, typer.Option(min=1, max=20, help="So many steps up and down")] = 5,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write instead of stdout")] = None,
    json_: Json = False,
) -> None:
    """Show what a data set was made from and what was made of it.

    Example: stormbell datasets provenance dst_01J8ZQ4M7T --format crate -o ro-crate-metadata.json
    """
    import json

    from stormbell_client.api.data import dataset_provenance, dataset_provenance_crate, dataset_provenance_prov

    operations: dict[str, Any] = {
        "graph": dataset_provenance,
        "prov": dataset_provenance_prov,
        "crate": dataset_provenance_crate,
    }
    if format_ not in operations:
        raise CommandFailed(f"--format {format_!r}: choose from graph, prov, crate", USAGE)
    found = remote.ask(operations[format_].sync_detailed, id_of(dataset), client=remote.client(), depth=depth).document
    if output is not None:
        room_for(output).write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        show.done(f"{output} is written.", {"file": str(output)}, json_)
    elif json_ or format_ != "graph":
        show.document(found)
    else:
        labels = {one["id"]: one["label"] for one in found["nodes"]}
        for edge in found["edges"]:
            source, target = (f"{labels[edge[end]]} ({edge[end]})" for end in ("source", "target"))
            show.out(clean(f"{source}  {edge['relation']}  {target}"))


@collections.command("list")
def list_collections(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List collections, newest first.

    Example: stormbell collections list
    """
    from stormbell_client.api.data import collection_list

    page = remote.pages(collection_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "data sets", "size", "made", "comment"),
        lambda c: (c.id, c.name, c.dataset_count, size(c.bytes_), c.created_at, c.comment),
        "No collections.",
    )


@collections.command("make")
def make_collection(
    name: Annotated[str, typer.Argument(help="Its name")], comment: Comment = None, json_: Json = False
) -> None:
    """Make an empty collection.

    Example: stormbell collections make "Season 2026"
    """
    from stormbell_client.api.data import collection_make
    from stormbell_client.models.collection_make import CollectionMake

    body = CollectionMake.from_dict({"name": name, **({"comment": comment} if comment else {})})
    _print(remote.ask(collection_make.sync_detailed, client=remote.client(), body=body), json_)


@collections.command("change")
def change_collection(
    collection: CollectionName,
    name: Annotated[str | None, typer.Option(help="Another name")] = None,
    comment: Comment = None,
    json_: Json = False,
) -> None:
    """Rename a collection or comment it; an empty comment takes it away.

    Example: stormbell collections change "Season 2026" --name "Season 2026, final"
    """
    from stormbell_client.api.data import collection_change
    from stormbell_client.models.collection_change import CollectionChange

    wanted = {key: value for key, value in (("name", name), ("comment", comment)) if value is not None}
    if not wanted:
        raise CommandFailed("say what to change: --name, --comment", USAGE)
    body = CollectionChange.from_dict(wanted | ({"comment": None} if comment == "" else {}))
    found = remote.ask(collection_change.sync_detailed, collection_id(collection), client=remote.client(), body=body)
    _print(found, json_)


@collections.command("put")
def put(collection: CollectionName, members: Members, json_: Json = False) -> None:
    """Put data sets into a collection. 'datasets list --collection NAME' lists what is in it.

    Example: stormbell collections put "Season 2026" dst_01J8ZQ4M7T
    """
    from stormbell_client.api.data import collection_put
    from stormbell_client.models.collection_members import CollectionMembers

    body = CollectionMembers.from_dict({"dataset_ids": [id_of(one) for one in members]})
    _print(
        remote.ask(collection_put.sync_detailed, collection_id(collection), client=remote.client(), body=body), json_
    )


@collections.command("take-out")
def take_out(collection: CollectionName, members: Members, json_: Json = False) -> None:
    """Take data sets out of a collection; they stay.

    Example: stormbell collections take-out "Season 2026" dst_01J8ZQ4M7T
    """
    from stormbell_client.api.data import collection_take_out
    from stormbell_client.models.collection_members import CollectionMembers

    body = CollectionMembers.from_dict({"dataset_ids": [id_of(one) for one in members]})
    _print(
        remote.ask(collection_take_out.sync_detailed, collection_id(collection), client=remote.client(), body=body),
        json_,
    )


@collections.command("remove")
def remove_collection(
    collection: CollectionName, dry_run: DryRun = False, yes: Yes = False, json_: Json = False
) -> None:
    """Remove a collection; its data sets stay.

    Example: stormbell collections remove "Season 2026" --dry-run
    """
    from stormbell_client.api.data import collection_get, collection_remove

    found = remote.ask(collection_get.sync_detailed, collection_id(collection), client=remote.client())
    what = f"remove collection {found.view.name!r}; its data sets stay"
    if allowed(what, found.document, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(collection_remove.sync_detailed, found.view.id, client=remote.client())
        show.done(f"Removed {found.view.name}; its data sets are still there.", {"removed": found.document}, json_)


def _print(answer: Any, json_: bool) -> None:
    c = answer.view
    show.one(
        answer,
        json_,
        [
            ("id", c.id),
            ("name", c.name),
            ("data sets", c.dataset_count),
            ("size", size(c.bytes_)),
            ("comment", c.comment),
        ],
    )
