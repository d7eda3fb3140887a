"""Nodes with nothing but the jobs module on one database, and kinds that are forgotten after the test."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.modules import jobs, nodes
from app.modules.jobs import kinds
from tests.conftest import share_compiled

MakeNode = Callable[..., Awaitable[Node]]


@pytest.fixture(autouse=True)
def own_kinds() -> Iterator[None]:
    """Let each test register kinds of its own."""
    registered, callbacks = dict(kinds.registered), dict(kinds.exhausted_callbacks)
    yield
    for table, before in ((kinds.registered, registered), (kinds.exhausted_callbacks, callbacks)):
        table.clear()
        table.update(before)


@pytest.fixture
async def make_node(database_url: str, tmp_path: Path) -> AsyncIterator[MakeNode]:
    """Make nodes on this test's database: ``await make_node(**{"jobs.slots": 2})``; ``start=False`` leaves it still."""
    made: list[Node] = []

    async def make(*, start: bool = True, **flags: Any) -> Node:
        settings = settings_sources.load(
            {"jobs": jobs.JobSettings},
            flags={"data_directory": str(tmp_path / "data"), "jobs.grace_seconds": 0.05, **flags},
            environ={},
            toml_paths=(),
        )
        node = share_compiled(Node(settings, (jobs.module, nodes.module), database_url))
        made.append(node)
        if start:
            await node.start()
        return node

    yield make
    for node in made:
        await node.stop()
