"""``stormbell applications``."""

import json
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.files import said
from app.cli.problems import USAGE, CommandFailed
from app.cli.simulation_verbs import made, planned
from app.cli.units import duration, moment, size

applications = noun("applications", "What simulations run, with its parameters.")

Application = Annotated[str, typer.Argument(metavar="APPLICATION", help="Its name or id")]
Definition = Annotated[str, typer.Option("--definition", metavar="JSON", help="What it runs; @file reads a file")]


@applications.command("list")
def list_applications(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List applications, newest first.

    Example: stormbell applications list
    """
    from stormbell_client.api.simulations import application_list

    page = remote.pages(application_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "revision", "owner", "changed", "machines", "description"),
        lambda a: (
            *(a.id, a.name, a.revision, a.owner_id, a.changed_at),
            ", ".join(a.definition.machines or []) or "all",
            (a.definition.description or "").partition("\n")[0],
        ),
        "No applications: write one down with 'stormbell applications make'.",
    )


@applications.command("show")
def show_application(application: Application, json_: Json = False) -> None:
    """Show one application: what it runs, which parameters and inputs it takes.

    Example: stormbell applications show quake
    """
    from stormbell_client.api.simulations import application_get

    _one(remote.ask(application_get.sync_detailed, id_of(application), client=remote.client()), json_)


@applications.command("make")
def make_application(
    name: Annotated[str, typer.Argument(help="What people call it")], definition: Definition, json_: Json = False
) -> None:
    """Write an application down; share it with 'stormbell shares' with those who are to run it.

    Example: stormbell applications make quake --definition @quake.json
    """
    from stormbell_client.api.simulations import application_make
    from stormbell_client.models.application_make import ApplicationMake

    body = ApplicationMake.from_dict({"name": name, "definition": _document(definition)})
    _one(remote.ask(application_make.sync_detailed, client=remote.client(), body=body), json_)


@applications.command("change")
def change_application(
    application: Application,
    definition: Definition,
    name: Annotated[str | None, typer.Option(help="Another name")] = None,
    json_: Json = False,
) -> None:
    """Replace what an application runs; simulations of it stay what they were.

    Example: stormbell applications change quake --definition @quake.json
    """
    from stormbell_client.api.simulations import application_change, application_get
    from stormbell_client.models.application_make import ApplicationMake

    found = remote.ask(application_get.sync_detailed, id_of(application), client=remote.client())
    body = ApplicationMake.from_dict({"name": name or found.view.name, "definition": _document(definition)})
    _one(remote.ask(application_change.sync_detailed, found.view.id, client=remote.client(), body=body), json_)


@applications.command("remove")
def remove_application(
    application: Application, dry_run: DryRun = False, yes: Yes = False, json_: Json = False
) -> None:
    """Remove an application; its simulations stay.

    Example: stormbell applications remove quake
    """
    from stormbell_client.api.simulations import application_get, application_remove

    found = remote.ask(application_get.sync_detailed, id_of(application), client=remote.client())
    if allowed(f"remove application {found.view.name}", found.document, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(application_remove.sync_detailed, found.view.id, client=remote.client())
        show.done(f"Removed {found.view.name}.", {"removed": found.document}, json_)


@applications.command("run")
def run_application(
    application: Application,
    parameter: Annotated[
        list[str], typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="May be repeated; JSON or text")
    ] = [],  # noqa: B006
    input_: Annotated[
        list[str], typer.Option("--input", "-i", metavar="PATH=DATASET", help="A data set for an input")
    ] = [],  # noqa: B006
    name: Annotated[str | None, typer.Option(help="What the run is called")] = None,
    machine: Annotated[str | None, typer.Option(help="The only machine it may run on")] = None,
    urgency: Annotated[int, typer.Option(min=-100, max=100, help="Higher starts earlier")] = 0,
    instances: Annotated[int, typer.Option(min=1, max=100, help="That many, each on another machine")] = 1,
    race: Annotated[int, typer.Option(min=0, max=20, metavar="N", help="On N machines; the first wins")] = 0,
    deadline: Annotated[str | None, typer.Option(metavar="TIME", help="Needed by: a time, or 2h from now")] = None,
    hold: Annotated[bool, typer.Option("--hold", help="Prepare it and wait for 'simulations release'")] = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Run an application; with --dry-run say where it would go, why there, and what would be submitted.

    Example: stormbell applications run quake -p magnitude=7.1 -i event.json=dst_01J8ZQ4M7T --dry-run
    """
    from stormbell_client.api.simulations import application_preview, application_run
    from stormbell_client.models.application_run import ApplicationRun

    wanted: dict[str, Any] = {
        "parameters": {key: value_of(text) for key, text in map(pair, parameter)},
        "inputs": dict(map(pair, input_)),
        "urgency": urgency,
        "instances": instances,
        "hold": hold,
    }
    wanted |= {"name": name} if name else {}
    wanted |= {"machine": machine} if machine else {}
    wanted |= {"deadline_at": moment(deadline, ahead=True).isoformat()} if deadline else {}
    wanted |= {"race": {"machines": race}} if race else {}
    body = ApplicationRun.from_dict(wanted)
    if dry_run:
        planned(
            remote.ask(application_preview.sync_detailed, id_of(application), client=remote.client(), body=body), json_
        )
    else:
        made(remote.ask(application_run.sync_detailed, id_of(application), client=remote.client(), body=body), json_)


def id_of(application: str) -> str:
    """Return the id of an application that is given by its name or id."""
    from stormbell_client.api.simulations import application_list

    return remote.id_of(application_list.sync_detailed, "application", "app_", application)


def pair(text: str) -> tuple[str, str]:
    """Split NAME=VALUE. Raises CommandFailed."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise CommandFailed(f"{text!r}: write NAME=VALUE", USAGE)
    return name, value


def value_of(text: str) -> Any:
    """Return a value: what is JSON as that, anything else as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _document(text: str) -> Any:
    try:
        document = json.loads(said(text))
    except ValueError as error:
        raise CommandFailed(f"--definition is no JSON: {error}", USAGE) from error
    if not isinstance(document, dict):
        raise CommandFailed("--definition is a JSON object", USAGE)
    return document


def _one(answer: Any, json_: bool) -> None:
    a = answer.view
    definition = answer.document["definition"]
    asked = definition["resources"]
    properties = definition["parameters"].get("properties", {})
    show.one(
        answer,
        json_,
        [
            ("id", a.id),
            ("name", a.name),
            ("revision", a.revision),
            ("owner", a.owner_id),
            ("description", definition["description"]),
            ("command", " ".join(definition["command"])),
            ("script", definition["script"]),
            ("parameters", ", ".join(f"{key}: {_kind(one)}" for key, one in properties.items())),
            ("inputs", ", ".join(one["path"] for one in definition["inputs"])),
            ("outputs", ", ".join(one["pattern"] for one in definition["outputs"])),
            ("machines", ", ".join(definition["machines"]) or "all"),
            (
                "asks for",
                f"{asked['cores']} cores, {size(asked['memory_bytes'])}, {duration(asked['walltime_seconds'])}",
            ),
            ("changed", a.changed_at),
        ],
    )


def _kind(schema: Any) -> str:
    kind = str(schema.get("type", "any")) if isinstance(schema, dict) else "any"
    return (
        f"{kind} (else {json.dumps(schema['default'])})" if isinstance(schema, dict) and "default" in schema else kind
    )
