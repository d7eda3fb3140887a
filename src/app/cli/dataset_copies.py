"""``stormbell datasets``: their copies in other storages."""

from typing import Annotated, Any

import typer

from app.cli import remote
from app.cli.app import DryRun, Json
from app.cli.datasets import Dataset, datasets, id_of
from app.cli.transfers import Rate, Wait, made, storage_id

Target = Annotated[list[str], typer.Argument(metavar="STORAGE...", help="Where to: name or id of a storage")]
Source = Annotated[str | None, typer.Option("--from", metavar="STORAGE", help="Which of its copies")]
Urgency = Annotated[str, typer.Option(help="low, normal, high or critical")]


@datasets.command("cp")
def copy_dataset(
    dataset: Dataset,
    storages: Target,
    new: Annotated[bool, typer.Option("--new", help="As a data set of its own, with an id of its own")] = False,
    source: Source = None,
    urgency: Urgency = "normal",
    rate: Rate = None,
    dry_run: DryRun = False,
    wait: Wait = False,
    json_: Json = False,
) -> None:
    """Have a data set in other storages as well.

    Example: stormbell datasets cp dst_01J8ZQ4M7T archive --wait
    """
    _carry(dataset, storages, "copy" if new else "replicate", source, urgency, rate, dry_run, wait, json_)


@datasets.command("mv")
def move_dataset(
    dataset: Dataset,
    storage: Annotated[str, typer.Argument(metavar="STORAGE", help="Where to: name or id of a storage")],
    source: Source = None,
    urgency: Urgency = "normal",
    rate: Rate = None,
    dry_run: DryRun = False,
    wait: Wait = False,
    json_: Json = False,
) -> None:
    """Move a copy of a data set to another storage. It keeps its id.

    Example: stormbell datasets mv dst_01J8ZQ4M7T archive --wait
    """
    _carry(dataset, [storage], "move", source, urgency, rate, dry_run, wait, json_)


@datasets.command("archive")
def archive_dataset(
    dataset: Dataset,
    to: Annotated[
        str | None, typer.Option("--to", metavar="STORAGE", help="Instead of the archive the settings name")
    ] = None,
    wait: Wait = False,
    json_: Json = False,
) -> None:
    """Move a data set to the archive. It keeps its id and can be read from there, as fast as the archive is.

    Example: stormbell datasets archive dst_01J8ZQ4M7T --wait
    """
    from stormbell_client.api.data import dataset_archive

    begun = remote.ask(dataset_archive.sync_detailed, id_of(dataset), client=remote.client(), body=_tier(to))
    made(begun, wait, json_)


@datasets.command("activate")
def activate_dataset(
    dataset: Dataset,
    to: Annotated[str | None, typer.Option("--to", metavar="STORAGE", help="Instead of where new data sets go")] = None,
    wait: Wait = False,
    json_: Json = False,
) -> None:
    """Have a copy of an archived data set at hand again; the one in the archive stays.

    Example: stormbell datasets activate dst_01J8ZQ4M7T --wait
    """
    from stormbell_client.api.data import dataset_activate

    begun = remote.ask(dataset_activate.sync_detailed, id_of(dataset), client=remote.client(), body=_tier(to))
    made(begun, wait, json_)


@datasets.command("verify")
def verify_dataset(
    dataset: Dataset,
    repair: Annotated[bool, typer.Option("--repair", help="Write bad copies again from a good one")] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", "-w", help="Until every copy is read")] = True,
    json_: Json = False,
) -> None:
    """Read every copy of a data set again and compare it with its checksum.

    Example: stormbell datasets verify dst_01J8ZQ4M7T --repair
    """
    from stormbell_client.api.data import dataset_verify
    from stormbell_client.models.verify_create import VerifyCreate

    body = VerifyCreate(repair=repair)
    begun = remote.ask(dataset_verify.sync_detailed, id_of(dataset), client=remote.client(), body=body)
    made(begun, wait, json_)


def _tier(storage: str | None) -> Any:
    from stormbell_client.models.archive import Archive

    return Archive.from_dict({"storage_id": storage_id(storage)} if storage else {})


def _carry(
    dataset: str,
    storages: list[str],
    kind: str,
    source: str | None,
    urgency: str,
    rate: int | None,
    dry_run: bool,
    wait: bool,
    json_: bool,
) -> None:
    from stormbell_client.api.data import dataset_copy
    from stormbell_client.models.copy_create import CopyCreate

    given: dict[str, Any] = {
        "kind": kind,
        "storage_ids": [storage_id(storage) for storage in storages],
        "urgency": urgency,
        "dry_run": dry_run,
        **({"from_storage_id": storage_id(source)} if source else {}),
        **({"bytes_per_second": rate} if rate else {}),
    }
    try:
        body = CopyCreate.from_dict(given)
    except ValueError as error:
        raise typer.BadParameter("takes low, normal, high or critical", param_hint="--urgency") from error
    made(remote.ask(dataset_copy.sync_detailed, id_of(dataset), client=remote.client(), body=body), wait, json_)
