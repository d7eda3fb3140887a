"""Directories and servers for the tests of the embedded server."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from embedded import server_pids

from app.kernel.postgres import Cluster, EmbeddedPostgres


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory whose cluster is made: copying it is quicker than making another."""
    directory = tmp_path_factory.mktemp("made") / "data"

    async def make() -> None:
        postgres = EmbeddedPostgres(directory)
        await postgres.start()
        await postgres.stop()

    asyncio.run(make())
    return directory


@pytest.fixture
def data(made: Path) -> Iterator[Path]:
    """Return the directory itself, for tests that leave the cluster as they found it."""
    yield made
    for pid in server_pids(made):  # a failed test's
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    """Return a copy to spoil."""
    return shutil.copytree(made, tmp_path / "data")


@pytest.fixture
def reachable() -> Iterator[Path]:
    """Return a directory that other users may enter (pytest's are its user's own)."""
    directory = Path(tempfile.mkdtemp(prefix="stormbell-test-", dir="/tmp"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
async def started() -> AsyncIterator[Callable[..., Any]]:
    """Return a function that starts a server in this process; it is stopped at the end."""
    all_started: list[EmbeddedPostgres] = []

    async def start(directory: Path, **options: Any) -> tuple[EmbeddedPostgres, Cluster]:
        postgres = EmbeddedPostgres(directory, **options)
        all_started.append(postgres)
        return postgres, await postgres.start()

    yield start
    for postgres in reversed(all_started):
        await postgres.stop()
