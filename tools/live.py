"""A server process of its own on loopback, for tests that kill it and benchmarks that time it."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

STORMBELL = Path(sys.executable).parent / "stormbell"
READY_SECONDS = 100  # two seconds alone; on two cores with a load of twelve more than a minute


class Server:
    """``stormbell serve`` on a data directory. Started again it listens on the same port."""

    def __init__(self, data: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.arguments = arguments
        self.environment = dict(environment or {})
        self.process: asyncio.subprocess.Process | None = None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ready_seconds = 0.0

    @property
    def pid(self) -> int:
        """Return the process id of the running server."""
        assert self.process is not None
        return self.process.pid

    async def start(self) -> None:
        """Start it and wait until /readyz answers 200."""
        began = time.perf_counter()
        self.data.mkdir(parents=True, exist_ok=True)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("STORMBELL_")}
        with (self.data / "stderr").open("ab") as stderr:
            self.process = await asyncio.create_subprocess_exec(
                str(STORMBELL),
                "serve",
                "--data",
                str(self.data),
                "--port",
                str(self.port),
                *self.arguments,
                env={**inherited, **self.environment},
                stdout=asyncio.subprocess.DEVNULL,
                stderr=stderr,
            )
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                try:
                    if (await client.get(f"{self.url}/readyz")).status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                if self.process.returncode is not None or time.perf_counter() - began > READY_SECONDS:
                    raise RuntimeError(f"the server did not get ready: {self.stderr()[-3000:]}")
                await asyncio.sleep(0.005)
        self.ready_seconds = time.perf_counter() - began

    async def stop(self) -> int:
        """Ask it to end as Ctrl-C does and return its exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGINT)
        return await self.process.wait()

    async def kill(self) -> None:
        """End it with SIGKILL, as a power cut would."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    def stderr(self) -> str:
        """Return what it said so far."""
        return (self.data / "stderr").read_text(errors="replace")

    def setup_token(self) -> str:
        """Return the one-time token of the setup link, which is written just after the server is ready."""
        link, give_up_at = self.data / "setup-link", time.perf_counter() + 30
        while not link.is_file() or "token=" not in link.read_text():
            if time.perf_counter() > give_up_at:
                raise RuntimeError(f"there is no setup link: {self.stderr()[-3000:]}")
            time.sleep(0.005)
        return link.read_text().strip().rsplit("token=", 1)[1]

    def postgres_pid(self) -> int:
        """Return the process id of its PostgreSQL."""
        return int((self.data / "postgres" / "pgdata" / "postmaster.pid").read_text().split()[0])

    def postgres_socket(self) -> str:
        """Return the directory of its PostgreSQL's socket."""
        return (self.data / "postgres" / "pgdata" / "postmaster.pid").read_text().splitlines()[4]


@asynccontextmanager
async def owner_of(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """Make the owner through the setup link; yield a client with an API token, good across restarts."""
    api = f"{server.url}/api/v1"
    async with httpx.AsyncClient(base_url=api, headers={"Origin": server.url}, trust_env=False) as browser:
        owner = {"email": "olga@example.org", "name": "Olga Owner", "password": os.urandom(12).hex()}
        (await browser.post("/setup", json={"token": server.setup_token(), **owner})).raise_for_status()
        token = (await browser.post("/tokens", json={"name": "test"})).raise_for_status().json()["token"]
    async with httpx.AsyncClient(
        base_url=api, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=30
    ) as client:
        yield client


def free_port() -> int:
    """Return a port nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
