"""A process of a shown example that dies comes back where it was, and the log says so."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

from structlog.testing import capture_logs

from app import examples
from app.kernel.http import GuardedClient, RemoteProblem
from tests.conftest import settings_for


def replays() -> set[int]:
    """Return the replays this process started."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    found = set()
    for pid in children:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # another child, gone since
            if b"replay.py" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.add(int(pid))
    return found


async def test_a_feed_that_is_killed_is_there_again_at_the_same_address(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data")
    others = replays()
    with capture_logs() as logs:
        async with examples.beside(settings, "earthquake", {"speed": "1"}) as example:
            client = GuardedClient(settings.kernel.egress)
            try:
                (first,) = replays() - others
                os.kill(first, signal.SIGKILL)
                async with asyncio.timeout(20):
                    while not (replays() - others - {first}):
                        await asyncio.sleep(0.02)
                    while True:
                        try:
                            answer = await client.request("GET", f"{example.addresses['feed']}/feed.geojson")
                            break
                        except RemoteProblem:
                            await asyncio.sleep(0.02)
                assert answer.status == 200
            finally:
                await client.close()
    assert replays() == others
    (said,) = [line for line in logs if "starting it again" in line["event"]]
    assert (said["process"], said["exit_code"], said["log_level"]) == ("earthquake: feed", -signal.SIGKILL, "warning")
