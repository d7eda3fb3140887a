"""The chain: whatever is done to a sealed row is found, and which one it was."""

import asyncio

import asyncpg
import orjson
import pytest
from sqlalchemy import text

from app.kernel import audit as deeds_of
from app.kernel.node import Node
from app.kernel.principal import SYSTEM
from app.modules import audit
from app.modules.audit import AuditVerification
from tests.modules.audit.conftest import deeds


async def verified(node: Node, *, seen: str | None = None, part: int = 10_000) -> AuditVerification:
    """Go through the whole chain, ``part`` positions at a time."""
    after = None
    while True:
        async with node.database.transaction(SYSTEM) as session:
            found = await audit.verify(session, after=after, seen=seen, limit=part)
        if found.complete:
            return found
        after = f"{found.position}:{found.sha256}"


async def sealed(node: Node, count: int) -> None:
    await deeds(node, count)
    await audit.seal(node.database)


async def test_an_empty_chain_holds(node: Node) -> None:
    found = await verified(node)
    assert (found.ok, found.position, found.head_position, found.waiting_count) == (True, 0, 0, 0)


async def test_what_is_sealed_holds_and_what_is_not_is_counted(node: Node) -> None:
    await sealed(node, 7)
    await deeds(node, 2)
    found = await verified(node, part=3)
    assert (found.ok, found.position, found.waiting_count) == (True, 7, 2)
    place, count = await audit.seal(node.database)
    assert (place.position, count) == (9, 2)
    assert (await audit.seal(node.database)) == (place, 0)


@pytest.mark.covers("V61")
@pytest.mark.security("S25")
@pytest.mark.parametrize(
    "column",
    ["at = at + interval '1 us'", "actor_id = 'usr_y'", "action = 'x'", "data = '{}'", "changes = '[1]'", "ip = '::1'",
     "object_id = NULL", "outcome = 'refused'", "request_id = 'req'", "object_ids = '{}'", "token_id = 't'"],
)  # fmt: skip
async def test_a_changed_row_is_named(node: Node, tamperer: asyncpg.Connection, column: str) -> None:
    await sealed(node, 5)
    event_id = await tamperer.fetchval("SELECT event_id FROM audit_seals WHERE position = 3")
    await tamperer.execute(f"UPDATE audit_events SET {column} WHERE id = $1", event_id)
    found = await verified(node)
    assert not found.ok
    assert found.fault is not None
    assert (found.fault.kind, found.fault.position, found.fault.event_id) == ("changed", 3, event_id)
    assert found.position == 2


async def test_a_deleted_row_is_named(node: Node, tamperer: asyncpg.Connection) -> None:
    await sealed(node, 5)
    await tamperer.execute("DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_seals WHERE position = 4)")
    fault = (await verified(node)).fault
    assert fault is not None
    assert (fault.kind, fault.position) == ("deleted", 4)


async def test_a_row_deleted_with_its_seal_is_noticed(node: Node, tamperer: asyncpg.Connection) -> None:
    await sealed(node, 5)
    await tamperer.execute("DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_seals WHERE position = 4)")
    await tamperer.execute("DELETE FROM audit_seals WHERE position = 4")
    fault = (await verified(node)).fault
    assert fault is not None
    assert (fault.kind, fault.position) == ("deleted", 4)


async def test_a_beginning_cut_off_is_noticed(node: Node, tamperer: asyncpg.Connection) -> None:
    await sealed(node, 5)
    await tamperer.execute("DELETE FROM audit_seals WHERE position <= 2")
    fault = (await verified(node)).fault
    assert fault is not None
    assert (fault.kind, fault.position) == ("start_unknown", 2)


async def test_an_inserted_row_is_named(node: Node, tamperer: asyncpg.Connection) -> None:
    await sealed(node, 5)
    await tamperer.execute(
        "INSERT INTO audit_events (id, action, outcome, object_kind, object_ids, changes, data, transaction) "
        "SELECT 'aud_forged', action, outcome, object_kind, '{}', '[]', '{}', transaction FROM audit_events LIMIT 1"
    )
    await sealed(node, 3)
    found = await verified(node)
    assert found.fault is not None
    assert (found.fault.kind, found.fault.event_id) == ("inserted", "aud_forged")


async def test_reordered_rows_are_noticed(node: Node, tamperer: asyncpg.Connection) -> None:
    await sealed(node, 5)
    swap = "UPDATE audit_seals SET event_id = $2, event_transaction = $3, event_number = $4 WHERE position = $1"
    two, four = await tamperer.fetch(
        "SELECT event_id, event_transaction, event_number FROM audit_seals WHERE position IN (2, 4) ORDER BY position"
    )
    await tamperer.execute(swap, 2, "aud_meanwhile", 0, 0)
    await tamperer.execute(swap, 4, *two.values())
    await tamperer.execute(swap, 2, *four.values())
    fault = (await verified(node)).fault
    assert fault is not None
    assert (fault.kind, fault.position) == ("reordered", 2)


async def test_a_chain_written_anew_is_not_the_one_somebody_kept_the_head_of(
    node: Node, tamperer: asyncpg.Connection
) -> None:
    await sealed(node, 5)
    async with node.database.transaction() as session:
        kept = await audit.head(session)
    seen = f"{kept.position}:{kept.sha256}"
    await sealed(node, 2)
    assert (await verified(node, seen=seen)).ok
    await tamperer.execute("DELETE FROM audit_seals")
    await tamperer.execute("UPDATE audit_events SET actor_id = 'usr_y' WHERE object_id = 'thing_3'")
    await audit.seal(node.database)
    assert (await verified(node)).ok, "from the inside it cannot be seen"
    fault = (await verified(node, seen=seen)).fault
    assert fault is not None
    assert fault.kind == "other_head"
    await tamperer.execute("DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_seals WHERE position > 3)")
    await tamperer.execute("DELETE FROM audit_seals WHERE position > 3")
    assert (await verified(node)).ok
    fault = (await verified(node, seen=seen)).fault
    assert fault is not None
    assert "cut off" in fault.text


async def test_events_are_sealed_in_the_order_of_commits(node: Node) -> None:
    async with node.database.sessions() as slow:
        deeds_of.note(slow, "probe.slow")
        await slow.execute(text("SELECT pg_current_xact_id()"))
        await deeds(node, 2)
        assert (await audit.seal(node.database))[1] == 0, "an older transaction could still come before them"
        assert (await verified(node)).waiting_count == 2
        await slow.commit()
    assert (await audit.seal(node.database))[1] == 3
    assert (await verified(node)).ok


async def test_two_who_think_they_lead_make_one_chain(node: Node) -> None:
    await deeds(node, 30)
    counts = await asyncio.gather(*[audit.seal(node.database, limit=7) for _ in range(8)])
    assert sum(count for _, count in counts) == 30
    found = await verified(node)
    assert (found.ok, found.position, found.waiting_count) == (True, 30, 0)


async def test_the_chain_goes_on_in_a_server_that_counts_transactions_anew(
    node: Node, tamperer: asyncpg.Connection
) -> None:
    # What a restored dump looks like: the rows have greater transaction numbers than the server has given out.
    later = "transaction = transaction + 1000000"
    await deeds(node, 3)
    await tamperer.execute(f"UPDATE audit_events SET {later}")
    # Sealed in the server before.
    head = audit.START.sha256
    for position, row in enumerate(await tamperer.fetch("SELECT * FROM audit_events ORDER BY number"), 1):
        fields = dict(row) | {name: orjson.loads(row[name]) for name in ("changes", "data")}
        head = audit.link(head, fields)
        await tamperer.execute(
            "INSERT INTO audit_seals (position, event_id, event_transaction, event_number, after_number, sha256) "
            "VALUES ($1, $2, $3, $4, 0, $5)",
            position, row["id"], row["transaction"], row["number"], head,
        )  # fmt: skip
    assert (await verified(node)).ok
    await deeds(node, 2)
    assert (await audit.seal(node.database))[1] == 2
    await deeds(node, 2)
    assert (await audit.seal(node.database))[1] == 2
    found = await verified(node)
    assert (found.ok, found.position, found.waiting_count) == (True, 7, 0)
