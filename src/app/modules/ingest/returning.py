"""Items that are again what they once were: of a feed that shows how things are now, that too is news.

Contents that are known leave no trace, so such an item becomes known by the way it came there as well.
"""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.ingest import queries
from app.modules.ingest.arrivals import once
from app.modules.ingest.items import Found, Item


async def told_again(session: AsyncSession, source_id: str, found: Sequence[Found]) -> Sequence[Found]:
    """Return what came, with new fingerprints for items that are what they were before they were something else.

    Only items without a version, which says by itself what is newer; and none that came in two states at once.
    """
    fresh = once(found)
    times = Counter(one.key for one in fresh if isinstance(one, Item))
    asked = [
        number
        for number, one in enumerate(fresh)
        if isinstance(one, Item) and one.version is None and times[one.key] == 1
    ]
    if not asked:
        return fresh
    rows = await session.execute(
        queries.RETURNED,
        {
            "source_id": source_id,
            "item_keys": [fresh[number].key for number in asked],
            "fingerprints": [fresh[number].fingerprint for number in asked],
        },
    )
    ways = {asked[position - 1]: bytes(way) for position, way in rows}
    return [
        one._replace(fingerprint=ways[number]) if number in ways and isinstance(one, Item) else one
        for number, one in enumerate(fresh)
    ]
