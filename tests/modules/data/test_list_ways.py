"""Pages of a list too long for one walk: however they are found, they are what fits, newest first, each once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules.data.list_filters import Wanted
from app.modules.data.listing import list_datasets

ROWS = 6000  # more than three first walks
OLGA = Principal(user_id="usr_olga", name="Olga", role=Role.OPERATOR)
ADA = Principal(user_id="usr_ada", name="Ada", role=Role.RUNNER, group_ids=frozenset({"grp_1"}))
NEW = Principal(user_id="usr_new", name="New", role=Role.RUNNER)

_FILL = """
INSERT INTO datasets (id, name, media_type, bytes, sha256, blake3, owner_id, incident_id, simulation_id, created_at,
    tags, comment, west, south, east, north)
SELECT 'dst_' || lpad(n::text, 26, '0'), 'run-' || n / 10 || '/Part ' || n % 10, 'text/plain', 1, repeat('0', 64),
    repeat('0', 64), CASE WHEN n % 500 = 0 THEN 'usr_ada' ELSE 'usr_' || n % 7 END, 'inc_' || n % 400,
    'sim_' || n, now() - make_interval(secs => n / 3), ARRAY['by-' || n % 3, 'few-' || n % 1000, 'some-' || n % 200],
    CASE WHEN n % 2 = 0 THEN 'flood' END, n % 100, 0, n % 100 + 0.5, 1
FROM generate_series(1, CAST(:rows AS int)) AS n
"""
_SHARE = """
INSERT INTO collections (id, name, owner_id) VALUES ('col_1', 'of hers', 'usr_1');
INSERT INTO collection_members (collection_id, dataset_id, dataset_created_at)
    SELECT 'col_1', id, created_at FROM datasets WHERE owner_id IN ('usr_1', 'usr_2') AND right(id, 2) = '57';
INSERT INTO collections (id, name, owner_id) VALUES ('col_2', 'large', 'usr_system');
INSERT INTO collection_members (collection_id, dataset_id, dataset_created_at)
    SELECT 'col_2', id, created_at FROM datasets WHERE right(id, 1) IN ('1', '3', '5', '7', '9');
INSERT INTO shares (object_id, subject_id, level, shared_by) VALUES
    ('col_1', 'usr_ada', 'view', 'usr_1'), ('inc_9', 'grp_1', 'view', 'usr_2'), ('sim_4321', 'everyone', 'view', 'x'),
    ('dst_' || lpad('5999', 26, '0'), 'usr_ada', 'act', 'x')
"""


def hers(n: int) -> bool:
    owner = n % 7 if n % 500 else None
    return n % 500 == 0 or n % 400 == 9 or n == 4321 or n == 5999 or (n % 100 == 57 and owner == 1)


SEEN = {"usr_olga": lambda _: True, "usr_ada": hers, "usr_new": lambda n: n == 4321}
CASES: tuple[tuple[dict[str, Any], Any], ...] = (
    ({}, lambda _: True),
    ({"q": "FLOOD"}, lambda n: n % 2 == 0),
    ({"q": "run-42/p flood"}, lambda n: n // 10 == 42 and n % 2 == 0),
    ({"q": "n-599"}, lambda n: n // 10 == 599),
    ({"name": "run-55?/*"}, lambda _: False),
    ({"name": "run-*/Part 3"}, lambda n: n % 10 == 3),
    ({"tags": ["by-1"]}, lambda n: n % 3 == 1),
    ({"tags": ["few-700"]}, lambda n: n % 1000 == 700),
    ({"tags": ["some-9"]}, lambda n: n % 200 == 9),
    ({"tags": ["by-1"], "q": "flood"}, lambda n: n % 3 == 1 and n % 2 == 0),
    ({"area": [10.0, 0.0, 10.2, 0.5]}, lambda n: n % 100 == 10),
    ({"collection_id": "col_1"}, lambda n: n % 100 == 57 and n % 7 in (1, 2)),
    ({"collection_id": "col_2", "tags": ["few-701"]}, lambda n: n % 1000 == 701),
    ({"collection_id": "col_2", "tags": ["few-700"]}, lambda _: False),
    ({"collection_id": "col_1", "tags": ["by-2"]}, lambda n: n % 100 == 57 and n % 7 in (1, 2) and n % 3 == 2),
)


@contextmanager
def statements(node: Node) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    engine = node.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


async def pages(node: Node, caller: Principal, wanted: dict[str, Any], limit: int) -> list[int]:
    numbers: list[int] = []
    cursor = None
    while True:
        async with node.database.session_of(caller) as session:
            page = await list_datasets(session, node, caller, Wanted(**wanted), cursor=cursor, limit=limit)
        numbers += [int(item.id[4:]) for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return numbers
        assert len(page.items) == limit  # nothing was found that the second wall had to hide


@pytest.mark.covers("V31")
@pytest.mark.security("S6")
async def test_a_long_list_is_the_same_however_it_is_found(running_node: Node) -> None:
    async with running_node.database.transaction() as session:
        await session.execute(text(_FILL), {"rows": ROWS})
        for statement in _SHARE.split(";"):
            await session.execute(text(statement))
    async with running_node.database.connection() as connection:
        await connection.execute(text("SET ROLE NONE"))
        await connection.execute(text("ANALYZE datasets"))
    ways: set[str] = set()
    for caller in (OLGA, ADA, NEW):
        for wanted, fits in CASES:
            if wanted.get("collection_id") == "col_1" and caller is NEW:
                fits = lambda _: False  # noqa: E731 (a collection that is not shared with them has nothing for them)
            expected = [n for n in range(1, ROWS + 1) if fits(n) and SEEN[caller.user_id](n)]
            expected.sort(key=lambda n: (n // 3, -n))
            with statements(running_node) as asked:
                assert await pages(running_node, caller, wanted, 450) == expected, (caller.name, wanted)
                if len(expected) <= 200:
                    assert await pages(running_node, caller, wanted, 20) == expected, (caller.name, wanted)
            ways |= {"walk" for one in asked if "WITH walked" in one}
            ways |= {"index" for one in asked if one.lstrip().startswith("SELECT d.id FROM (SELECT d.*")}
            ways |= {"whose" for one in asked if " UNION " in one}
    assert ways == {"walk", "index", "whose"}
