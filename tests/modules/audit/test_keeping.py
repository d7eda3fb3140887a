"""What is old is let go with a mark, and the rest still verifies; a broken chain raises an alarm."""

import asyncpg
from sqlalchemy import select

from app.kernel.alarms import Alarm
from app.kernel.audit import AuditEvent
from app.kernel.node import Node
from app.modules import audit
from app.modules.audit.keeping import KEY, Keeper
from tests.modules.audit.conftest import deeds
from tests.modules.audit.test_chain import verified

DAYS = 40


async def aged(node: Node, tamperer: asyncpg.Connection, old: int, young: int) -> None:
    """Seal ``old`` events of two months ago, then ``young`` ones."""
    await deeds(node, old)
    await tamperer.execute("UPDATE audit_events SET at = at - interval '60 days'")
    await deeds(node, young)
    await audit.seal(node.database)


async def actions(node: Node) -> list[str]:
    async with node.database.transaction() as session:
        return list(await session.scalars(select(AuditEvent.action).order_by(AuditEvent.number)))


async def test_what_is_old_goes_and_the_rest_verifies(node: Node, tamperer: asyncpg.Connection) -> None:
    await aged(node, tamperer, old=4, young=2)
    assert await audit.forget(node.database, DAYS) == 4
    assert await actions(node) == ["probe.done", "probe.done", "audit.forgotten"]
    assert await audit.forget(node.database, DAYS) == 0
    found = await verified(node)
    assert (found.ok, found.position, found.waiting_count) == (True, 6, 1)
    await audit.seal(node.database)
    await tamperer.execute("UPDATE audit_events SET at = at - interval '60 days'  WHERE action = 'probe.done'")
    assert await audit.forget(node.database, DAYS) == 0, "what was changed is not let go"
    assert not (await verified(node)).ok


async def test_what_is_young_or_not_sealed_stays(node: Node, tamperer: asyncpg.Connection) -> None:
    await aged(node, tamperer, old=0, young=2)
    await deeds(node, 2)
    await tamperer.execute("UPDATE audit_events SET at = at - interval '60 days' WHERE number > 2")
    assert await audit.forget(node.database, DAYS) == 0
    assert len(await actions(node)) == 4


async def test_the_newest_seal_stays_so_that_the_chain_goes_on(node: Node, tamperer: asyncpg.Connection) -> None:
    await aged(node, tamperer, old=3, young=0)
    assert await audit.forget(node.database, DAYS) == 2
    place, count = await audit.seal(node.database)
    assert (place.position, count) == (4, 1)
    found = await verified(node)
    assert (found.ok, found.position) == (True, 4)
    async with node.database.transaction() as session:
        kept = await audit.verify(session, after=None, seen=str(audit.Place(2, bytes(32))), limit=10)
    assert kept.fault is not None
    assert kept.fault.kind == "other_head"


async def test_a_broken_chain_raises_an_alarm_until_it_is_mended(node: Node, tamperer: asyncpg.Connection) -> None:
    async def standing() -> list[Alarm]:
        async with node.database.transaction() as session:
            return list(await session.scalars(select(Alarm).where(Alarm.key == KEY, Alarm.cleared_at.is_(None))))

    await aged(node, tamperer, old=0, young=3)
    keeper = Keeper(node.database, DAYS)
    await keeper.run()
    assert await standing() == []
    await tamperer.execute("UPDATE audit_events SET actor_id = 'usr_y' WHERE object_id = 'thing_1'")
    await keeper.run()
    (alarm,) = await standing()
    assert "at position 2 is not what was sealed" in alarm.consequence
    await tamperer.execute("UPDATE audit_events SET actor_id = 'usr_x' WHERE object_id = 'thing_1'")
    await keeper.run()
    assert await standing() == []
