"""Fixtures over one real PostgreSQL server: a fresh database a test, the whole house on it when asked for.

The server lives in a thread with its own event loop for the whole session (one per xdist worker); tests run on their
own loops. Its one deviation from production is ``fsync=off``.
"""

import asyncio
import itertools
import os
import shutil
import signal
import sys
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx
import hypothesis
import pytest
import structlog
from fastapi import FastAPI, Request
from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app.kernel import garbage
from app.kernel import settings as settings_sources
from app.kernel.migrate import migrate
from app.kernel.node import Node
from app.kernel.postgres import EmbeddedPostgres
from app.kernel.principal import Principal, Role
from app.kernel.settings import Settings
from app.main import MODULES, create_app
from app.modules.jobs import retention

# One seed for all: what fails here fails for everybody. `make chaos` looks further each time.
hypothesis.settings.register_profile("seeded", derandomize=True)
if not os.environ.get("CHAOS_LONG"):
    hypothesis.settings.load_profile("seeded")

# A shell's background job starts with SIGINT ignored, and so would every program a test interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

T = TypeVar("T")

# What pytest rewrites and compiles before the first test, 16 s of CPU for all of them, is kept for the next time, also
# where PYTHONDONTWRITEBYTECODE is set: 7 s. What tests themselves write and import is not.
_writes_no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, False


def pytest_collection_finish() -> None:
    """Have the collector leave out what is there by now, as a process that serves does."""
    sys.dont_write_bytecode = _writes_no_bytecode
    garbage.settle()


# What tests write is gone with them: where there is room, it is written to memory. A new database, eight hundred files,
# costs 20 ms there and 150 ms on ext4.
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 4_000_000_000
if "PYTEST_DEBUG_TEMPROOT" not in os.environ and os.access(MEMORY, os.W_OK):
    there = os.statvfs(MEMORY)
    if there.f_bavail * there.f_frsize >= MEMORY_BYTES and not there.f_flag & os.ST_NOEXEC:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)

TEMPLATE = "template_stormbell"
_numbers = itertools.count(1)
_engines: dict[str, Engine] = {}


class TestServer:
    """One PostgreSQL server with a template database, for the whole session."""

    __test__ = False

    def __init__(self, directory: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test postgres")
        self._thread.start()
        self._postgres: EmbeddedPostgres | None = None
        self._directory = directory
        self._admin: asyncpg.Connection | None = None
        self.url = ""

    def start(self) -> None:
        self.url = self._run(self._start())

    def stop(self) -> None:
        try:
            if self._admin is not None:
                self._run(self._admin.close())
            if self._postgres is not None:
                self._run(self._postgres.stop())
            shutil.rmtree(self._directory, ignore_errors=True)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def url_of(self, database: str) -> str:
        head, _, query = self.url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{database}?{query}"

    async def execute(self, *statements: str, database: str | None = None, superuser: bool = False) -> None:
        """Run statements, each alone, on the server's own database or the one named."""
        url = (self.url_of(database) if database else self.url).replace("+asyncpg", "")
        connection = await asyncpg.connect(url, **({"user": "postgres"} if superuser else {}))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def command(self, sql: str) -> None:
        """Run a statement on the connection that is kept for it: making one takes as long as a small database."""
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._command(sql), self._loop))

    async def _command(self, sql: str) -> None:
        if self._admin is None or self._admin.is_closed():
            self._admin = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        await self._admin.execute(sql)

    async def _start(self) -> str:
        self._postgres = EmbeddedPostgres(
            self._directory,
            settings={
                "fsync": "off",
                "full_page_writes": "off",
                "max_connections": "300",
                "max_wal_size": "256MB",
                "shared_preload_libraries": "pg_stat_statements",
            },
        )
        self.url = (await self._postgres.start()).url
        # For tests that break connections or count statements.
        await self.execute("GRANT pg_monitor, pg_signal_backend TO stormbell", superuser=True)
        await self.execute(f"CREATE DATABASE {TEMPLATE}")
        await make_schema(self.url_of(TEMPLATE))
        await make_days(self.url_of(TEMPLATE), self._directory)
        await self.execute("GRANT pg_monitor, pg_signal_backend TO stormbell_service", superuser=True)
        await self.execute("CREATE EXTENSION pg_stat_statements", database=TEMPLATE, superuser=True)
        return self.url

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(90)


async def make_schema(url: str) -> None:
    """Make every table in an empty database, as the server does."""
    engine = create_async_engine(url, poolclass=NullPool)
    await migrate(engine)
    await engine.dispose()


async def make_days(url: str, directory: Path) -> None:
    """Make the days of history that every node would make at its start: seventy files each time."""
    node = Node(settings_for(directory / "days"), MODULES, url)
    try:
        await retention.make_days(node)
    finally:
        await node.stop()


@pytest.fixture(autouse=True)
def readable_logs() -> None:
    """Log to the captured stderr. structlog's default draws every local of every frame: seconds per exception."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        cache_logger_on_first_use=False,
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """The PostgreSQL server of this session."""
    running = TestServer(tmp_path_factory.mktemp("postgres"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
async def database_url(server: TestServer) -> AsyncIterator[str]:
    """The SQLAlchemy URL of a database of this test's own, with every table in it."""
    name = f"test_{next(_numbers)}"
    # Not beforehand, while another test runs: its transaction would hold up whoever waits for all that are older.
    await server.command(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    yield server.url_of(name)
    await server.command(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Defaults, with a data directory of this test's own. Override it in a test file to set something else."""
    return settings_for(tmp_path / "data")


def settings_for(data_directory: Path, **flags: Any) -> Settings:
    """Return settings as flags would set them: ``settings_for(path, **{"jobs.slots": 2})``."""
    sections = {module.name: module.settings for module in MODULES if module.settings is not None}
    return settings_sources.load(
        sections, flags={"data_directory": str(data_directory), **flags}, environ={}, toml_paths=()
    )


def share_compiled(node: Node) -> Node:
    """Have a node's engine find the statements that engines of other tests compiled: a fifth of a start's CPU."""
    engine = node.database.engine.sync_engine
    first = _engines.setdefault("first", engine)
    # Both are SQLAlchemy's own affairs. The dialect is a part of the key of what is compiled.
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return node


@pytest.fixture
async def node(settings: Settings, database_url: str) -> AsyncIterator[Node]:
    """A node with every module on a fresh database; nothing runs on it. Start it with ``await node.start()``."""
    made = share_compiled(Node(settings, MODULES, database_url))
    await made.vault.unlock()
    yield made
    await made.stop()


@pytest.fixture
async def running_node(node: Node) -> Node:
    """The node with its modules and loops started."""
    await node.start()
    return node


@pytest.fixture
async def session(node: Node) -> AsyncIterator[AsyncSession]:
    """A session on the node's database; commit it to show others what it did."""
    async with node.database.sessions() as opened:
        yield opened


@pytest.fixture
def owner() -> Principal:
    """The caller ``client`` is."""
    return Principal(user_id="usr_owner", name="Olga Owner", role=Role.OWNER)


@pytest.fixture
def app(node: Node) -> FastAPI:
    """The application on ``node``."""
    return create_app(node)


@pytest.fixture
async def anonymous(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client nobody has logged in with."""
    async with _client(app) as opened:
        yield opened


@pytest.fixture
async def client(app: FastAPI, node: Node, owner: Principal) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client that is the owner. Name it after ``running_node``: a start registers an authenticator anew."""
    before = node.authenticate

    async def authenticate(request: Request) -> Principal | None:
        return owner if request.headers.get("X-Test-Caller") == "owner" else await before(request)

    node.authenticate = authenticate
    async with _client(app, {"X-Test-Caller": "owner"}) as opened:
        yield opened


def _client(app: FastAPI, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)
