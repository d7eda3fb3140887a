"""``stormbell datasets``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, IncidentOption, Json, Limit, SimulationOption, noun
from app.cli.problems import NOT_FOUND, USAGE, CommandFailed
from app.cli.units import ago, size

datasets = noun("datasets", "Results, with checksum and origin.")

Dataset = Annotated[str, typer.Argument(metavar="DATASET", help="Its name or id")]

_SHOWN = 10


@datasets.command("list")
def list_datasets(
    incident: IncidentOption = None,
    simulation: SimulationOption = None,
    words: Annotated[
        str | None, typer.Option("--search", "-q", "--words", help="Words in name, comment, role or tags")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Only with this name; * stands for anything")] = None,
    media_type: Annotated[str | None, typer.Option(help="Only of this media type, such as image/*")] = None,
    role: Annotated[str | None, typer.Option(help="Only for this, such as map or grid")] = None,
    tag: Annotated[list[str], typer.Option(help="Only with every one of these tags")] = [],  # noqa: B006
    machine: Annotated[str | None, typer.Option(help="Only made on this machine")] = None,
    storage: Annotated[
        str | None, typer.Option("--storage", metavar="STORAGE", help="Only with a copy in this storage: name or id")
    ] = None,
    path: Annotated[str | None, typer.Option(help="Only with a copy at this path; * stands for anything")] = None,
    area: Annotated[str | None, typer.Option(metavar="W,S,E,N", help="Only whose area meets this one")] = None,
    made_from: Annotated[str | None, typer.Option(metavar="DATASET", help="Only made from this one")] = None,
    versions_of: Annotated[str | None, typer.Option(metavar="DATASET", help="Only versions of the same")] = None,
    collection: Annotated[
        str | None, typer.Option("--collection", metavar="COLLECTION", help="Only in this one: name or id")
    ] = None,
    deleted: Annotated[bool, typer.Option("--deleted", help="Those that were deleted instead")] = False,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List data sets, newest first.

    Example: stormbell datasets list --role map --tag flood
    """
    from stormbell_client.api.data import dataset_get, dataset_list

    from app.cli.storages import id_of as storage_id

    first = versions_of and id_of(versions_of)
    series = first and remote.ask(dataset_get.sync_detailed, first, client=remote.client()).view.series_id
    page = remote.pages(
        dataset_list.sync_detailed,
        limit,
        all_,
        client=remote.client(),
        incident_id=incident,
        simulation_id=simulation,
        q=words,
        name=name,
        media_type=media_type,
        role=role,
        tag=tag,
        machine=machine,
        storage_id=storage and storage_id(storage),
        path=path,
        area=area,
        made_from=made_from and id_of(made_from),
        series_id=series,
        collection_id=collection and collection_id(collection),
        deleted=deleted,
    )
    print_rows(page, json_)


@datasets.command("show")
def show_dataset(dataset: Dataset, json_: Json = False) -> None:
    """Show one data set, where it came from and where its copies are.

    Example: stormbell datasets show dst_01J8ZQ4M7T
    """
    from stormbell_client.api.data import dataset_get

    print_one(remote.ask(dataset_get.sync_detailed, id_of(dataset), client=remote.client()), json_)


def id_of(dataset: str, *, deleted: bool = False) -> str:
    """Return the id of a data set given by name or id. Raises CommandFailed when none or several have the name."""
    from stormbell_client.api.data import dataset_list

    if dataset.startswith("dst_") and len(dataset) == len("dst_") + remote.ULID:
        return dataset
    # To the server a * in a name stands for anything.
    page = remote.pages(
        dataset_list.sync_detailed, _SHOWN, "*" in dataset, client=remote.client(), name=dataset, deleted=deleted
    )
    found = [one for one in page.view if one.name == dataset]
    if len(found) == 1:
        return str(found[0].id)
    if not found:
        which = "deleted data set" if deleted else "data set"
        raise CommandFailed(f"there is no {which} named {dataset!r}; 'stormbell datasets search' finds some", NOT_FOUND)
    made = ((d, size(d.bytes_), ago(d.created_at, page.at)) for d in found[:_SHOWN])
    told = [f"{d.id} (version {d.version}, {bytes_}, made {when})" for d, bytes_, when in made]
    count = f"more than {_SHOWN}" if page.document["next_cursor"] or len(found) > _SHOWN else str(len(found))
    raise CommandFailed(f"{count} data sets are named {dataset!r}: give the id of one: {', '.join(told)}", USAGE)


def collection_id(collection: str) -> str:
    """Return the id of a collection given by name or id. Raises CommandFailed when none or several have the name."""
    from stormbell_client.api.data import collection_list

    return remote.id_of(collection_list.sync_detailed, "collection", "col_", collection)


def print_rows(page: Any, json_: bool) -> None:
    """Print data sets, one a line."""
    show.rows(
        page,
        json_,
        ("id", "name", "role", "size", "type", "made", "sha256", "incident"),
        lambda d: (d.id, d.name, d.role, size(d.bytes_), d.media_type, d.created_at, d.sha256[:12], d.incident_id),
        "No data sets.",
    )


def print_one(answer: Any, json_: bool) -> None:
    """Print all that is known of a data set."""
    d = answer.view
    origin, copies = getattr(d, "provenance", None), getattr(d, "replicas", [])
    show.one(
        answer,
        json_,
        [
            ("id", d.id),
            ("name", d.name),
            ("version", d.version if d.version > 1 else None),
            ("role", d.role),
            ("type", d.media_type),
            ("size", f"{size(d.bytes_)} ({d.bytes_} bytes)"),
            ("sha256", d.sha256),
            ("made", d.created_at),
            ("incident", d.incident_id),
            ("stage", d.stage),
            ("simulation", d.simulation_id),
            ("machine", d.machine),
            ("made from", origin.inputs if origin else None),
            ("comment", d.comment),
            ("tags", d.tags),
            ("area", d.area),
            ("about", " to ".join(f"{one:%Y-%m-%d %H:%M} UTC" for one in (d.valid_from, d.valid_until) if one)),
            ("pinned", "yes" if d.pinned else None),
            ("kept until", f"{d.keep_until:%Y-%m-%d %H:%M} UTC" if d.keep_until else None),
            ("deleted", d.deleted_at),
            ("erased", d.erased_at),
            *[("copy", f"{r.storage}: {r.path} ({r.state.value})") for r in copies],
        ],
    )


@datasets.command("get")
def get_dataset(
    dataset: Dataset,
    output: Annotated[  # a path would lose the slash at its end
        str | None,
        typer.Option(
            "--output", "-o", metavar="PATH", help="File, or folder/; - writes to stdout; default: its name, here"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that holds something else")] = False,
    json_: Json = False,
) -> None:
    """Download a data set and check it against its SHA-256.

    A download that was cut short goes on where it was. Folders that are missing are made.

    Example: stormbell datasets get dst_01J8ZQ4M7T --output results/
    """
    from stormbell_client.api.data import dataset_get

    from app.cli import download

    found = remote.ask(dataset_get.sync_detailed, id_of(dataset), client=remote.client())
    d = found.view
    if output == "-":
        if json_:
            raise CommandFailed("stdout is either the data (--output -) or the document (--json)", USAGE)
        download.to_stdout(d.id, d.bytes_, d.sha256)
        return
    target = Path(output or "")
    if target.is_dir() or (output or "").endswith("/"):
        target = target / download.file_name(d.name)
    fetched = download.to_file(d.id, d.bytes_, d.sha256, target, force=force)
    said = f"{target}: {size(d.bytes_)}, SHA-256 as announced" + ("" if fetched else " (was there already)")
    show.done(said, {"path": str(target), "downloaded": fetched, **found.document}, json_)
