"""What the tests of the queue look through."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import text

from app.kernel.loops import Loop
from app.kernel.node import Node
from app.kernel.roles import become_owner
from app.modules import jobs

T = TypeVar("T")

DEADLINE_SECONDS = 20.0


class Count(BaseModel):
    """A payload."""

    n: int = 0


async def eventually(condition: Callable[[], Awaitable[T]], seconds: float = DEADLINE_SECONDS) -> T:
    """Return the first true answer of ``condition``; fail when there is none within ``seconds``."""
    async with asyncio.timeout(seconds):
        while not (answer := await condition()):
            await asyncio.sleep(0.01)
    return answer


async def enqueue(node: Node, kind: str, n: int = 0, **options: Any) -> str:
    async with node.database.transaction() as session:
        return await jobs.enqueue(session, kind, Count(n=n), **options)


async def cancel(node: Node, job_id: str) -> None:
    async with node.database.transaction() as session:
        await jobs.cancel(session, job_id)


async def view(node: Node, job_id: str) -> jobs.JobView:
    async with node.database.transaction() as session:
        return await jobs.get(session, job_id)


async def in_state(node: Node, job_id: str, *states: str) -> jobs.JobView:
    """Wait until the job is in one of ``states``."""

    async def reached() -> jobs.JobView | None:
        found = await view(node, job_id)
        return found if found.state in states else None

    return await eventually(reached)


async def ended(node: Node, job_id: str) -> jobs.JobView:
    """Wait until the job has ended."""
    return await in_state(node, job_id, "succeeded", "failed", "timed_out", "cancelled", "quarantined")


async def sql(node: Node, statement: str, **values: Any) -> list[Any]:
    async with node.database.transaction() as session:
        changes_schema = statement.split()[0] in ("ALTER", "ANALYZE", "CREATE", "DROP", "TRUNCATE")
        if changes_schema or "setval(" in statement:
            await become_owner(await session.connection())
        result = await session.execute(text(statement), values)
        return list(result.all()) if result.returns_rows else []


async def attempts(node: Node, job_id: str) -> list[tuple[int, str]]:
    rows = await sql(node, "SELECT attempt, outcome FROM job_attempts WHERE job_id = :id ORDER BY attempt", id=job_id)
    return [(row.attempt, row.outcome) for row in rows]


async def expire(node: Node, job_id: str) -> None:
    """Let the lease of a running job be over."""
    await sql(node, "UPDATE jobs SET lease_until = now() - interval '1 second' WHERE id = :id", id=job_id)


def loop_of(node: Node, name: str) -> Loop:
    return next(loop for loop in node.loops if loop.module == "jobs" and loop.name == name)
