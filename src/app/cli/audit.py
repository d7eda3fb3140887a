"""``stormbell audit``."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, Data, Json, Limit, Set, noun
from app.cli.files import room_for
from app.cli.problems import FAILED, USAGE, CommandFailed
from app.cli.units import span
from app.cli.users import user_id

audit = noun("audit", "Who did what, and proof that nobody changed it.")

Actor = Annotated[str | None, typer.Option(help="Only what this one did: an id, a name or an e-mail address")]
Object = Annotated[str | None, typer.Option("--object", metavar="ID", help="Only what touched this")]
Action = Annotated[str | None, typer.Option(help="Only this: source_change, or source_*")]
Refused = Annotated[bool, typer.Option("--refused", help="Only what was refused")]
Since = Annotated[str | None, typer.Option(metavar="SPAN", help="Only this far back: 30m, 2h, 7d")]


@audit.command("list")
def list_audit(
    actor: Actor = None,
    object_: Object = None,
    action: Action = None,
    refused: Refused = False,
    since: Since = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List who did what, newest first.

    Example: stormbell audit list --actor olga@example.org --since 7d
    """
    from stormbell_client.api.audit import audit_list

    page = remote.pages(
        audit_list.sync_detailed, limit, all_, client=remote.client(), **_filter(actor, object_, action, refused, since)
    )
    show.rows(
        page,
        json_,
        ("when", "who", "what", "outcome", "object", "changed"),
        lambda e: (
            e.at,
            e.actor_name or e.actor_id or "nobody",
            e.action,
            e.outcome,
            e.object_id,
            _told([change.to_dict() for change in e.changes]),
        ),
        "Nothing.",
    )


@audit.command("export")
def export(
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of stdout")] = None,
    actor: Actor = None,
    object_: Object = None,
    action: Action = None,
    refused: Refused = False,
    since: Since = None,
    json_: Json = False,
) -> None:
    """Write events oldest first as NDJSON, each with its place in the chain.

    Example: stormbell audit export --output audit.ndjson
    """
    from stormbell_client.api.audit import audit_list

    chosen = _filter(actor, object_, action, refused, since)
    page = remote.pages(audit_list.sync_detailed, 0, True, client=remote.client(), oldest_first=True, **chosen)
    lines = [json.dumps(item, ensure_ascii=False) for item in page.document["items"]]
    if output is None and json_:
        show.document(page.document)
    elif output is None:
        show.out("".join(f"{line}\n" for line in lines), end="")
    else:
        room_for(output).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        show.done(f"{len(lines)} events are in {output}.", {"count": len(lines), "file": str(output)}, json_)


@audit.command("head")
def head(json_: Json = False) -> None:
    """Print the end of the chain. Keep it elsewhere and give it to 'audit verify --seen' later.

    Example: stormbell audit head >> /mnt/elsewhere/audit-heads
    """
    from stormbell_client.api.audit import audit_head

    answer = remote.ask(audit_head.sync_detailed, client=remote.client())
    if json_:
        show.document(answer.document)
        return
    show.out(f"{answer.view.position}:{answer.view.sha256}")
    if answer.view.waiting_count:
        show.note(f"{answer.view.waiting_count} events are not sealed yet.")


@audit.command("verify")
def verify(
    seen: Annotated[str | None, typer.Option(metavar="HEAD", help="A head you kept; it has to be in the chain")] = None,
    file: Annotated[Path | None, typer.Option(help="Check what 'audit export' wrote, without any server")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Read the database itself, without a server")] = False,
    data: Data = None,
    set_: Set = [],  # noqa: B006
    json_: Json = False,
) -> None:
    """Check the whole chain; exit code 1 names the first row that was changed, deleted, inserted or moved.

    Example: stormbell audit verify --seen 1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    """
    from app.cli import verifying

    if file is not None and (offline or seen is not None):
        raise CommandFailed("--file stands alone: give no --offline and no --seen with it", USAGE)
    if file is not None:
        parts = verifying.of_file(file)
    elif offline:
        parts = verifying.of_database(seen, data, set_)
    else:
        parts = verifying.of_server(seen)
    with closing(parts):
        found = verifying.last(parts)
    if json_:
        show.document(found)
    else:
        show.out(verifying.sentence(found))
    if not found["ok"]:
        raise typer.Exit(FAILED)


def _filter(
    actor: str | None, object_: str | None, action: str | None, refused: bool, since: str | None
) -> dict[str, Any]:
    from stormbell_client.models.audit_list_outcome_type_0 import AuditListOutcomeType0

    given = {
        "actor": user_id(actor) if actor is not None else None,
        "object_id": object_,
        "action": action,
        "outcome": AuditListOutcomeType0.REFUSED if refused else None,
        "since": datetime.now(UTC) - span(since) if since is not None else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _told(changes: list[dict[str, Any]]) -> str:
    """Say what changed in few words: the columns of the first row, and how many rows more."""
    if not changes:
        return ""
    first = changes[0]
    before, after = first.get("before", {}), first.get("after", {})
    if first["change"] == "changed":
        told = ", ".join(f"{name} {before.get(name)} → {after.get(name)}" for name in after)
    else:
        told = f"{first['change']} in {first.get('table', 'more tables')}"
    more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
    return f"{told[:60]}{more}"
