"""Searching the log as somebody: what they may see of what is found."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence

from app.kernel.node import Node
from app.kernel.principal import Principal
from app.modules.logging.log_query import LogQuery
from app.modules.logging.log_sight import LogSight
from app.modules.logging.positions import behind, list_nodes, places_of, streams_of
from app.modules.logging.records import Missed, search
from app.modules.logging.schemas import LogNotSearchedView, LogPage, LogRecordView

LOOK_SECONDS = 1.5


async def search_as(
    node: Node,
    principal: Principal,
    query: LogQuery,
    *,
    only: str | None,
    cursor: str | None,
    limit: int,
) -> LogPage:
    """Return a page of what ``principal`` may see, newest first; ``only`` names one node.

    A page can be short and still have a next one. Raises BadRequest (400) for a foreign cursor.
    """
    async with node.database.transaction() as session:  # no connection is held while files are read
        streams = await streams_of(session, node, query, only)
        missing = behind([view for view in await list_nodes(session, node) if only in (None, view.node)])
    await asyncio.gather(*(place.open() for place in places_of(streams)))
    sight = LogSight(node.database, principal)
    found: list[LogRecordView] = []
    missed: list[Missed] = []
    give_up_at = time.monotonic() + LOOK_SECONDS
    while True:
        page = await asyncio.to_thread(search, streams, query, cursor, limit - len(found), missed)
        found += await sight.visible(page.items)
        cursor = page.next_cursor
        if cursor is None or sight.sees_all or len(found) == limit or time.monotonic() > give_up_at:
            return LogPage(items=found, next_cursor=cursor, behind=missing, not_searched=_told(missed))


def _told(missed: Sequence[Missed]) -> list[LogNotSearchedView]:
    """Return what was missed by node and reason: a bucket out of reach is one thing to say, however much is in it."""
    of: dict[tuple[str, str], dict[str, Missed]] = defaultdict(dict)
    for one in missed:
        of[one.node, one.why][one.stem] = one
    return [
        LogNotSearchedView(
            node=node,
            segment_count=len(those),
            why=why,
            since=min((one.first_at for one in those.values() if one.first_at is not None), default=None),
            until=max((one.last_at for one in those.values() if one.last_at is not None), default=None),
        )
        for (node, why), those in sorted(of.items())
    ]
