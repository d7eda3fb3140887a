"""A fleet on a database of the test's own, and a voice that is heard while a long test runs."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from fleet import LONG, Fleet


@pytest.fixture
async def fleet(database_url: str, tmp_path: Path) -> AsyncIterator[Fleet]:
    """Nodes to start on this test's database; all of them are gone after it."""
    opened = Fleet(database_url, tmp_path, {})
    try:
        await opened.open()
        yield opened
    finally:
        await opened.close()


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print progress: at once in `make chaos`, with a failure's output in `make test`."""

    def out(text: str) -> None:
        if LONG:
            with capsys.disabled():
                print(f"  {text}", flush=True)
        else:
            print(text)

    return out
