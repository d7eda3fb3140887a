"""Nodes come, pause, go and die while jobs run: each job ends once, whoever owned its section."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.modules import jobs, nodes
from app.modules.jobs import kinds
from tests.modules.nodes.conftest import Database, until_open

JOBS = 1200

Make = Callable[[str], Awaitable[Node]]


class Numbered(BaseModel):
    n: int


@pytest.fixture(autouse=True)
def own_kinds() -> Iterator[None]:
    before = dict(kinds.registered)
    yield
    kinds.registered.clear()
    kinds.registered.update(before)


@pytest.fixture
async def make(database_url: str, tmp_path: Path) -> AsyncIterator[Make]:
    made: list[Node] = []

    async def make_one(name: str) -> Node:
        settings = settings_sources.load(
            {"jobs": jobs.JobSettings, "nodes": nodes.NodeSettings},
            flags={
                "data_directory": str(tmp_path / name),
                "server.node_name": name,
                "nodes.heartbeat_seconds": 0.5,
                "jobs.slots": 8,
            },
            environ={},
            toml_paths=(),
        )
        node = Node(settings, (jobs.module, nodes.module), database_url)
        made.append(node)
        await node.start()
        return node

    yield make_one
    for node in made:
        await node.stop()


@pytest.mark.covers("J5", "J7")
async def test_nothing_is_lost_or_done_twice_while_the_ring_turns(make: Make, database: Database) -> None:
    ran: Counter[int] = Counter()

    @jobs.kind("test.load")
    async def load(attempt: jobs.Attempt, payload: Numbered) -> None:
        await asyncio.sleep(0.01)
        ran[payload.n] += 1

    first = await make("heron")
    numbers = itertools.count()

    async def feed(count: int) -> None:
        async with first.database.transaction() as session:
            for n in itertools.islice(numbers, count):
                await jobs.enqueue(session, "test.load", Numbered(n=n))

    await feed(JOBS // 4)
    second = await make("ibis")
    await feed(JOBS // 4)
    third = await make("stork")
    async with first.database.transaction() as session:
        await nodes.pause(session, "ibis")
    await feed(JOBS // 4)
    await third.stop()
    async with first.database.transaction() as session:
        await nodes.resume(session, "ibis")
    await feed(JOBS // 4)
    await make("stork")
    await database.until("SELECT count(*) = $1 FROM finished_jobs", JOBS, seconds=60)
    assert await database.value("SELECT count(*) FROM jobs") == 0
    assert await database.column("SELECT DISTINCT state FROM finished_jobs") == ["succeeded"]
    assert len(ran) == JOBS
    once_more = sum(ran.values()) - JOBS  # only what a stopped node let go of in the middle
    assert once_more <= 8
    boots = await database.value("SELECT count(DISTINCT node) FROM finished_jobs")
    assert boots >= 2
    await until_open(second)  # a machine with other things to do may have fenced it for a moment
