"""What the credentials room asks about feeds: which use a credential, and whether they answer to it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules import credentials
from app.modules.credentials import Secret
from app.modules.ingest.errors import FeedLoginRefused, PollFailed
from app.modules.ingest.logins import KINDS, SETTING
from app.modules.ingest.models import SourceRow
from app.modules.ingest.source import PollingSource, PollState
from app.modules.ingest.sources import open_driver

_TRIED = 5


def register(node: Node) -> None:
    """Let credentials be tried at the feeds that use them, and not be removed from under them."""
    credentials.register_users(node, find_users)
    for kind in KINDS:
        credentials.register_check(node, kind, check)


async def find_users(session: AsyncSession, credential_id: str) -> list[str]:
    """Name the sources that log in with a credential."""
    return [f"source {row.name}" for row in await _sources_with(session, credential_id)]


async def check(node: Node, credential_id: str, secret: Secret) -> str | None:
    """Fetch the feeds that log in with a credential; what they say is not kept."""
    async with node.database.transaction() as session:
        rows = [
            row for row in await _sources_with(session, credential_id) if await _may_use(session, row, credential_id)
        ]
    for row in rows[:_TRIED]:
        source = open_driver(row.driver, row.settings).source
        if isinstance(source, PollingSource):
            try:
                await source.poll(node.http, PollState(login=credentials.http_headers(secret)))
            except PollFailed as failure:
                raise FeedLoginRefused(f"{row.name}: {failure}") from failure
    return f"{', '.join(row.name for row in rows[:_TRIED])} answered" if rows else None


async def _may_use(session: AsyncSession, row: SourceRow, credential_id: str) -> bool:
    """Say whether the source would still be polled with it: else what was taken back would be sent to who had it."""
    try:
        await credentials.usable(session, credential_id, row.owner_id)
    except Problem:
        return False
    return True


async def _sources_with(session: AsyncSession, credential_id: str) -> list[SourceRow]:
    uses = SourceRow.settings[SETTING].astext == credential_id
    found = await session.scalars(
        select(SourceRow).where(uses, SourceRow.removed_at.is_(None)).order_by(SourceRow.name)
    )
    return list(found.all())
