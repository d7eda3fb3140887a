"""``stormbell datasets put``, ``change``, ``rm``, ``fetch``: what is done with data sets."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Timeout, Yes
from app.cli.asking import allowed
from app.cli.datasets import Dataset, datasets, id_of, print_one, print_rows
from app.cli.problems import USAGE, CommandFailed
from app.cli.units import size
from app.kernel.console import clean

Comment = Annotated[str | None, typer.Option(help="What people should know about it")]
Type = Annotated[str | None, typer.Option("--type", metavar="TYPE", help="Media type, such as image/tiff")]
DatasetRole = Annotated[str | None, typer.Option("--role", help="What it is for, such as map or grid")]
Tags = Annotated[list[str], typer.Option("--tag", help="May be repeated")]
Box = Annotated[str | None, typer.Option(metavar="W,S,E,N", help="Area it is about, in degrees")]
From = Annotated[str | None, typer.Option("--from", metavar="TIME", help="The time it is about begins, as ISO 8601")]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="The time it is about ends")]
Keep = Annotated[str | None, typer.Option("--keep-until", metavar="TIME", help="Deleted then, unless it is pinned")]
Follows = Annotated[str | None, typer.Option(metavar="DATASET", help="It is the next version of this one")]
MadeFrom = Annotated[list[str], typer.Option("--made-from", metavar="DATASET", help="May be repeated")]
Sums = Annotated[str | None, typer.Option("--sha256", help="What the content has to be")]


@datasets.command("put")
def put(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to upload")],
    name: Annotated[str | None, typer.Option(help="Instead of the file's name")] = None,
    type_: Type = None,
    role: DatasetRole = None,
    comment: Comment = None,
    tag: Tags = [],  # noqa: B006
    area: Box = None,
    from_: From = None,
    until: Until = None,
    keep_until: Keep = None,
    follows: Follows = None,
    made_from: MadeFrom = [],  # noqa: B006
    json_: Json = False,
) -> None:
    """Upload files, each as a data set. What was cut short goes on where it was when it is put again.

    Example: stormbell datasets put flood.tif --tag flood --area 5,45,11,48
    """
    from app.cli import upload

    if len(files) > 1 and (name or follows):
        raise CommandFailed("--name and --follows are for one file", USAGE)
    follows = follows and id_of(follows)
    made_from = [id_of(one) for one in made_from]
    about = said(type_, role, comment, tag, area, from_, until, keep_until, follows, made_from)
    made = [upload.from_file(file, name or file.name, about) for file in files]
    _made(made, json_)


@datasets.command("fetch")
def fetch(
    url: Annotated[str, typer.Argument(help="Address of a file; the server fetches it")],
    name: Annotated[str | None, typer.Option(help="Instead of the last part of the address")] = None,
    type_: Type = None,
    role: DatasetRole = None,
    comment: Comment = None,
    tag: Tags = [],  # noqa: B006
    area: Box = None,
    follows: Follows = None,
    sha256: Sums = None,
    machine: Annotated[
        str | None, typer.Option(help="Name or id of the machine that fetches it, into your storage over SSH there")
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Do not wait")] = False,
    timeout: Timeout = None,
    json_: Json = False,
) -> None:
    """Have the server fetch a file, which goes on where it was cut, and make it a data set.

    Example: stormbell datasets fetch https://data.example/run/42.nc --tag wind
    """
    from stormbell_client.api.data import dataset_fetch
    from stormbell_client.models.fetch_begin import FetchBegin

    about = said(type_, role, comment, tag, area, follows=follows and id_of(follows))
    wanted = FetchBegin.from_dict({"url": url, **_given(name=name, sha256=sha256, machine=machine), **about})
    wait_for(remote.ask(dataset_fetch.sync_detailed, client=remote.client(), body=wanted), detach, timeout, json_)


@datasets.command("adopt")
def adopt(
    storage: Annotated[str, typer.Argument(help="Name or id of the storage")],
    path: Annotated[str, typer.Argument(help="Where the file is in it")],
    name: Annotated[str | None, typer.Option(help="Instead of the last part of the path")] = None,
    type_: Type = None,
    role: DatasetRole = None,
    comment: Comment = None,
    tag: Tags = [],  # noqa: B006
    sha256: Sums = None,
    detach: Annotated[bool, typer.Option("--detach", help="Do not wait")] = False,
    timeout: Timeout = None,
    json_: Json = False,
) -> None:
    """Make a file that lies in a storage a data set, where it is. It outlives the data set.

    Example: stormbell datasets adopt archive 2026/run-42/grid.nc
    """
    from stormbell_client.api.data import dataset_adopt, storage_list
    from stormbell_client.models.adopt_begin import AdoptBegin

    storage_id = remote.id_of(storage_list.sync_detailed, "storage", "sto_", storage)
    about = said(type_, role, comment, tag)
    said_ = _given(name=name, sha256=sha256)
    wanted = AdoptBegin.from_dict({"storage_id": storage_id, "path": path, **said_, **about})
    wait_for(remote.ask(dataset_adopt.sync_detailed, client=remote.client(), body=wanted), detach, timeout, json_)


@datasets.command("change")
def change(
    dataset: Dataset,
    name: Annotated[str | None, typer.Option(help="Another name")] = None,
    type_: Type = None,
    role: DatasetRole = None,
    comment: Comment = None,
    tag: Tags = [],  # noqa: B006
    area: Box = None,
    from_: From = None,
    until: Until = None,
    keep_until: Keep = None,
    pin: Annotated[
        bool | None, typer.Option("--pin/--no-pin", help="Neither people nor retention delete a pinned one")
    ] = None,
    json_: Json = False,
) -> None:
    """Say something else of a data set; an empty text takes it away. Its bytes stay as they are.

    Example: stormbell datasets change dst_01J8ZQ4M7T --comment "checked by hand" --pin
    """
    wanted = said(type_, role, comment, tag, area, from_, until, keep_until) | _given(name=name, pinned=pin)
    if not wanted:
        raise CommandFailed("say what to change: --name, --type, --role, --comment, --tag, --area, --pin …", USAGE)
    for key in ("role", "comment", "area", "valid_from", "valid_until", "keep_until"):
        if wanted.get(key) == "":
            wanted[key] = None
    print_one(_change(id_of(dataset), wanted), json_)


@datasets.command("tag")
def tag_dataset(
    dataset: Dataset,
    add: Annotated[list[str] | None, typer.Argument(metavar="[TAG]...", help="Tags to add")] = None,
    remove: Annotated[list[str], typer.Option("--remove", help="Tag to take off; may be repeated")] = [],  # noqa: B006
    json_: Json = False,
) -> None:
    """Put tags on a data set, or take them off.

    Example: stormbell datasets tag dst_01J8ZQ4M7T flood 2026 --remove draft
    """
    from stormbell_client.api.data import dataset_get

    dataset_id = id_of(dataset)
    have = remote.ask(dataset_get.sync_detailed, dataset_id, client=remote.client()).view.tags
    tags = [one for one in dict.fromkeys([*have, *(add or [])]) if one not in remove]
    print_one(_change(dataset_id, {"tags": tags}), json_)


@datasets.command("rm")
def delete(
    chosen: Annotated[list[str], typer.Argument(metavar="DATASET...", help="Names or ids")],
    yes: Yes = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Delete data sets. They are hidden at once and can be restored until their bytes are erased.

    Example: stormbell datasets rm dst_01J8ZQ4M7T --yes
    """
    from stormbell_client.api.data import dataset_delete

    ids = [id_of(one) for one in chosen]
    what = f"delete {len(chosen)} data set{'s' if len(chosen) > 1 else ''}"
    if not allowed(what, ids, yes=yes, dry_run=dry_run, json_=json_):
        return
    for one in ids:
        remote.ask(dataset_delete.sync_detailed, one, client=remote.client())
    show.done(f"{', '.join(ids)} deleted; 'stormbell datasets restore' has it back.", {"deleted": ids}, json_)


@datasets.command("restore")
def restore(dataset: Dataset, json_: Json = False) -> None:
    """Have a deleted data set back, as long as its bytes are not erased.

    Example: stormbell datasets restore dst_01J8ZQ4M7T
    """
    from stormbell_client.api.data import dataset_restore

    print_one(remote.ask(dataset_restore.sync_detailed, id_of(dataset, deleted=True), client=remote.client()), json_)


@datasets.command("search")
def search(
    words: Annotated[list[str], typer.Argument(help="Words that all occur in name, comment, role or tags")],
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """Find data sets by words. 'list' finds them by everything else.

    Example: stormbell datasets search flood fiji
    """
    from stormbell_client.api.data import dataset_list

    page = remote.pages(dataset_list.sync_detailed, limit, all_, client=remote.client(), q=" ".join(words))
    print_rows(page, json_)


def said(
    type_: str | None = None,
    role: str | None = None,
    comment: str | None = None,
    tags: list[str] | None = None,
    area: str | None = None,
    from_: str | None = None,
    until: str | None = None,
    keep_until: str | None = None,
    follows: str | None = None,
    made_from: list[str] | None = None,
) -> dict[str, Any]:
    """Return what options say of a data set as the API takes it. Raises CommandFailed for what cannot be read."""
    given = _given(media_type=type_, role=role, comment=comment, follows=follows)
    given |= {name: value for name, value in (("tags", tags), ("made_from", made_from)) if value}
    if area is not None:
        try:
            given["area"] = [float(part) for part in area.split(",")] if area else ""
        except ValueError as error:
            raise CommandFailed(f"--area {area!r}: west,south,east,north in degrees", USAGE) from error
    for name, option, text in (
        ("valid_from", "--from", from_),
        ("valid_until", "--until", until),
        ("keep_until", "--keep-until", keep_until),
    ):
        if text is not None:
            given[name] = _time(text, option)
    return given


def _time(text: str, option: str) -> str:
    if not text:
        return text
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandFailed(f"{option} {text!r}: write it like 2026-03-01T12:00Z", USAGE) from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _change(dataset: str, wanted: dict[str, Any]) -> Any:
    from stormbell_client.api.data import dataset_change
    from stormbell_client.models.dataset_change import DatasetChange

    body = DatasetChange.from_dict(wanted)
    return remote.ask(dataset_change.sync_detailed, dataset, client=remote.client(), body=body)


def _made(ids: list[str], json_: bool) -> None:
    from stormbell_client.api.data import dataset_get

    answers = [remote.ask(dataset_get.sync_detailed, one, client=remote.client()) for one in ids]
    if json_:
        show.document(answers[0].document if len(answers) == 1 else [answer.document for answer in answers])
        return
    for answer in answers:
        d = answer.view
        show.out(clean(f"{d.id}  {d.name}  {size(d.bytes_)}  sha256 {d.sha256[:16]}…"))


def wait_for(answer: Any, detach: bool, timeout: float | None, json_: bool) -> None:
    """Wait for the job that makes a data set, and show it."""
    from stormbell_client.api.jobs import job_get

    from app.cli.jobs import watch

    making = answer.view
    if detach:
        show.done(f"{making.dataset_id} is made by the job {making.job_id}.", answer.document, json_)
        return
    watch(making.job_id, timeout=timeout, quiet=True, json_=False)
    job = remote.ask(job_get.sync_detailed, making.job_id, client=remote.client()).view
    if job.state.value != "succeeded":
        raise CommandFailed(f"no data set was made: {job.error}")
    made: dict[str, Any] = job.result if isinstance(job.result, dict) else {}
    _made([made.get("dataset_id", making.dataset_id)], json_)
