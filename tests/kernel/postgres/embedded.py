"""What the tests of the embedded server share: nodes to kill, and looks at processes from outside."""

import asyncio
import json
import os
import select
import subprocess
import sys
import sysconfig
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from app.kernel.postgres import Cluster

SOURCE = Path(__file__).parents[3] / "src"
NODE = Path(__file__).with_name("embedded_node.py")


class Node:
    """The program of embedded_node.py, running."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def hear(self, seconds: float = 15) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), seconds)
        assert line, "the node ended without a word"
        return json.loads(line)

    async def end(self) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.close()
        said = await self.hear()
        await self.process.wait()
        return said

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def node(
    directory: Path, *, prefix: Sequence[str] = (), python: Path | None = None, user: int | None = None, **options: Any
) -> AsyncIterator[Node]:
    """Run a node; ``prefix`` is a command that runs another, ``user`` an unprivileged one to be."""
    as_user: dict[str, Any] = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    process = await asyncio.create_subprocess_exec(
        *(*prefix, str(python or sys.executable), str(NODE), str(directory), json.dumps(options)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{SOURCE}:{sysconfig.get_path('purelib')}"},
        cwd="/",
        **as_user,
    )
    try:
        yield Node(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def server_pids(directory: Path) -> list[int]:
    """Return every process of the directory's server: those that hold its lock."""
    lock = str((directory / "server.lock").resolve())
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(link.readlink()) == lock for link in (entry / "fd").iterdir()):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def postmaster_pid(directory: Path) -> int:
    return int((directory / "pgdata" / "postmaster.pid").read_text().split("\n", 1)[0])


async def gone(pids: Sequence[int], seconds: float) -> float:
    """Wait until all of ``pids`` have ended; return the seconds it took."""

    def wait() -> float:
        began = time.perf_counter()
        for pid in pids:
            try:
                descriptor = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            try:
                left = seconds - (time.perf_counter() - began)
                assert select.select([descriptor], [], [], max(left, 0))[0], f"process {pid} is still there"
            finally:
                os.close(descriptor)
        return time.perf_counter() - began

    return await asyncio.to_thread(wait)


async def query(cluster: Cluster, sql: str) -> Any:
    connection = await asyncpg.connect(cluster.url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()
