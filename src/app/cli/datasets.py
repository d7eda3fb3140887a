"""``stormbell datasets``."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, IncidentOption, Json, Limit, SimulationOption, noun
from app.cli.problems import USAGE, CommandFailed
from app.cli.units import size

datasets = noun("datasets", "Results, with checksum and origin.")

Dataset = Annotated[str, typer.Argument(metavar="DATASET", help="Its id")]


@datasets.command("list")
def list_datasets(
    incident: IncidentOption = None,
    simulation: SimulationOption = None,
    name: Annotated[str | None, typer.Option(help="Only with this name")] = None,
    media_type: Annotated[str | None, typer.Option(help="Only of this media type")] = None,
    role: Annotated[str | None, typer.Option(help="Only for this, such as map or grid")] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List data sets, newest first.

    Example: stormbell datasets list --role map
    """
    from stormbell_client.api.data import dataset_list

    page = remote.pages(
        dataset_list.sync_detailed,
        limit,
        all_,
        client=remote.client(),
        incident_id=incident,
        simulation_id=simulation,
        name=name,
        media_type=media_type,
        role=role,
    )
    show.rows(
        page,
        json_,
        ("id", "name", "role", "size", "type", "made", "sha256", "incident"),
        lambda d: (d.id, d.name, d.role, size(d.bytes_), d.media_type, d.created_at, d.sha256[:12], d.incident_id),
        "No data sets.",
    )


@datasets.command("show")
def show_dataset(dataset: Dataset, json_: Json = False) -> None:
    """Show one data set, where it came from and where its copies are.

    Example: stormbell datasets show dst_01J8ZQ4M7T
    """
    from stormbell_client.api.data import dataset_get

    answer = remote.ask(dataset_get.sync_detailed, dataset, client=remote.client())
    d, origin = answer.view, answer.view.provenance
    show.one(
        answer,
        json_,
        [
            ("id", d.id),
            ("name", d.name),
            ("role", d.role),
            ("type", d.media_type),
            ("size", f"{size(d.bytes_)} ({d.bytes_} bytes)"),
            ("sha256", d.sha256),
            ("made", d.created_at),
            ("incident", origin.incident),
            ("stage", origin.stage),
            ("simulation", origin.simulation),
            ("machine", origin.machine),
            ("made from", origin.inputs),
            ("comment", d.comment),
            *[("copy", f"{r.storage}: {r.path} ({r.state.value})") for r in d.replicas],
        ],
    )


@datasets.command("get")
def get_dataset(
    dataset: Dataset,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File or folder; - writes to stdout; default: its name, here")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that holds something else")] = False,
    json_: Json = False,
) -> None:
    """Download a data set and check it against its SHA-256.

    A download that was cut short goes on where it was.

    Example: stormbell datasets get dst_01J8ZQ4M7T --output results/
    """
    from stormbell_client.api.data import dataset_get

    from app.cli import download

    found = remote.ask(dataset_get.sync_detailed, dataset, client=remote.client())
    d = found.view
    if output is not None and str(output) == "-":
        if json_:
            raise CommandFailed("stdout is either the data (--output -) or the document (--json)", USAGE)
        download.to_stdout(d.id, d.bytes_, d.sha256)
        return
    target = output or Path()
    if target.is_dir() or str(output).endswith("/"):
        target = target / download.file_name(d.name)
    fetched = download.to_file(d.id, d.bytes_, d.sha256, target, force=force)
    said = f"{target}: {size(d.bytes_)}, SHA-256 as announced" + ("" if fetched else " (was there already)")
    show.done(said, {"path": str(target), "downloaded": fetched, **found.document}, json_)
