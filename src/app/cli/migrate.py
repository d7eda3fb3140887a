"""``stormbell migrate``."""

from typing import TYPE_CHECKING, Any

from app.cli import show
from app.cli.app import Data, DryRun, Json, Set, app

if TYPE_CHECKING:
    from app.kernel.settings import Settings


@app.command()
def migrate(
    data: Data = None,
    set_: Set = [],  # noqa: B006
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Bring the database's schema to this version, as a server's start does.

    Example: stormbell migrate --dry-run
    """
    import asyncio

    from app.cli.settings import flags_of
    from app.life import load_settings

    document = asyncio.run(_migrate(load_settings(flags_of(set_, data_directory=data)), dry_run=dry_run))
    before, head = document["before"] or "empty", document["head"]
    if before == head:
        said = f"The schema is at {head}, the newest."
    elif dry_run:
        said = f"Would bring the schema from {before} to {head}."
    else:
        said = f"Brought the schema from {before} to {head}."
    show.done(said, document, json_)


async def _migrate(settings: "Settings", *, dry_run: bool) -> dict[str, Any]:
    from sqlalchemy.ext.asyncio import create_async_engine

    from app.kernel import migrate
    from app.kernel.postgres import EmbeddedPostgres
    from app.life import asyncpg_url

    postgres = None
    if settings.kernel.database.url is None:
        directory = settings.data_directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        postgres = EmbeddedPostgres(directory / "postgres", bin_directory=settings.kernel.database.bin_directory)
        url = (await postgres.start()).url
    else:
        url = asyncpg_url(settings.kernel.database.url.get_secret_value())
    engine = create_async_engine(url)
    try:
        before = await migrate.current_revision(engine)
        if not dry_run:
            await migrate.migrate(engine)
        after = await migrate.current_revision(engine)
    finally:
        await engine.dispose()
        if postgres is not None:
            await postgres.stop()
    return {"before": before, "after": after, "head": migrate.head_revision(), "dry_run": dry_run}
