"""``stormbell workflows``."""

import contextlib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, Json, Limit, noun
from app.cli.problems import FAILED

workflows = noun("workflows", "What is done when something arrives.")


@workflows.command("list")
def list_workflows(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List workflows, the broken ones with their error.

    Example: stormbell workflows list
    """
    from stormbell_client.api.incidents import workflow_list

    page = remote.pages(workflow_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("name", "state", "version", "stages", "listens to", "path", "error"),
        lambda w: (
            *(w.name, w.state, w.version, [s.name for s in w.stages], w.triggers, w.path),
            _place(w.error.to_dict()) if w.error else None,
        ),
        "No workflows: put one into the server's workflows folder.",
    )


@workflows.command("check")
def check(
    path: Annotated[Path, typer.Argument(exists=True, help="A workflow's file or folder, or a folder of them")],
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too")] = False,
    json_: Json = False,
) -> None:
    """Load a workflow as the server does, without a server, and say what would go wrong.

    Each problem is a line `file:line: severity code: what; how to mend it`. Exit code 1 when there is an error.

    Example: stormbell workflows check ./flood.py
    """
    document = checked(path)
    if json_:
        show.document(document)
    else:
        for d in document["workflows"]:
            show.out(f"{d['path']}: workflow {d['name']}, version {d['version']}, {_verdict(d, document)}")
        for p in document["problems"]:
            show.out(f"{_where(p)}: {p['severity']} {p['code']}: {p['message']}; {p['mend']}")
    if any(strict or problem["severity"] == "error" for problem in document["problems"]):
        raise typer.Exit(FAILED)


@workflows.command("test")
def try_out(
    path: Annotated[Path, typer.Argument(exists=True, help="A workflow's file or folder")],
    fake: Annotated[
        bool, typer.Option("--fake", help="Let simulations succeed without running their programs")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="Folder that gets the results")] = None,
    json_: Json = False,
) -> None:
    """Try a workflow out in memory, without a server: what rehearsal.json beside it says, or else its test stage.

    Time jumps to whatever is due next, simulations run here. Exit code 1 when it did not end as expected.

    Example: stormbell workflows test ./flood
    """
    played = tried(path, fake=fake, output=output)
    if json_:
        show.document(played)
    else:
        for stage in played["stages"]:
            tries = f", {stage['attempts']} attempts" if stage["attempts"] > 1 else ""
            words = stage["error"] or stage["label"]
            what = f"{stage['name']} {stage['state']}{tries}" + (f": {words}" if words else "")
            show.out(f"{stage['at_seconds']:>9.1f} s  {what}")
        for incident in played["incidents"]:
            figure = incident["headline"]
            shown = f"; {figure['label']}: {figure['value']}" if figure else ""
            why = f": {incident['comment']}" if incident["comment"] else ""
            show.out(f"{incident['name']} is {incident['outcome']}{why}{shown}")
        for problem in played["problems"]:
            show.out(f"problem: {problem}")
    if not played["passed"]:
        raise typer.Exit(FAILED)


def tried(path: Path, *, fake: bool, output: Path | None) -> dict[str, Any]:
    """Rehearse what is at ``path`` and return what happened. Raises CommandFailed."""
    from app.cli.problems import CommandFailed
    from app.modules import workflows as room

    # What a definition prints when it is imported is no part of the answer.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            return room.rehearsal.play(path, fake=fake, output=output).model_dump(mode="json")
        except room.DefinitionError as error:
            problem = {"file": error.file, "line": error.line, "message": error.message}
            raise CommandFailed(f"{_place(problem)}. 'stormbell workflows check' says more.") from error
        except room.rehearsal.NoScript as error:
            raise CommandFailed(f"{path} cannot be tried out: {error}") from error


def checked(path: Path) -> dict[str, Any]:
    """Load and read what is at ``path``, one definition or a folder of them; return the good and the problems."""
    from dataclasses import asdict

    from app.modules import workflows as room

    found = room.checking.check(path)
    return {
        "workflows": [
            {
                "name": d.spec.name,
                "title": d.spec.title,
                "version": d.version,
                "path": str(d.origin),
                "stages": list(d.spec.stages),
                "triggers": sorted({t.source for t in d.spec.triggers}),
            }
            for d in found.definitions
        ],
        "problems": [asdict(problem) for problem in found.problems],
    }


def _verdict(definition: dict[str, Any], document: dict[str, Any]) -> str:
    count = sum(p["file"].startswith(definition["path"]) for p in document["problems"])
    return "in order" if not count else f"{count} to look at"


def _where(problem: dict[str, Any]) -> str:
    return f"{problem['file']}:{problem['line']}" if problem["line"] else str(problem["file"])


def _place(problem: dict[str, Any]) -> str:
    return f"{_where(problem)}: {problem['message']}"
