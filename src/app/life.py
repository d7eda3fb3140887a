"""The life of a node: settings, logs, database, schema, modules, and back again in reverse."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kernel import logs, tracing
from app.kernel import settings as settings_sources
from app.kernel.db import DatabaseGone
from app.kernel.errors import StartProblem
from app.kernel.migrate import migrate
from app.kernel.node import Node
from app.kernel.postgres import EmbeddedPostgres
from app.kernel.settings import Settings
from app.main import MODULES
from app.modules import nodes


class DatabaseUnreachable(StartProblem):
    """The database the settings name cannot be used; the message says which and why."""


def load_settings(flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of the kernel and every module. Raises SettingsProblem."""
    sections = {module.name: module.settings for module in MODULES if module.settings is not None}
    return settings_sources.load(sections, flags=flags, environ=environ)


@asynccontextmanager
async def running(settings: Settings, *, console: bool = True, start_loops: bool = True) -> AsyncIterator[Node]:
    """Run a node: start its database (unless one is named), migrate, start every module and loop."""
    directory = settings.made_data_directory()
    server: EmbeddedPostgres | None = None
    if settings.kernel.database.url is None:
        server = EmbeddedPostgres(directory / "postgres", bin_directory=settings.kernel.database.bin_directory)
        url = (await server.start()).url
    else:
        url = asyncpg_url(settings.kernel.database.url.get_secret_value())
    node: Node | None = None
    writer = None
    try:
        node = Node(settings, MODULES, url)
        writer = logs.configure(
            settings.kernel.log_level,
            directory / "logs",
            console=console,
            node_name=node.name,
            boot_id=node.boot_id,
        )
        # It reads a file and imports for half a second, when traces are on.
        await asyncio.to_thread(tracing.configure, settings.kernel.tracing, node_name=node.name, boot_id=node.boot_id)
        await _migrate(node)
        if server is not None:
            nodes.add_check(node, "postgres", partial(_look_at, server))
        if start_loops:
            await node.start()
        yield node
    finally:
        if node is not None:
            await node.stop()
        if server is not None:
            await server.stop()
        await asyncio.to_thread(tracing.close)
        if writer is not None:
            await asyncio.to_thread(writer.close)


async def _look_at(server: EmbeddedPostgres) -> str:
    """Tell the deep ping how the embedded PostgreSQL is."""
    if not server.running.is_set():
        raise nodes.CheckFailed(f"it is {server.state}: {server.last_error or 'no error is known'}")
    by = "run by this process" if server.state == "running" else "run by another process of this data directory"
    return f"{by}, restarted {server.restarts} times"


async def _migrate(node: Node) -> None:
    # As the login, which owns the schema; the role of the node's own connections does not, and may not exist yet.
    engine = create_async_engine(node.database.engine.url, poolclass=NullPool, connect_args={"timeout": 10})
    try:
        await migrate(engine)
    except (DatabaseGone, DBAPIError, TimeoutError, OSError) as error:
        url = node.database.engine.url
        place = f"{url.host}:{url.port or 5432}" if url.host else str(url.query.get("host", "its default socket"))
        cause = getattr(error, "orig", None) or error.__cause__ or error
        raise DatabaseUnreachable(f"the database at {place} does not answer as it should: {cause}") from error
    finally:
        await engine.dispose()


def asyncpg_url(url: str) -> str:
    """Accept the common spellings of a PostgreSQL URL."""
    scheme, separator, rest = url.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+asyncpg") and separator:
        return f"postgresql+asyncpg://{rest}"
    raise settings_sources.SettingsProblem("database.url must begin with postgresql://")
