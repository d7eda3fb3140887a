"""Enqueueing is part of the caller's transaction."""

from pydantic import BaseModel

from app.kernel.node import Node
from app.modules import jobs


class Nothing(BaseModel):
    n: int = 0


async def test_enqueue_commits_with_caller(node: Node) -> None:
    async with node.database.transaction() as session:
        job_id = await jobs.enqueue(session, "test.none", Nothing())
    async with node.database.transaction() as session:
        view = await jobs.get(session, job_id)
    assert view.state == "queued"
    print(view)


async def test_http(client) -> None:
    print((await client.get("/api/v1/jobs")).text)
    print((await client.get("/api/v1/jobs/x")).text)
