"""What the tests of gates look through: who ran, when, and how many at once, as the database saw it."""

import asyncio
from typing import Any

from pydantic import BaseModel
from queue_probe import Count, eventually, sql

from app.kernel.node import Node
from app.modules import jobs


class Empty(BaseModel):
    """A payload of nothing."""


class Running:
    """A kind's handler that runs until it is told to end, and remembers how many did at once."""

    def __init__(self, name: str, **options: Any) -> None:
        self.now = 0
        self.most = 0
        self.ran: list[int] = []
        self.may_end = asyncio.Event()

        @jobs.kind(name, **options)
        async def run(attempt: jobs.Attempt, payload: Count) -> None:
            self.ran.append(payload.n)
            self.now += 1
            self.most = max(self.most, self.now)
            try:
                await self.may_end.wait()
            finally:
                self.now -= 1


async def states(node: Node) -> dict[str, int]:
    """Count live jobs by state."""
    return {row.state: row.count for row in await sql(node, "SELECT state, count(*) FROM jobs GROUP BY state")}


async def all_ended(node: Node, seconds: float = 30.0) -> None:
    """Wait until no job lives."""

    async def none_left() -> bool:
        return not await sql(node, "SELECT 1 FROM jobs LIMIT 1")

    await eventually(none_left, seconds)


async def final_states(node: Node) -> dict[str, int]:
    """Count ended jobs by state."""
    return {r.state: r.count for r in await sql(node, "SELECT state, count(*) FROM finished_jobs GROUP BY state")}


async def enqueue_many(node: Node, kind: str, count: int, **options: Any) -> list[str]:
    async with node.database.transaction() as session:
        return await jobs.enqueue_many(session, kind, [Count(n=n) for n in range(count)], **options)
