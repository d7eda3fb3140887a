"""``stormbell datasets preview``, and ``stormbell storages browse``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, Json, Limit
from app.cli.datasets import Dataset, datasets, id_of
from app.cli.problems import USAGE, CommandFailed
from app.cli.storages import Storage, storages
from app.cli.storages import id_of as storage_id_of
from app.cli.units import size


@datasets.command("preview")
def preview(
    dataset: Dataset,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="PNG to write; - writes to stdout")
    ] = None,
    variable: Annotated[str | None, typer.Option(help="Which field of a file that holds several")] = None,
    step: Annotated[int, typer.Option(min=0, help="Which one of fields that follow each other, from 0")] = 0,
    pixels: Annotated[
        int, typer.Option("--size", min=1, max=1280, help="Longer side in pixels, or somewhat more")
    ] = 640,
    json_: Json = False,
) -> None:
    """Say what the picture of a data set shows, and write it with --output: image, field of NetCDF or GeoTIFF, video.

    Of a Parquet table it prints the first rows.

    Example: stormbell datasets preview dst_01J8ZQ4M7T --variable wind --output wind.png
    """
    from stormbell_client.api.data import dataset_preview

    from app.cli.files import room_for

    if output == "-" and json_:
        raise CommandFailed("stdout is either the picture (--output -) or the document (--json)", USAGE)
    chosen = id_of(dataset)
    wanted: dict[str, Any] = {"variable": variable, "step": step, "size": pixels}
    if output is not None:
        asked = {name: value for name, value in wanted.items() if value is not None}
        with remote.reaching():
            picture = remote.http().get(f"/api/v1/datasets/{chosen}/preview/picture", params=asked).content
        if output == "-":
            show.out_bytes(picture)
            return
        room_for(Path(output)).write_bytes(picture)
    found = remote.ask(dataset_preview.sync_detailed, chosen, client=remote.client(), **wanted)
    p = found.view
    variables = p.variables or []
    scale = None if p.low is None else f"{p.low:g} to {p.high:g} {p.unit or ''}".strip()
    show.one(
        found,
        json_,
        [
            ("kind", p.kind),
            ("why", p.why),
            ("size", f"{p.width} x {p.height}" if p.width else None),
            ("variable", p.variable),
            ("of", ", ".join(variables) if len(variables) > 1 else None),
            ("title", p.title),
            ("scale", scale),
            ("step", f"{p.step} of {p.steps}: {p.step_label or ''}" if p.steps and p.steps > 1 else None),
            ("area", ", ".join(map(str, p.area)) if p.area else None),
            ("rows", p.row_count),
            ("columns", p.column_count),
            ("file", output),
        ],
    )
    if p.columns and not json_:
        heads = [show.cell(f"{one.name} ({one.type_})", found.at) for one in p.columns]
        show.table(heads, p.rows or [], found.at, "No rows.")


@storages.command("browse")
def list_folder(
    storage: Storage,
    folder: Annotated[str, typer.Argument(help="A directory; the top when left out")] = "",
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List what is in one directory of a storage; 'storages files' lists all that is below it.

    Example: stormbell storages browse cloud grids/2026
    """
    from stormbell_client.api.data import storage_folder_list

    page = remote.pages(
        storage_folder_list.sync_detailed, limit, all_, storage_id_of(storage), client=remote.client(), path=folder
    )
    show.rows(
        page,
        json_,
        ("name", "size", "modified", "type"),
        lambda f: (f.name + ("/" if f.folder else ""), size(f.bytes_), f.modified_at, f.media_type),
        "Nothing is there.",
    )
