"""``stormbell incidents``."""

import json
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, JsonLines, Limit, Timeout, Yes, noun
from app.cli.asking import allowed
from app.cli.files import said
from app.cli.problems import USAGE, CommandFailed
from app.cli.units import duration, seconds_of, size

incidents = noun("incidents", "What workflows make of what happened.")

Incident = Annotated[str, typer.Argument(metavar="INCIDENT", help="Its id")]
Reason = Annotated[str | None, typer.Option(help="Why, for those who read it later")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until it has ended; exit code 0 only when it completed")]


@incidents.command("list")
def list_incidents(
    state: Annotated[list[str], typer.Option(help="Only in this state; may be repeated")] = [],  # noqa: B006
    workflow: Annotated[str | None, typer.Option(help="Only of this workflow")] = None,
    name: Annotated[str | None, typer.Option(help="Only with this in its name")] = None,
    mine: Annotated[bool | None, typer.Option("--mine/--others", help="Only your own, or only others'")] = None,
    exercise: Annotated[bool | None, typer.Option("--exercise/--real", help="Only exercises, or none of them")] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List incidents, newest first.

    Example: stormbell incidents list --state active
    """
    from stormbell_client.api.incidents import incident_list
    from stormbell_client.models.incident_list_state_item import IncidentListStateItem

    states = remote.one_of(IncidentListStateItem, state, "--state")
    page = remote.pages(
        incident_list.sync_detailed,
        limit,
        all_,
        client=remote.client(),
        state=states,
        workflow=workflow,
        name=name,
        owned=mine,
        exercise=exercise,
    )
    show.rows(
        page,
        json_,
        ("id", "state", "name", "workflow", "opened", "stages", "simulations", "data", "waits for"),
        lambda i: (
            *(i.id, i.state, i.name, i.workflow, i.opened_at, f"{i.stages_done}/{i.stage_count}"),
            *(f"{i.simulations_done}/{i.simulation_count}", size(i.dataset_bytes)),
            i.waiting_on.text if i.waiting_on else None,
        ),
        "No incidents.",
    )


@incidents.command("show")
def show_incident(incident: Incident, json_: Json = False) -> None:
    """Show one incident and what it waits for.

    Example: stormbell incidents show inc_01J8ZQ4M7T
    """
    from stormbell_client.api.incidents import incident_get

    print_one(remote.ask(incident_get.sync_detailed, incident, client=remote.client()), json_)


@incidents.command("open")
def open_incident(
    workflow: Annotated[str, typer.Argument(help="Name of the workflow")],
    stage: Annotated[str | None, typer.Argument(help="Stage that gets the message; default: the first")] = None,
    name: Annotated[str | None, typer.Option(help="Title; default: the workflow's name")] = None,
    message: Annotated[str, typer.Option(metavar="JSON", help="The message; @file reads a file, @- stdin")] = "{}",
    parameters: Annotated[str, typer.Option(metavar="JSON", help="What the workflow takes; @file, @-")] = "{}",
    bbox: Annotated[str | None, typer.Option(metavar="W,S,E,N", help="Where it is, in degrees")] = None,
    area: Annotated[str | None, typer.Option(metavar="GEOJSON", help="Where it is; @file reads a file")] = None,
    urgency: Annotated[str | None, typer.Option(help="critical, high, normal or low; default: the workflow's")] = None,
    duration_seconds: Annotated[
        float | None, typer.Option("--duration", parser=seconds_of(), metavar="SPAN", help="Its time: 5400 or 1h30m")
    ] = None,
    key: Annotated[str | None, typer.Option(help="At most one incident of the workflow has this key")] = None,
    exercise: Annotated[bool, typer.Option("--exercise", help="Mark it as an exercise")] = False,
    pending: Annotated[bool, typer.Option("--pending", help="Only create it; 'activate' starts it")] = False,
    wait: Wait = False,
    timeout: Timeout = None,
    json_: Json = False,
) -> None:
    """Open an incident by hand.

    Example: stormbell incidents open flood assess --message '{"gauge": "K12", "level_m": 4.1}'
    """
    from stormbell_client.api.incidents import incident_open
    from stormbell_client.models.incident_open import IncidentOpen

    wanted = {
        "workflow": workflow,
        "stage": stage,
        "name": name or workflow,
        "message": json_of(message, "--message"),
        "parameters": json_of(parameters, "--parameters"),
        "bbox": box_of(bbox) if bbox is not None else None,
        "area": json_of(area, "--area") if area is not None else None,
        "urgency": urgency,
        "duration_seconds": duration_seconds,
        "key": key,
        "exercise": exercise,
        "activate": not pending,
    }
    body = IncidentOpen.from_dict({name: value for name, value in wanted.items() if value is not None})
    answer = remote.ask(incident_open.sync_detailed, client=remote.client(), body=body)
    if wait:
        from app.cli.watching import end_of

        answer = end_of(answer.view.id, timeout)
        print_one(answer, json_)
        _exit(answer.view)
    print_one(answer, json_)


@incidents.command("cancel")
def cancel_incident(
    incident: Incident,
    reason: Reason = None,
    wait: Wait = False,
    timeout: Timeout = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Cancel an incident with everything of it that runs or waits.

    Example: stormbell incidents cancel inc_01J8ZQ4M7T --reason "false alarm"
    """
    from stormbell_client.api.incidents import incident_cancel, incident_get
    from stormbell_client.models.reason import Reason as ReasonBody

    before = remote.ask(incident_get.sync_detailed, incident, client=remote.client())
    body = ReasonBody(reason=reason)
    if dry_run:  # refused for the same reasons as the real one
        remote.ask(incident_cancel.sync_detailed, incident, client=remote.client(), body=body, dry_run=True)
    left = before.view.simulation_count - before.view.simulations_done
    what = f"cancel {before.view.name!r} ({before.view.state.value}) and its {left} unfinished simulations"
    if not allowed(what, before.document, yes=yes, dry_run=dry_run, json_=json_):
        return
    answer = remote.ask(incident_cancel.sync_detailed, incident, client=remote.client(), body=body)
    if wait:
        from app.cli.watching import end_of

        answer = end_of(incident, timeout)
    print_one(answer, json_)


@incidents.command("watch")
def watch_incident(
    incident: Incident,
    recent: Annotated[int, typer.Option("--recent", min=0, help="How much of the past to show first")] = 10,
    wait: Annotated[bool, typer.Option("--wait", help="Only wait; print the incident when it has ended")] = False,
    timeout: Timeout = None,
    json_: JsonLines = False,
) -> None:
    """Follow an incident to its end.

    Exit code 0 when it completed, 1 when it ended otherwise, 6 when --timeout is over.

    Example: stormbell incidents watch inc_01J8ZQ4M7T --wait --timeout 600
    """
    from app.cli import watching

    if wait:
        answer = watching.end_of(incident, timeout)
        print_one(answer, json_)
        _exit(answer.view)
    _exit(watching.follow_incident(incident, recent=recent, timeout=timeout, json_=json_))


def print_one(answer: "remote.Answer[Any]", json_: bool) -> None:
    """Print an incident."""
    i = answer.view
    headline = f"{i.headline.label}: {i.headline.value}" if i.headline else None
    show.one(
        answer,
        json_,
        [
            ("id", i.id),
            ("name", i.name),
            ("workflow", f"{i.workflow} {i.workflow_version}"),
            ("state", i.state),
            ("urgency", i.urgency),
            ("exercise", "yes" if i.exercise else None),
            ("run again of", i.rerun_of),
            ("comment", i.comment),
            ("headline", headline),
            ("opened", i.opened_at),
            ("finished", i.finished_at),
            ("first result", duration(i.first_result_seconds)),
            ("stage", i.stage),
            ("stages", f"{i.stages_done} of {i.stage_count} done"),
            (
                "simulations",
                f"{i.simulations_done} of {i.simulation_count} done, "
                f"{i.simulations_running} running, {i.simulations_failed} failed",
            ),
            ("data sets", f"{i.dataset_count}, {size(i.dataset_bytes)}"),
            *[("waits for", f"{w.text} (since {show.cell(w.since, answer.at)})") for w in i.waits],
        ],
    )


def _exit(incident: Any) -> None:
    from app.cli.watching import exit_code

    raise typer.Exit(exit_code(incident.state.value))


def json_of(text: str, option: str) -> Any:
    """Return an option's JSON, from a file after @, from stdin after @-. Raises CommandFailed."""
    try:
        return json.loads(said(text))
    except ValueError as error:
        raise CommandFailed(f"{option} is not JSON: {error}", USAGE) from error


def box_of(text: str) -> list[float]:
    """Return west, south, east, north. Raises CommandFailed."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise CommandFailed("--bbox is west,south,east,north in degrees, such as 14.0,40.5,15.0,41.0", USAGE) from error
