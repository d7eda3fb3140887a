"""``stormbell batches``: jobs that are followed together."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.jobs import json_of
from app.cli.problems import USAGE, CommandFailed
from app.cli.units import duration

batches = noun("batches", "Jobs that are followed together.")

Batch = Annotated[str, typer.Argument(metavar="BATCH", help="Its id")]
AT_ONCE = 1000


@batches.command("list")
def list_batches(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List batches, newest first.

    Example: stormbell batches list
    """
    from stormbell_client.api.jobs import job_batch_list

    page = remote.pages(job_batch_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "state", "ended", "jobs", "running", "counts", "opened"),
        lambda b: (b.id, b.name, b.state, b.ended, b.total, b.running, _counts(b), b.created_at),
        "No batches.",
    )


@batches.command("show")
def show_batch(batch: Batch, json_: Json = False) -> None:
    """Show a batch and how far it has come.

    Example: stormbell batches show bat_01J8ZQ4M7T
    """
    from stormbell_client.api.jobs import job_batch_get

    _one(remote.ask(job_batch_get.sync_detailed, batch, client=remote.client()), json_)


@batches.command("open")
def open_batch(
    name: Annotated[str, typer.Argument(help="What it is called")],
    callback: Annotated[
        str | None, typer.Option(metavar="KIND", help="Kind of a job queued when it has finished")
    ] = None,
    callback_payload: Annotated[str, typer.Option(metavar="JSON", help="What that job is given; @file, @-")] = "{}",
    json_: Json = False,
) -> None:
    """Open a batch; add jobs to it, then seal it.

    Example: stormbell batches open "tiles of Tuesday"
    """
    from stormbell_client.api.jobs import job_batch_open
    from stormbell_client.models.batch_open import BatchOpen

    wanted: dict[str, Any] = {"name": name}
    if callback is not None:
        wanted |= {"callback_kind": callback, "callback_payload": json_of(callback_payload, "--callback-payload")}
    body = BatchOpen.from_dict(wanted)
    _one(remote.ask(job_batch_open.sync_detailed, client=remote.client(), body=body), json_)


@batches.command("add")
def add_jobs(
    batch: Batch,
    kind: Annotated[str, typer.Argument(help="Kind of the jobs")],
    file: Annotated[Path | None, typer.Argument(help="JSON lines, one job's payload each; default: stdin")] = None,
    queue: Annotated[str | None, typer.Option(help="Instead of the kind's")] = None,
    json_: Json = False,
) -> None:
    """Add a job for every line of a file, a thousand at a time.

    Example: stormbell batches add bat_01J8ZQ4M7T wait payloads.ndjson
    """
    from stormbell_client.api.jobs import job_batch_add
    from stormbell_client.models.batch_jobs import BatchJobs

    lines = (sys.stdin.read() if file is None else file.read_text()).splitlines()
    try:
        payloads = [json.loads(line) for line in lines if line.strip()]
    except ValueError as error:
        raise CommandFailed(f"not every line is JSON: {error}", USAGE) from error
    ids: list[str] = []
    for start in range(0, len(payloads), AT_ONCE):
        wanted: dict[str, Any] = {"kind": kind, "payloads": payloads[start : start + AT_ONCE], "queue": queue}
        body = BatchJobs.from_dict(wanted)
        ids += remote.ask(job_batch_add.sync_detailed, batch, client=remote.client(), body=body).view.job_ids
    show.done(f"{len(ids):,} jobs added.", {"job_ids": ids}, json_)


@batches.command("seal")
def seal_batch(batch: Batch, json_: Json = False) -> None:
    """Add no more; it finishes when the last of its jobs has ended.

    Example: stormbell batches seal bat_01J8ZQ4M7T
    """
    from stormbell_client.api.jobs import job_batch_seal

    _one(remote.ask(job_batch_seal.sync_detailed, batch, client=remote.client()), json_)


@batches.command("cancel")
def cancel_batch(batch: Batch, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Cancel every job of a batch that has not ended, and seal it.

    Example: stormbell batches cancel bat_01J8ZQ4M7T
    """
    from stormbell_client.api.jobs import job_batch_cancel, job_batch_get

    found = remote.ask(job_batch_get.sync_detailed, batch, client=remote.client())
    what = f"cancel {found.view.name!r} and its {found.view.total - found.view.ended:,} unfinished jobs"
    if allowed(what, found.document, yes=yes, dry_run=dry_run, json_=json_):
        _one(remote.ask(job_batch_cancel.sync_detailed, batch, client=remote.client()), json_)


def _counts(b: Any) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(b.counts.additional_properties.items()))


def _one(answer: "remote.Answer[Any]", json_: bool) -> None:
    b = answer.view
    took = None if not b.finished_at else duration((b.finished_at - b.created_at).total_seconds())
    show.one(
        answer,
        json_,
        [
            ("id", b.id),
            ("name", b.name),
            ("state", b.state),
            ("ended", f"{b.ended:,} of {b.total:,} ({_counts(b) or 'none'})"),
            ("running", b.running),
            ("callback", b.callback_job_id or b.callback_kind),
            ("opened", b.created_at),
            ("sealed", b.sealed_at),
            ("finished", b.finished_at),
            ("took", took),
        ],
    )
