"""``stormbell simulations``: asking for one, deciding about one, watching what it writes."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import DryRun, Json, JsonLines
from app.cli.files import text_of
from app.cli.machine_keys import name_of
from app.cli.problems import USAGE, CommandFailed
from app.cli.simulations import Simulation, simulations
from app.cli.stream import SILENCE_SECONDS, messages
from app.cli.units import moment, seconds_of


@simulations.command("submit")
def submit_simulation(
    command: Annotated[list[str] | None, typer.Argument(help="The program and its arguments, after --")] = None,
    script: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A script instead of a command")
    ] = None,
    spec: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="JSON file with all of the request")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What it is called; else the program's or script's name")] = None,
    machine: Annotated[str | None, typer.Option(help="The only machine it may run on")] = None,
    cores: Annotated[int | None, typer.Option(min=1, help="In all")] = None,
    nodes: Annotated[int | None, typer.Option(min=1, help="To spread over")] = None,
    gpus: Annotated[int | None, typer.Option(min=0, help="In all")] = None,
    walltime: Annotated[
        float | None,
        typer.Option(parser=seconds_of(0.1), metavar="SPAN", help="The longest it may take: 5400, 1h30m or 01:30:00"),
    ] = None,
    memory: Annotated[int | None, typer.Option(min=1, metavar="BYTES", help="Of each process")] = None,
    partition: Annotated[str | None, typer.Option(help="Queue of the batch system")] = None,
    account: Annotated[str | None, typer.Option(help="Whom the machine's centre charges")] = None,
    output: Annotated[list[str], typer.Option(metavar="PATTERN", help="Files to keep; may be repeated")] = [],  # noqa: B006
    file: Annotated[
        list[str], typer.Option(metavar="PATH=DATASET", help="A data set to bring there; may be repeated")
    ] = [],  # noqa: B006
    after: Annotated[list[str], typer.Option(metavar="SIMULATION", help="One that has to succeed first")] = [],  # noqa: B006
    instances: Annotated[int | None, typer.Option(min=1, max=100, help="That many, each on another machine")] = None,
    race: Annotated[int | None, typer.Option(min=2, max=20, metavar="N", help="On N machines; the first wins")] = None,
    deadline: Annotated[
        str | None, typer.Option(metavar="TIME", help="By when it has to be done: 2027-01-31T18:00Z, or 2h from now")
    ] = None,
    no_escalation: Annotated[
        bool, typer.Option("--no-escalation", help="Take no urgent partition, preemption or reservation if it is late")
    ] = False,
    hold: Annotated[bool, typer.Option("--hold", help="Prepare it and wait for 'simulations release'")] = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Submit a command or a script; with --dry-run say where it would go, why there, and what would be submitted.

    Example: stormbell simulations submit --cores 4 --output 'out/**' -- ./model steps=100
    """
    from stormbell_client.api.simulations import simulation_preview, simulation_submit
    from stormbell_client.models.simulation_ask import SimulationAsk

    wanted: dict[str, Any] = _read(spec)
    resources = {
        "cores": cores,
        "nodes": nodes,
        "gpus": gpus,
        "walltime_seconds": walltime,
        "memory_bytes": memory,
        "partition": partition,
        "account": account,
    }
    given = {key: value for key, value in resources.items() if value is not None}
    if given:
        wanted["resources"] = {**wanted.get("resources", {}), **given}
    if command:
        wanted["command"] = command
    if script is not None:
        wanted["script"] = text_of(script)
    if "command" not in wanted and "script" not in wanted:
        raise CommandFailed("say what to run: a command after --, --script or --spec", USAGE)
    wanted["name"] = name or wanted.get("name") or (script.name if script else Path(wanted["command"][0]).name)
    wanted |= {"machine": name_of(machine)} if machine else {}
    wanted |= {"after": after} if after else {}
    wanted |= {"instances": instances} if instances else {}
    wanted |= {"race": {"machines": race}} if race else {}
    wanted |= {"hold": True} if hold else {}
    wanted |= {"deadline_at": moment(deadline, ahead=True).isoformat()} if deadline else {}
    wanted |= {"escalate": False} if no_escalation else {}
    if output:
        wanted["outputs"] = [*wanted.get("outputs", []), *({"pattern": one} for one in output)]
    for text in file:
        path, equals, dataset = text.partition("=")
        if not (path and equals):
            raise CommandFailed(f"--file {text!r}: write PATH=DATASET", USAGE)
        wanted.setdefault("files", {})[path] = dataset
    body = SimulationAsk.from_dict(wanted)
    if dry_run:
        planned(remote.ask(simulation_preview.sync_detailed, client=remote.client(), body=body), json_)
    else:
        made(remote.ask(simulation_submit.sync_detailed, client=remote.client(), body=body), json_)


@simulations.command("release")
def release_simulation(simulation: Simulation, json_: Json = False) -> None:
    """Submit a simulation that was asked for with --hold.

    Example: stormbell simulations release sim_01J8ZQ4M7T
    """
    from stormbell_client.api.simulations import simulation_release

    answer = remote.ask(simulation_release.sync_detailed, simulation, client=remote.client())
    show.done(f"{simulation} is submitted once it is prepared.", answer.document, json_)


@simulations.command("rerun")
def rerun_simulation(simulation: Simulation, json_: Json = False) -> None:
    """Ask for the same run again, as a new simulation.

    Example: stormbell simulations rerun sim_01J8ZQ4M7T
    """
    from stormbell_client.api.simulations import simulation_rerun

    answer = remote.ask(simulation_rerun.sync_detailed, simulation, client=remote.client())
    show.done(f"{simulation} is run again as {answer.view.id}.", answer.document, json_)


@simulations.command("refresh")
def refresh_simulation(simulation: Simulation, json_: Json = False) -> None:
    """Ask the machine now how a simulation stands.

    Example: stormbell simulations refresh sim_01J8ZQ4M7T
    """
    from stormbell_client.api.simulations import simulation_refresh

    answer = remote.ask(simulation_refresh.sync_detailed, simulation, client=remote.client())
    view = answer.view
    said = f" ({view.native_state})" if view.native_state else ""
    show.done(f"{simulation} is {view.state.value}{said}.", answer.document, json_)


@simulations.command("resolve")
def resolve_simulation(
    simulation: Simulation,
    became: Annotated[str, typer.Argument(metavar="BECAME", help="succeeded, failed, lost or repeat")],
    json_: Json = False,
) -> None:
    """Say what became of a simulation whose state is unknown; 'repeat' runs it again.

    Example: stormbell simulations resolve sim_01J8ZQ4M7T lost
    """
    from stormbell_client.api.simulations import simulation_resolve
    from stormbell_client.models.simulation_resolve import SimulationResolve
    from stormbell_client.models.simulation_resolve_became import SimulationResolveBecame

    (kind,) = remote.one_of(SimulationResolveBecame, [became], "BECAME")
    body = SimulationResolve(became=kind)
    answer = remote.ask(simulation_resolve.sync_detailed, simulation, client=remote.client(), body=body)
    show.done(f"{simulation} is {answer.view.state.value}.", answer.document, json_)


@simulations.command("states")
def show_states(simulation: Simulation, json_: Json = False) -> None:
    """List every state a simulation was in, oldest first.

    Example: stormbell simulations states sim_01J8ZQ4M7T
    """
    from stormbell_client.api.simulations import simulation_state_list

    answer = remote.ask(simulation_state_list.sync_detailed, simulation, client=remote.client())
    page = remote.Answer(answer.view.items, answer.document, answer.at)
    show.rows(
        page,
        json_,
        ("at", "state", "attempt", "machine", "native state", "because"),
        lambda s: (s.at, s.state, s.attempt, s.machine, s.native_state, s.text),
        "It was created, and nothing else yet.",
    )


@simulations.command("tail")
def tail_output(
    simulation: Simulation,
    stderr: Annotated[bool, typer.Option("--stderr", help="What it writes to stderr, not stdout")] = False,
    tail_bytes: Annotated[int, typer.Option(min=0, max=4 * 1024**2, help="Begin with this much of the end")] = 65536,
    json_: JsonLines = False,
) -> None:
    """Show what a simulation writes as it is written, until it ends.

    Example: stormbell simulations tail sim_01J8ZQ4M7T
    """
    import httpx

    params: dict[str, Any] = {"stream": "stderr" if stderr else "stdout", "tail_bytes": tail_bytes}
    timeout = httpx.Timeout(remote.SECONDS, read=SILENCE_SECONDS)
    url = f"/api/v1/simulations/{simulation}/output/stream"
    with remote.reaching(), remote.http().stream("GET", url, params=params, timeout=timeout) as answer:
        for kind, data in messages(answer.iter_lines()):
            if kind == "id":
                continue
            told = json.loads(data)
            if json_:
                show.document({"event": kind, **told}, live=True)
            elif kind == "output":
                show.raw(told["text"])
            elif kind == "gap":
                show.note(f"{told['skipped_bytes']:,} bytes were written too fast to be shown")
            elif kind == "trouble" and told["text"]:
                show.note(told["text"])
            elif kind == "end":
                show.note(f"{simulation}: {told['state'].replace('_', ' ')}")


def planned(answer: Any, json_: bool) -> None:
    """Show what would happen."""
    plan = answer.view
    hours = f"{plan.core_hours:g} {'core-hour' if plan.core_hours == 1 else 'core-hours'} at most"
    show.one(
        answer,
        json_,
        [
            ("name", plan.name),
            ("machine", plan.machine or "none"),
            *[("because" if not n else "", reason) for n, reason in enumerate(plan.placement.reasons or [])],
            ("costs", hours),
            *[("warning", warning) for warning in plan.warnings or []],
            *[("" if n else "submits", line or " ") for n, line in enumerate(plan.script.rstrip("\n").split("\n"))],
        ],
    )


def made(answer: Any, json_: bool) -> None:
    """Show what was asked for."""
    view = answer.view
    ids = ", ".join(one.id for one in view.simulations)
    group = f" (group {view.group_id})" if view.group_id else ""
    show.done(f"{ids}{group}", answer.document, json_)
    for warning in view.warnings or []:
        show.note(warning)


def _read(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        document = json.loads(text_of(path))
    except ValueError as error:
        raise CommandFailed(f"{path} is no JSON: {error}", USAGE) from error
    if not isinstance(document, dict):
        raise CommandFailed(f"{path} holds no JSON object", USAGE)
    return document
