"""``stormbell jobs cancel|retry|delete``: one job, or all that fit a filter, with how far it has come."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import DryRun, IncidentOption, Json, Yes
from app.cli.asking import allowed
from app.cli.jobs import Batch, Kind, Origin, Queue, State, jobs
from app.cli.problems import USAGE, CommandFailed

Job = Annotated[str | None, typer.Argument(metavar="[JOB]", help="Its id; without it, the jobs the options name")]
Everything = Annotated[bool, typer.Option("--everything", help="Every job there is")]

AT_ONCE = 2000
_WIDTH = 24


@jobs.command("cancel")
def cancel_job(
    job: Job = None,
    state: State = [],  # noqa: B006
    kind: Kind = None,
    queue: Queue = None,
    incident: IncidentOption = None,
    batch: Batch = None,
    origin: Origin = None,
    everything: Everything = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Cancel a job that waits or runs, or all that fit.

    Example: stormbell jobs cancel --kind wait --state queued --dry-run
    """
    from stormbell_client.api.jobs import job_cancel, job_cancel_many

    chosen = _filter(state, kind, queue, incident, batch, origin, everything)
    if job is None:
        _many("cancel", job_cancel_many.sync_detailed, chosen, yes=yes, dry_run=dry_run, json_=json_)
    elif _allowed("cancel", job, chosen, yes=yes, dry_run=dry_run, json_=json_):
        answer = remote.ask(job_cancel.sync_detailed, job, client=remote.client())
        show.done(f"{job} is {answer.view.state.value}.", answer.document, json_)


@jobs.command("retry")
def retry_job(
    job: Job = None,
    state: State = [],  # noqa: B006
    kind: Kind = None,
    queue: Queue = None,
    incident: IncidentOption = None,
    batch: Batch = None,
    origin: Origin = None,
    everything: Everything = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Repeat a job that has ended, or all that fit and did not succeed, each as a new job.

    Example: stormbell jobs retry --kind wait --state failed
    """
    from stormbell_client.api.jobs import job_retry, job_retry_many

    chosen = _filter(state, kind, queue, incident, batch, origin, everything)
    if job is None:
        _many("retry", job_retry_many.sync_detailed, chosen, yes=yes, dry_run=dry_run, json_=json_)
    elif _allowed("retry", job, chosen, yes=True, dry_run=dry_run, json_=json_):
        answer = remote.ask(job_retry.sync_detailed, job, client=remote.client())
        show.done(f"{job} is repeated as {answer.view.id}.", answer.document, json_)


@jobs.command("delete")
def delete_job(
    job: Job = None,
    state: State = [],  # noqa: B006
    kind: Kind = None,
    queue: Queue = None,
    incident: IncidentOption = None,
    batch: Batch = None,
    origin: Origin = None,
    everything: Everything = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Delete a job that has ended, or all that fit, with their attempts.

    Example: stormbell jobs delete --kind wait --state succeeded --yes
    """
    from stormbell_client.api.jobs import job_delete, job_delete_many

    chosen = _filter(state, kind, queue, incident, batch, origin, everything)
    if job is None:
        _many("delete", job_delete_many.sync_detailed, chosen, yes=yes, dry_run=dry_run, json_=json_)
    elif _allowed("delete", job, chosen, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(job_delete.sync_detailed, job, client=remote.client())
        show.done(f"{job} is deleted.", {"deleted": job}, json_)


def _filter(
    state: list[str],
    kind: str | None,
    queue: str | None,
    incident: str | None,
    batch: str | None,
    origin: str | None,
    everything: bool,
) -> dict[str, Any]:
    from stormbell_client.models.bulk_filter_state_item import BulkFilterStateItem

    remote.one_of(BulkFilterStateItem, state, "--state")
    given = {
        "state": list(state) or None,
        "kind": kind,
        "queue": queue,
        "incident_id": incident,
        "batch_id": batch,
        "origin": origin,
        "all": everything or None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _allowed(verb: str, job: str, chosen: dict[str, Any], *, yes: bool, dry_run: bool, json_: bool) -> bool:
    from stormbell_client.api.jobs import job_get

    if chosen:
        raise CommandFailed("name a job, or which jobs by options: not both", USAGE)
    found = remote.ask(job_get.sync_detailed, job, client=remote.client())
    what = f"{verb} job {found.view.number}, {found.view.kind} ({found.view.state.value})"
    return allowed(what, found.document, yes=yes, dry_run=dry_run, json_=json_)


def _many(
    verb: str, operation: Callable[..., Any], chosen: dict[str, Any], *, yes: bool, dry_run: bool, json_: bool
) -> None:
    from stormbell_client.models.job_bulk import JobBulk

    if not chosen:
        raise CommandFailed("name a job, or say which by options such as --kind; --everything is all", USAGE)

    def ask(**more: Any) -> Any:
        body = JobBulk.from_dict({"filter": chosen, "limit": AT_ONCE, **more})
        return remote.ask(operation, client=remote.client(), body=body)

    rehearsed = ask(dry_run=True)
    total = rehearsed.view.matched
    named = [f"{name.removesuffix('_id')} {_words(value)}" for name, value in chosen.items() if name != "all"]
    which = ", ".join(named) or "everything"
    if not allowed(f"{verb} {total:,} jobs ({which})", rehearsed.document, yes=yes, dry_run=dry_run, json_=json_):
        return
    done, looked, cursor = 0, 0, None
    while True:
        answer = ask(**({} if cursor is None else {"cursor": cursor}))
        done, looked = done + answer.view.done, min(total, looked + AT_ONCE)
        cursor = answer.document.get("next_cursor")
        _draw(looked, total, last=cursor is None)
        if cursor is None:
            break
    show.done(f"{verb}: {done:,} of {total:,} jobs.", {"matched": total, "done": done}, json_)


def _words(value: Any) -> str:
    return " or ".join(value) if isinstance(value, list) else str(value)


def _draw(looked: int, total: int, *, last: bool) -> None:
    if sys.stderr.isatty() and total > AT_ONCE:
        filled = "█" * (_WIDTH * looked // total)
        text = "" if last else f"{filled:░<{_WIDTH}} {looked:,} of {total:,}"
        print(f"\r{text:<60}", end="\r" if last else "", file=sys.stderr, flush=True)
