"""``stormbell jobs``: looking at them and submitting them; cli/bulk_jobs.py has what ends or repeats them."""

import json
import time
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, IncidentOption, Json, JsonLines, Limit, Timeout, noun
from app.cli.files import said
from app.cli.problems import FAILED, USAGE, CommandFailed
from app.cli.units import duration, span
from app.kernel.console import clean

jobs = noun("jobs", "Queued work: the server's own, and what people submit.")

Job = Annotated[str, typer.Argument(metavar="JOB", help="Its id or number")]
State = Annotated[list[str], typer.Option(help="Only in this state; may be repeated")]
Kind = Annotated[str | None, typer.Option(help="Only of this kind, such as workflows.stage")]
Queue = Annotated[str | None, typer.Option(help="Only of this queue")]
Batch = Annotated[str | None, typer.Option("--batch", metavar="ID", help="Only of this batch")]
Origin = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those made by this user or schedule, or repeating this job")
]
Urgency = Annotated[str, typer.Option(help="low, normal, high or critical")]
Priority = Annotated[int, typer.Option(help="Within the urgency, -499 to 499; the larger goes first")]
LimitKey = Annotated[str | None, typer.Option(help="What it uses; limits of that key count it")]
MaxAttempts = Annotated[int | None, typer.Option(help="Instead of the kind's")]
Payload = Annotated[str, typer.Option(metavar="JSON", help="What the kind takes; @file reads a file, @- stdin")]

LOOK_SECONDS = 0.3
ENDED = frozenset({"succeeded", "failed", "timed_out", "cancelled", "quarantined"})


@jobs.command("list")
def list_jobs(
    state: State = [],  # noqa: B006
    kind: Kind = None,
    queue: Queue = None,
    incident: IncidentOption = None,
    batch: Batch = None,
    origin: Origin = None,
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
        job_list.sync_detailed,
        limit,
        all_,
        client=remote.client(),
        state=states,
        kind=kind,
        queue=queue,
        incident_id=incident,
        batch_id=batch,
        origin=origin,
    )
    show.rows(
        page,
        json_,
        ("number", "id", "kind", "queue", "state", "created", "attempt", "incident", "waits for"),
        lambda j: (
            *(j.number, j.id, j.kind, j.queue, j.state, j.created_at, f"{j.attempt}/{j.max_attempts}", j.incident_id),
            j.waiting_on.text if j.waiting_on else j.error,
        ),
        "No jobs.",
    )


@jobs.command("count")
def count_jobs(
    kind: Kind = None,
    queue: Queue = None,
    incident: IncidentOption = None,
    batch: Batch = None,
    origin: Origin = None,
    json_: Json = False,
) -> None:
    """Count jobs by state, up to a thousand in each.

    Example: stormbell jobs count --kind workflows.stage
    """
    from stormbell_client.api.jobs import job_count

    answer = remote.ask(
        job_count.sync_detailed,
        client=remote.client(),
        kind=kind,
        queue=queue,
        incident_id=incident,
        batch_id=batch,
        origin=origin,
    )
    most = answer.view.most
    counts = answer.view.counts.additional_properties.items()
    show.one(answer, json_, [(state.replace("_", " "), f"{n:,}+" if n >= most else f"{n:,}") for state, n in counts])


@jobs.command("show")
def show_job(job: Job, json_: Json = False) -> None:
    """Show one job with what it was given and what it gave.

    Example: stormbell jobs show job_01J8ZQ4M7T
    """
    from stormbell_client.api.jobs import job_get

    _one(remote.ask(job_get.sync_detailed, job, client=remote.client()), json_)


@jobs.command("submit")
def submit_job(
    kind: Annotated[str, typer.Argument(help="Its kind; 'stormbell jobs kinds' lists those that can be submitted")],
    payload: Payload = "{}",
    queue: Annotated[str | None, typer.Option(help="Instead of the kind's")] = None,
    urgency: Urgency = "normal",
    priority: Priority = 0,
    delay: Annotated[str | None, typer.Option(metavar="SPAN", help="Not before this, such as 30s or 2h")] = None,
    expires: Annotated[str | None, typer.Option(metavar="SPAN", help="Not to be begun after this")] = None,
    deadline: Annotated[str | None, typer.Option(metavar="SPAN", help="Not to go on after this")] = None,
    after: Annotated[list[str], typer.Option(metavar="JOB", help="Begin when it has ended; may be repeated")] = [],  # noqa: B006
    on_failure: Annotated[
        str, typer.Option(help="When one of those does not succeed: cancel this one, or run it")
    ] = "cancel",
    unique_key: Annotated[str | None, typer.Option(help="At most one job that has not ended has this key")] = None,
    on_conflict: Annotated[
        str, typer.Option(help="When one has the key: drop this one, replace that one, or wait for it")
    ] = "drop",
    limit_key: LimitKey = None,
    batch: Annotated[str | None, typer.Option("--batch", metavar="ID", help="Add it to this batch")] = None,
    max_attempts: MaxAttempts = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait until it has ended; exit code 0 when it succeeded")
    ] = False,
    timeout: Timeout = None,
    json_: Json = False,
) -> None:
    """Submit a job.

    Example: stormbell jobs submit wait --payload '{"milliseconds": 500}' --wait
    """
    from stormbell_client.api.jobs import job_get, job_submit
    from stormbell_client.models.job_submit import JobSubmit
    from stormbell_client.models.job_submit_on_conflict import JobSubmitOnConflict
    from stormbell_client.models.job_submit_on_failure import JobSubmitOnFailure
    from stormbell_client.models.job_submit_urgency import JobSubmitUrgency

    [chosen] = remote.one_of(JobSubmitUrgency, [urgency], "--urgency")
    [conflict] = remote.one_of(JobSubmitOnConflict, [on_conflict], "--on-conflict")
    [failure] = remote.one_of(JobSubmitOnFailure, [on_failure], "--on-failure")
    wanted = {
        "kind": kind,
        "payload": json_of(payload, "--payload"),
        "queue": queue,
        "urgency": chosen.value,
        "priority": priority,
        "after": list(after),
        "on_failure": failure.value,
        "unique_key": unique_key,
        "on_conflict": conflict.value,
        "limit_key": limit_key,
        "batch_id": batch,
        "max_attempts": max_attempts,
        **{
            f"{name}_seconds": span(text).total_seconds()
            for name, text in (("delay", delay), ("expires", expires), ("deadline", deadline))
            if text is not None
        },
    }
    receipt = remote.ask(job_submit.sync_detailed, client=remote.client(), body=JobSubmit.from_dict(wanted)).view
    if receipt.existed:
        came = "does this work now" if conflict.value == "replace" else "is the one that has it"
        show.note(f"No job was made: the unique key {unique_key} is held, and {receipt.id} {came}.")
    if wait:
        watch(receipt.id, timeout=timeout, quiet=True, json_=False)
    answer = remote.ask(job_get.sync_detailed, receipt.id, client=remote.client())
    _one(answer, json_)
    if wait:
        raise typer.Exit(exit_code(answer.view.state.value))


@jobs.command("attempts")
def list_attempts(job: Job, json_: Json = False) -> None:
    """List the attempts at a job, first to last.

    Example: stormbell jobs attempts job_01J8ZQ4M7T
    """
    from stormbell_client.api.jobs import job_attempts

    answer = remote.ask(job_attempts.sync_detailed, job, client=remote.client())
    if json_:
        show.document(answer.document)
        return
    rows = [
        (a.attempt, a.outcome, a.started_at, _took(a.started_at, a.ended_at), a.node, a.error)
        for a in answer.view.items
    ]
    show.table(("attempt", "outcome", "started", "took", "node", "error"), rows, answer.at, "No attempts.")


@jobs.command("kinds")
def list_kinds(
    every: Annotated[bool, typer.Option("--every", help="Also those that people cannot submit")] = False,
    json_: Json = False,
) -> None:
    """List the kinds of jobs that can be submitted.

    Example: stormbell jobs kinds --every
    """
    from stormbell_client.api.jobs import job_kind_list

    answer = remote.ask(job_kind_list.sync_detailed, client=remote.client())
    if json_:
        show.document(answer.document)
        return
    rows = [
        (k.name, k.queue, k.executor, k.max_attempts, duration(k.timeout_seconds), k.submittable)
        for k in answer.view.items
        if every or k.submittable
    ]
    show.table(("kind", "queue", "runs in", "attempts", "timeout", "submittable"), rows, answer.at, "No kinds.")


@jobs.command("watch")
def watch_job(job: Job, timeout: Timeout = None, json_: JsonLines = False) -> None:
    """Follow a job to its end.

    Exit code 0 when it succeeded, 1 when it ended otherwise, 6 when --timeout is over.

    Example: stormbell jobs watch job_01J8ZQ4M7T --timeout 60
    """
    raise typer.Exit(exit_code(watch(job, timeout=timeout, quiet=False, json_=json_)))


def watch(job: str, *, timeout: float | None, quiet: bool, json_: bool) -> str:
    """Tell every change of a job until it has ended; return the state it ended in."""
    from stormbell_client.api.jobs import job_get

    from app.cli.watching import deadline

    told: Any = None
    with deadline(timeout, job):
        while True:
            answer = remote.ask(job_get.sync_detailed, job, client=remote.client())
            j = answer.view
            progress = answer.document.get("progress")
            seen = (j.state.value, j.attempt, progress)
            if seen != told and not quiet:
                if json_:
                    show.document(answer.document, live=True)
                else:
                    show.out("  ".join(clean(part) for part in _said(j, progress)))
            told = seen
            if j.state.value in ENDED:
                return str(j.state.value)
            time.sleep(LOOK_SECONDS)


def exit_code(state: str) -> int:
    """Return 0 for a job that succeeded, 1 for one that ended otherwise."""
    return 0 if state == "succeeded" else FAILED


def json_of(text: str, option: str) -> dict[str, Any]:
    """Return the JSON object of an option. Raises CommandFailed for anything else."""
    try:
        value = json.loads(said(text))
    except ValueError as error:
        raise CommandFailed(f"{option} is not JSON: {error}", USAGE) from error
    if not isinstance(value, dict):
        raise CommandFailed(f"{option} takes a JSON object, such as {{}}", USAGE)
    return value


def _said(j: Any, progress: Any) -> list[str]:
    parts = [j.state.value, f"attempt {j.attempt}"]
    if progress:
        fraction = progress.get("fraction")
        parts += [f"{fraction:.0%}"] if fraction is not None else []
        parts += [progress["message"]] if progress.get("message") else []
    waits = j.waiting_on.text if j.waiting_on else j.error
    return [*parts, waits] if waits else parts


def _took(started: Any, ended: Any) -> Any:
    return None if started is None or ended is None else duration((ended - started).total_seconds())


def _one(answer: "remote.Answer[Any]", json_: bool) -> None:
    j = answer.view
    given = answer.document
    progress = given.get("progress")
    show.one(
        answer,
        json_,
        [
            ("id", j.id),
            ("number", j.number),
            ("kind", j.kind),
            ("queue", j.queue),
            ("urgency", f"{j.urgency.value}, priority {j.priority}"),
            ("state", j.state),
            ("waits for", j.waiting_on.text if j.waiting_on else None),
            ("progress", ", ".join(_said(j, progress)[2:3]) if progress else None),
            ("error", j.error),
            ("created", j.created_at),
            ("due", j.run_at),
            ("expires", j.expires_at),
            ("deadline", j.deadline_at),
            ("started", j.started_at),
            ("finished", j.finished_at),
            ("attempt", f"{j.attempt} of {j.max_attempts} ({j.failed_count} failed, {j.lost_count} lost)"),
            ("node", j.node),
            ("unique key", j.unique_key),
            ("limit key", j.limit_key),
            ("origin", j.origin),
            ("batch", j.batch_id),
            ("incident", j.incident_id),
            ("simulation", j.simulation_id),
            ("payload", json.dumps(given["payload"], ensure_ascii=False)),
            ("result", None if given.get("result") is None else json.dumps(given["result"], ensure_ascii=False)),
        ],
    )
