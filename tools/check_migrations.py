"""Checks that the migrations make exactly the schema the code describes: tables and the DDL beside them.

Starts an embedded PostgreSQL, makes one database by migrating and one from the models, and compares their catalogs.
Run: python -m tools.check_migrations
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kernel.migrate import migrate
from app.kernel.postgres import EmbeddedPostgres
from app.kernel.tables import Base

# Each row is one object with everything that defines it, as PostgreSQL itself writes it.
CATALOG = """
SELECT format('column %s.%s %s%s default %s %s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
              CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, coalesce(pg_get_expr(d.adbin, d.adrelid), 'none'),
              a.attidentity, a.attgenerated)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid
       AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0
       AND NOT a.attisdropped
UNION ALL
SELECT format('options of %s: %s', relname, reloptions) FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 'v') AND reloptions IS NOT NULL
UNION ALL
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT regexp_replace(pg_get_functiondef(p.oid), '\\s+', ' ', 'g') FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT format('policy %s on %s to %s for %s using %s check %s', policyname, tablename, roles, cmd, qual, with_check)
  FROM pg_policies WHERE schemaname = 'public'
UNION ALL
SELECT format('row security of %s, forced %s', relname, relforcerowsecurity) FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relrowsecurity
UNION ALL
SELECT format('sequence %s as %s', sequencename, data_type) FROM pg_sequences WHERE schemaname = 'public'
UNION ALL
SELECT format('extension %s', extname) FROM pg_extension
"""
NOT_OURS = ("alembic_version",)


async def catalog(url: str) -> set[str]:
    """Return every object of a database, one text each."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        rows = await connection.fetch(CATALOG)
    finally:
        await connection.close()
    return {row[0] for row in rows if not any(name in row[0] for name in NOT_OURS)}


async def by_migrating(url: str) -> set[str]:
    """Return what the migrations make."""
    engine = create_async_engine(url, poolclass=NullPool)
    await migrate(engine)
    await engine.dispose()
    return await catalog(url)


async def from_models(url: str) -> set[str]:
    """Return what the models and their EXTRA_DDL describe."""
    import app.main  # noqa: F401  (imports every room's models)

    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        for name in sorted(name for name in sys.modules if name.startswith("app.")):
            for statement in getattr(sys.modules[name], "EXTRA_DDL", ()):
                await connection.execute(text(statement.replace(":", r"\:")))
    await engine.dispose()
    return await catalog(url)


async def compare(directory: Path) -> list[str]:
    """Return one line for each object that only one of the two has."""
    postgres = EmbeddedPostgres(directory, settings={"fsync": "off"})
    url = (await postgres.start()).url
    try:
        head, _, query = url.partition("?")
        urls = [f"{head.rsplit('/', 1)[0]}/{name}?{query}" for name in ("migrated", "described")]
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        for name in ("migrated", "described"):
            await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        migrated, described = await by_migrating(urls[0]), await from_models(urls[1])
    finally:
        await postgres.stop()
    return [f"only the migrations make: {line}" for line in sorted(migrated - described)] + [
        f"only the models describe: {line}" for line in sorted(described - migrated)
    ]


def main() -> int:
    """Print the differences."""
    with tempfile.TemporaryDirectory() as directory:
        found = asyncio.run(compare(Path(directory) / "postgres"))
    for line in found:
        print(line)
    if found:
        print("write a migration: make migration m='what changes'")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
