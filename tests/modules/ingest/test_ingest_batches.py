"""What one commit takes in, and what is answered when it fails."""

import asyncio
import hashlib
from typing import Any

import asyncpg
import pytest
from polls import rows

from app.kernel.db import DatabaseGone
from app.kernel.hot import HotConnection
from app.kernel.node import Node
from app.modules import ingest
from app.modules.ingest import receiving
from app.modules.ingest.errors import NotJson, SignatureReplayed
from app.modules.ingest.items import Found, Item, Quarantined
from app.modules.ingest.landing import QUARANTINED_BYTES, landing, row_of
from app.modules.ingest.receiving import receiver_of

MIB = 1024**2


async def push_source(node: Node) -> str:
    async with node.database.transaction() as session:
        return (await ingest.ensure_source(session, "pushed", "push", {})).id


def item(key: str, size: int = 2) -> Item:
    body = key.encode().ljust(size)
    return Item(key=key, body=body, fingerprint=hashlib.sha256(body).digest())


@pytest.mark.security("S21")
async def test_a_commit_is_bounded_by_bytes_too(node: Node) -> None:
    source_id = await push_source(node)
    receiver = receiver_of(node)
    await asyncio.gather(*[receiver.take(source_id, [item(str(n), 9 * MIB)]) for n in range(3)])
    assert await rows(node, "SELECT count(DISTINCT xmin::text) FROM deliveries") == [3]


async def test_a_large_batch_that_takes_too_long_is_halved(
    node: Node, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One item waits for another transaction, which never ends; the one beside it is kept."""
    monkeypatch.setattr(receiving, "_STATEMENT_SECONDS", 1.5)
    source_id = await push_source(node)
    stuck = item("stuck")
    other = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute(
            "INSERT INTO deliveries (id, source_id, item_key, revision, fingerprint, state, bytes, whole, body)"
            " VALUES ('dlv_other', $1, $2, 1, $3, 'queued', 2, false, '')",
            *(source_id, stuck.key, stuck.fingerprint),
        )
        receiver = receiver_of(node)
        kept, lost = await asyncio.gather(
            receiver.take(source_id, [item("large", 5 * MIB)]),
            receiver.take(source_id, [stuck]),
            return_exceptions=True,
        )
        assert not isinstance(kept, BaseException), kept
        assert len(kept.accepted_ids) == 1
        assert isinstance(lost, DatabaseGone)
        await transaction.rollback()
    finally:
        await other.close()
    assert len((await receiver.take(source_id, [stuck])).accepted_ids) == 1


@pytest.mark.security("S20")
async def test_no_signature_counts_as_replayed_before_the_first_is_kept(node: Node) -> None:
    """The commit fails after both were looked at: neither was kept, and both may come again."""
    source_id = await push_source(node)
    raw = await asyncpg.connect(node.database.engine.url.set(drivername="postgresql").render_as_string(False))
    try:
        await raw.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;"
            "CREATE CONSTRAINT TRIGGER refusing AFTER INSERT ON push_signatures DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
        receiver = receiver_of(node)

        async def both() -> list[object]:
            takes = [receiver.take(source_id, [item("a")], signature=b"signature") for _ in range(2)]
            return list(await asyncio.gather(*takes, return_exceptions=True))

        assert [type(one) for one in await both()] == [asyncpg.RaiseError] * 2
        await raw.execute("DROP TRIGGER refusing ON push_signatures")
        kept, replayed = await both()
        assert isinstance(replayed, SignatureReplayed)
        assert not isinstance(kept, BaseException)
    finally:
        await raw.close()


async def test_the_newest_revision_is_found_without_reading_the_others(node: Node) -> None:
    """An item may be a station that has reported for years."""
    source = await push_source(node)
    connection = HotConnection(node.database, settings=receiving._SETTINGS)
    rows_of = [row_of(source, Item("station", b"{}", number.to_bytes(32, "big"))) for number in range(400)]
    for first in (0, 200):
        await (await landing(node, rows_of[first : first + 200])).run(connection.fetch)
    explained: list[str] = []

    async def explain(sql: str, *arguments: Any) -> list[Any]:
        explained.extend(line for (line,) in await connection.fetch(f"EXPLAIN (ANALYZE) {sql}", *arguments))
        return []

    await (await landing(node, [row_of(source, Item("station", b"{}", b"\xff" * 32))])).run(explain)
    [found] = [line for line in explained if "ix_deliveries_revision on deliveries d_1" in line]
    assert "Backward" in found
    assert "rows=1.00 loops=1" in found
    assert await rows(node, "SELECT max(revision) FROM deliveries") == [401]
    await connection.close()


async def test_every_row_of_a_statement_has_its_own_body(node: Node) -> None:
    """They cross as one value, with where each ends."""
    source = await push_source(node)
    found: list[Found] = [
        Item(f"ключ {number}", body, hashlib.sha256(body).digest())
        for number, body in enumerate(
            (b"", b"1", b"\x00\xff" * 700, b"", "погода".encode(), b"[" + b"1," * 9999 + b"2]")
        )
    ]
    found[3] = Quarantined(raw=b"", problem=NotJson("nothing there"))
    found.append(Quarantined(raw=b"x" * (QUARANTINED_BYTES + 5), problem=NotJson("far too long")))
    connection = HotConnection(node.database, settings=receiving._SETTINGS)
    await (await landing(node, [row_of(source, one) for one in found])).run(connection.fetch)
    kept = await connection.fetch("SELECT fingerprint, item_key, body, bytes FROM deliveries")
    await connection.close()
    wanted = {
        (one.fingerprint, one.key, one.body, len(one.body))
        if isinstance(one, Item)
        else (one.fingerprint, one.key, one.raw[:QUARANTINED_BYTES], len(one.raw))
        for one in found
    }
    assert {tuple(row) for row in kept} == wanted
    assert len(kept) == len(found)
