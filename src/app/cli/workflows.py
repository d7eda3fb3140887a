"""``stormbell workflows``."""

import contextlib
import sys
import tempfile
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
    json_: Json = False,
) -> None:
    """Load a workflow as the server does, without a server.

    What is wrong is printed as file:line: message, with exit code 1.

    Example: stormbell workflows check ./flood.py
    """
    document = checked(path)
    if json_:
        show.document(document)
    else:
        for definition in document["workflows"]:
            show.out(f"{definition['path']}: workflow {definition['name']}, version {definition['version']}, in order")
        for problem in document["problems"]:
            show.out(_place(problem))
    if document["problems"]:
        raise typer.Exit(FAILED)


def checked(path: Path) -> dict[str, Any]:
    """Load what is at ``path``, one definition or a folder of them; return the good and the problems."""
    import asyncio

    from app.modules.workflows import Catalogue

    path = path.absolute()
    single = path.is_file() or (path / "workflow.py").is_file()
    # What a definition prints when it is imported is no part of the answer.
    with tempfile.TemporaryDirectory() as store, contextlib.redirect_stdout(sys.stderr):
        places, extra = ([], [path]) if single else ([path], [])
        catalogue = Catalogue(store=Path(store), places=places, extra=extra, atlas=Path(store))
        loaded, broken = asyncio.run(catalogue.refresh())
    # Installed packages may bring definitions of their own, which were not asked about.
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
            for d in loaded
            if path in (d.origin, d.origin.parent)
        ],
        "problems": [
            {"file": b.file, "line": b.line, "message": b.message}
            for b in broken
            if path in (b.origin, b.origin.parent)
        ],
    }


def _place(problem: dict[str, Any]) -> str:
    line = f":{problem['line']}" if problem["line"] else ""
    return f"{problem['file']}{line}: {problem['message']}"
