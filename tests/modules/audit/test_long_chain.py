"""A chain that is looked through in stretches, while its beginning is let go or its end is cut off."""

import asyncpg
import pytest
from sqlalchemy import select

from app.kernel.alarms import Alarm
from app.kernel.node import Node
from app.kernel.principal import SYSTEM
from app.modules import audit
from app.modules.audit import keeping
from app.modules.audit.keeping import KEY, Keeper
from tests.modules.audit.conftest import deeds
from tests.modules.audit.test_keeping import DAYS, aged


@pytest.fixture(autouse=True)
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at two events a stretch, as if the chain were ten thousand times as long."""
    monkeypatch.setattr(keeping, "BATCH_EVENTS", 2)
    monkeypatch.setattr(keeping, "LOOK_EVENTS", 2)


async def alarms(node: Node) -> list[tuple[bool, str]]:
    """Say of each alarm about the chain whether it stands, and what it says."""
    async with node.database.transaction() as session:
        found = await session.scalars(select(Alarm).where(Alarm.key == KEY).order_by(Alarm.id))
        return [(alarm.cleared_at is None, alarm.consequence) for alarm in found]


@pytest.mark.security("S25")
async def test_the_alarm_stands_while_stretches_before_the_fault_are_looked_at(
    node: Node, tamperer: asyncpg.Connection
) -> None:
    await aged(node, tamperer, old=3, young=4)
    await tamperer.execute("UPDATE audit_events SET actor_id = 'usr_y' WHERE number = 6")
    keeper = Keeper(node.database, 400)
    for _ in range(3):
        await keeper.run()
    [(stands, why)] = await alarms(node)
    assert stands
    assert "position 6 is not what was sealed" in why
    for again in (keeper, Keeper(node.database, DAYS)):  # as after a restart, too
        for _ in range(2):
            await again.run()
            assert [stands for stands, _ in await alarms(node)] == [True]
    async with node.database.transaction(SYSTEM) as session:
        oldest = await session.scalar(select(audit.AuditSeal.position).order_by(audit.AuditSeal.position).limit(1))
    assert oldest == 1, "nothing is let go of a chain that is broken"
    await tamperer.execute("UPDATE audit_events SET actor_id = 'usr_x' WHERE number = 6")
    for _ in range(4):
        await keeper.run()
    assert [stands for stands, _ in await alarms(node)] == [False]


@pytest.mark.security("S25")
async def test_what_is_let_go_between_two_looks_is_no_fault(node: Node, tamperer: asyncpg.Connection) -> None:
    await aged(node, tamperer, old=6, young=3)
    keeper = Keeper(node.database, DAYS)
    await keeper.run()  # looks at two of them, then lets go of all six
    for _ in range(6):
        await keeper.run()
        assert await alarms(node) == []


@pytest.mark.security("S25")
async def test_a_verification_goes_on_where_its_place_was_let_go_meanwhile(
    node: Node, tamperer: asyncpg.Connection
) -> None:
    await aged(node, tamperer, old=6, young=3)
    async with node.database.transaction(SYSTEM) as session:
        part = await audit.verify(session, after=None, seen=None, limit=2)
    while await audit.forget(node.database, DAYS):
        pass
    async with node.database.transaction(SYSTEM) as session:
        found = await audit.verify(session, after=f"{part.position}:{part.sha256}", seen=None, limit=100)
    assert (found.fault, found.ok, found.complete) == (None, True, True)
    await tamperer.execute("DELETE FROM audit_seals WHERE position = 7")
    async with node.database.transaction(SYSTEM) as session:
        found = await audit.verify(session, after=f"{part.position}:{part.sha256}", seen=None, limit=100)
    assert not found.ok


@pytest.mark.security("S25")
async def test_an_end_that_is_cut_off_is_noticed_by_who_saw_it(node: Node, tamperer: asyncpg.Connection) -> None:
    await deeds(node, 5)
    await audit.seal(node.database)
    keeper = Keeper(node.database, DAYS)
    await keeper.run()
    await tamperer.execute("DELETE FROM audit_events WHERE number > 3")
    await tamperer.execute("DELETE FROM audit_seals WHERE position > 3")
    await deeds(node, 1)
    await audit.seal(node.database)
    for _ in range(4):
        await keeper.run()
    [(stands, why)] = await alarms(node)
    assert stands
    assert "position 5" in why
