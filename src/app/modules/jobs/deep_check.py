"""What the deep ping asks the queue, its schedules and its history."""

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import text

from app.modules import nodes

if TYPE_CHECKING:
    from app.kernel.node import Node

STUCK_SECONDS = 60.0

# The head of the queue by its index, whatever its length; and whether anybody could take it.
_HEAD = text(
    """
    SELECT (SELECT extract(epoch FROM now() - run_at)::float8 FROM jobs WHERE state = 'queued' AND run_at <= now()
            ORDER BY priority DESC, run_at, number LIMIT 1) AS waited,
        EXISTS (SELECT FROM jobs WHERE state = 'running') AS running
    """
)
_OVERDUE = text(
    """
    SELECT count(*) AS enabled, (array_agg(name ORDER BY next_at)
        FILTER (WHERE next_at < now() - CAST(:seconds AS float8) * interval '1 second'))[1] AS overdue
    FROM schedules WHERE enabled
    """
)
_TODAY = text(
    "SELECT to_regclass('finished_jobs_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')) IS NOT NULL AS today,"
    " to_regclass('finished_jobs_' || to_char((now() + interval '1 day') AT TIME ZONE 'UTC', 'YYYYMMDD')) IS NOT NULL"
    " AS tomorrow"
)


def register(node: "Node") -> None:
    """Let the deep ping look at them."""
    nodes.add_check(node, "queue", partial(_look, node))
    nodes.add_check(node, "schedules", partial(_schedules, node))
    nodes.add_check(node, "history", partial(_history, node))


async def _look(node: "Node") -> str:
    async with node.database.connection() as connection:
        row = (await connection.execute(_HEAD)).one()
    if row.waited is None:
        return "nothing waits that is due"
    said = f"its head has waited for {row.waited:.1f} s"
    if row.waited > STUCK_SECONDS and not row.running:
        raise nodes.CheckFailed(f"{said} and nothing runs")
    return said


async def _schedules(node: "Node") -> str:
    async with node.database.connection() as connection:
        row = (await connection.execute(_OVERDUE, {"seconds": STUCK_SECONDS})).one()
    if row.overdue is not None:
        raise nodes.CheckFailed(f"{row.overdue} has been due for over {STUCK_SECONDS:g} s, and no node makes its job")
    return f"{row.enabled} enabled, none overdue"


async def _history(node: "Node") -> str:
    async with node.database.connection() as connection:
        row = (await connection.execute(_TODAY)).one()
    if not (row.today and row.tomorrow):
        day = "tomorrow" if row.today else "today"
        raise nodes.CheckFailed(f"{day} has no partition: what ends is kept apart until there is one")
    return "today and tomorrow have their partitions"
