"""Real S3 servers for tests, rclone's and SeaweedFS, and a proxy before one that breaks connections."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules.data.storage_models import Storage as StorageRow

RCLONE = Path(sys.executable).parent / "rclone"


@asynccontextmanager
async def bucket_server(directory: Path) -> AsyncIterator[int]:
    """Serve the directory's subdirectories as buckets; yields the port."""
    port = free_port()
    command = [str(RCLONE), "serve", "s3", str(directory), "--addr", f"127.0.0.1:{port}", "--dir-cache-time", "1s"]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "RCLONE_CONFIG": str(directory / "none.conf")},
    )
    try:
        async with asyncio.timeout(20):
            while not await answers(port):
                await asyncio.sleep(0.02)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def free_port() -> int:
    """Return a port nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def answers(port: int) -> bool:
    """Say whether somebody listens on a port."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def bucket(node: Node, port: int, name: str, **about: object) -> str:
    """Register a bucket as a storage of the house."""
    async with node.database.transaction() as session:
        row = StorageRow(
            id=new_id("sto"),
            name=f"{name}-{port}",
            driver="s3",
            settings={"bucket": name, "endpoint": f"http://127.0.0.1:{port}"},
            **about,
        )
        session.add(row)
    return row.id


class Breaker:
    """A proxy on a port of its own. It counts what passes, and breaks the connection that sends ``cut_at`` bytes."""

    def __init__(self, port: int, next_cut: Callable[[], int | None]) -> None:
        self._behind = port
        self._next_cut = next_cut
        self.cut_at = next_cut()
        self.sent = self.received = 0
        self.cuts = 0
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Breaker":
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._listening.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            behind, ahead = await asyncio.open_connection("127.0.0.1", self._behind)
            both = {
                asyncio.create_task(self._pass(reader, ahead, counted=True)),
                asyncio.create_task(self._pass(behind, writer, counted=False)),
            }
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in both:
                    one.cancel()
                await asyncio.gather(*both, return_exceptions=True)
                for one in (ahead, writer):
                    one.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(65536):
                if counted:
                    self.sent += len(chunk)
                    if self.cut_at is not None and self.sent >= self.cut_at:
                        self.cuts += 1
                        self.cut_at = self._next_cut()
                        return
                else:
                    self.received += len(chunk)
                writer.write(chunk)
                await writer.drain()


@asynccontextmanager
async def weed_server(directory: Path, bucket_name: str) -> AsyncIterator[int]:
    """Serve a bucket with SeaweedFS, which answers ranges as S3 does; yields the port."""
    directory.mkdir(parents=True)
    master, volume, filer, port, *grpc = [free_port() for _ in range(8)]
    process = await asyncio.create_subprocess_exec(
        *(str(RCLONE.with_name("weed")), "server", "-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={directory}"),
        *(f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}", f"-s3.port={port}"),
        *(f"-master.port.grpc={grpc[0]}", f"-volume.port.grpc={grpc[1]}", f"-filer.port.grpc={grpc[2]}"),
        *(f"-s3.port.grpc={grpc[3]}", "-master.volumeSizeLimitMB=256", "-volume.max=40", "-s3.iam=false"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=directory,
    )
    try:
        async with asyncio.timeout(60), httpx.AsyncClient(trust_env=False) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.put(f"http://127.0.0.1:{port}/{bucket_name}")).is_success:
                        break
                await asyncio.sleep(0.2)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
