"""A node that was given up goes on as another boot, and its jobs run again: once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.modules import jobs, nodes
from app.modules.jobs import kinds
from tests.modules.nodes.conftest import Database


class Nothing(BaseModel):
    pass


@pytest.fixture(autouse=True)
def own_kinds() -> Iterator[None]:
    before = dict(kinds.registered)
    yield
    kinds.registered.clear()
    kinds.registered.update(before)


@pytest.fixture
async def pair(database_url: str, tmp_path: Path) -> AsyncIterator[list[Node]]:
    made: list[Node] = []
    for name in ("heron", "stork"):
        settings = settings_sources.load(
            {"jobs": jobs.JobSettings, "nodes": nodes.NodeSettings},
            flags={
                "data_directory": str(tmp_path / name),
                "server.node_name": name,
                "nodes.heartbeat_seconds": 0.5,
                "jobs.lease_seconds": 3,
                "jobs.grace_seconds": 0,
            },
            environ={},
            toml_paths=(),
        )
        made.append(Node(settings, (jobs.module, nodes.module), database_url))
    yield made
    for node in made:
        await node.stop()


async def test_its_jobs_are_let_go_and_its_lock_goes_along(pair: list[Node], database: Database) -> None:
    ran: list[tuple[int, str]] = []
    released = asyncio.Event()

    @jobs.kind("test.rebirth", max_attempts=5)
    async def rebirth(attempt: jobs.Attempt, payload: Nothing) -> None:
        try:
            await released.wait()
        except asyncio.CancelledError:
            ran.append((attempt.attempt, "let go"))
            raise
        ran.append((attempt.attempt, "done"))

    heron, stork = pair
    await stork.start()
    async with stork.database.transaction() as session:
        job_id = await jobs.enqueue(session, "test.rebirth", Nothing())
    await database.until("SELECT state = 'working' FROM nodes WHERE name = 'stork'")
    await heron.start()
    old = stork.boot_id
    async with asyncio.timeout(10):
        while nodes.presence_of(stork).alone:  # one that knows of nobody goes on for ever
            await asyncio.sleep(0.01)
    (heartbeat,) = [loop for loop in stork.loops if loop.name == "heartbeat"]
    await heartbeat.stop()
    await database.until("SELECT state = 'dead' FROM nodes WHERE id = $1", old)
    async with asyncio.timeout(10):
        while (1, "let go") not in ran:
            await asyncio.sleep(0.01)
    heartbeat.start(stork.bus, stork.clock)
    await database.until("SELECT count(*) = 1 FROM nodes WHERE name = 'stork' AND state <> 'dead'")
    async with asyncio.timeout(10):
        while not nodes.presence_of(stork).may_claim():
            await asyncio.sleep(0.01)
    boots = {path.name for path in (stork.settings.data_directory / "boots").iterdir()}
    assert stork.boot_id in boots
    assert stork.boot_id != old
    await database.until("SELECT count(*) = 1 FROM jobs WHERE id = $1 AND attempt >= 2 AND state = 'running'", job_id)
    released.set()
    await database.until("SELECT count(*) = 1 FROM finished_jobs WHERE id = $1 AND state = 'succeeded'", job_id)
    assert [how for _, how in ran].count("done") == 1
