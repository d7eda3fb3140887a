"""``stormbell software``: what is installed on machines, and installing it by recipes."""

import time
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.machine_keys import Machine, id_of
from app.cli.problems import FAILED, NOT_FOUND, USAGE, CommandFailed

software = noun("software", "What is installed on machines, and how runs reach it.")

Piece = Annotated[str, typer.Argument(metavar="SOFTWARE", help="Its name, NAME==VERSION or id")]
InstallId = Annotated[str, typer.Argument(metavar="INSTALL", help="Its id, from 'stormbell software installs'")]
_FOLLOW_SECONDS = 1.0


@software.command("list")
def list_software(
    machine: Machine,
    name: Annotated[str | None, typer.Option(help="Only this")] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List what is known to be on a machine, by name.

    Example: stormbell software list heron
    """
    from stormbell_client.api.machines import software_list

    page = remote.pages(software_list.sync_detailed, limit, all_, id_of(machine), client=remote.client(), name=name)
    show.rows(
        page,
        json_,
        ("id", "name", "version", "state", "found by", "reached by", "checked", "said"),
        lambda s: (s.id, s.name, s.version, s.state.value, s.found_by.value, _way(s), s.checked_at, s.text),
        "No software is known: look with 'stormbell software probe'.",
    )


@software.command("declare")
def declare_software(
    machine: Machine,
    name: Annotated[str, typer.Argument(help="What it is called")],
    version: Annotated[str | None, typer.Option(help="Which version of it")] = None,
    module: Annotated[list[str], typer.Option("--module", help="Module to load; may be repeated")] = [],  # noqa: B006
    path: Annotated[str | None, typer.Option(help="Directory to put first on PATH")] = None,
    image: Annotated[str | None, typer.Option(help="Container image to run in")] = None,
    variable: Annotated[
        list[str], typer.Option("--variable", metavar="NAME=VALUE", help="For runs that need it; may be repeated")
    ] = [],  # noqa: B006
    check: Annotated[
        str | None, typer.Option(metavar="LINE", help="Line of bash that ends with 0 if it is there")
    ] = None,
    json_: Json = False,
) -> None:
    """Say that something is on a machine, and how runs reach it.

    Example: stormbell software declare heron openfoam --version 11 --module openfoam/11 --check foamVersion
    """
    from stormbell_client.api.machines import software_declare
    from stormbell_client.models.software_declare import SoftwareDeclare

    from app.cli.applications import pair

    wanted = {
        "name": name, "version": version, "modules": module, "path": path, "image": image,
        "environment": dict(map(pair, variable)), "check_command": check,
    }  # fmt: skip
    body = SoftwareDeclare.from_dict({key: value for key, value in wanted.items() if value})
    made = remote.ask(software_declare.sync_detailed, id_of(machine), client=remote.client(), body=body)
    show.done(f"{machine} has {_title(made.view)}.", made.document, json_)


@software.command("probe")
def probe_software(
    machine: Machine,
    command: Annotated[list[str], typer.Option("--command", help="A command to look for; may be repeated")] = [],  # noqa: B006
    json_: Json = False,
) -> None:
    """Ask a machine for its modules, and where some commands are.

    Example: stormbell software probe heron --command python3 --command gmx
    """
    from stormbell_client.api.machines import software_probe
    from stormbell_client.models.software_probe import SoftwareProbe

    body = SoftwareProbe(commands=command)
    found = remote.ask(software_probe.sync_detailed, id_of(machine), client=remote.client(), body=body)
    f = found.view
    modules = f"{f.modules_count} modules" if f.has_modules else "no module command"
    lost = f"; gone: {', '.join(f.gone)}" if f.gone else ""
    show.done(f"{machine}: {modules}, {f.commands_count} commands, {f.new_count} new{lost}.", found.document, json_)


@software.command("check")
def check_software(machine: Machine, piece: Piece, json_: Json = False) -> None:
    """Look whether software is there, as a run would reach it.

    Example: stormbell software check heron openfoam==11
    """
    from stormbell_client.api.machines import software_check

    machine_id = id_of(machine)
    found = remote.ask(software_check.sync_detailed, machine_id, _piece(machine_id, piece), client=remote.client())
    s = found.view
    show.done(f"{_title(s)} is {s.state.value}: {s.text}", found.document, json_)


@software.command("remove")
def remove_software(
    machine: Machine, piece: Piece, dry_run: DryRun = False, yes: Yes = False, json_: Json = False
) -> None:
    """Forget software; nothing is done on the machine.

    Example: stormbell software remove heron openfoam==10
    """
    from stormbell_client.api.machines import software_remove

    machine_id = id_of(machine)
    software_id = _piece(machine_id, piece)
    removed = {"machine": machine, "software_id": software_id}
    if allowed(f"forget {piece} on {machine}", removed, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(software_remove.sync_detailed, machine_id, software_id, client=remote.client())
        show.done(f"{piece} on {machine} is forgotten.", {"removed": removed}, json_)


@software.command("install")
def install_software(
    machine: Machine,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What there is a recipe for, or NAME==VERSION")],
    again: Annotated[bool, typer.Option("--again", help="Also if this recipe has installed it already")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Show what it writes until it ends")] = False,
    json_: Json = False,
) -> None:
    """Install software on a machine by its recipe; it goes on when this command or the server ends.

    Example: stormbell software install heron openfoam==11 --follow
    """
    from stormbell_client.api.machines import install_request
    from stormbell_client.models.install_ask import InstallAsk

    title, _, version = name.partition("==")
    body = InstallAsk.from_dict({"name": title, "again": again, **({"version": version} if version else {})})
    machine_id = id_of(machine)
    begun = remote.ask(install_request.sync_detailed, machine_id, client=remote.client(), body=body)
    if follow and not json_:
        _follow(machine_id, begun.view.id, 0)
        return
    show.done(f"{machine} is getting {_title(begun.view)}: {begun.view.id}", begun.document, json_)


@software.command("installs")
def list_installs(machine: Machine, limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List what recipes were run on a machine, newest first.

    Example: stormbell software installs heron
    """
    from stormbell_client.api.machines import install_list

    page = remote.pages(install_list.sync_detailed, limit, all_, id_of(machine), client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "version", "state", "asked", "ended", "waits on, or ended by"),
        lambda i: (
            *(i.id, i.name, i.version, i.state.value, i.created_at, i.finished_at),
            i.waiting_on.text if i.waiting_on else i.error,
        ),
        "No recipe was run there.",
    )


@software.command("log")
def show_log(
    machine: Machine,
    install: InstallId,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until it ends")] = False,
    json_: Json = False,
) -> None:
    """Show what an installing wrote.

    Example: stormbell software log heron ins_01J8ZQ4M7T --follow
    """
    from stormbell_client.api.machines import install_log_get

    machine_id = id_of(machine)
    if follow and not json_:
        _follow(machine_id, install, 0)
        return
    log = remote.ask(install_log_get.sync_detailed, machine_id, install, client=remote.client())
    if json_:
        show.document(log.document)
    else:
        show.raw(log.view.text)


@software.command("cancel")
def cancel_install(
    machine: Machine, install: InstallId, dry_run: DryRun = False, yes: Yes = False, json_: Json = False
) -> None:
    """End an installing, with all it has started.

    Example: stormbell software cancel heron ins_01J8ZQ4M7T
    """
    from stormbell_client.api.machines import install_cancel, install_get

    machine_id = id_of(machine)
    found = remote.ask(install_get.sync_detailed, machine_id, install, client=remote.client())
    title = _title(found.view)
    if allowed(f"stop installing {title} on {machine}", found.document, yes=yes, dry_run=dry_run, json_=json_):
        told = remote.ask(install_cancel.sync_detailed, machine_id, install, client=remote.client())
        said = "is cancelled" if told.view.state.value == "cancelled" else f"is being cancelled on {machine}"
        show.done(f"{title} {said}.", told.document, json_)


def _follow(machine_id: str, install_id: str, start: int) -> None:
    from stormbell_client.api.machines import install_get, install_log_get

    while True:
        log = remote.ask(install_log_get.sync_detailed, machine_id, install_id, client=remote.client(), start=start)
        if log.view.text:
            show.raw(log.view.text)
        start = log.view.next_start
        if log.view.ended:
            break
        time.sleep(_FOLLOW_SECONDS)
    row = remote.ask(install_get.sync_detailed, machine_id, install_id, client=remote.client()).view
    if row.state.value != "succeeded":
        raise CommandFailed(f"{_title(row)} is not there: {row.error}", FAILED)
    show.note(f"{_title(row)} is installed in {row.prefix}.")


def _piece(machine_id: str, piece: str) -> str:
    from stormbell_client.api.machines import software_list

    if piece.startswith("sft_"):
        return piece
    name, _, version = piece.partition("==")
    page = remote.pages(software_list.sync_detailed, 0, True, machine_id, client=remote.client(), name=name)
    fitting = [one for one in page.view if not version or one.version == version]
    if len(fitting) == 1:
        return str(fitting[0].id)
    if fitting:
        there = ", ".join(f"{one.name}=={one.version}" if one.version else one.id for one in fitting)
        raise CommandFailed(f"there are several: {there}", USAGE)
    raise CommandFailed(f"it is not known to have {piece}; 'stormbell software list' shows what is known", NOT_FOUND)


def _title(row: Any) -> str:
    return f"{row.name} {row.version}" if row.version else str(row.name)


def _way(row: Any) -> str:
    ways = [*[f"module {one}" for one in row.modules], row.path, row.image]
    return ", ".join(way for way in ways if way) or "PATH"
