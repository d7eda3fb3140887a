"""``stormbell version``, ``openapi``, ``health``, ``completion``."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import Json, app
from app.cli.files import room_for
from app.cli.problems import FAILED, USAGE, CommandFailed


@app.command()
def version(json_: Json = False) -> None:
    """Show the version of this program and of the server.

    Example: stormbell version
    """
    from stormbell_client.api.system import version_get

    from app.kernel.version import VERSION

    document: dict[str, Any] = {"client": VERSION, "server": None, "problem": None}
    try:
        document["server"] = remote.ask(version_get.sync_detailed, client=remote.client()).document
    except CommandFailed as problem:
        document["problem"] = str(problem)
    if json_:
        show.document(document)
        return
    server = document["server"]
    show.out(f"stormbell {VERSION}")
    if server is None:
        show.note(f"server: {document['problem']}")
    else:
        commit = f", commit {server['commit'][:12]}" if server["commit"] else ""
        show.out(f"server    {server['version']}{commit}, schema {server['schema_revision']}")


@app.command()
def openapi(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write instead of stdout")] = None,
    json_: Json = False,
) -> None:
    """Print the contract of the server's API, as OpenAPI 3.1, for tools that make clients of it.

    Example: stormbell openapi --output openapi.json
    """
    with remote.reaching():
        content = remote.http().get("/api/v1/openapi.json").content
    if output is None:
        show.document(json.loads(content))
    else:
        room_for(output).write_bytes(content)
        show.done(f"{output} is written.", {"file": str(output)}, json_)


@app.command()
def health(json_: Json = False) -> None:
    """Show how the server is; exit code 1 when something is wrong.

    Example: stormbell health --json
    """
    from stormbell_client.api.system import health_get

    answer = remote.ask(health_get.sync_detailed, client=remote.client())
    state = answer.view
    if json_:
        show.document(answer.document)
    else:
        show.out(f"{state.node.name}: {state.status.value}, up since {show.cell(state.node.started_at, answer.at)}")
        lines = [(m.name, m.status, sum(loop.runs for loop in m.loops), len(m.loops), m.text) for m in state.modules]
        show.table(("module", "status", "runs", "loops", "trouble"), lines, answer.at)
        show.out("")
        machines = [(m.name, m.status, m.asked_at, m.text) for m in state.machines or ()]
        show.table(("machine", "status", "asked", "what it said"), machines, answer.at, "No machines.")
        tests = [(t.workflow, t.result, t.at, t.incident_id, t.text) for t in state.workflow_tests or ()]
        none = "No workflow was tested: open an incident with --exercise."
        show.table(("workflow", "last test", "when", "incident", "how it ended"), tests, answer.at, none)
    if state.status.value != "ok":
        raise typer.Exit(FAILED)


@app.command()
def completion(
    shell: Annotated[str, typer.Argument(metavar="bash|zsh|fish", help="Your shell")],
    json_: Json = False,
) -> None:
    """Print the script that completes commands in your shell.

    Example: source <(stormbell completion bash)
    """
    from typer._completion_shared import get_completion_script

    if shell not in ("bash", "zsh", "fish"):
        raise CommandFailed(f"{shell!r} is not a shell known here: bash, zsh or fish", USAGE)
    script = get_completion_script(prog_name="stormbell", complete_var="_STORMBELL_COMPLETE", shell=shell)
    if json_:
        show.document({"shell": shell, "script": script})
    else:
        show.out(script)
