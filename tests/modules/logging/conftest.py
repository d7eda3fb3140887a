"""A running node on a real port."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from event_streams import listening
from fastapi import FastAPI

from app.kernel import logs
from app.kernel.node import Node


@pytest.fixture
async def url(app: FastAPI, running_node: Node, client: httpx.AsyncClient) -> AsyncIterator[str]:
    """The address of the running node; ``client`` makes it know the owner's header."""
    async with listening(app) as address:
        yield address


@pytest.fixture(autouse=True)
def no_writer_stays() -> Iterator[None]:
    """Close the writer a test made, if it made one."""
    yield
    if (writer := logs.active()) is not None:
        writer.close()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[logs.LogWriter]:
    """The process's log writer, on a directory of this test's own."""
    made = logs.configure("info", tmp_path / "logs", console=False, node_name="heron", boot_id="boot_A")
    yield made
    made.close()
    structlog.contextvars.clear_contextvars()
