"""``stormbell incidents forecast``, ``machines waits``, ``history``, ``pace``: what is predicted, and by what."""

from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import Json
from app.cli.incidents import Incident, incidents
from app.cli.machine_keys import Machine, id_of
from app.cli.machines import machines
from app.cli.units import duration
from app.cli.units import span as time_span


@incidents.command("forecast")
def show_forecast(incident: Incident, json_: Json = False) -> None:
    """Say by when an incident is likely to be complete, or why nobody can say.

    Example: stormbell incidents forecast inc_01J8ZQ4M7T
    """
    from stormbell_client.api.incidents import incident_forecast

    answer = remote.ask(incident_forecast.sync_detailed, incident, client=remote.client())
    f = answer.view
    basis = {"simulations": "its simulations, and what followed such ones", "stages": "how long others took from here"}
    goes_by = f"{basis[f.basis.value]}, in {f.count} earlier incidents" if f.basis else None
    show.one(
        answer,
        json_,
        [
            ("incident", f.incident_id),
            ("not known", f.reason or None),
            ("one in ten by", f.p10_at),
            ("half by", f.p50_at),
            ("nine in ten by", f.p90_at),
            ("in time", _share(f.in_time)),
            ("by", goes_by),
            *[("simulation", _simulation(one, answer)) for one in f.simulations or []],
        ],
    )


def _simulation(one: Any, answer: "remote.Answer[Any]") -> str:
    if one.reason:
        return f"{one.name}: not known, {one.reason}"
    p10, p50, p90 = (show.cell(at, answer.at) for at in (one.p10_at, one.p50_at, one.p90_at))
    return f"{one.name}: half by {p50}, between {p10} and {p90}"


@machines.command("waits")
def list_waits(machine: Machine, json_: Json = False) -> None:
    """Show what was learned of how long jobs wait on a machine, and how far off its predictions were.

    Example: stormbell machines waits archer2
    """
    from stormbell_client.api.simulations import machine_wait_list

    page = remote.ask(machine_wait_list.sync_detailed, id_of(machine), client=remote.client())
    rows = remote.Answer(page.view.items, page.document, page.at)
    show.rows(
        rows,
        json_,
        (
            "partition",
            "learned from",
            "waits",
            "used",
            "within 1 min",
            "within 10 min",
            "p50 off by",
            "below p90",
            "seen",
        ),
        lambda w: (
            *(w.partition or "all", {"jobs": "all jobs", "runs": "our runs"}[w.source.value], w.learned_count),
            "yes" if w.used else "not yet",
            *_errors(w.errors),
            w.looked_at,
        ),
        "Nothing was learned of it yet.",
    )


@machines.command("history")
def show_history(
    machine: Machine,
    span: Annotated[str, typer.Option(metavar="TIME", help="How far back: 6h, 7d")] = "24h",
    points: Annotated[int, typer.Option(min=1, max=1000, help="In at most so many rows")] = 24,
    json_: Json = False,
) -> None:
    """Show how a machine was over time: whether it answered, how busy it was, and with how many runs of ours.

    Example: stormbell machines history archer2 --span 7d
    """
    from stormbell_client.api.machines import machine_history_get

    answer = remote.ask(
        machine_history_get.sync_detailed,
        id_of(machine),
        client=remote.client(),
        span_seconds=round(time_span(span).total_seconds()),
        points=points,
    )
    rows = remote.Answer(answer.view.points, answer.document, answer.at)
    show.rows(
        rows,
        json_,
        ("from", "answered", "took", "cores used", "nodes used", "waiting", "running", "ours waiting", "ours running"),
        lambda p: (
            *(p.at, _share(p.answered), duration(p.latency_seconds), _of(p.cores_used, p.cores)),
            *(_of(p.nodes_used, p.node_count), p.queued_count, p.running_count),
            *(p.own_queued_count, p.own_running_count),
        ),
        "Nothing is known of that time.",
    )


def _of(used: Any, of: Any) -> str | None:
    return f"{used:.3g}/{of}" if isinstance(used, int | float) and of else None


@machines.command("pace")
def show_pace(machine: Machine, json_: Json = False) -> None:
    """Show at what pace runs are submitted to a machine, how many at a time, and why not faster.

    Example: stormbell machines pace archer2
    """
    from stormbell_client.api.simulations import machine_pace_get

    answer = remote.ask(machine_pace_get.sync_detailed, id_of(machine), client=remote.client())
    p = answer.view
    show.one(
        answer,
        json_,
        [
            ("submissions a minute", f"{p.per_minute:.2g}" if p.per_minute else "as they come"),
            ("slowed", p.slowed_at or None),
            ("because", p.slowed_by or None),
            ("runs of ours there", p.runs),
            ("at most", p.most_runs or None),
            ("it said so", p.limited_at or None),
            ("because", p.limited_by or None),
            ("waiting for a turn", p.waiting_count),
        ],
    )


def _errors(errors: Any) -> tuple[object, ...]:
    if not errors:
        return (None, None, None, None)
    # Half of the absolute error is what the loss of a median is.
    off = duration(2 * errors.pinball_p50)
    return (_share(errors.within_minute), _share(errors.within_ten_minutes), off, _share(errors.below_p90))


def _share(value: Any) -> str | None:
    return f"{value:.0%}" if isinstance(value, int | float) else None
