"""``stormbell simulations``."""

import shlex
import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, IncidentOption, Json, JsonLines, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.problems import USAGE, CommandFailed
from app.cli.units import duration, size

simulations = noun("simulations", "Runs on machines.")

Simulation = Annotated[str, typer.Argument(metavar="SIMULATION", help="Its id")]

ENDED = frozenset({"succeeded", "failed", "timed_out", "cancelled", "lost"})
FOLLOW_SECONDS = 1.0
HEAD = 256  # characters by which the place is found
TAIL_BYTES = 4 * 1024**2  # the most the server gives


@simulations.command("list")
def list_simulations(
    incident: IncidentOption = None,
    state: Annotated[list[str], typer.Option(help="Only in this state; may be repeated")] = [],  # noqa: B006
    machine: Annotated[str | None, typer.Option(help="Only on this machine")] = None,
    application: Annotated[str | None, typer.Option(help="Only runs of this application")] = None,
    group: Annotated[str | None, typer.Option(metavar="ID", help="Only of this group")] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List simulations, newest first.

    Example: stormbell simulations list --state running
    """
    from stormbell_client.api.simulations import simulation_list
    from stormbell_client.models.simulation_list_state_type_0_item import SimulationListStateType0Item

    states = remote.one_of(SimulationListStateType0Item, state, "--state")
    page = remote.pages(
        simulation_list.sync_detailed,
        limit,
        all_,
        client=remote.client(),
        incident_id=incident,
        state=states or None,
        machine=machine,
        application=application,
        group_id=group,
    )
    show.rows(
        page,
        json_,
        ("id", "state", "name", "machine", "created", "took", "attempt", "incident", "waits for"),
        lambda s: (
            *(s.id, s.state, s.name, s.machine, s.created_at, duration(s.seconds), s.attempt, s.incident_id),
            s.waiting_on.text if s.waiting_on else s.error,
        ),
        "No simulations.",
    )


@simulations.command("show")
def show_simulation(simulation: Simulation, json_: Json = False) -> None:
    """Show one simulation: where it ran, why there, what it used.

    Example: stormbell simulations show sim_01J8ZQ4M7T
    """
    from stormbell_client.api.simulations import simulation_get

    answer = remote.ask(simulation_get.sync_detailed, simulation, client=remote.client())
    s = answer.view
    asked = s.resources
    used = [f"{duration(s.usage.cpu_seconds)} CPU"] if s.usage else []
    used += [f"{size(s.usage.max_rss_bytes)} memory"] if s.usage and s.usage.max_rss_bytes else []
    went = s.performance
    victims = (s.placement.rung.victims or []) if s.placement.rung else []
    show.one(
        answer,
        json_,
        [
            ("id", s.id),
            ("name", s.name),
            ("incident", s.incident_id),
            ("state", s.state),
            ("error", s.error),
            ("waits for", s.waiting_on.text if s.waiting_on else None),
            ("application", s.application),
            ("machine", s.machine),
            *[("because" if not n else "", reason) for n, reason in enumerate(s.placement.reasons or [])],
            ("climbed to", s.placement.rung.kind if s.placement.rung else None),
            *[("stops", f"{v.native_id} of {v.user} ({v.cores} cores)") for v in victims],
            ("directory", s.directory),
            ("group", s.group_id),
            ("rerun of", s.rerun_of),
            ("needed by", s.deadline_at),
            ("native id", s.native_id),
            ("native state", s.native_state),
            ("command", shlex.join(s.command)),
            (
                "asked for",
                f"{asked.cores} {'core' if asked.cores == 1 else 'cores'}, {size(asked.memory_bytes or None)}, "
                f"{duration(asked.walltime_seconds or None)}",
            ),
            ("used", ", ".join(used) or None),
            ("of its cores", _share(went.cpu_efficiency) if went else None),
            ("of its memory", _share(went.memory_efficiency) if went else None),
            ("created", s.created_at),
            ("started", s.started_at),
            ("finished", s.finished_at),
            ("called back", s.called_state),
            ("called back at", s.called_at),
            ("waited", duration(went.queue_seconds) if went else None),
            ("took", duration(s.seconds)),
            ("attempt", s.attempt),
            ("exit code", s.exit_code),
        ],
    )


@simulations.command("output")
def show_output(
    simulation: Simulation,
    stderr: Annotated[bool, typer.Option("--stderr", help="What it wrote to stderr, not stdout")] = False,
    tail_bytes: Annotated[int, typer.Option(min=1, max=TAIL_BYTES, help="Most to show, from the end")] = 65536,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the simulation ends")] = False,
    json_: JsonLines = False,
) -> None:
    """Show what a simulation wrote.

    Example: stormbell simulations output sim_01J8ZQ4M7T --follow
    """
    stream = "stderr" if stderr else "stdout"
    for text in _written(simulation, stream, tail_bytes, follow=follow):
        if json_:
            show.document({"simulation_id": simulation, "stream": stream, "text": text}, live=follow)
        elif text:
            show.raw(text)


@simulations.command("cancel")
def cancel_simulation(
    simulation: Annotated[
        str | None, typer.Argument(metavar="[SIMULATION]", help="Its id; or choose by options")
    ] = None,
    state: Annotated[list[str], typer.Option(help="All in this state; may be repeated")] = [],  # noqa: B006
    machine: Annotated[str | None, typer.Option(help="All on this machine")] = None,
    incident: IncidentOption = None,
    application: Annotated[str | None, typer.Option(help="All of this application")] = None,
    group: Annotated[str | None, typer.Option(metavar="ID", help="All of this group")] = None,
    everything: Annotated[bool, typer.Option("--everything", help="Every simulation there is")] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Cancel a simulation that waits or runs, or all that fit the options.

    Example: stormbell simulations cancel --machine heron --state queued --dry-run
    """
    from stormbell_client.api.simulations import simulation_cancel, simulation_get

    if simulation is None:
        chosen = {"machine": machine, "incident_id": incident, "application": application, "group_id": group}
        wanted: dict[str, Any] = {key: value for key, value in chosen.items() if value is not None}
        wanted |= {"state": state} if state else {}
        wanted |= {"all": True} if everything else {}
        _cancel_many(wanted, yes=yes, dry_run=dry_run, json_=json_)
        return
    found = remote.ask(simulation_get.sync_detailed, simulation, client=remote.client())
    if dry_run:  # refused for the same reasons as the real one
        remote.ask(simulation_cancel.sync_detailed, simulation, client=remote.client(), dry_run=True)
    what = f"cancel simulation {found.view.name!r} ({found.view.state.value})"
    if allowed(what, found.document, yes=yes, dry_run=dry_run, json_=json_):
        answer = remote.ask(simulation_cancel.sync_detailed, simulation, client=remote.client())
        show.done(
            f"{simulation} is {answer.view.state.value} and has ended once its state says so.", answer.document, json_
        )


def _share(efficiency: float | None) -> str | None:
    return None if efficiency is None else f"{efficiency:.0%}"


def _cancel_many(wanted: dict[str, Any], *, yes: bool, dry_run: bool, json_: bool) -> None:
    from stormbell_client.api.simulations import simulation_cancel_many
    from stormbell_client.models.simulation_bulk import SimulationBulk

    if not wanted:
        raise CommandFailed("say which: an id, options, or --everything", USAGE)

    def ask(*, rehearsal: bool) -> remote.Answer[Any]:
        body = SimulationBulk.from_dict({"filter": wanted, "dry_run": rehearsal})
        return remote.ask(simulation_cancel_many.sync_detailed, client=remote.client(), body=body)

    before = ask(rehearsal=True)
    if allowed(f"cancel {before.view.matched} simulations", before.document, yes=yes, dry_run=dry_run, json_=json_):
        answer = ask(rehearsal=False)
        show.done(f"{answer.view.done} simulations are being cancelled.", answer.document, json_)


def _written(simulation: str, stream: str, tail_bytes: int, *, follow: bool) -> Iterator[str]:
    """Yield the end of the output and, when following, what is added until the simulation has ended."""
    from stormbell_client.api.simulations import simulation_get, simulation_output
    from stormbell_client.models.simulation_output_stream import SimulationOutputStream

    def read(most: int) -> str:
        with remote.reaching():
            answer = simulation_output.sync_detailed(
                simulation, client=remote.client(), stream=SimulationOutputStream(stream), tail_bytes=most
            )
        return answer.content.decode()

    shown = read(TAIL_BYTES if follow else tail_bytes)
    yield shown.encode()[-tail_bytes:].decode(errors="ignore")
    while follow:
        # The state first: what was written before the end is then in the read after it.
        ended = remote.ask(simulation_get.sync_detailed, simulation, client=remote.client()).view.state.value in ENDED
        text = read(TAIL_BYTES)
        if fresh := added(shown, text):
            yield fresh
        shown = text
        if ended:
            return
        time.sleep(FOLLOW_SECONDS)


def added(before: str, now: str) -> str:
    """Return what the end of a growing text has gained since its end was ``before``; all, when it began anew."""
    if now.startswith(before):
        return now[len(before) :]
    # The window moved: the least that can have been added is the most likely, also where lines repeat.
    now = now.lstrip("\ufffd")
    at = before.find(now[:HEAD])
    while at >= 0 and not now.startswith(before[at:]):
        at = before.find(now[:HEAD], at + 1)
    return now[len(before) - at :] if at >= 0 else now
