"""Bodies that are too old or too many are let go; their rows stay, because they are how a copy is recognised."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules.ingest.settings import LONGEST_SECONDS, IngestSettings

_EVERY_SECONDS = 300.0
# Of one transaction: short enough that nobody waits for it.
AT_ONCE = 2000

# What still waits for the workflows keeps its body. One in quarantine is as old as any other.
_TOO_OLD = text("""
    UPDATE deliveries SET body = '', kept = false
    WHERE id IN (
        SELECT d.id FROM sources s CROSS JOIN LATERAL (
            SELECT id FROM deliveries d
            WHERE d.source_id = s.id AND d.kept AND d.state <> 'queued'
                  -- A source may have been told a longer time once than there are dates for: the others have theirs.
                  AND d.received_at < clock_timestamp()
                      - make_interval(secs => least(coalesce(s.keep_seconds, :keep_seconds), :longest_seconds))
            ORDER BY d.received_at LIMIT :at_once
        ) AS d LIMIT :at_once
    )
    RETURNING id
""")
_TOO_MANY = text("""
    UPDATE deliveries SET body = '', kept = false
    WHERE id IN (
        SELECT d.id FROM sources s CROSS JOIN LATERAL (
            SELECT id, state, sum(bytes) OVER (ORDER BY received_at DESC, id DESC) AS so_far
            FROM deliveries d WHERE d.source_id = s.id AND d.kept
        ) AS d
        WHERE d.so_far > coalesce(s.keep_bytes, :keep_bytes) AND d.state <> 'queued'
        LIMIT :at_once
    )
    RETURNING id
""")
_SIGNATURES = text("""
    DELETE FROM push_signatures
    WHERE taken_at < clock_timestamp() - make_interval(secs => :seconds)
""")


async def let_go(session: AsyncSession, settings: IngestSettings) -> int:
    """Let some bodies go that are too old, or too many for their source; return how many."""
    old = await session.execute(
        _TOO_OLD,
        {
            "keep_seconds": settings.keep_seconds,
            "longest_seconds": LONGEST_SECONDS,
            "at_once": AT_ONCE,
        },
    )
    many = await session.execute(_TOO_MANY, {"keep_bytes": settings.keep_bytes, "at_once": AT_ONCE})
    return len(old.all()) + len(many.all())


async def forget_signatures(session: AsyncSession, settings: IngestSettings) -> None:
    """Forget signatures that would be refused for their age by now: up to twice the tolerance after they were made."""
    await session.execute(_SIGNATURES, {"seconds": 2 * settings.signature_seconds + 60})


def loop(node: Node) -> Loop:
    """Return the loop that does it."""
    settings = node.settings.of(IngestSettings)

    async def sweep() -> float | None:
        async with node.database.transaction() as session:
            count = await let_go(session, settings)
        async with node.database.transaction() as session:
            await forget_signatures(session, settings)
        return 0.0 if count >= AT_ONCE else None

    return Loop("delivery retention", sweep, every_seconds=_EVERY_SECONDS, role="worker")
