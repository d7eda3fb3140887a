"""The database, for commands that run on the server's machine and need no server."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.problems import CONFLICT, CommandFailed
from app.cli.settings import flags_of

if TYPE_CHECKING:
    from app.kernel.db import Database


@asynccontextmanager
async def database_of(pairs: Sequence[str], data: Path | None) -> "AsyncIterator[Database]":
    """Open the database that the settings name, whether a server runs or not; it is ours for the time of the block.

    Raises CommandFailed when its schema is not of this version.
    """
    from app.kernel.bus import Bus
    from app.kernel.db import Database
    from app.kernel.migrate import current_revision, head_revision
    from app.kernel.postgres import EmbeddedPostgres
    from app.life import asyncpg_url, load_settings

    settings = load_settings(flags_of(pairs, data_directory=data))
    postgres = None
    if settings.kernel.database.url is None:
        directory = settings.data_directory
        if not (directory / "postgres").is_dir():
            raise CommandFailed(f"there is no database in {directory}; name another with --data", CONFLICT)
        postgres = EmbeddedPostgres(directory / "postgres", bin_directory=settings.kernel.database.bin_directory)
        url = (await postgres.start()).url
    else:
        url = asyncpg_url(settings.kernel.database.url.get_secret_value())
    database = Database(url, Bus(), pool_size=2)
    try:
        revision = await current_revision(database.engine)
        if revision != head_revision():
            had = f"at schema {revision}" if revision else "empty"
            raise CommandFailed(f"the database is {had}, not at {head_revision()}: run 'stormbell migrate'", CONFLICT)
        yield database
    finally:
        await database.close()
        if postgres is not None:
            await postgres.stop()
