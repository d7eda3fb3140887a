"""Host keys of machines: what was shown waits to be confirmed; a machine that shows another raises an alarm."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.ids import new_id
from app.modules.machines.errors import HostKeyNotShown
from app.modules.machines.models import HostKey, Machine
from app.modules.machines.rows import announce, get

_MOST_SHOWN = 50  # a hostile network could show a new one at every try


def alarm_key(machine_id: str) -> str:
    """Return the key of the alarm about a machine's host key."""
    return f"machine.host_key:{machine_id}"


async def list_host_keys(session: AsyncSession, machine_id: str) -> Sequence[HostKey]:
    """Return the keys a machine showed or is known by, by place. Raises MachineNotFound (404)."""
    await get(session, machine_id)
    query = select(HostKey).where(HostKey.machine_id == machine_id)
    return (await session.scalars(query.order_by(HostKey.jump, HostKey.place, HostKey.first_shown_at))).all()


async def trusted(session: AsyncSession, machine_id: str, place: str, jump: bool) -> list[str]:
    """Return the keys a place may show: any of the machine's own, whichever of its addresses it is."""
    query = select(HostKey.public_key).where(HostKey.machine_id == machine_id, HostKey.state == "trusted")
    query = query.where(HostKey.jump.is_(jump))
    if jump:
        query = query.where(HostKey.place == place)
    return [*(await session.scalars(query)).all()]


async def record_refused(session: AsyncSession, machine_id: str, place: str, jump: bool, line: str) -> None:
    """Keep a key that was shown and refused, for somebody to look at; an alarm when another one was known."""
    from app.modules.machines.host_trust import fingerprint_of

    machine = await get(session, machine_id)
    kind, fingerprint, line = fingerprint_of(line)
    known = await trusted(session, machine_id, place, jump)
    count = await session.scalar(select(func.count()).where(HostKey.machine_id == machine_id, HostKey.state == "shown"))
    if (count or 0) < _MOST_SHOWN:
        adding = insert(HostKey).values(
            id=new_id("hky"),
            machine_id=machine_id,
            place=place,
            jump=jump,
            key_type=kind,
            fingerprint=fingerprint,
            public_key=line,
        )
        await session.execute(
            adding.on_conflict_do_update(
                index_elements=["machine_id", "place", "public_key"], set_={"last_shown_at": func.now()}
            )
        )
    if known:
        await raise_alarm(
            session,
            alarm_key(machine_id),
            priority="high",
            title=f"{machine.name} shows another host key",
            consequence=f"Nothing is sent to {place}: somebody else may be answering in its name.",
            action=(
                f"Ask whoever runs it whether {kind} {fingerprint} is its new key; if it is: "
                f"stormbell machines trust {machine.name} {fingerprint}"
            ),
            subject_id=machine_id,
        )


async def trust(
    session: AsyncSession, machine_id: str, *, fingerprint: str | None, public_key: str | None, actor: str
) -> list[HostKey]:
    """Accept a key that was shown, by its fingerprint, or one given beforehand. Announces machine.changed.

    Of the same place and kind, the keys before it are trusted no more. Raises MachineNotFound (404), HostKeyNotShown
    (409), ValueError for what is no public key.
    """
    machine = await get(session, machine_id, lock=True)
    if public_key is not None:
        await _add(session, machine, public_key)
        fingerprint = _fingerprint(public_key)
    query = select(HostKey).where(HostKey.machine_id == machine_id)
    keys = (await session.scalars(query.with_for_update())).all()
    chosen = [key for key in keys if key.fingerprint == fingerprint]
    if not chosen:
        shown = ", ".join(key.fingerprint for key in keys if key.state == "shown") or "none that is not trusted"
        raise HostKeyNotShown(f"{machine.name} has shown no key {fingerprint}; it has shown {shown}")
    for key in keys:
        if any((key.place, key.key_type) == (one.place, one.key_type) for one in chosen) and key not in chosen:
            await session.delete(key)
    for key in chosen:
        key.state, key.trusted_at, key.trusted_by = "trusted", func.now(), actor
    machine.revision += 1
    announce(session, machine, f"is known by {chosen[0].key_type} {fingerprint}", actor)
    await clear_alarm(session, alarm_key(machine_id))
    await session.flush()
    for key in chosen:
        await session.refresh(key)
    return chosen


async def forget(session: AsyncSession, machine_id: str, key_id: str, *, actor: str) -> None:
    """Trust a key no more. Announces machine.changed. Raises MachineNotFound, HostKeyNotShown (409)."""
    machine = await get(session, machine_id, lock=True)
    query = select(HostKey).where(HostKey.machine_id == machine_id, HostKey.id == key_id)
    key = await session.scalar(query)
    if key is None:
        raise HostKeyNotShown(f"{machine.name} has no host key {key_id}")
    await session.delete(key)
    machine.revision += 1
    announce(session, machine, f"is no longer known by {key.key_type} {key.fingerprint}", actor)
    await session.flush()


async def _add(session: AsyncSession, machine: Machine, public_key: str) -> None:
    from app.modules.machines.host_trust import fingerprint_of

    kind, fingerprint, line = fingerprint_of(public_key)
    settings = machine.transport_settings
    place = f"{settings.get('host', machine.name)}:{settings.get('port', 22)}"
    adding = insert(HostKey).values(
        id=new_id("hky"),
        machine_id=machine.id,
        place=place,
        key_type=kind,
        fingerprint=fingerprint,
        public_key=line,
    )
    await session.execute(adding.on_conflict_do_nothing())


def _fingerprint(public_key: str) -> str:
    from app.modules.machines.host_trust import fingerprint_of

    return fingerprint_of(public_key)[1]
