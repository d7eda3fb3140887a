"""``stormbell workflows``: the graph of one, and whether it works."""

from typing import Annotated

import typer

from app.cli import remote
from app.cli.app import Json, Timeout
from app.cli.incident_verbs import print_graph
from app.cli.incidents import json_of, print_one
from app.cli.workflows import workflows

Name = Annotated[str, typer.Argument(metavar="WORKFLOW", help="Its name")]


@workflows.command("graph")
def graph(
    name: Name, format_: Annotated[str, typer.Option("--format", help="dot, svg or png")] = "dot", json_: Json = False
) -> None:
    """Print the graph a workflow's stages say they take.

    Example: stormbell workflows graph flood --format svg > flood.svg
    """
    print_graph(f"/api/v1/workflows/{name}/graph", format_, json_)


@workflows.command("exercise")
def exercise(
    name: Name,
    parameters: Annotated[str, typer.Option(metavar="JSON", help="What the workflow takes; @file, @-")] = "{}",
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it has ended; exit code 0 only when it passed")] = (
        False
    ),
    timeout: Timeout = None,
    json_: Json = False,
) -> None:
    """Test a workflow on the server by an exercise that begins with its test stage; the health board shows how it went.

    Example: stormbell workflows exercise flood --wait
    """
    from stormbell_client.api.incidents import workflow_test
    from stormbell_client.models.workflow_test import WorkflowTest

    body = WorkflowTest.from_dict({"parameters": json_of(parameters, "--parameters")})
    answer = remote.ask(workflow_test.sync_detailed, name, client=remote.client(), body=body)
    if wait:
        from app.cli.watching import end_of, exit_code

        answer = end_of(answer.view.id, timeout)
        print_one(answer, json_)
        raise typer.Exit(exit_code(answer.view.state.value))
    print_one(answer, json_)
