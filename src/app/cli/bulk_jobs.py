"""``stormbell jobs cancel|retry|delete``: one job, some, or all that fit a filter, with how far it has come."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import DryRun, IncidentOption, Json, Yes
from app.cli.asking import allowed
from app.cli.jobs import Batch, Kind, Origin, Queue, State, jobs
from app.cli.problems import USAGE, CommandFailed

Jobs = Annotated[
    list[str], typer.Argument(metavar="[JOB]...", help="Ids or numbers; without any, the jobs the options name")
]
Everything = Annotated[bool, typer.Option("--everything", help="Every job there is")]

AT_ONCE = 2000
_WIDTH = 24


@jobs.command("cancel")
def cancel_job(
    job: Jobs = [],  # noqa: B006
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
    """Cancel jobs that wait or run: those you name, or all that fit.

    Example: stormbell jobs cancel --kind wait --state queued --dry-run
    """
    from stormbell_client.api.jobs import job_cancel, job_cancel_many

    chosen = _filter(state, kind, queue, incident, batch, origin, everything)
    if len(job) != 1:
        chosen = _these(job, chosen)
        _many("cancel", job_cancel_many.sync_detailed, chosen, yes=yes, dry_run=dry_run, json_=json_)
    elif job_id := _allowed("cancel", job[0], chosen, job_cancel.sync_detailed, yes=yes, dry_run=dry_run, json_=json_):
        answer = remote.ask(job_cancel.sync_detailed, job_id, client=remote.client())
        show.done(f"{job[0]} is {answer.view.state.value}.", answer.document, json_)


@jobs.command("retry")
def retry_job(
    job: Jobs = [],  # noqa: B006
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
    """Repeat jobs that have ended, those you name, or all that fit and did not succeed, each as a new job.

    Example: stormbell jobs retry --kind wait --state failed
    """
    from stormbell_client.api.jobs import job_retry, job_retry_many

    chosen = _filter(state, kind, queue, incident, batch, origin, everything)
    if len(job) != 1:
        chosen = _these(job, chosen)
        _many("retry", job_retry_many.sync_detailed, chosen, yes=yes, dry_run=dry_run, json_=json_)
    elif job_id := _allowed("retry", job[0], chosen, yes=True, dry_run=dry_run, json_=json_):
        answer = remote.ask(job_retry.sync_detailed, job_id, client=remote.client())
        show.done(f"{job[0]} is repeated as {answer.view.id}.", answer.document, json_)


@jobs.command("delete")
def delete_job(
    job: Jobs = [],  # noqa: B006
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
    """Delete jobs that have ended, those you name, or all that fit, with their attempts.

    Example: stormbell jobs delete --kind wait --state succeeded --yes
    """
    from stormbell_client.api.jobs import job_delete, job_delete_many

    chosen = _filter(state, kind, queue, incident, batch, origin, everything)
    if len(job) != 1:
        chosen = _these(job, chosen)
        _many("delete", job_delete_many.sync_detailed, chosen, yes=yes, dry_run=dry_run, json_=json_)
    elif job_id := _allowed("delete", job[0], chosen, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(job_delete.sync_detailed, job_id, client=remote.client())
        show.done(f"{job[0]} is deleted.", {"deleted": job_id}, json_)


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


def _these(named: list[str], chosen: dict[str, Any]) -> dict[str, Any]:
    """Return the filter of several jobs that are named by id or number; of none, the one that was chosen."""
    from stormbell_client.api.jobs import job_get

    if not named:
        return chosen
    if chosen:
        raise CommandFailed("name jobs, or which jobs by options: not both", USAGE)
    return {"ids": [remote.ask(job_get.sync_detailed, job, client=remote.client()).view.id for job in named]}


def _allowed(
    verb: str,
    job: str,
    chosen: dict[str, Any],
    rehearsal: Callable[..., Any] | None = None,
    *,
    yes: bool,
    dry_run: bool,
    json_: bool,
) -> str | None:
    """Return the id of a job, named by that or by its number, with which this may be done.

    ``rehearsal`` is asked first in a dry run: it is refused for the same reasons as the real one.
    """
    from stormbell_client.api.jobs import job_get

    if chosen:
        raise CommandFailed("name a job, or which jobs by options: not both", USAGE)
    found = remote.ask(job_get.sync_detailed, job, client=remote.client())
    if dry_run and rehearsal is not None:
        remote.ask(rehearsal, found.view.id, client=remote.client(), dry_run=True)
    what = f"{verb} job {found.view.number}, {found.view.kind} ({found.view.state.value})"
    return found.view.id if allowed(what, found.document, yes=yes, dry_run=dry_run, json_=json_) else None


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
    which = f"of the {len(chosen['ids']):,} named" if "ids" in chosen else ", ".join(named) or "everything"
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
