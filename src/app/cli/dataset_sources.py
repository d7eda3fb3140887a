"""``stormbell datasets query``, ``refresh`` and ``retention``, and ``stormbell storages changes``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import Json, Limit, Timeout
from app.cli.dataset_verbs import Comment, DatasetRole, Tags, said, wait_for
from app.cli.datasets import Dataset, datasets, id_of
from app.cli.problems import USAGE, CommandFailed
from app.cli.storages import Storage, storages
from app.cli.storages import id_of as storage_id_of
from app.cli.units import size
from app.kernel.console import clean

Detach = Annotated[bool, typer.Option("--detach", help="Do not wait")]


@datasets.command("query")
def query(
    storage: Annotated[str, typer.Argument(help="The database: name or id of a storage with the driver postgresql")],
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT; @file reads a file, @- standard input")],
    form: Annotated[str, typer.Option("--format", help="csv or ndjson")] = "csv",
    most_rows: Annotated[int, typer.Option("--most-rows", min=1, help="More is refused")] = 1_000_000,
    name: Annotated[str | None, typer.Option(help="Of the data set")] = None,
    role: DatasetRole = None,
    comment: Comment = None,
    tag: Tags = [],  # noqa: B006
    detach: Detach = False,
    timeout: Timeout = None,
    json_: Json = False,
) -> None:
    """Make the answer to a query of a database elsewhere a data set. Nothing is changed there.

    Example: stormbell datasets query hydro "SELECT * FROM gauges" --name gauges.csv
    """
    from stormbell_client.api.data import dataset_query
    from stormbell_client.models.query_begin import QueryBegin

    if form not in ("csv", "ndjson"):
        raise CommandFailed(f"--format {form!r}: choose from csv, ndjson", USAGE)
    wanted = {"storage_id": storage_id_of(storage), "query": _text(sql), "form": form, "most_rows": most_rows}
    wanted |= {**said(None, role, comment, tag), **({"name": name} if name else {})}
    body = QueryBegin.from_dict(wanted)
    wait_for(remote.ask(dataset_query.sync_detailed, client=remote.client(), body=body), detach, timeout, json_)


@datasets.command("refresh")
def refresh(dataset: Dataset, detach: Detach = False, timeout: Timeout = None, json_: Json = False) -> None:
    """Ask again for what a data set was fetched or queried from; another content becomes its next version.

    Example: stormbell datasets refresh gauges.csv
    """
    from stormbell_client.api.data import dataset_refresh

    asked = remote.ask(dataset_refresh.sync_detailed, id_of(dataset), client=remote.client())
    wait_for(asked, detach, timeout, json_)


@datasets.command("retention")
def retention(json_: Json = False) -> None:
    """Say what the rules of retention in the settings would delete now. Nothing is deleted by asking.

    Example: stormbell datasets retention
    """
    from stormbell_client.api.data import retention_preview

    found = remote.ask(retention_preview.sync_detailed, client=remote.client())
    if json_:
        show.document(found.document)
        return
    r = found.view
    if not r.rules:
        show.out("No rules: everything is kept. They are data.retention in the settings.")
        return
    for rule in found.document["rules"]:
        days = "for good" if rule["days"] is None else f"{rule['days']:g} days"
        show.out(clean(f"{rule['role'] or 'any role'}, {rule['of']}: kept {days}"))
    show.out(f"{r.dataset_count:,} data sets of {size(r.bytes_)} are older, and nothing needs them.")
    for d in r.items:
        show.out(clean(f"{d.id}  {d.name}  {d.role or ''}  {size(d.bytes_)}  made {d.created_at:%Y-%m-%d}"))


@storages.command("changes")
def list_changes(
    storage: Storage,
    folder: Annotated[str, typer.Argument(help="Only files below this directory")] = "",
    since: Annotated[str | None, typer.Option(metavar="CURSOR", help="The cursor of the answer before")] = None,
    limit: Limit = 50,
    json_: Json = False,
) -> None:
    """List which files in a storage changed, came or went since a cursor; without one, which are there.

    Example: stormbell storages changes cloud --since WzIsIiJd
    """
    from stormbell_client.api.data import storage_change_list

    found = remote.ask(
        storage_change_list.sync_detailed,
        storage_id_of(storage),
        client=remote.client(),
        prefix=folder,
        limit=limit,
        **({} if since is None else {"since": since}),
    )
    if json_:
        show.document(found.document)
        return
    for change in found.view.items:
        show.out(clean(f"{'gone' if change.gone else size(change.bytes_)}  {change.path}"))
    if found.view.scanned_at is None:
        show.out("It is being looked through for the first time: ask again in a moment.")
    else:
        show.out(f"The next time: --since {found.view.cursor}")


def _text(sql: str) -> str:
    if not sql.startswith("@"):
        return sql
    return sys.stdin.read() if sql == "@-" else Path(sql[1:]).read_text()
