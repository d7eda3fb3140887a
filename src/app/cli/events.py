"""``stormbell events``."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, IncidentOption, JsonLines, Limit, app
from app.cli.stream import Fact, Feed


@app.command()
def events(
    type_: Annotated[str | None, typer.Option("--type", help="Such as incident.opened, or incident.*")] = None,
    incident: IncidentOption = None,
    subject: Annotated[str | None, typer.Option(metavar="ID", help="Only about this")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what happens")] = False,
    limit: Limit = 50,
    all_: All = False,
    json_: JsonLines = False,
) -> None:
    """Show what happened, newest last.

    Example: stormbell events --type 'incident.*' --follow
    """
    from stormbell_client.api.system import event_list

    from app.cli.watching import tell

    def wanted(fact: Fact) -> bool:
        return (subject is None or fact["subject_id"] == subject) and (type_ is None or matches(fact["type"], type_))

    if follow:
        with Feed(incident_id=incident) as feed:
            for fact in filter(wanted, feed.recent(limit)):
                tell(fact, json_=json_)
            for fact in filter(wanted, feed):
                tell(fact, json_=json_)
    page = remote.pages(
        event_list.sync_detailed,
        limit,
        all_,
        client=remote.client(),
        incident_id=incident,
        subject_id=subject,
        type_=type_,
    )
    if json_:
        show.document(page.document)
        return
    lines = [(event.at, event.type_, event.text, event.subject_id, event.actor) for event in page.view[::-1]]
    show.table(("when", "type", "what", "about", "by"), lines, page.at, "Nothing happened.")


def matches(kind: str, pattern: str) -> bool:
    """Say whether a fact's type is the one asked for, or begins like it when that ends in ``*``."""
    return kind.startswith(pattern[:-1]) if pattern.endswith("*") else kind == pattern
