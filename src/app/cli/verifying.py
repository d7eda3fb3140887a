"""Checks the audit's chain part by part: asked of a server, in the database itself, or in an exported file."""

import asyncio
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli import remote
from app.cli.problems import USAGE, CommandFailed

if TYPE_CHECKING:
    from app.kernel.settings import Settings

Verification = dict[str, Any]
Parts = Generator[Verification, None, None]


def last(parts: Parts) -> Verification:
    """Go through all parts with a bar on stderr; return the last, with how many events were checked in all."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("audit"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    checked_count, found = 0, None
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("audit", total=None)
        for found in parts:
            checked_count += found["checked_count"]
            progress.update(bar, total=found["head_position"] or None, completed=found["position"])
    if found is None:
        raise CommandFailed("there was nothing to check", USAGE)
    return found | {"checked_count": checked_count}


def sentence(found: Verification) -> str:
    """Say how the chain is."""
    fault = found["fault"]
    if fault is not None:
        return f"NOT WHOLE: {fault['text']}. All is well up to position {found['position']}."
    waiting = found["waiting_count"]
    rest = f"; {waiting} events are not sealed yet" if waiting else ""
    return f"Whole: {found['checked_count']} events up to position {found['position']}{rest}."


def of_server(seen: str | None) -> Parts:
    """Ask the server, a part at a time."""
    from stormbell_client.api.audit import audit_verify

    asked: dict[str, Any] = {} if seen is None else {"seen": seen}
    while True:
        found = remote.ask(audit_verify.sync_detailed, client=remote.client(), **asked).document
        yield found
        if found["complete"]:
            return
        asked["after"] = f"{found['position']}:{found['sha256']}"


def of_database(seen: str | None, data: Path | None, set_: list[str]) -> Parts:
    """Read the database the settings name. An embedded one is started, unless its server runs already."""
    from app.cli.settings import flags_of
    from app.life import load_settings

    with _database(load_settings(flags_of(set_, data_directory=data))) as (runner, database):
        after = None
        while True:
            found = runner.run(_part(database, after, seen))
            yield found
            if found["complete"]:
                return
            after = f"{found['position']}:{found['sha256']}"


def of_file(file: Path) -> Parts:
    """Check the links between the lines of an export that leaves nothing out."""
    from app.modules import audit

    before: bytes | None = None
    position, count, waiting_count = 0, 0, 0
    for event in sorted(_events_in(file), key=lambda e: (e["position"] is None, e["position"])):
        if event["position"] is None:
            waiting_count += 1
            continue
        sha256 = event["sha256"]
        if before is None:  # nothing to hold the first one against, unless it is the very first
            before = audit.START.sha256 if event["position"] == 1 else None
            position = event["position"] - 1
        fault = None
        if event["position"] != position + 1:
            fault = ("deleted", f"position {position + 1} is missing from the file")
        elif before is not None and audit.link(before, event) != sha256:
            fault = ("changed", f"event {event['id']} at position {event['position']} is not what was sealed")
        if fault is not None:
            broken = {"kind": fault[0], "text": fault[1], "position": position + 1, "event_id": event["id"]}
            yield _found(position, before, count, broken, None)
            return
        before, position, count = sha256, event["position"], count + 1
    yield _found(position, before, count, None, waiting_count)


def _events_in(file: Path) -> list[dict[str, Any]]:
    import json

    from app.cli.files import text_of
    from app.modules import audit

    events = []
    for number, line in enumerate(text_of(file).split("\n"), 1):  # a text in it may have other ends of lines
        if not line.strip():
            continue
        try:
            event = json.loads(line)
            if event["position"] is not None:
                event |= {"at": datetime.fromisoformat(event["at"]), "sha256": bytes.fromhex(event["sha256"])}
                audit.link(b"%d" % event["position"], event)  # a number, and every member that is sealed
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            text = f"{file}, line {number}, is no event as 'stormbell audit export --output FILE' writes them"
            raise CommandFailed(f"{text}, one a line", USAGE) from error
        events.append(event)
    if not events:
        raise CommandFailed(f"{file} holds no events; 'stormbell audit export --output FILE' writes them", USAGE)
    return events


def _found(
    position: int, sha256: bytes | None, count: int, fault: dict[str, Any] | None, waiting_count: int | None
) -> Verification:
    return {
        "ok": fault is None,
        "complete": True,
        "position": position,
        "sha256": (sha256 or b"").hex(),
        "head_position": position,
        "checked_count": count,
        "waiting_count": waiting_count,
        "fault": fault,
    }


async def _part(database: Any, after: str | None, seen: str | None) -> Verification:
    from app.modules import audit

    async with database.transaction() as session:
        found = await audit.verify(session, after=after, seen=seen, limit=20_000)
    return found.model_dump(mode="json")


@contextmanager
def _database(settings: "Settings") -> Generator[tuple[asyncio.Runner, Any]]:
    """Open the database of ``settings`` without a node."""
    from app.kernel.bus import Bus
    from app.kernel.db import Database
    from app.kernel.postgres import EmbeddedPostgres
    from app.life import asyncpg_url

    postgres = None
    with asyncio.Runner() as runner:
        if settings.kernel.database.url is None:
            directory = settings.data_directory / "postgres"
            if not directory.is_dir():
                raise CommandFailed(f"there is no database in {settings.data_directory}; name it with --data", USAGE)
            postgres = EmbeddedPostgres(directory, bin_directory=settings.kernel.database.bin_directory)
            url = runner.run(postgres.start()).url
        else:
            url = asyncpg_url(settings.kernel.database.url.get_secret_value())
        database = Database(url, Bus())
        try:
            yield runner, database
        finally:
            runner.run(database.close())
            if postgres is not None:
                runner.run(postgres.stop())
