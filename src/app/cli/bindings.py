"""``stormbell bindings``."""

import json
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.problems import USAGE, CommandFailed
from app.cli.sources import Source, id_of

bindings = noun("bindings", "What becomes of a source's deliveries.")

Binding = Annotated[str, typer.Argument(metavar="BINDING", help="Its name or id")]


@bindings.command("list")
def list_bindings(source: Source, limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List the bindings of a source, by name.

    Example: stormbell bindings list gauges
    """
    from stormbell_client.api.incidents import binding_list

    show.rows(
        remote.pages(binding_list.sync_detailed, limit, all_, id_of(source), client=remote.client()),
        json_,
        ("id", "name", "enabled", "filter", "target", "to", "stage", "key"),
        lambda b: (
            *(b.id, b.name, "yes" if b.enabled else "no", b.filter_, b.target.value),
            *(b.workflow or b.incident_id, b.stage, b.key),
        ),
        "No bindings: add one with 'stormbell bindings add'.",
    )


@bindings.command("add")
def add_binding(
    source: Source,
    name: Annotated[str, typer.Argument(help="What it is called")],
    workflow: Annotated[str | None, typer.Option(help="Open incidents of this workflow")] = None,
    incident: Annotated[str | None, typer.Option(help="Send to this incident instead, by id")] = None,
    filter_: Annotated[str | None, typer.Option("--filter", help="JMESPath: only what it finds something in")] = None,
    key: Annotated[str | None, typer.Option(help="JMESPath: send to the running incident of this key")] = None,
    only_running: Annotated[bool, typer.Option("--only-running", help="With --key: open none")] = False,
    stage: Annotated[str | None, typer.Option(help="Stage that gets the message; without it the first")] = None,
    field: Annotated[
        list[str], typer.Option("--field", metavar="NAME=JMESPATH", help="A field of the message; may be repeated")
    ] = [],  # noqa: B006
    title: Annotated[str | None, typer.Option(help="JMESPath: name of an incident it opens")] = None,
    json_: Json = False,
) -> None:
    """Say what becomes of a source's deliveries.

    Example: stormbell bindings add gauges flood --workflow flood --filter 'body.level > `5`' --key body.river
    """
    from stormbell_client.api.incidents import binding_create
    from stormbell_client.models.binding_submit import BindingSubmit

    target = "stage" if incident is not None else "open" if key is None else "correlate"
    given = {
        "workflow": workflow,
        "incident_id": incident,
        "filter": filter_,
        "key": key,
        "stage": stage,
        "message": dict(map(_pair, field)) or None,
        "title": title,
    }
    wanted: dict[str, Any] = {"name": name, "target": target, "opens": not only_running}
    wanted |= {name: value for name, value in given.items() if value is not None}
    body = BindingSubmit.from_dict(wanted)
    answer = remote.ask(binding_create.sync_detailed, id_of(source), client=remote.client(), body=body)
    show.done(f"Added {answer.view.name}, {answer.view.id}.", answer.document, json_)


@bindings.command("test")
def try_binding(
    source: Source,
    binding: Binding,
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY", help="A past delivery's id")],
    json_: Json = False,
) -> None:
    """Say what a binding would do with a past delivery; nothing is done.

    Example: stormbell bindings test gauges flood dlv_01J8ZQ4M7T
    """
    from stormbell_client.api.incidents import binding_test
    from stormbell_client.models.binding_test import BindingTest

    source_id = id_of(source)
    body = BindingTest(delivery_id=delivery, binding_id=_id_of(source_id, binding))
    answer = remote.ask(binding_test.sync_detailed, source_id, client=remote.client(), body=body)
    trial = answer.view
    show.one(
        answer,
        json_,
        [
            ("passes the filter", "yes" if trial.passes else "no"),
            ("does", trial.does.value),
            ("because", trial.reason),
            ("incident", trial.incident_id or trial.name),
            ("key", trial.key),
            ("stage", trial.stage),
            ("message", json.dumps(answer.document["message"]) if answer.document.get("message") else None),
        ],
    )


@bindings.command("pause")
def pause_binding(source: Source, binding: Binding, json_: Json = False) -> None:
    """Switch a binding off until it is resumed.

    Example: stormbell bindings pause gauges flood
    """
    _switch(source, binding, False, json_)


@bindings.command("resume")
def resume_binding(source: Source, binding: Binding, json_: Json = False) -> None:
    """Switch a binding on again.

    Example: stormbell bindings resume gauges flood
    """
    _switch(source, binding, True, json_)


@bindings.command("remove")
def remove_binding(
    source: Source, binding: Binding, dry_run: DryRun = False, yes: Yes = False, json_: Json = False
) -> None:
    """Remove a binding; what it did stays.

    Example: stormbell bindings remove gauges flood --dry-run
    """
    from stormbell_client.api.incidents import binding_remove

    binding_id = _id_of(id_of(source), binding)
    if allowed(f"remove binding {binding!r}", {"id": binding_id}, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(binding_remove.sync_detailed, binding_id, client=remote.client())
        show.done(f"Removed {binding}.", {"removed": binding_id}, json_)


def _switch(source: str, binding: str, enabled: bool, json_: bool) -> None:
    from stormbell_client.api.incidents import binding_switch
    from stormbell_client.models.binding_change import BindingChange

    body = BindingChange(enabled=enabled)
    binding_id = _id_of(id_of(source), binding)
    answer = remote.ask(binding_switch.sync_detailed, binding_id, client=remote.client(), body=body)
    show.done(f"{answer.view.name} is {'on' if enabled else 'off'}.", answer.document, json_)


def _id_of(source_id: str, binding: str) -> str:
    from stormbell_client.api.incidents import binding_list

    answer = remote.ask(binding_list.sync_detailed, source_id, client=remote.client())
    for one in answer.view.items:
        if binding in (one.id, one.name):
            return str(one.id)
    raise CommandFailed(f"The source has no binding {binding}", USAGE)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandFailed(f"--field takes NAME=JMESPATH, not {text!r}", USAGE)
    return name, value
