"""A sealer that is killed, between its statements and right after its commit, leaves a chain that holds."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from app.kernel.failpoints import VARIABLE
from app.kernel.node import Node
from tests.modules.audit.conftest import deeds
from tests.modules.audit.test_chain import verified

PROGRAM = Path(__file__).with_name("seal_process.py")
EVENTS = 40
BATCH = 7


async def sealing(url: str, failpoint: str = "") -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), url, str(BATCH), env={**os.environ, VARIABLE: failpoint}
    )
    return await asyncio.wait_for(process.wait(), 60)


@pytest.mark.chaos
@pytest.mark.security("S25")
async def test_a_killed_sealer_leaves_a_chain_that_holds(node: Node, database_url: str) -> None:
    await deeds(node, EVENTS)
    for failpoint, sealed_count in (("audit.sealing=kill@2", BATCH), ("audit.sealed=kill@2", 3 * BATCH)):
        assert await sealing(database_url, failpoint) == -signal.SIGKILL
        found = await verified(node)
        assert (found.ok, found.position, found.waiting_count) == (True, sealed_count, EVENTS - sealed_count)
    assert await sealing(database_url) == 0
    found = await verified(node)
    assert (found.ok, found.position, found.waiting_count) == (True, EVENTS, 0)
