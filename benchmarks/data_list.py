"""Pages of a list of a million data sets: the first, any, the last, found by this and that, and how.

Asked as an operator, who sees all of it, and as somebody who owns one in a thousand and sees as many by a collection.
Beside them stands the limit: the same number of rows by their primary keys.
Run: python -m benchmarks.data_list [--quick] [--json]
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.kernel import settings as settings_sources
from app.kernel.migrate import migrate
from app.kernel.node import Node
from app.kernel.paging import encode_cursor
from app.kernel.postgres import EmbeddedPostgres
from app.kernel.principal import Principal, Role
from app.main import MODULES
from app.modules.data.list_filters import Wanted
from app.modules.data.listing import list_datasets
from app.modules.data.models import Dataset
from benchmarks.report import Row, percentile, publish

ROWS, QUICK_ROWS = 1_000_000, 100_000
PAGE = 50
TARGET_MILLISECONDS = 20.0
OPERATOR = Principal(user_id="usr_operator", name="o", role=Role.OPERATOR)
RUNNER = Principal(user_id="usr_7", name="r", role=Role.RUNNER)

# One in a thousand is the runner's, the rest other people's; words, tags, areas and machines as in a house of years.
_FILL = """
INSERT INTO datasets (id, name, media_type, bytes, sha256, blake3, role, owner_id, machine, comment, tags, created_at,
    west, south, east, north, valid_from, valid_until)
SELECT 'dst_' || lpad(i::text, 26, '0'), 'run-' || i / 40 || '/member-' || i % 40 || '.nc',
    (ARRAY['application/x-netcdf', 'image/png', 'text/csv'])[1 + i % 3], i, md5(i::text) || md5(i::text),
    md5(i::text) || md5(i::text), (ARRAY['member', 'grid', 'map', 'log'])[1 + i % 4], 'usr_' || i % 1000,
    'machine-' || i % 7, (ARRAY['wind over the strait', 'flood of the delta', 'shaking near the coast'])[1 + i % 3],
    ARRAY['year-' || i % 30, 'part-' || i % 90, 'set-' || i % 5000],
    now() - make_interval(secs => CAST(:rows AS int) - i),
    lon, lat, lon + 2, lat + 2, now() - make_interval(hours => i % 9000), now() - make_interval(hours => i % 9000 - 6)
FROM (SELECT i, (i * 7 % 356) - 178 AS lon, (i * 13 % 176) - 88 AS lat
      FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS i) AS n
"""

_COLLECT = (
    "INSERT INTO collections (id, name, owner_id) VALUES ('col_8', 'of somebody else', 'usr_8')",
    "INSERT INTO collection_members (collection_id, dataset_id, dataset_created_at)"
    " SELECT 'col_8', id, created_at FROM datasets WHERE owner_id = 'usr_8'",
    "INSERT INTO shares (object_id, subject_id, level, shared_by) VALUES ('col_8', 'usr_7', 'view', 'usr_8')",
)
_FILL_ROWS = 50_000  # a statement of all rows would be ended by its time

CASES: dict[str, Mapping[str, Any]] = {
    "all": {},
    "a word many have": {"q": "flood"},
    "words few have": {"q": "run-1042/member-7"},
    "a tag of one in 30": {"tags": ["year-3"]},
    "a tag of one in 90": {"tags": ["part-8"]},  # too few to be found by walking, many to be sorted
    "a tag of one in 5,000": {"tags": ["set-77"]},
    "a word and a tag": {"q": "delta", "tags": ["year-2"]},
    "a machine": {"machine": "machine-3"},
    "an area": {"area": [5.0, 45.0, 11.0, 48.0]},
    "a name": {"name": "run-500/member-3.nc"},
    "nothing like it": {"q": "nosuchthing"},
}


async def measure(rows: int, rounds: int) -> list[Row]:
    """Fill a database of its own and ask for pages."""
    with tempfile.TemporaryDirectory(prefix="stormbell-bench-") as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres")
        url = (await postgres.start()).url
        sections = {module.name: module.settings for module in MODULES if module.settings is not None}
        flags = {"data_directory": folder}
        settings = settings_sources.load(sections, flags=flags, environ={}, toml_paths=())
        engine = create_async_engine(url)
        await migrate(engine)
        await engine.dispose()
        node = Node(settings, MODULES, url)
        try:
            for first in range(1, rows + 1, _FILL_ROWS):
                async with node.database.transaction() as session:
                    last = min(first + _FILL_ROWS - 1, rows)
                    await session.execute(text(_FILL), {"rows": rows, "first": first, "last": last})
            async with node.database.transaction() as session:
                for statement in _COLLECT:
                    await session.execute(text(statement))
            async with node.database.connection() as connection:
                await connection.execute(text("SET ROLE NONE"))
                await connection.execute(text("SET statement_timeout = 0"))
                await connection.execute(text("VACUUM ANALYZE datasets, collection_members"))
            return [row async for row in _rows(node, rows, rounds)]
        finally:
            await node.stop()
            await postgres.stop()


async def _rows(node: Node, rows: int, rounds: int) -> Any:
    ids = [f"dst_{i:026d}" for i in range(rows // 2, rows // 2 + PAGE)]
    limit = []
    for _ in range(rounds):
        began = time.perf_counter()
        async with node.database.session_of(OPERATOR) as session:
            assert len((await session.scalars(select(Dataset).where(Dataset.id.in_(ids)))).all()) == PAGE
        limit.append((time.perf_counter() - began) * 1000)
    for who, caller in (("operator", OPERATOR), ("owner of one in 1,000", RUNNER)):
        for name, wanted in CASES.items():
            used = await _way(node, caller, wanted)
            chance = random.Random(7)
            for place in ("first", "any", "last"):
                numbers = [chance.randint(PAGE, rows) if place == "any" else PAGE for _ in range(rounds + 1)]
                cursors = [None if place == "first" else await _cursor(node, number) for number in numbers]
                samples = [await _page(node, caller, wanted, cursor) for cursor in cursors][1:]
                yield Row(
                    f"{rows:,} data sets, {who}, {name}, {place} page: p95 ({used})",
                    "ms",
                    round(percentile(samples, 0.95), 2),
                    target=TARGET_MILLISECONDS,
                    other=round(percentile(limit, 0.95), 2),
                    other_name=f"{PAGE} rows by their keys",
                    least=round(min(samples), 2),
                    most=round(max(samples), 2),
                    n=rounds,
                )


async def _cursor(node: Node, number: int) -> str:
    async with node.database.sessions() as session:
        row = await session.get_one(Dataset, f"dst_{number:026d}")
    return encode_cursor([row.created_at, row.id])


async def _way(node: Node, caller: Principal, wanted: Mapping[str, Any]) -> str:
    """Return how the data sets of a first page are found."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    engine = node.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await _page(node, caller, wanted, None)
    event.remove(engine, "before_cursor_execute", note)
    walks = sum("WITH walked" in statement for statement in asked)
    ways = [f"{walks} walks" if walks > 1 else "a walk"]
    ways += ["an index" for statement in asked if statement.lstrip().startswith("SELECT d.id FROM (SELECT d.*")]
    ways += ["whose they are" for statement in asked if " UNION " in statement]
    return ", ".join(ways)


async def _page(node: Node, caller: Principal, wanted: Mapping[str, Any], cursor: str | None) -> float:
    began = time.perf_counter()
    async with node.database.session_of(caller) as session:
        await list_datasets(session, node, caller, Wanted(**wanted), cursor=cursor, limit=PAGE)
    return (time.perf_counter() - began) * 1000


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROWS:,} rows")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rows", type=int)
    given = parser.parse_args()
    rows = given.rows or (QUICK_ROWS if given.quick else ROWS)
    found = asyncio.run(measure(rows, 20 if given.quick else 50))
    return publish("data_list", found, as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
