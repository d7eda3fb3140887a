"""The same condition is one row that counts; gone and back is a new one."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import Alarm, clear_alarm, raise_alarm
from app.kernel.events import START, read_after


async def ring(session: AsyncSession) -> None:
    await raise_alarm(session, "feed:usgs", priority="high", title="usgs does not answer", consequence="-", action="-")
    await session.commit()


async def test_one_row_per_condition(session: AsyncSession) -> None:
    for _ in range(3):
        await ring(session)
    alarm = (await session.scalars(select(Alarm))).one()
    await session.refresh(alarm)
    assert alarm.count == 3
    await clear_alarm(session, "feed:usgs")
    await clear_alarm(session, "feed:usgs")
    await session.commit()
    await ring(session)
    alarms = (await session.scalars(select(Alarm).order_by(Alarm.id))).all()
    assert [a.cleared_at is None for a in alarms] == [False, True]
    facts = [row.type for row in await read_after(session, START)]
    assert facts == ["alarm.raised", "alarm.cleared", "alarm.raised"]


async def test_a_priority_nobody_knows_is_refused(session: AsyncSession) -> None:
    with pytest.raises(Exception, match="priority"):
        await raise_alarm(session, "x", priority="loud", title="-", consequence="-", action="-")  # type: ignore[arg-type]
