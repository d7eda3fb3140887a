"""``stormbell alarms``."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, Json, Limit, noun
from app.cli.units import clock, span

alarms = noun("alarms", "What needs a person.")

Alarm = Annotated[str, typer.Argument(metavar="ALARM", help="Its id")]


@alarms.command("list")
def list_alarms(
    gone: Annotated[bool, typer.Option("--gone", help="Also those that are gone and seen")] = False,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List alarms that stand, newest first.

    Example: stormbell alarms list
    """
    from stormbell_client.api.system import alarm_list
    from stormbell_client.models.alarm_list_state import AlarmListState

    state = AlarmListState("all" if gone else "open")
    page = remote.pages(alarm_list.sync_detailed, limit, all_, client=remote.client(), state=state)
    show.rows(
        page,
        json_,
        ("id", "priority", "state", "raised", "times", "what", "what to do"),
        lambda a: (a.id, a.priority, a.state, a.raised_at, a.count, a.title, a.action),
        "No alarms.",
    )


@alarms.command("ack")
def acknowledge(
    alarm: Alarm,
    note: Annotated[str | None, typer.Option(help="What you know about it")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the acknowledgement back")] = False,
    json_: Json = False,
) -> None:
    """Say that you saw an alarm. It goes when its cause does.

    Example: stormbell alarms ack alm_01J8ZQ4M7T --note "disk is ordered"
    """
    from stormbell_client.api.system import alarm_acknowledge, alarm_take_back
    from stormbell_client.models.alarm_acknowledge import AlarmAcknowledge

    if undo:
        _tell(remote.ask(alarm_take_back.sync_detailed, alarm, client=remote.client()), json_)
        return
    body = AlarmAcknowledge(note=note)
    _tell(remote.ask(alarm_acknowledge.sync_detailed, alarm, client=remote.client(), body=body), json_)


@alarms.command("shelve")
def shelve(
    alarm: Alarm,
    reason: Annotated[str, typer.Option(help="Why it may wait")] = "",
    for_: Annotated[str, typer.Option("--for", metavar="SPAN", help="How long, at most 24h: 30m, 2h")] = "1h",
    undo: Annotated[bool, typer.Option("--undo", help="Take it from the shelf")] = False,
    json_: Json = False,
) -> None:
    """Put an alarm aside for a while.

    Example: stormbell alarms shelve alm_01J8ZQ4M7T --for 2h --reason "maintenance"
    """
    from stormbell_client.api.system import alarm_shelve, alarm_unshelve
    from stormbell_client.models.alarm_shelve import AlarmShelve

    if undo:
        _tell(remote.ask(alarm_unshelve.sync_detailed, alarm, client=remote.client()), json_)
        return
    body = AlarmShelve(until=datetime.now(UTC) + span(for_), reason=reason)
    _tell(remote.ask(alarm_shelve.sync_detailed, alarm, client=remote.client(), body=body), json_)


def _tell(answer: "remote.Answer[Any]", json_: bool) -> None:
    a = answer.view
    until = f" until {clock(a.shelved_until)} UTC" if a.shelved_until else ""
    show.done(f"{a.title}: {a.state.value}{until}.", answer.document, json_)
