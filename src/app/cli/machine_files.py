"""``stormbell machines``: keys, queue, files and commands on a machine."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from app.cli import remote, show
from app.cli.app import DryRun, Json, Yes
from app.cli.asking import allowed
from app.cli.files import room_for
from app.cli.machine_keys import Machine, accept, id_of
from app.cli.machines import machines
from app.cli.problems import CONFLICT, USAGE, CommandFailed
from app.cli.units import seconds_of, size

There = Annotated[str, typer.Argument(metavar="PATH", help="On the machine; a relative one begins at home")]


@machines.command("keys")
def list_keys(machine: Machine, json_: Json = False) -> None:
    """List the host keys a machine showed, and which are trusted.

    Example: stormbell machines keys heron
    """
    from stormbell_client.api.machines import machine_host_key_list

    answer = remote.ask(machine_host_key_list.sync_detailed, id_of(machine), client=remote.client())
    page = remote.Answer(answer.view.items, answer.document, answer.at)
    show.rows(
        page,
        json_,
        ("place", "kind", "fingerprint", "state", "last shown", "trusted"),
        lambda k: (k.place, k.key_type, k.fingerprint, k.state, k.last_shown_at, k.trusted_at),
        "It has shown none: look at it with 'stormbell machines probe'.",
    )


@machines.command("trust")
def trust_key(
    machine: Machine,
    fingerprint: Annotated[str, typer.Argument(metavar="SHA256:…", help="The fingerprint of a key it showed")],
    json_: Json = False,
) -> None:
    """Accept a machine's host key from now on, in place of the one before it.

    Example: stormbell machines trust heron SHA256:Rk8iJqJ0mCV8UcHnJ1nZtQXm1bLh0JzXy5v0qk1p2o4
    """
    document = accept(id_of(machine), fingerprint)
    show.done(f"{machine} is known by {fingerprint}.", document, json_)


@machines.command("queue")
def show_queue(machine: Machine, json_: Json = False) -> None:
    """Ask a machine for the jobs that wait and run there, everybody's as far as our account sees them.

    Example: stormbell machines queue heron
    """
    answer = _queue(machine)
    show.rows(
        remote.Answer(answer.view.jobs, answer.document, answer.at),
        json_,
        ("job", "name", "user", "state", "why", "partition", "cores", "runs", "submitted", "starts", "ends"),
        lambda j: (
            *(j.native_id, j.name, j.user, j.state, j.reason, j.partition, j.cores, j.run_count),
            *(j.submitted_at, j.started_at, j.ends_at),
        ),
        "No jobs.",
    )


@machines.command("nodes")
def show_nodes(machine: Machine, json_: Json = False) -> None:
    """Ask a machine for its nodes, how much of them is in use, and why some take no jobs.

    Example: stormbell machines nodes heron
    """
    answer = _queue(machine)
    show.rows(
        remote.Answer(answer.view.nodes, answer.document, answer.at),
        json_,
        ("node", "state", "in use", "memory", "partitions", "reason"),
        lambda n: (
            *(n.name, n.state, f"{n.cores_used or 0}/{n.cores or 0}"),
            *(size(n.memory_bytes) if n.memory_bytes else None, ", ".join(n.partitions or []), n.reason),
        ),
        "No nodes.",
    )


def _queue(machine: str) -> "remote.Answer[Any]":
    from stormbell_client.api.machines import machine_queue_get

    return remote.ask(machine_queue_get.sync_detailed, id_of(machine), client=remote.client())


@machines.command("files")
def list_files(machine: Machine, path: There = ".", json_: Json = False) -> None:
    """List what a directory on a machine holds.

    Example: stormbell machines files heron runs
    """
    from stormbell_client.api.machines import machine_file_list

    answer = remote.ask(machine_file_list.sync_detailed, id_of(machine), client=remote.client(), path=path)
    page = remote.Answer(answer.view.items, answer.document, answer.at)
    show.rows(
        page,
        json_,
        ("name", "kind", "size", "changed", "mode"),
        lambda f: (f.name, f.kind, size(f.bytes_), f.modified_at, f"{f.mode:o}"),
        "Nothing there.",
    )


@machines.command("get")
def get_file(
    machine: Machine,
    path: There,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where to; - is stdout")] = None,
    tail: Annotated[int | None, typer.Option(min=1, metavar="BYTES", help="Only the last ones")] = None,
    json_: Json = False,
) -> None:
    """Fetch a file from a machine.

    Example: stormbell machines get heron runs/quake-7/out.nc -o out.nc
    """
    target = output or Path(path.rstrip("/").rpartition("/")[2] or "file")
    if str(target) == "-" and json_:
        raise CommandFailed("stdout is either the file (--output -) or the document (--json)", USAGE)
    params: dict[str, Any] = {"path": path} | ({} if tail is None else {"tail_bytes": tail})
    url = f"/api/v1/machines/{quote(id_of(machine))}/files/content"
    part = room_for(target).with_name(f"{target.name}.part")
    with remote.reaching(), remote.http().stream("GET", url, params=params) as answer:
        if str(target) == "-":
            for chunk in answer.iter_bytes():
                show.out_bytes(chunk)
            return
        if target.exists() and output is None:
            raise CommandFailed(f"{target} is there already; say where to with --output", CONFLICT)
        try:
            with part.open("wb") as file:
                for chunk in answer.iter_bytes():
                    file.write(chunk)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    fetched = target.stat().st_size
    if json_:
        show.document({"path": path, "file": str(target), "bytes": fetched})
    else:
        show.note(f"Fetched {target} ({size(fetched)}).")


@machines.command("put")
def put_file(
    machine: Machine,
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file here")],
    path: There,
    json_: Json = False,
) -> None:
    """Write a file on a machine, replacing what was there.

    Example: stormbell machines put heron model.nml runs/quake-7/model.nml
    """
    url = f"/api/v1/machines/{quote(id_of(machine))}/files/content"
    with remote.reaching(), source.open("rb") as content:
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(os.fstat(content.fileno()).st_size),
        }
        answer = remote.http().put(url, params={"path": path}, content=content, headers=headers, timeout=None)
    document = answer.json()
    show.done(f"Wrote {document['path']} ({size(document['bytes'])}, SHA-256 {document['sha256']}).", document, json_)


@machines.command("mkdir")
def make_directory(machine: Machine, path: There, json_: Json = False) -> None:
    """Make a directory on a machine, and those above it.

    Example: stormbell machines mkdir heron runs/quake-7
    """
    from stormbell_client.api.machines import machine_directory_make
    from stormbell_client.models.directory_make import DirectoryMake

    body = DirectoryMake(path=path)
    remote.ask(machine_directory_make.sync_detailed, id_of(machine), client=remote.client(), body=body)
    show.done(f"{path} is there.", {"path": path}, json_)


@machines.command("mv")
def move_file(machine: Machine, source: There, target: There, json_: Json = False) -> None:
    """Give a file or directory on a machine another path; nothing is replaced.

    Example: stormbell machines mv heron runs/old runs/kept
    """
    from stormbell_client.api.machines import machine_file_move
    from stormbell_client.models.file_move import FileMove

    body = FileMove(source=source, target=target)
    remote.ask(machine_file_move.sync_detailed, id_of(machine), client=remote.client(), body=body)
    show.done(f"{source} is {target} now.", body.to_dict(), json_)


@machines.command("cp")
def copy_file(machine: Machine, source: There, target: There, json_: Json = False) -> None:
    """Copy a file or directory on a machine; nothing is replaced.

    Example: stormbell machines cp heron template runs/quake-7
    """
    from stormbell_client.api.machines import machine_file_copy
    from stormbell_client.models.file_move import FileMove

    body = FileMove(source=source, target=target)
    remote.ask(machine_file_copy.sync_detailed, id_of(machine), client=remote.client(), body=body)
    show.done(f"{target} is a copy of {source}.", body.to_dict(), json_)


@machines.command("rm")
def remove_file(
    machine: Machine,
    path: There,
    recursive: Annotated[bool, typer.Option("-r", "--recursive", help="With everything in it")] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Remove a file or directory on a machine.

    Example: stormbell machines rm heron runs/old --recursive --dry-run
    """
    from stormbell_client.api.machines import machine_file_remove

    subject = {"machine": machine, "path": path, "recursive": recursive}
    what = f"remove {path}{' and all in it' if recursive else ''} on {machine}"
    if allowed(what, subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(
            machine_file_remove.sync_detailed, id_of(machine), client=remote.client(), path=path, recursive=recursive
        )
        show.done(f"Removed {path}.", {"removed": subject}, json_)


@machines.command("run")
def run_command(
    machine: Machine,
    command: Annotated[list[str], typer.Argument(help="The program and its arguments, after --")],
    directory: Annotated[str | None, typer.Option(help="Where it starts")] = None,
    seconds: Annotated[
        float, typer.Option(parser=seconds_of(0.1, 600), metavar="SPAN", help="It is ended after this: 90 or 2m")
    ] = 30.0,
    stdin: Annotated[bool, typer.Option("--stdin", help="Pass stdin on to it")] = False,
    json_: Json = False,
) -> None:
    """Run a short command on a machine; its exit code is this command's.

    Example: stormbell machines run heron -- sinfo -s
    """
    from stormbell_client.api.machines import machine_command_run
    from stormbell_client.models.command_run import CommandRun

    given: dict[str, Any] = {"command": command, "timeout_seconds": seconds}
    given |= {"directory": directory} if directory is not None else {}
    given |= {"stdin": sys.stdin.read()} if stdin else {}
    body = CommandRun.from_dict(given)
    ended = remote.ask(machine_command_run.sync_detailed, id_of(machine), client=remote.client(), body=body)
    if json_:
        show.document(ended.document)
    else:
        show.out(ended.view.stdout, end="")
        if ended.view.stderr:
            show.note(ended.view.stderr.rstrip("\n"))
    if ended.view.exit_code:
        raise typer.Exit(ended.view.exit_code)
