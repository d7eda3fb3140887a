"""A local batch system in a directory of the test's own, and processes that have one open to be killed."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from machine_probe import Local, MakeLocal, OpenElsewhere

from app.modules.machines.batch import Surroundings
from app.modules.machines.batch.local import Batch, Settings


@pytest.fixture
async def make_local(tmp_path: Path) -> AsyncIterator[MakeLocal]:
    """Open a local batch system, each time on the same directory: ``await make_local(cores=1)``."""
    made: list[Batch] = []

    async def make(**settings: Any) -> Local:
        changed = asyncio.Event()
        given = Settings.model_validate({"cores": 2, "grace_seconds": 0.5, **settings})
        batch = Batch(given, Surroundings(directory=tmp_path / "local", changed=changed.set))
        made.append(batch)
        await batch.open()
        return Local(tmp_path / "local", batch, changed)

    yield make
    for batch in made:
        await batch.close()


@pytest.fixture
async def local(make_local: MakeLocal) -> Local:
    return await make_local()


@pytest.fixture
async def open_elsewhere(tmp_path: Path) -> AsyncIterator[OpenElsewhere]:
    """Start a process that submits runs to the local batch system on the same directory and stays."""
    started: list[asyncio.subprocess.Process] = []

    async def start(runs: Mapping[str, Sequence[str]], *, cores: int = 2) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("batch_process.py")),
            str(tmp_path / "local"),
            str(cores),
            json.dumps(runs),
            stdout=asyncio.subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout is not None
        async with asyncio.timeout(30):
            assert await process.stdout.readline() == b"ready\n"
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()
