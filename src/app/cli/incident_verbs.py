"""``stormbell incidents``: what is done with one that is there, and what is known of it."""

import mimetypes
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes
from app.cli.asking import allowed
from app.cli.incidents import Incident, Reason, incidents, json_of, print_one
from app.cli.problems import USAGE, CommandFailed
from app.cli.units import duration, seconds_of, size

Text = Annotated[str, typer.Option(metavar="JSON", help="The message; @file reads a file, @- stdin")]


@incidents.command("activate")
def activate(incident: Incident, json_: Json = False) -> None:
    """Start a pending incident.

    Example: stormbell incidents activate inc_01J8ZQ4M7T
    """
    from stormbell_client.api.incidents import incident_activate

    print_one(remote.ask(incident_activate.sync_detailed, incident, client=remote.client()), json_)


@incidents.command("archive")
def archive(incident: Incident, json_: Json = False) -> None:
    """Put an ended incident away.

    Example: stormbell incidents archive inc_01J8ZQ4M7T
    """
    from stormbell_client.api.incidents import incident_archive

    print_one(remote.ask(incident_archive.sync_detailed, incident, client=remote.client()), json_)


@incidents.command("retry")
def retry(
    incident: Incident,
    stage_id: Annotated[
        str | None, typer.Option("--stage", metavar="ID", help="The failed stage that is meant")
    ] = None,
    message: Annotated[str | None, typer.Option(metavar="JSON", help="Instead of its message; @file, @-")] = None,
    json_: Json = False,
) -> None:
    """Try an incident that stopped with an error again from what failed.

    Example: stormbell incidents retry inc_01J8ZQ4M7T --message '{"gauge": "K12", "level_m": 4.1}'
    """
    from stormbell_client.api.incidents import incident_retry
    from stormbell_client.models.incident_retry import IncidentRetry

    wanted = {"stage_id": stage_id, "message": json_of(message, "--message") if message is not None else None}
    body = IncidentRetry.from_dict({name: value for name, value in wanted.items() if value is not None})
    print_one(remote.ask(incident_retry.sync_detailed, incident, client=remote.client(), body=body), json_)


@incidents.command("rerun")
def rerun(
    incident: Incident,
    name: Annotated[str | None, typer.Option(help="Title; default: as before")] = None,
    exercise: Annotated[bool | None, typer.Option("--exercise/--real", help="Default: as before")] = None,
    later: Annotated[bool, typer.Option("--later-messages", help="Send also what came from outside later")] = False,
    json_: Json = False,
) -> None:
    """Run an ended incident again, on the version of its workflow that it had.

    Example: stormbell incidents rerun inc_01J8ZQ4M7T --exercise
    """
    from stormbell_client.api.incidents import incident_rerun
    from stormbell_client.models.incident_rerun import IncidentRerun

    wanted = {"name": name, "exercise": exercise, "later_messages": later}
    body = IncidentRerun.from_dict({key: value for key, value in wanted.items() if value is not None})
    print_one(remote.ask(incident_rerun.sync_detailed, incident, client=remote.client(), body=body), json_)


@incidents.command("cancel-many")
def cancel_many(
    state: Annotated[list[str], typer.Option(help="In this state; may be repeated")] = [],  # noqa: B006
    workflow: Annotated[str | None, typer.Option(help="Of this workflow")] = None,
    name: Annotated[str | None, typer.Option(help="With this in its name")] = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Cancel every open incident that fits.

    Example: stormbell incidents cancel-many --workflow flood --dry-run
    """
    from stormbell_client.api.incidents import incident_cancel_many
    from stormbell_client.models.incident_bulk import IncidentBulk

    given = {"state": state, "workflow": workflow, "name": name, "reason": reason}
    wanted = {key: value for key, value in given.items() if value}

    def ask(rehearsal: bool) -> Any:
        body = IncidentBulk.from_dict({**wanted, "dry_run": rehearsal})
        return remote.ask(incident_cancel_many.sync_detailed, client=remote.client(), body=body)

    before = ask(True)
    more = " or more" if before.view.more else ""
    if allowed(f"cancel {before.view.count}{more} incidents", before.document, yes=yes, dry_run=dry_run, json_=json_):
        answer = ask(False)
        show.done(f"Cancelled {answer.view.count} incidents.", answer.document, json_)


@incidents.command("send")
def send(
    incident: Incident,
    stage: Annotated[str, typer.Argument(help="Name of the stage")],
    message: Text = "{}",
    label: Annotated[str | None, typer.Option(help="Shown in the graph instead of the stage")] = None,
    delay: Annotated[float, typer.Option(parser=seconds_of(), metavar="SPAN", help="Due after this: 90 or 2h")] = 0,
    json_: Json = False,
) -> None:
    """Send a message to a stage of a running incident.

    Example: stormbell incidents send inc_01J8ZQ4M7T assess --message '{"level_m": 4.4}'
    """
    from stormbell_client.api.incidents import incident_message_send
    from stormbell_client.models.message_send import MessageSend

    wanted = {"stage": stage, "message": json_of(message, "--message"), "delay_seconds": delay, "label": label}
    body = MessageSend.from_dict({name: value for name, value in wanted.items() if value is not None})
    answer = remote.ask(incident_message_send.sync_detailed, incident, client=remote.client(), body=body)
    show.done(f"{answer.view.id} is sent to {stage}.", answer.document, json_)


@incidents.command("messages")
def messages(incident: Incident, limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List what was sent to an incident's stages, newest first.

    Example: stormbell incidents messages inc_01J8ZQ4M7T
    """
    from stormbell_client.api.incidents import incident_message_list

    page = remote.pages(incident_message_list.sync_detailed, limit, all_, incident, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "stage", "label", "from", "state", "attempts", "took", "error"),
        lambda m: (
            *(m.id, m.stage, m.label, m.originator_stage or m.originator, m.state, m.attempts),
            *(duration(m.seconds), m.error),
        ),
        "No messages.",
    )


@incidents.command("add-data")
def add_data(
    incident: Incident,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file")],
    type_: Annotated[str | None, typer.Option("--type", help="What it is; the data set's role")] = None,
    comment: Annotated[str | None, typer.Option(help="What people should know of it")] = None,
    name: Annotated[str | None, typer.Option(help="Default: the file's")] = None,
    json_: Json = False,
) -> None:
    """Give a file to a running incident: it becomes a data set, and the workflow is told.

    Example: stormbell incidents add-data inc_01J8ZQ4M7T perimeter.geojson --type perimeter
    """
    document = upload(incident, file, name=name or file.name, type_=type_, comment=comment)
    show.done(f"{document['dataset_id']} is given, {size(document['bytes'])}.", document, json_)


def upload(incident: str, file: Path, *, name: str, type_: str | None, comment: str | None) -> dict[str, Any]:
    """Give a file to an incident and return the answer's document."""
    params = {"name": name, **({"type": type_} if type_ else {}), **({"comment": comment} if comment else {})}
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    with remote.reaching(), file.open("rb") as content:
        answer = remote.http().post(
            f"/api/v1/incidents/{incident}/data",
            params=params,
            content=content,
            headers={"Content-Type": media_type, "Content-Length": str(file.stat().st_size)},
        )
    document: dict[str, Any] = answer.json()
    return document


@incidents.command("graph")
def graph(
    incident: Incident,
    format_: Annotated[str, typer.Option("--format", help="dot, svg or png")] = "dot",
    json_: Json = False,
) -> None:
    """Print the graph an incident took, with seconds per stage.

    Example: stormbell incidents graph inc_01J8ZQ4M7T --format png > graph.png
    """
    print_graph(f"/api/v1/incidents/{incident}/graph", format_, json_)


def print_graph(path: str, format_: str, json_: bool) -> None:
    """Print a graph as the server writes it. Raises CommandFailed for a format there is not."""
    if format_ not in ("dot", "svg", "png"):
        raise CommandFailed(f"--format {format_!r}: choose from dot, svg, png", USAGE)
    with remote.reaching():
        answer = remote.http().get(path, params={"format": "json" if json_ else format_})
    if json_:
        show.document(answer.json())
    elif format_ == "png":
        show.out_bytes(answer.content)
    else:
        show.out(answer.text.rstrip("\n"))


@incidents.command("questions")
def questions(incident: Incident, json_: Json = False) -> None:
    """List what an incident asks people.

    Example: stormbell incidents questions inc_01J8ZQ4M7T
    """
    from stormbell_client.api.incidents import incident_question_list

    page = remote.pages(incident_question_list.sync_detailed, 0, True, incident, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "state", "question", "asked", "deadline", "answered by"),
        lambda q: (q.id, q.state, q.question, q.asked_at, q.deadline_at, q.answered_by),
        "No questions.",
    )


@incidents.command("answer")
def answer(
    incident: Incident,
    question: Annotated[str, typer.Argument(help="Its id; 'questions' lists them")],
    text: Annotated[str, typer.Argument(metavar="JSON", help="The answer; @file reads a file, @- stdin")],
    json_: Json = False,
) -> None:
    """Answer a question of an incident, which lets it go on.

    Example: stormbell incidents answer inc_01J8ZQ4M7T qst_01J8ZQ5A2B '{"approve": true}'
    """
    from stormbell_client.api.incidents import incident_question_answer
    from stormbell_client.models.question_answer import QuestionAnswer

    body = QuestionAnswer.from_dict({"answer": json_of(text, "the answer")})
    given = remote.ask(incident_question_answer.sync_detailed, incident, question, client=remote.client(), body=body)
    show.done("Answered.", given.document, json_)
