"""``stormbell batches``: jobs that are followed together."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.files import text_of
from app.cli.jobs import LimitKey, MaxAttempts, Priority, Urgency, json_of
from app.cli.problems import USAGE, CommandFailed, Refused
from app.cli.units import duration

batches = noun("batches", "Jobs that are followed together.")

Batch = Annotated[str, typer.Argument(metavar="BATCH", help="Its id or name")]
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
    urgency: Urgency = "normal",
    priority: Priority = 0,
    limit_key: LimitKey = None,
    max_attempts: MaxAttempts = None,
    json_: Json = False,
) -> None:
    """Add a job for every line of a file, a thousand at a time.

    Example: stormbell batches add bat_01J8ZQ4M7T wait payloads.ndjson
    """
    from stormbell_client.api.jobs import job_batch_add, job_batch_get
    from stormbell_client.models.batch_jobs import BatchJobs
    from stormbell_client.models.batch_jobs_urgency import BatchJobsUrgency

    payloads = _payloads(file)
    [chosen] = remote.one_of(BatchJobsUrgency, [urgency], "--urgency")
    options = {"kind": kind, "queue": queue, "urgency": chosen.value, "priority": priority}
    options |= {"limit_key": limit_key, "max_attempts": max_attempts}
    ids: list[str] = []
    if len(payloads) > AT_ONCE and not batch.startswith("bat_"):  # all into one: another of this name may be opened
        batch = remote.ask(job_batch_get.sync_detailed, batch, client=remote.client()).view.id
    for start in range(0, len(payloads), AT_ONCE):
        some = payloads[start : start + AT_ONCE]
        body = BatchJobs.from_dict({**options, "payloads": [payload for _, payload in some]})
        try:
            ids += remote.ask(job_batch_add.sync_detailed, batch, client=remote.client(), body=body).view.job_ids
        except Refused as refused:
            if not ids:
                raise
            added = f"the {len(ids):,} jobs of the lines before line {some[0][0]:,} are added, the others are not"
            raise CommandFailed(f"{refused}; {added}", refused.code) from refused
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
        # By its id: another of this name may be open by now.
        _one(remote.ask(job_batch_cancel.sync_detailed, found.view.id, client=remote.client()), json_)


def _payloads(file: Path | None) -> list[tuple[int, dict[str, Any]]]:
    """Return the payload of each line with the line's number. Raises CommandFailed that names a wrong one."""
    name = "stdin" if file is None else file
    numbered: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(text_of("-" if file is None else file).split("\n"), 1):
        if not line.strip():
            continue
        try:
            payload = json.loads(line)
        except ValueError as error:
            why = f"is not JSON: {error.msg}" if isinstance(error, json.JSONDecodeError) else f"is not JSON: {error}"
            raise CommandFailed(f"{name}, line {number:,}, {why}; nothing was added", USAGE) from error
        if not isinstance(payload, dict):
            says = "is no JSON object, such as {}; nothing was added"
            raise CommandFailed(f"{name}, line {number:,}, {says}", USAGE)
        numbered.append((number, payload))
    return numbered


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
