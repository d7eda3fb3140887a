"""Alarms before a credential ends, when it is old, and what is forgotten."""

from lending import lent, made
from sqlalchemy import func, select, text, update

from app.kernel.alarms import Alarm
from app.kernel.node import Node
from app.modules.credentials import reminders
from app.modules.credentials.models import Credential, CredentialUse


async def alarms(node: Node) -> dict[str, str]:
    async with node.database.transaction() as session:
        rows = await session.scalars(select(Alarm).where(Alarm.cleared_at.is_(None)))
        return {row.title.split(" at ")[0]: row.priority for row in rows}


async def test_an_alarm_before_and_another_after_the_end(running_node: Node, as_) -> None:
    ada = as_("ada")
    one = await made(ada, "bearer", token="secret")
    path = f"/credentials/{one['id']}"
    for days, expected in (
        (30, {}),
        (10, {"Credential one expires": "low"}),
        (-1, {"Credential one expired": "high"}),
        (400, {}),
    ):
        async with running_node.database.transaction() as session:
            ends = func.now() + text(f"interval '{days} days'")
            await session.execute(update(Credential).values(expires_at=ends))
        for _ in range(2):
            await reminders.remind(running_node)
            assert await alarms(running_node) == expected
    async with running_node.database.transaction() as session:
        counts = list(await session.scalars(select(Alarm.count)))
    assert counts == [1, 1]  # each was raised once, however often it was looked at
    await ada.delete(path)


async def test_an_old_secret_is_to_be_replaced(running_node: Node, as_) -> None:
    ada = as_("ada")
    one = await made(ada, "bearer", token="secret")
    await ada.patch(f"/credentials/{one['id']}", json={"replace_after_days": 90})
    await reminders.remind(running_node)
    assert await alarms(running_node) == {}
    async with running_node.database.transaction() as session:
        await session.execute(update(Credential).values(replaced_at=func.now() - text("interval '91 days'")))
    await reminders.remind(running_node)
    assert await alarms(running_node) == {"Credential one is older than 90 days": "low"}
    await ada.put(f"/credentials/{one['id']}/secret", json={"settings": {"token": "new"}})
    assert await alarms(running_node) == {}


async def test_uses_are_bounded(running_node: Node, as_) -> None:
    one = await made(as_("ada"), "bearer", token="secret")
    await lent(running_node, one["id"])
    fill = """
        INSERT INTO credential_uses (credential_id, hour, user_id, purpose, node, first_at, last_at)
        SELECT :id, at, 'usr_ada', 'source x', 'n', at, at
        FROM (SELECT now() - make_interval(hours => n) AS at FROM generate_series(1, 1500) AS n) AS hours
    """
    async with running_node.database.transaction() as session:
        await session.execute(text(fill), {"id": one["id"]})
    await reminders.remind(running_node)
    async with running_node.database.transaction() as session:
        kept = await session.scalar(select(func.count()).select_from(CredentialUse))
        newest = await session.scalar(
            select(func.max(CredentialUse.last_at)).where(CredentialUse.purpose == "source usgs")
        )
    assert kept == reminders.USES_KEPT
    assert newest is not None
