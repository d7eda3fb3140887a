"""Writes the next migration: what the models have that the migrations do not make yet. Read it before you keep it.

Starts an embedded PostgreSQL at the newest revision and lets Alembic compare. Triggers, functions and other DDL beside
the tables (EXTRA_DDL) it cannot see; ``make check`` says when one is missing.
Run: python -m tools.migration "what changes"
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kernel.migrate import head_revision, migrate, migrations_directory
from app.kernel.postgres import EmbeddedPostgres


def write(connection: Connection, message: str) -> None:
    """Let Alembic write the difference under the next number."""
    config = Config()
    config.set_main_option("script_location", str(migrations_directory()))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    command.revision(config, message, autogenerate=True, rev_id=f"{int(head_revision()) + 1:04d}")


async def run(directory: Path, message: str) -> None:
    """Compare on a server of our own."""
    postgres = EmbeddedPostgres(directory, settings={"fsync": "off"})
    url = (await postgres.start()).url
    try:
        engine = create_async_engine(url, poolclass=NullPool)
        await migrate(engine)
        async with engine.connect() as connection:
            await connection.run_sync(write, message)
        await engine.dispose()
    finally:
        await postgres.stop()


def main() -> int:
    """Write it."""
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        print("say what changes: make migration m='simulations keep their queue'", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(run(Path(directory) / "postgres", sys.argv[1].strip()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
