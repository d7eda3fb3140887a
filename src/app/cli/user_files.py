"""``stormbell users export`` and ``import``: on the server's machine, by the database, with no login needed."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import show
from app.cli.app import Data, DryRun, Json, Set
from app.cli.files import room_for, text_of
from app.cli.local import database_of
from app.cli.problems import CONFLICT, FAILED, USAGE, CommandFailed
from app.cli.users import users


@users.command("export")
def export_users(
    file: Annotated[Path, typer.Argument(help="CSV file to write; only you can read it")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there")] = False,
    data: Data = None,
    set_: Set = [],  # noqa: B006
    json_: Json = False,
) -> None:
    """Write everybody to a CSV file, with their password hashes. Keep it like the passwords themselves.

    Example: stormbell users export users.csv
    """
    if file.exists() and not force:
        raise CommandFailed(f"{file} is there already; --force replaces it", CONFLICT)
    import asyncio

    text = asyncio.run(_export(set_, data))
    fresh = room_for(file).with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="") as out:
            out.write(text)
        fresh.replace(file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise CommandFailed(f"{file} cannot be written: {error.strerror}") from error
    count = text.count("\n") - 1
    show.done(f"{file} holds {count} people and their password hashes.", {"file": str(file), "count": count}, json_)


@users.command("import")
def import_users(
    file: Annotated[Path, typer.Argument(help="CSV file as 'users export' writes it")],
    dry_run: DryRun = False,
    data: Data = None,
    set_: Set = [],  # noqa: B006
    json_: Json = False,
) -> None:
    """Bring the people of a CSV file in: new ones are added, others become as the file says. Twice is as good as once.

    Example: stormbell users import users.csv --dry-run
    """
    text = text_of(file)
    import asyncio

    rows = asyncio.run(_import(set_, data, text, dry_run=dry_run))
    refused = sum(row["outcome"] == "refused" for row in rows)
    if json_:
        show.document({"dry_run": dry_run, "rows": rows})
    else:
        from datetime import UTC, datetime

        cells = [(row["line"], row["email"], row["outcome"], row["reason"]) for row in rows]
        show.table(("line", "e-mail", "outcome", "why"), cells, datetime.now(UTC), "The file names nobody.")
        if dry_run:
            show.note("Nothing was changed: this was a rehearsal.")
    if refused:
        if not json_:
            show.note(f"{refused} of {len(rows)} lines were refused.")
        raise typer.Exit(FAILED)


async def _export(pairs: list[str], data: Path | None) -> str:
    from app.modules import accounts

    async with database_of(pairs, data) as database, database.transaction() as session:
        return await accounts.export_users(session)


async def _import(pairs: list[str], data: Path | None, text: str, *, dry_run: bool) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from app.kernel.errors import Problem
    from app.modules import accounts

    async with database_of(pairs, data) as database, database.sessions() as session:
        try:
            rows = await accounts.import_users(session, text)
        except Problem as problem:
            raise CommandFailed(f"{file_problem(problem)}", USAGE) from problem
        await (session.rollback() if dry_run else session.commit())
    return [asdict(row) for row in rows]


def file_problem(problem: Any) -> str:
    """Return a problem as one sentence."""
    title = problem.title()
    return f"{title}: {problem.detail}" if problem.detail else title
