"""Where the benchmark of jobs takes place: one embedded PostgreSQL as in production, one Redis, one process each."""

import asyncio
import contextlib
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kernel.migrate import migrate
from app.kernel.postgres import EmbeddedPostgres
from benchmarks.peers import PEERS, ROOT, Peer

TEMPLATE = "ours_template"
PARTICIPANT = "benchmarks.peers.program"


class Failed(Exception):
    """A participant did not do what it was asked: there is no figure, and the run fails."""


class Participant:
    """A process that queues and runs jobs when asked; see benchmarks/peers/program.py."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int:
        """Return its process id."""
        assert self._process is not None
        return self._process.pid

    async def start(self, python: Path, module: str) -> None:
        """Start it and wait until everything is imported."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("STORMBELL_", "PG"))}
        with self.log.open("ab") as stderr:
            self._process = await asyncio.create_subprocess_exec(
                *(str(python), "-m", PARTICIPANT, module),
                cwd=ROOT,
                env=environment | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=stderr,
                limit=64 * 1024 * 1024,
            )
        await self._answer("start")

    async def ask(self, do: str, **arguments: Any) -> Any:
        """Have it do one thing and return what came of it. Raises Failed."""
        assert self._process is not None
        assert self._process.stdin is not None
        async with self._turn:
            self._process.stdin.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
            await self._process.stdin.drain()
            return await self._answer(do)

    async def end(self) -> None:
        """End it: by asking, and if it does not, by its process id."""
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(Exception):
            async with asyncio.timeout(15):
                await self.ask("close")
                await self._process.wait()
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _answer(self, do: str) -> Any:
        assert self._process is not None
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        said = json.loads(line) if line else {"error": "it ended"}
        if "error" in said:
            raise Failed(f"{self.name}, asked to {do}: {said['error']}\n{self.log.read_text(errors='replace')[-3000:]}")
        return said["value"]


class Stage:
    """The servers of one run, in a directory that is gone afterwards."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.socket_directory = directory
        self._postgres = EmbeddedPostgres(directory / "postgres")
        self._redis: asyncio.subprocess.Process | None = None
        self._numbers = count(1)
        self._engine_url = ""

    async def start(self) -> None:
        """Start PostgreSQL with production's settings and make our schema once, as a template."""
        cluster = await self._postgres.start()
        self._engine_url = cluster.url
        self.socket_directory = cluster.socket_dir
        await self.sql(f"CREATE DATABASE {TEMPLATE}")
        engine = create_async_engine(self.engine_url(TEMPLATE), poolclass=NullPool)
        await migrate(engine)
        await engine.dispose()

    async def stop(self) -> None:
        """Stop both servers."""
        await self._stop_redis()
        await self._postgres.stop()

    def engine_url(self, database: str) -> str:
        """Return SQLAlchemy's URL of a database."""
        head, _, query = self._engine_url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{database}?{query}"

    def url(self, database: str) -> str:
        """Return the URL of a database as libpq and asyncpg read it."""
        return f"postgresql://stormbell@/{database}?host={self.socket_directory}&port=5432"

    @property
    def postgres_pid(self) -> int:
        """Return the process id of the server, whose children do its work."""
        return int((self.directory / "postgres" / "pgdata" / "postmaster.pid").read_text().split()[0])

    @property
    def log(self) -> Path:
        """Return the log of the PostgreSQL server."""
        return self.directory / "postgres" / "postgres.log"

    async def sql(self, *statements: str, database: str = "stormbell", superuser: bool = False) -> None:
        """Run statements, each alone."""
        connection = await self.connect(database, superuser=superuser)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    async def connect(self, database: str, *, superuser: bool = False) -> asyncpg.Connection:
        """Return a connection for asking about results."""
        user = "postgres" if superuser else "stormbell"
        return await asyncpg.connect(host=str(self.socket_directory), user=user, database=database, command_timeout=900)

    @asynccontextmanager
    async def database(self, name: str, *, template: str | None = None) -> AsyncIterator[str]:
        """Make a database and yield its name; it is dropped afterwards. ``template`` is copied file by file."""
        name = f"{name}_{next(self._numbers)}"
        of = f"TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
        await self.sql(f"CREATE DATABASE {name} {of}")
        try:
            yield name
        finally:
            # A vacuum may be in it, which only a superuser may end.
            await self.sql(f"DROP DATABASE {name} WITH (FORCE)", superuser=True)

    @asynccontextmanager
    async def participant(self, module: str, *, python: Path | None = None) -> AsyncIterator[Participant]:
        """Start a participant and yield it; ended afterwards."""
        name = module.rsplit(".", 1)[1]
        participant = Participant(name, self.directory / f"{name}-{next(self._numbers)}.log")
        try:
            await participant.start(python or Path(sys.executable), module)
            yield participant
        finally:
            await participant.end()

    @asynccontextmanager
    async def peer(self, peer: Peer) -> AsyncIterator[Participant]:
        """Start a peer on an empty database or Redis of its own."""
        async with contextlib.AsyncExitStack() as stack:
            if peer.needs == "redis":
                await stack.enter_async_context(self._empty_redis())
                url = f"unix://{self.directory / 'redis.sock'}"
            else:
                url = self.url(await stack.enter_async_context(self.database(peer.name)))
            found = await stack.enter_async_context(
                self.participant(f"benchmarks.peers.{peer.name}", python=peer.python)
            )
            await found.ask("open", url=url)
            yield found

    @asynccontextmanager
    async def _empty_redis(self) -> AsyncIterator[None]:
        socket = self.directory / "redis.sock"
        self._redis = await asyncio.create_subprocess_exec(
            *("redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"),
            *("--dir", str(self.directory)),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(10):
            while not socket.exists():
                await asyncio.sleep(0.01)
        try:
            yield
        finally:
            await self._stop_redis()
            socket.unlink(missing_ok=True)

    async def _stop_redis(self) -> None:
        if self._redis is not None and self._redis.returncode is None:
            self._redis.terminate()
            await self._redis.wait()
        self._redis = None


def present() -> list[Peer]:
    """Return the peers that can take part here."""
    return [peer for peer in PEERS if peer.version() and (peer.needs == "postgres" or shutil.which("redis-server"))]


def missing() -> list[str]:
    """Return a line per peer that cannot, saying what to install."""
    lines = []
    for peer in PEERS:
        if not peer.version():
            lines.append(f"{peer.shown} is not installed: python -m benchmarks.peers")
        elif peer.needs == "redis" and not shutil.which("redis-server"):
            lines.append(f"{peer.shown} needs a Redis: apt-get install --no-install-recommends redis-server")
    return lines


@asynccontextmanager
async def stage(directory: Path) -> AsyncIterator[Stage]:
    """Set up the servers; take them down afterwards."""
    made = Stage(directory)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()
