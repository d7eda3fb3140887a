"""A house with one workflow of the test's own and a source that pushes to it."""

import httpx
import pytest
from fastapi import FastAPI

from app.kernel.node import Node
from app.main import create_app
from tests.modules.workflows.house import House


@pytest.fixture
async def app(request: pytest.FixtureRequest, node: Node) -> FastAPI:
    """The application on a node that was started with the workflow the test module's ``WORKFLOW`` holds."""
    place = node.settings.data_directory / "workflows"
    place.mkdir(parents=True)
    (place / "bell.py").write_text(request.module.WORKFLOW)
    await node.start()
    return create_app(node)


@pytest.fixture
def house(node: Node, client: httpx.AsyncClient) -> House:
    """The running house."""
    return House(node, client)
