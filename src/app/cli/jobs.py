"""``stormbell jobs``."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, IncidentOption, Json, Limit, Yes, noun
from app.cli.asking import allowed

jobs = noun("jobs", "Queued work of the server itself.")

Job = Annotated[str, typer.Argument(metavar="JOB", help="Its id")]


@jobs.command("list")
def list_jobs(
    state: Annotated[list[str], typer.Option(help="Only in this state; may be repeated")] = [],  # noqa: B006
    kind: Annotated[str | None, typer.Option(help="Only of this kind, such as workflows.stage")] = None,
    incident: IncidentOption = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List jobs, newest first.

    Example: stormbell jobs list --state queued --state running
    """
    from stormbell_client.api.jobs import job_list
    from stormbell_client.models.job_list_state_item import JobListStateItem

    states = remote.one_of(JobListStateItem, state, "--state")
    page = remote.pages(
        job_list.sync_detailed, limit, all_, client=remote.client(), state=states, kind=kind, incident_id=incident
    )
    show.rows(
        page,
        json_,
        ("number", "id", "kind", "state", "created", "attempt", "incident", "waits for"),
        lambda j: (
            *(j.number, j.id, j.kind, j.state, j.created_at, f"{j.attempt}/{j.max_attempts}", j.incident_id),
            j.waiting_on.text if j.waiting_on else j.error,
        ),
        "No jobs.",
    )


@jobs.command("show")
def show_job(job: Job, json_: Json = False) -> None:
    """Show one job.

    Example: stormbell jobs show job_01J8ZQ4M7T
    """
    from stormbell_client.api.jobs import job_get

    answer = remote.ask(job_get.sync_detailed, job, client=remote.client())
    j = answer.view
    show.one(
        answer,
        json_,
        [
            ("id", j.id),
            ("number", j.number),
            ("kind", j.kind),
            ("queue", j.queue),
            ("state", j.state),
            ("waits for", j.waiting_on.text if j.waiting_on else None),
            ("error", j.error),
            ("created", j.created_at),
            ("due", j.run_at),
            ("started", j.started_at),
            ("finished", j.finished_at),
            ("attempt", f"{j.attempt} of {j.max_attempts} ({j.failed_count} failed, {j.lost_count} lost)"),
            ("incident", j.incident_id),
            ("simulation", j.simulation_id),
        ],
    )


@jobs.command("cancel")
def cancel_job(job: Job, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Cancel a job that waits or runs.

    Example: stormbell jobs cancel job_01J8ZQ4M7T
    """
    from stormbell_client.api.jobs import job_cancel, job_get

    found = remote.ask(job_get.sync_detailed, job, client=remote.client())
    what = f"cancel job {found.view.number}, {found.view.kind} ({found.view.state.value})"
    if allowed(what, found.document, yes=yes, dry_run=dry_run, json_=json_):
        answer = remote.ask(job_cancel.sync_detailed, job, client=remote.client())
        show.done(f"{job} is {answer.view.state.value}.", answer.document, json_)
