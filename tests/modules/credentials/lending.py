"""What the tests of credentials say often."""

import asyncio
from typing import Any

import httpx

from app.kernel.node import Node
from app.modules import credentials, jobs
from app.modules.credentials import Secret


async def made(client: httpx.AsyncClient, kind: str, name: str = "one", **settings: Any) -> dict[str, Any]:
    """Create a credential and return how it is shown."""
    answer = await client.post("/credentials", json={"name": name, "kind": kind, "settings": settings})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/api/v1/credentials/{shown['id']}"
    return shown


async def lent(node: Node, credential_id: str, user: str = "usr_ada", purpose: str = "source usgs") -> Secret:
    """Return what a user's work is lent."""
    async with credentials.use(node, credential_id, user=user, purpose=purpose) as secret:
        return secret


async def ended(node: Node, job_id: str) -> jobs.JobView:
    """Wait until a job has ended and return it."""
    changed = asyncio.Event()
    off = node.bus.on("events", changed.set)
    try:
        async with asyncio.timeout(60):
            while True:
                changed.clear()
                async with node.database.transaction() as session:
                    job = await jobs.get(session, job_id)
                if job.finished_at is not None:
                    return job
                await node.clock.wait(changed, 0.2)
    finally:
        off()
