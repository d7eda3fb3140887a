"""A feed on loopback and the egress exception that admits it."""

from collections.abc import AsyncIterator

import pytest
from feeds import Feed, serving

from app.kernel.settings import Settings


@pytest.fixture
async def feed() -> AsyncIterator[Feed]:
    """A feed whose answers the test chooses."""
    async with serving(Feed()) as served:
        yield served


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Defaults, with loopback admitted."""
    settings.kernel.egress.allow.append("127.0.0.1")
    return settings
