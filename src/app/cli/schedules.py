"""``stormbell schedules``."""

from datetime import UTC
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.jobs import Payload, json_of
from app.cli.units import duration, span

schedules = noun("schedules", "Jobs made again and again.")

Schedule = Annotated[str, typer.Argument(metavar="SCHEDULE", help="Its name or id")]
Cron = Annotated[str | None, typer.Option(help="Five fields such as '*/15 * * * *', or @hourly, @daily …")]
Every = Annotated[str | None, typer.Option(metavar="SPAN", help="Instead of a cron line: 90s, 15m, 6h")]
Zone = Annotated[str | None, typer.Option(help="Time zone of the cron line, such as Europe/Paris; default UTC")]
Jitter = Annotated[str | None, typer.Option(metavar="SPAN", help="Start each job up to this much later")]
CatchUp = Annotated[str | None, typer.Option(help="Of what an outage or a pause missed: all, latest or none")]
Overlap = Annotated[
    str | None, typer.Option(help="When a job it made has not ended: allow the next, skip it, or let it wait")
]
Queue = Annotated[str | None, typer.Option(help="Of its jobs, instead of the kind's")]
Urgency = Annotated[str | None, typer.Option(help="Of its jobs: low, normal, high or critical")]
Priority = Annotated[int | None, typer.Option(help="Of its jobs, -499 to 499")]
Attempts = Annotated[int | None, typer.Option("--max-attempts", help="Of each of its jobs, instead of the kind's")]
Kind = Annotated[str | None, typer.Option(help="Kind of its jobs")]


@schedules.command("list")
def list_schedules(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List schedules by name.

    Example: stormbell schedules list
    """
    from stormbell_client.api.jobs import schedule_list

    page = remote.pages(schedule_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("name", "kind", "times", "state", "next", "id"),
        lambda s: (s.name, s.kind, _times(s), "active" if s.enabled else "paused", s.next_at, s.id),
        "No schedules.",
    )


@schedules.command("show")
def show_schedule(schedule: Schedule, json_: Json = False) -> None:
    """Show one schedule.

    Example: stormbell schedules show nightly
    """
    from stormbell_client.api.jobs import schedule_get

    _one(remote.ask(schedule_get.sync_detailed, _id(schedule), client=remote.client()), json_)


@schedules.command("add")
def add_schedule(
    name: Annotated[str, typer.Argument(help="A name of its own")],
    kind: Annotated[str, typer.Argument(help="Kind of its jobs, of 'stormbell jobs kinds'")],
    cron: Cron = None,
    every: Every = None,
    zone: Zone = None,
    jitter: Jitter = None,
    catch_up: CatchUp = None,
    overlap: Overlap = None,
    queue: Queue = None,
    urgency: Urgency = None,
    priority: Priority = None,
    attempts: Attempts = None,
    payload: Payload = "{}",
    paused: Annotated[bool, typer.Option("--paused", help="Make no jobs until it is resumed")] = False,
    json_: Json = False,
) -> None:
    """Make a schedule.

    Example: stormbell schedules add nightly wait --cron '0 3 * * *' --zone Europe/Paris
    """
    from stormbell_client.api.jobs import schedule_create
    from stormbell_client.models.schedule_draft import ScheduleDraft

    wanted = {
        "name": name,
        "kind": kind,
        "payload": json_of(payload, "--payload"),
        "enabled": not paused,
        **_given_times(cron, every, zone, jitter),
        **_given_jobs(catch_up, overlap, queue, urgency, priority, attempts),
    }
    body = ScheduleDraft.from_dict(wanted)
    _one(remote.ask(schedule_create.sync_detailed, client=remote.client(), body=body), json_)


@schedules.command("change")
def change_schedule(
    schedule: Schedule,
    name: Annotated[str | None, typer.Option(help="A new name")] = None,
    kind: Kind = None,
    cron: Cron = None,
    every: Every = None,
    zone: Zone = None,
    jitter: Jitter = None,
    catch_up: CatchUp = None,
    overlap: Overlap = None,
    queue: Queue = None,
    urgency: Urgency = None,
    priority: Priority = None,
    attempts: Attempts = None,
    payload: Annotated[str | None, typer.Option(metavar="JSON", help="What its jobs are given; @file, @-")] = None,
    json_: Json = False,
) -> None:
    """Change a schedule; what is not named stays.

    Example: stormbell schedules change nightly --cron '30 3 * * *'
    """
    from stormbell_client.api.jobs import schedule_change, schedule_get
    from stormbell_client.models.schedule_change import ScheduleChange

    schedule_id = _id(schedule)
    before = remote.ask(schedule_get.sync_detailed, schedule_id, client=remote.client())
    wanted: dict[str, Any] = {
        "version": before.view.version,
        **_given_times(cron, every, zone, jitter),
        **_given_jobs(catch_up, overlap, queue, urgency, priority, attempts),
        **{key: value for key, value in (("name", name), ("kind", kind)) if value is not None},
    }
    if payload is not None:
        wanted["payload"] = json_of(payload, "--payload")
    body = ScheduleChange.from_dict(wanted)
    _one(remote.ask(schedule_change.sync_detailed, schedule_id, client=remote.client(), body=body), json_)


@schedules.command("pause")
def pause_schedule(schedule: Schedule, json_: Json = False) -> None:
    """Make no more jobs until it is resumed.

    Example: stormbell schedules pause nightly
    """
    from stormbell_client.api.jobs import schedule_pause

    answer = remote.ask(schedule_pause.sync_detailed, _id(schedule), client=remote.client())
    show.done(f"{answer.view.name} makes no jobs.", answer.document, json_)


@schedules.command("resume")
def resume_schedule(schedule: Schedule, json_: Json = False) -> None:
    """Go on, and make up for what was missed as its catch-up says.

    Example: stormbell schedules resume nightly
    """
    from stormbell_client.api.jobs import schedule_resume

    answer = remote.ask(schedule_resume.sync_detailed, _id(schedule), client=remote.client())
    show.done(f"{answer.view.name} makes jobs again.", answer.document, json_)


@schedules.command("run")
def run_schedule(schedule: Schedule, json_: Json = False) -> None:
    """Make its job now, beside its times.

    Example: stormbell schedules run nightly
    """
    from stormbell_client.api.jobs import schedule_run

    answer = remote.ask(schedule_run.sync_detailed, _id(schedule), client=remote.client())
    show.done(f"{schedule} made {answer.view.job_id}.", answer.document, json_)


@schedules.command("runs")
def list_runs(schedule: Schedule, limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List the times it was due, newest first, with the job made for each.

    Example: stormbell schedules runs nightly
    """
    from stormbell_client.api.jobs import schedule_run_list

    schedule_id = _id(schedule)
    page = remote.pages(schedule_run_list.sync_detailed, limit, all_, schedule_id, client=remote.client())
    show.rows(
        page,
        json_,
        ("time", "job"),
        lambda r: (r.target_at.isoformat(), r.job_id or r.skipped),
        "It was not due yet.",
    )


@schedules.command("preview")
def preview_schedule(cron: Cron = None, every: Every = None, zone: Zone = None, json_: Json = False) -> None:
    """Show the next 10 times of a cron line or an interval.

    Example: stormbell schedules preview --cron '0 3 * * MON-FRI' --zone Europe/Paris
    """
    from stormbell_client.api.jobs import schedule_preview
    from stormbell_client.models.schedule_times import ScheduleTimes

    body = ScheduleTimes.from_dict(_given_times(cron, every, zone, None))
    answer = remote.ask(schedule_preview.sync_detailed, client=remote.client(), body=body)
    if json_:
        show.document(answer.document)
        return
    local = ZoneInfo(zone) if zone else UTC
    for at in answer.view.times:
        show.out(f"{at.astimezone(local):%a %Y-%m-%d %H:%M:%S %z}")


@schedules.command("remove")
def remove_schedule(schedule: Schedule, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Delete a schedule; jobs it made stay.

    Example: stormbell schedules remove nightly
    """
    from stormbell_client.api.jobs import schedule_delete, schedule_get

    schedule_id = _id(schedule)
    found = remote.ask(schedule_get.sync_detailed, schedule_id, client=remote.client())
    what = f"remove schedule {found.view.name!r} ({_times(found.view)})"
    if allowed(what, found.document, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(schedule_delete.sync_detailed, schedule_id, client=remote.client())
        show.done(f"{found.view.name} is removed.", {"removed": found.document}, json_)


def _given_times(cron: str | None, every: str | None, zone: str | None, jitter: str | None) -> dict[str, Any]:
    return _without_none(
        cron=cron,
        interval_seconds=None if every is None else span(every).total_seconds(),
        time_zone=zone,
        jitter_seconds=None if jitter is None else span(jitter).total_seconds(),
    )


def _given_jobs(
    catch_up: str | None,
    overlap: str | None,
    queue: str | None,
    urgency: str | None,
    priority: int | None,
    attempts: int | None,
) -> dict[str, Any]:
    from stormbell_client.models.schedule_draft_catch_up import ScheduleDraftCatchUp
    from stormbell_client.models.schedule_draft_overlap import ScheduleDraftOverlap
    from stormbell_client.models.schedule_draft_urgency import ScheduleDraftUrgency

    remote.one_of(ScheduleDraftCatchUp, [catch_up] if catch_up else [], "--catch-up")
    remote.one_of(ScheduleDraftOverlap, [overlap] if overlap else [], "--overlap")
    remote.one_of(ScheduleDraftUrgency, [urgency] if urgency else [], "--urgency")
    return _without_none(
        catch_up=catch_up, overlap=overlap, queue=queue, urgency=urgency, priority=priority, max_attempts=attempts
    )


def _without_none(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _id(schedule: str) -> str:
    from stormbell_client.api.jobs import schedule_list

    return remote.id_of(schedule_list.sync_detailed, "schedule", "sch_", schedule)


def _times(s: Any) -> str:
    return f"{s.cron} {s.time_zone}" if s.cron else f"every {duration(s.interval_seconds)}"


def _one(answer: "remote.Answer[Any]", json_: bool) -> None:
    s = answer.view
    show.one(
        answer,
        json_,
        [
            ("name", s.name),
            ("id", s.id),
            ("kind", s.kind),
            ("times", _times(s)),
            ("jitter", duration(s.jitter_seconds) if s.jitter_seconds else None),
            ("catch up", s.catch_up),
            ("overlap", s.overlap),
            ("state", "active" if s.enabled else "paused"),
            ("next", s.next_at.isoformat() if s.next_at else None),
            ("queue", s.queue),
            ("urgency", s.urgency if s.urgency != "normal" else None),
            ("priority", s.priority or None),
            ("attempts", s.max_attempts),
            ("declared", "by the server's own code" if s.declared else None),
            ("created", s.created_at),
            ("version", s.version),
        ],
    )
