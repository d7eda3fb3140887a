"""Finding data sets by all that is known of them, page after page, and only one's own."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, text

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import data
from app.modules.data.models import Dataset
from app.modules.data.storages import default_storage_id

API = "/api/v1"
BASE: dict[str, Any] = {"media_type": "text/plain", "bytes": 1, "sha256": "0" * 64, "blake3": "0" * 64}
ADA = Principal(user_id="usr_ada", name="Ada", role=Role.RUNNER)
BEN = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)
OLGA = Principal(user_id="usr_olga", name="Olga", role=Role.OPERATOR)


@pytest.fixture
def become(running_node: Node) -> Callable[[Principal], None]:
    """Be somebody else from now on."""

    def be(principal: Principal) -> None:
        async def authenticate(_request: object) -> Principal:
            return principal

        running_node.authenticate = authenticate

    return be


async def made(node: Node, **said: Any) -> str:
    row_id = f"dst_{said.pop('id'):0>26}"
    async with node.database.transaction() as session:
        await session.execute(insert(Dataset).values({**BASE, "id": row_id, "name": "x", **said}))
    return row_id


async def found(client: httpx.AsyncClient, **wanted: Any) -> list[str]:
    answer = await client.get(f"{API}/datasets", params=wanted)
    assert answer.status_code == 200, answer.text
    return [item["id"].lstrip("dst_0") for item in answer.json()["items"]]


@pytest.mark.covers("V31", "V40")
async def test_every_fact_finds_what_it_is_true_of(running_node: Node, client: httpx.AsyncClient) -> None:
    node = running_node
    await made(node, id="A", name="Flood map 100%.png", media_type="image/png", tags=["Flood", "2026"], machine="heron")
    await made(node, id="B", name="run/grid.nc", comment="Wind over Fiji", west=175, south=-20, east=190, north=-10)
    await made(node, id="C", name="run/log.txt", role="log", west=5, south=45, east=11, north=48, pinned=True)
    await made(node, id="D", valid_from=text("'2026-01-01Z'"), valid_until=text("'2026-01-05Z'"), owner_id="usr_ada")
    await made(node, id="E", valid_from=text("'2026-03-01Z'"), deleted_at=text("now()"))
    placed = await data.place_bytes(node, b"bytes", "deep/folder", "f.bin")
    async with node.database.transaction() as session:
        real = await data.register(session, placed, name="f.bin", simulation_id="sim_1")
    storage_id = default_storage_id(node)
    real_id = real.id.lstrip("dst_0")
    for wanted, expected in (
        ({"q": "FLOOD 2026"}, "A"), ({"q": "flood wind"}, ""), ({"q": "fiji"}, "B"), ({"q": "100%"}, "A"),
        ({"q": "1_0"}, ""), ({"name": "run/*"}, "CB"), ({"name": "run/grid.nc"}, "B"), ({"media_type": "image/*"}, "A"),
        ({"tag": ["Flood"]}, "A"), ({"tag": ["Flood", "x"]}, ""), ({"machine": "heron"}, "A"), ({"role": "log"}, "C"),
        ({"area": "0,40,6,46"}, "C"), ({"area": "-175,-15,-174,-14"}, "B"), ({"area": "170,-15,-179,-14"}, "B"),
        ({"area": "12,45,13,48"}, ""), ({"valid_from": "2026-01-04T00:00:00Z"}, "D"),
        ({"valid_until": "2025-12-31T00:00:00Z"}, ""), ({"pinned": True}, "C"), ({"owner_id": "usr_ada"}, "D"),
        ({"created_until": "2020-01-01T00:00:00Z"}, ""), ({"deleted": True}, "E"), ({"name": "*.nc", "q": "x"}, ""),
    ):  # fmt: skip
        assert "".join(await found(client, **wanted)) == expected, wanted
    for wanted in (
        {"storage_id": storage_id}, {"path": placed.path}, {"path": "deep/*"}, {"simulation_id": "sim_1"},
        {"sha256": placed.sha256}, {"storage_id": storage_id, "path": "*f.bin"},
    ):  # fmt: skip
        assert await found(client, **wanted) == [real_id], wanted
    for bad in ({"area": "1,2,3"}, {"area": "0,50,1,40"}, {"valid_from": "yesterday"}, {"cursor": "x"}, {"limit": 0}):
        assert (await client.get(f"{API}/datasets", params=bad)).status_code in (400, 422), bad


@pytest.mark.covers("V11")
@pytest.mark.security("S6")
async def test_each_pages_through_what_they_may_see_and_nothing_else(
    running_node: Node, client: httpx.AsyncClient, become: Callable[[Principal], None]
) -> None:
    async with running_node.database.transaction() as session:
        await session.execute(
            text("""
            INSERT INTO datasets (id, name, media_type, bytes, sha256, blake3, owner_id, incident_id, created_at, tags)
            SELECT 'dst_' || lpad(n::text, 26, '0'), 'set ' || n, 'text/plain', 1, repeat('0', 64), repeat('0', 64),
                   (ARRAY['usr_system', 'usr_ada', 'usr_ben'])[1 + n % 3], 'inc_' || n % 30,
                   now() - make_interval(secs => n / 2), ARRAY['t' || n % 2]
            FROM generate_series(1, 300) AS n
            """)
        )
        await session.execute(
            text("""
            INSERT INTO shares (object_id, subject_id, level, shared_by) VALUES
              ('dst_' || lpad('5', 26, '0'), 'usr_ada', 'view', 'usr_ben'), ('inc_2', 'everyone', 'view', 'usr_ben')
            """)
        )

    async def pages(**wanted: Any) -> list[int]:
        numbers: list[int] = []
        cursor = None
        while True:
            more: dict[str, str] = {"cursor": cursor} if cursor else {}
            page = (await client.get(f"{API}/datasets", params={"limit": 17, **wanted, **more})).json()
            numbers += [int(item["id"][4:]) for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return numbers

    def in_order(numbers: set[int]) -> list[int]:
        return sorted(numbers, key=lambda n: (n // 2, -n))

    everything = set(range(1, 301))
    hers = {n for n in everything if n % 3 in (0, 1) or n == 5 or n % 30 == 2}
    his = {n for n in everything if n % 3 in (0, 2)}
    for who, seen in ((OLGA, everything), (ADA, hers), (BEN, his)):
        become(who)
        assert await pages() == in_order(seen)
        assert await pages(tag=["t1"], q="set") == in_order({n for n in seen if n % 2})
