"""Reminds of credentials that end or are old, and forgets old uses and keys nothing needs."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import Alarm, Priority, clear_alarm, raise_alarm
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.kernel.vault import TOPIC as VAULT_TOPIC
from app.kernel.vault import VaultKey, key_text, sealed_columns
from app.modules.credentials.credentials import TOPIC
from app.modules.credentials.models import Credential, CredentialUse
from app.modules.credentials.settings import CredentialsSettings

USES_KEPT = 1000  # of one credential
RETIRED_KEPT = timedelta(days=30)  # what is sealed inside a job's payload is gone by then


def loops(node: Node) -> list[Loop]:
    """Return the loops of this module."""

    async def run() -> None:
        await remind(node)

    return [Loop("reminders", run, every_seconds=3600, topics=(TOPIC,), leisurely=True)]


async def remind(node: Node) -> None:
    """Raise and clear what is to be raised and cleared now, and sweep."""
    settings = node.settings.of(CredentialsSettings)
    async with node.database.transaction() as session:
        # Another node may be at it; after it there is little left to do.
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("stormbell.credentials"))))
        now: datetime = (await session.execute(select(func.now()))).scalar_one()
        due = await _due(session, now, timedelta(days=settings.remind_days))
        await _raise(session, due)
        await session.execute(
            delete(CredentialUse).where(CredentialUse.last_at < now - timedelta(days=settings.uses_kept_days))
        )
        await _forget_beyond(session)
        # Looked at again: a node that had not heard of the new key may have sealed with this one since.
        unused = [~exists().where(key_text(column.table.c[column.name]) == VaultKey.id) for column in sealed_columns()]
        forgotten = await session.execute(delete(VaultKey).where(VaultKey.retired_at < now - RETIRED_KEPT, *unused))
        if forgotten.rowcount:  # type: ignore[attr-defined]  # of a DELETE
            node.bus.wake(VAULT_TOPIC)


async def _due(
    session: AsyncSession, now: datetime, before: timedelta
) -> dict[str, tuple[Priority, str, str, str, str]]:
    """Return, by key, the alarms that have to be open: priority, title, consequence, action and subject."""
    due: dict[str, tuple[Priority, str, str, str, str]] = {}
    replace = "Replace its secret: stormbell credentials replace"
    for row in await session.scalars(select(Credential).where(Credential.expires_at <= now + before)):
        assert row.expires_at is not None
        ended = row.expires_at <= now
        said = f"{'expired' if ended else 'expires'} at {row.expires_at:%Y-%m-%d %H:%M} UTC"
        follows = "Whatever logs in with it stands still." if ended else "From then on nothing can log in with it."
        priority: Priority = "high" if ended else "low"
        due[f"credential.expires:{row.id}"] = (priority, f"Credential {row.name} {said}", follows, replace, row.id)
    for row in await session.scalars(select(Credential).where(Credential.replace_after_days.is_not(None))):
        assert row.replace_after_days is not None
        if row.replaced_at + timedelta(days=row.replace_after_days) <= now:
            title = f"Credential {row.name} is older than {row.replace_after_days} days"
            due[f"credential.old:{row.id}"] = ("low", title, "It works, and was to be replaced.", replace, row.id)
    return due


async def _raise(session: AsyncSession, due: dict[str, tuple[Priority, str, str, str, str]]) -> None:
    ours = Alarm.key.like("credential.expires:%") | Alarm.key.like("credential.old:%")
    opened = {a.key: a for a in await session.scalars(select(Alarm).where(ours, Alarm.cleared_at.is_(None)))}
    for key in opened:
        if key not in due or opened[key].priority != due[key][0]:
            await clear_alarm(session, key)
    for key, (priority, title, consequence, action, subject_id) in due.items():
        if key not in opened or opened[key].priority != priority:
            await raise_alarm(
                session,
                key,
                priority=priority,
                title=title,
                consequence=consequence,
                action=action,
                subject_id=subject_id,
            )


async def _forget_beyond(session: AsyncSession) -> None:
    place = func.row_number().over(partition_by=CredentialUse.credential_id, order_by=CredentialUse.last_at.desc())
    keys = (CredentialUse.credential_id, CredentialUse.hour, CredentialUse.user_id, CredentialUse.purpose)
    ranked = select(*keys, place.label("place")).subquery()
    beyond = select(*[ranked.c[key.key] for key in keys]).where(ranked.c.place > USES_KEPT)
    await session.execute(delete(CredentialUse).where(tuple_(*keys).in_(beyond)))
