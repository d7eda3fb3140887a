"""Everything that is kept about a user, and all that they own, as a ZIP of JSON files; a job makes it.

What goes in is found from the tables (app.kernel.belongings), without secrets and without the bytes of data sets,
which their own address gives.
"""

import asyncio
import hashlib
import tempfile
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any

import orjson
from pydantic import BaseModel
from sqlalchemy import Column, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.belongings import owned_tables, personal_columns, read_rows
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.paging import page_of
from app.kernel.principal import Principal
from app.kernel.tables import Base
from app.modules import jobs
from app.modules.accounts.errors import ExportNotFound, ExportNotReady
from app.modules.accounts.people_models import AccountExport, AccountExportPart
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.standing import require_standing

EXPORT_JOB = "accounts.export"
PART_BYTES = 1024**2
MOST_BYTES = 1024**3
_README = """What Stormbell keeps about you, and what you own in it.

account.json is your account. about/ holds one file for each table of what belongs to it: sessions, API tokens, logins.
owned/ holds one file for each table of what you own. A line is one JSON object. Secrets and hashes are left out; the
bytes of a data set are at /api/v1/datasets/ID/content.
"""


class ExportDue(BaseModel):
    """Payload of accounts.export."""

    export_id: str


@dataclass(frozen=True)
class _Section:
    path: str
    column: Column[Any]


async def request_export(node: Node, session: AsyncSession, actor: Principal) -> AccountExport:
    """Have an archive of the caller's data made; one that is under way is returned instead, older ones are removed."""
    await require_standing(session, actor, alone=True)  # alone: two requests at once make one archive
    own = AccountExport.user_id == actor.user_id
    under_way = await session.scalar(select(AccountExport).where(own, AccountExport.state == "queued"))
    if under_way is not None:
        return under_way
    await session.execute(delete(AccountExport).where(own))
    lifetime = timedelta(seconds=node.settings.of(AccountsSettings).export_seconds)
    row = AccountExport(id=new_id("exp"), user_id=actor.user_id, state="queued", expires_at=func.now() + lifetime)
    row.job_id = await jobs.enqueue(session, EXPORT_JOB, ExportDue(export_id=row.id), owner_id=actor.user_id)
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row


async def get_export(session: AsyncSession, user_id: str, export_id: str) -> AccountExport:
    """Return an archive of this user. Raises ExportNotFound (404), for others' too."""
    row = await session.get(AccountExport, export_id)
    if row is None or row.user_id != user_id:
        raise ExportNotFound(export_id)
    return row


async def get_ready(session: AsyncSession, user_id: str, export_id: str) -> AccountExport:
    """Return an archive that can be fetched. Raises ExportNotFound (404), ExportNotReady (409)."""
    row = await get_export(session, user_id, export_id)
    if row.state != "ready":
        raise ExportNotReady(row.error or "It is being made; its job says how far it is")
    return row


async def list_exports(
    session: AsyncSession, user_id: str, *, cursor: str | None, limit: int
) -> tuple[Sequence[AccountExport], str | None]:
    """Return a page of this user's archives, newest first."""
    query = select(AccountExport).where(AccountExport.user_id == user_id)
    return await page_of(session, query, [AccountExport.id], cursor=cursor, limit=limit)


async def read_content(node: Node, export_id: str) -> AsyncIterator[bytes]:
    """Yield the bytes of an archive; each piece in a transaction of its own, so a slow reader holds none."""
    number = 0
    while True:
        part = AccountExportPart.number == number
        async with node.database.transaction() as session:
            query = select(AccountExportPart.content).where(AccountExportPart.export_id == export_id, part)
            content = await session.scalar(query)
        if content is None:
            return
        yield content
        number += 1


async def forget_exports(session: AsyncSession) -> None:
    """Remove archives whose time is over."""
    await session.execute(delete(AccountExport).where(AccountExport.expires_at < func.now()))


@jobs.kind(EXPORT_JOB, max_attempts=3, timeout_seconds=3600, concurrency=2, cancelled_with="the account's archive")
async def make_export(attempt: jobs.Attempt, payload: ExportDue) -> None:
    """Make an archive and put it into the database, from where every node can give it."""
    node = attempt.node
    async with node.database.transaction() as session:
        row = await session.get(AccountExport, payload.export_id)
    if row is None:
        raise jobs.Discard("its account is gone, or a newer archive took its place")
    with tempfile.TemporaryFile() as file:
        await _write(attempt, node, file, row.user_id)
        size = file.tell()
        if size > MOST_BYTES:
            raise jobs.Discard(f"the archive would have {size} bytes; at most {MOST_BYTES} are taken")
        file.seek(0)
        digest = hashlib.sha256()
        async with attempt.transaction() as session:
            kept = await session.get(AccountExport, payload.export_id, with_for_update=True)
            if kept is None:
                raise jobs.Discard("its account is gone, or a newer archive took its place")
            number = 0
            while content := await asyncio.to_thread(file.read, PART_BYTES):
                digest.update(content)
                session.add(AccountExportPart(export_id=kept.id, number=number, content=content))
                await session.flush()
                session.expunge_all()
                number += 1
            done = {"state": "ready", "bytes": size, "sha256": digest.hexdigest(), "ready_at": func.now()}
            await session.execute(update(AccountExport).where(AccountExport.id == payload.export_id).values(done))


async def _write(attempt: jobs.Attempt, node: Node, file: IO[bytes], user_id: str) -> None:
    # The archive's own rows, and what only proves a code right, say nothing about anybody.
    about = [_Section(f"about/{_name(c)}.ndjson", c) for c in personal_columns() if c.table.name != "account_exports"]
    owned = [_Section(f"owned/{t.name}.ndjson", t.c.owner_id) for t in owned_tables()]
    sections = about + owned
    rows_count = 0
    async with node.database.transaction() as session:
        user = [row async for rows in read_rows(session, Base.metadata.tables["users"].c.id, user_id) for row in rows]
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", _README)
            archive.writestr("account.json", orjson.dumps(user[0] if user else None, default=str))
            for done, section in enumerate(sections):
                attempt.progress(done / len(sections), section.path, rows=rows_count)
                rows_count += await _write_section(archive, session, section, user_id)
    attempt.progress(1.0, "Written", rows=rows_count)


async def _write_section(archive: zipfile.ZipFile, session: AsyncSession, section: _Section, user_id: str) -> int:
    count = 0
    entry: IO[bytes] | None = None
    try:
        async for rows in read_rows(session, section.column, user_id):
            entry = entry or archive.open(section.path, "w")
            lines = b"".join(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
            await asyncio.to_thread(entry.write, lines)  # compressing is the work
            count += len(rows)
    finally:
        if entry is not None:
            entry.close()
    return count


def _name(column: Column[Any]) -> str:
    name: str = column.table.name
    return name if column.name == "user_id" else f"{name}-{column.name}"


async def _exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    row = await session.get(AccountExport, ExportDue.model_validate(job.payload).export_id)
    if row is not None:
        row.state, row.error = "failed", (job.error or "it could not be made")[:500]


jobs.on_exhausted(EXPORT_JOB, _exhausted)
