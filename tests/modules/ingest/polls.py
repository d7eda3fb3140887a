"""What the polling tests say often."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text, update

from app.kernel.bus import EVENTS_TOPIC
from app.kernel.node import Node
from app.modules.ingest import SourceRow, ensure_source, polling

QUAKES: dict[str, Any] = {
    "interval_seconds": 3600,
    "items": "/features",
    "key": "/id",
    "title": "/properties/title",
    "revision": "/properties/updated",
}


async def add_source(node: Node, url: str, name: str = "usgs", **settings: Any) -> str:
    """Register a polled feed of quakes and return its id."""
    async with node.database.transaction() as session:
        row = await ensure_source(session, name, "http_json", {**QUAKES, "url": url, **settings})
        return row.id


async def make_due(node: Node, source_id: str) -> None:
    """Make the source due now."""
    async with node.database.transaction() as session:
        await session.execute(update(SourceRow).where(SourceRow.id == source_id).values(next_poll_at=text("now()")))


async def poll_once(node: Node) -> list[polling.Answer]:
    """Claim what is due, ask the feeds, record: one round of the loop, in order."""
    answers = []
    async with node.database.transaction() as session:
        claims = await polling.claim(session, node.boot_id, 60, 16)
    for claimed in claims:
        answers.append(await polling.ask(node, claimed, 30))
        async with node.database.transaction() as session:
            assert await polling.record(session, claimed, answers[-1])
    return answers


async def source_of(node: Node, source_id: str) -> SourceRow:
    async with node.database.transaction() as session:
        return await session.get_one(SourceRow, source_id)


async def rows(node: Node, sql: str, **values: Any) -> list[Any]:
    """Return the rows of a query; single columns as plain values."""
    async with node.database.transaction() as session:
        found = (await session.execute(text(sql), values)).all()
    return [row[0] if len(row) == 1 else tuple(row) for row in found]


async def until(node: Node, check: Callable[[], Awaitable[Any]], seconds: float = 10) -> Any:
    """Return what ``check`` returns once that is true; it is asked again whenever a fact was committed."""
    told = asyncio.Event()
    off = node.bus.on(EVENTS_TOPIC, told.set)
    try:
        async with asyncio.timeout(seconds):
            while not (found := await check()):
                await told.wait()
                told.clear()
            return found
    finally:
        off()
