"""``stormbell datasets uploads`` and ``forget``: what was begun to be uploaded and is no data set yet."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes
from app.cli.asking import allowed
from app.cli.datasets import datasets
from app.cli.units import size


@datasets.command("uploads")
def list_uploads(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List the uploads under way; 'datasets put' of the same file goes on with one.

    Example: stormbell datasets uploads
    """
    from stormbell_client.api.data import upload_list

    show.rows(
        remote.pages(upload_list.sync_detailed, limit, all_, client=remote.client()),
        json_,
        ("id", "name", "has", "of", "begun", "forgotten"),
        lambda u: (u.id, u.name, size(u.offset), size(u.bytes_), u.created_at, u.expires_at),
        "No uploads are under way.",
    )


@datasets.command("forget")
def forget_uploads(
    uploads: Annotated[list[str], typer.Argument(metavar="UPLOAD...", help="Ids, as 'datasets uploads' lists them")],
    yes: Yes = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Forget uploads and what came of them: what they reserved is free again. Data sets they have become stay.

    Example: stormbell datasets forget upl_01J8ZQ4M7T --yes
    """
    from stormbell_client.api.data import upload_end, upload_get

    found = [remote.ask(upload_get.sync_detailed, one, client=remote.client()).document for one in uploads]
    if allowed(f"forget what came of {', '.join(uploads)}", found, yes=yes, dry_run=dry_run, json_=json_):
        for one in uploads:
            remote.ask(upload_end.sync_detailed, one, client=remote.client())
        show.done(f"Forgot {', '.join(uploads)}.", {"forgotten": uploads}, json_)
