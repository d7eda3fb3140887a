"""Brings the schema to the newest revision, under a lock, before anything else reads it."""

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.kernel.errors import StartProblem
from app.kernel.roles import ensure_roles

_LOCK = 0x53746F726D  # "Storm": one migrating process at a time


class SchemaTooNew(StartProblem):
    """The database was made by a newer Stormbell; the message names both revisions."""


def migrations_directory() -> Path:
    """Return where the migrations are: in the wheel beside this package, in a checkout at its top."""
    packaged = Path(__file__).parent.parent / "_migrations"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "migrations"


def head_revision() -> str:
    """Return the newest revision, from the file names alone: importing Alembic costs a start 0.2 s."""
    names = sorted(p.stem for p in (migrations_directory() / "versions").glob("[0-9]*.py"))
    return names[-1].split("_")[0]


async def current_revision(engine: AsyncEngine) -> str | None:
    """Return the database's revision; ``None`` for an empty database."""
    async with engine.connect() as connection:
        try:
            found: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        except ProgrammingError:
            return None
    return found


async def migrate(engine: AsyncEngine) -> None:
    """Make the roles and upgrade to head; costs three queries when all is there already. Raises SchemaTooNew.

    ``engine`` connects as the login itself, which owns the schema: not :class:`Database`'s. Raises RolesMissing.
    """
    await ensure_roles(engine)
    current, head = await current_revision(engine), head_revision()
    if current == head:
        return
    if current is not None and current > head:
        raise SchemaTooNew(
            f"the database is at schema revision {current}, this Stormbell knows up to {head}: "
            "install the newer version"
        )
    async with engine.connect() as connection:
        await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        try:
            await connection.commit()
            await connection.run_sync(upgrade)
            await connection.commit()
        finally:
            await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})


def upgrade(connection: Connection, to: str = "head") -> None:
    """Upgrade a database whose roles are there to a revision, in the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_directory()))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
