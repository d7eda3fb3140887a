"""What the deep ping asks the queue."""

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


def register(node: "Node") -> None:
    """Let the deep ping look at the queue."""
    nodes.add_check(node, "queue", partial(_look, node))


async def _look(node: "Node") -> str:
    async with node.database.connection() as connection:
        row = (await connection.execute(_HEAD)).one()
    if row.waited is None:
        return "nothing waits that is due"
    said = f"its head has waited for {row.waited:.1f} s"
    if row.waited > STUCK_SECONDS and not row.running:
        raise nodes.CheckFailed(f"{said} and nothing runs")
    return said
