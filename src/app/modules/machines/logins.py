"""Logins a person is needed for, as rows: begun, asked, answered, ended; and what speaks against another one now.

There is at most one open login a machine. One that nobody answers is not asked again by itself: whoever comes begins
the next.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import hint, publish
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.redaction import register_secret
from app.kernel.vault import Vault
from app.modules.machines.errors import (
    MachineAnswersInvalid,
    MachineElsewhere,
    MachineLoginNotAsked,
    MachineLoginNotFound,
    MachineLoginTooSoon,
)
from app.modules.machines.events import MachineLoginChanged
from app.modules.machines.models import Machine, MachineLogin
from app.modules.machines.rows import MACHINES_TOPIC, get, how_to_answer
from app.modules.machines.settings import MachinesSettings
from app.modules.machines.transport import LoginWaits, Prompt

TOPIC = "machines.logins"
LEASE_SECONDS = 60.0
_OPEN = ("connecting", "asked", "answered", "connected")
_MOST_ROWS = 20
# pam_faillock locks an account after three failures within 900 s (deny, fail_interval).
_REFUSALS, _REFUSALS_SECONDS = 2, 900
_MOST_TEXT, _MOST_ANSWER = 2000, 1000


def alarm_key(machine_id: str) -> str:
    """Return the key of the alarm about a machine that waits for somebody to log in."""
    return f"machine.login:{machine_id}"


def elsewhere(name: str, node_name: str) -> MachineElsewhere:
    """Return the problem that another node holds the connection somebody opened."""
    return MachineElsewhere(f"{name} is logged in to from the node {node_name}; only that node can speak to it")


async def list_logins(session: AsyncSession, machine_id: str) -> Sequence[MachineLogin]:
    """Return the last logins a person was needed for, newest first. Raises MachineNotFound (404)."""
    await get(session, machine_id)
    return (await session.scalars(_newest(machine_id).limit(_MOST_ROWS))).all()


async def get_login(session: AsyncSession, machine_id: str, login_id: str, *, lock: bool = False) -> MachineLogin:
    """Return a login. Raises MachineNotFound, MachineLoginNotFound (404)."""
    machine = await get(session, machine_id)
    query = select(MachineLogin).where(MachineLogin.machine_id == machine_id, MachineLogin.id == login_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row: MachineLogin | None = await session.scalar(query)
    if row is None:
        raise MachineLoginNotFound(f"{machine.name} has no login {login_id}")
    return row


async def answer(
    session: AsyncSession, vault: Vault, machine_id: str, login_id: str, round_: int, answers: Sequence[str], actor: str
) -> MachineLogin:
    """Give the node that holds the connection the answers, sealed. Announces machine.login_changed.

    Raises MachineNotFound, MachineLoginNotFound (404), MachineLoginNotAsked (409), MachineAnswersInvalid (422),
    VaultLocked (503).
    """
    row = await get_login(session, machine_id, login_id, lock=True)
    late = await session.scalar(select(row.expires_at <= func.clock_timestamp()))
    if row.state != "asked" or row.round != round_ or late:
        raise MachineLoginNotAsked(f"it is {row.state}: {row.text or 'somebody has answered it'}")
    if len(answers) != len(row.prompts):
        raise MachineAnswersInvalid(f"{len(row.prompts)} answers are wanted, not {len(answers)}")
    if any(len(one) > _MOST_ANSWER or not one.isprintable() for one in answers):
        raise MachineAnswersInvalid(f"an answer is one line of at most {_MOST_ANSWER} characters")
    for one in answers:
        register_secret(one, lent=True)
    row.answers = vault.seal(orjson.dumps(list(answers)), table="machine_logins", row_id=row.id, field="answers")
    row.state, row.answered_by, row.answered_at = "answered", actor, func.now()
    await _told(session, row, "was answered", actor)
    await session.flush()
    await session.refresh(row)
    return row


async def begin(node: Node, session: AsyncSession, machine: Machine, actor: str) -> MachineLogin:
    """Begin a login for somebody, from this node; ``machine`` is locked. Announces nothing yet.

    Raises MachineLoginTooSoon (409).
    """
    since = func.now() - timedelta(seconds=_REFUSALS_SECONDS)
    refused = select(func.count(), func.min(MachineLogin.ended_at)).where(
        MachineLogin.machine_id == machine.id, MachineLogin.state == "refused", MachineLogin.ended_at > since
    )
    count, first = (await session.execute(refused)).one()
    if count >= _REFUSALS and first is not None:
        again = first + timedelta(seconds=_REFUSALS_SECONDS)
        raise MachineLoginTooSoon(f"{machine.name} refused {count} logins; the next may begin at {again:%H:%M:%S} UTC")
    row = _made(node, machine.id, machine.revision, "connecting", started_by=actor)
    session.add(row)
    await session.flush()
    await _forget_old(session, machine.id)
    await session.refresh(row)
    return row


async def find_open(session: AsyncSession, machine_id: str) -> MachineLogin | None:
    """Return the login that is under way, or whose connection is open; those that ran out of time are ended first."""
    await expire(session, MachineLogin.machine_id == machine_id)
    query = _newest(machine_id).where(MachineLogin.state.in_(_OPEN))
    row: MachineLogin | None = await session.scalar(query.execution_options(populate_existing=True))
    return row


async def require_free(node: Node, session: AsyncSession, machine_id: str, revision: int, name: str) -> None:
    """Make sure that connecting now asks nobody twice. Raises LoginWaits, MachineElsewhere (503)."""
    row = await find_open(session, machine_id)
    if row is not None and row.state == "connected":
        if row.boot_id != node.boot_id:
            raise elsewhere(name, row.node_name)
        return
    if row is None:
        query = _newest(machine_id).where(MachineLogin.revision == revision).limit(1)
        row = await session.scalar(query)
        if row is None or row.state == "ended":
            return
        if row.state == "refused" and row.started_by is None and row.round == 0:
            # The stored password: what refused it may have been out of order.
            ended = MachineLogin.ended_at > func.clock_timestamp() - timedelta(seconds=_REFUSALS_SECONDS)
            if not await session.scalar(select(ended).where(MachineLogin.id == row.id)):
                return
    raise LoginWaits(how_to_answer(name))


async def record_asked(
    node: Node,
    session: AsyncSession,
    machine: Machine,
    row: MachineLogin | None,
    asked: Mapping[str, Any],
    prompts: Sequence[Prompt],
) -> MachineLogin:
    """Ask; the first question of a login nobody began makes its row. Announces machine.login_changed, and an alarm."""
    if row is None:
        row = _made(node, machine.id, machine.revision, "asked")
        session.add(row)
    for name, value in asked.items():
        setattr(row, name, value)
    row.prompts = [{"text": plain(one.text), "echo": one.echo} for one in prompts]
    row.state, row.round, row.asked_at = "asked", (row.round or 0) + 1, func.now()
    row.expires_at = func.clock_timestamp() + timedelta(seconds=node.settings.of(MachinesSettings).login_seconds)
    row.text = how_to_answer(machine.name)
    await _told(session, row, "asks for a login", None)
    if row.started_by is None:
        await _raise(session, machine)
    await session.flush()
    return row


async def take_answers(
    session: AsyncSession, vault: Vault, login_id: str, round_: int
) -> tuple[list[str] | None, str | None]:
    """Return the answers, which are forgotten with it, or why there will be none; neither while they are waited for."""
    await expire(session, MachineLogin.id == login_id)
    query = select(MachineLogin).where(MachineLogin.id == login_id).with_for_update()
    row = await session.scalar(query.execution_options(populate_existing=True))
    if row is None or row.round != round_ or row.state not in ("asked", "answered"):
        return None, row.text if row is not None else "the machine was removed"
    if row.answers is None:
        return None, None
    found: list[str] = orjson.loads(vault.open(row.answers, table="machine_logins", row_id=row.id, field="answers"))
    for one in found:
        register_secret(one, lent=True)
    row.answers, row.state = None, "connecting"
    row.expires_at = func.clock_timestamp() + timedelta(seconds=LEASE_SECONDS * 2)
    return found, None


async def end(session: AsyncSession, login_id: str, state: str, why: str) -> None:
    """Note how an open login ended, or that its connection is open. Announces machine.login_changed."""
    query = select(MachineLogin).where(MachineLogin.id == login_id, MachineLogin.state.in_(_OPEN)).with_for_update()
    row = await session.scalar(query.execution_options(populate_existing=True))
    if row is not None:
        await _end(session, row, state, why)


async def record_password_refused(node: Node, session: AsyncSession, machine: Machine, why: str) -> None:
    """Note that the stored password was refused, so that no node tries it again at once."""
    if await find_open(session, machine.id) is None:
        row = _made(node, machine.id, machine.revision, "refused")
        row.text, row.ended_at = why, func.now()
        session.add(row)
        await session.flush()
        await _forget_old(session, machine.id)
        await _told(session, row, "refused the stored password", None)


async def expire(session: AsyncSession, *which: ColumnElement[bool]) -> None:
    """End the open logins whose time is over."""
    late = MachineLogin.expires_at <= func.clock_timestamp()
    query = select(MachineLogin).where(MachineLogin.state.in_(_OPEN), late, *which).order_by(MachineLogin.id)
    for row in (await session.scalars(query.with_for_update(skip_locked=True))).all():
        if row.state == "connected":
            await _end(session, row, "ended", f"the node {row.node_name} that held the connection is gone")
        else:
            await _end(session, row, "expired", "nobody answered in time")


async def lock(session: AsyncSession, login_ids: Sequence[str]) -> None:
    """Lock logins until the transaction ends."""
    query = select(MachineLogin.id).where(MachineLogin.id.in_(login_ids)).order_by(MachineLogin.id)
    await session.execute(query.with_for_update())


async def renew(session: AsyncSession, login_ids: Sequence[str]) -> None:
    """Say that this node still holds the connections of these logins, even where others gave them up meanwhile."""
    other = MachineLogin.__table__.alias()
    taken = select(other.c.id).where(
        other.c.machine_id == MachineLogin.machine_id, other.c.id != MachineLogin.id, other.c.state.in_(_OPEN)
    )
    change = update(MachineLogin).where(MachineLogin.id.in_(login_ids), ~taken.exists())
    until = func.clock_timestamp() + timedelta(seconds=LEASE_SECONDS)
    await session.execute(
        change.values(state="connected", expires_at=until, ended_at=None, answers=None),
        execution_options={"synchronize_session": False},
    )


async def end_of_boots_before(node: Node, session: AsyncSession) -> None:
    """End what an earlier process of this node left open: its connections went with it."""
    query = select(MachineLogin).where(
        MachineLogin.node_name == node.name, MachineLogin.boot_id != node.boot_id, MachineLogin.state.in_(_OPEN)
    )
    for row in (await session.scalars(query.with_for_update())).all():
        await _end(session, row, "ended" if row.state == "connected" else "expired", "the node was started again")


def plain(text: str) -> str:
    """Return what a machine said without what would move a terminal's cursor."""
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text.replace("\r\n", "\n"))[:_MOST_TEXT]


async def _end(session: AsyncSession, row: MachineLogin, state: str, why: str) -> None:
    row.state, row.text, row.answers = state, plain(why), None
    machine = await session.get(Machine, row.machine_id)
    if state == "connected":
        row.expires_at = func.clock_timestamp() + timedelta(seconds=LEASE_SECONDS)
        await clear_alarm(session, alarm_key(row.machine_id))
    else:
        row.ended_at = func.clock_timestamp()
        if state in ("refused", "expired") and machine is not None and machine.removed_at is None:
            await _raise(session, machine)
    said = {
        "connected": "is logged in to",
        "refused": f"refused a login: {row.text}",
        "expired": f"still waits for a login: {row.text}",
        "ended": f"is not logged in to: {row.text}",
    }
    await _told(session, row, said[state], None)


async def _raise(session: AsyncSession, machine: Machine) -> None:
    await raise_alarm(
        session,
        alarm_key(machine.id),
        priority="high",
        title=f"{machine.name} waits for a login",
        consequence="Nothing is sent there, and how its simulations stand is not known.",
        action=f"Answer what it asks: stormbell machines answer {machine.name}",
        subject_id=machine.id,
    )


async def _told(session: AsyncSession, row: MachineLogin, change: str, actor: str | None) -> None:
    name = await session.scalar(select(Machine.name).where(Machine.id == row.machine_id))
    publish(
        session,
        MachineLoginChanged(
            subject_id=row.machine_id,
            actor=actor,
            name=name or row.machine_id,
            login_id=row.id,
            login_state=row.state,
            change=change,
        ),
    )
    for topic in (TOPIC, MACHINES_TOPIC, f"machine:{row.machine_id}"):
        hint(session, topic)


def _made(node: Node, machine_id: str, revision: int, state: str, started_by: str | None = None) -> MachineLogin:
    return MachineLogin(
        id=new_id("mlg"),
        machine_id=machine_id,
        revision=revision,
        node_name=node.name,
        boot_id=node.boot_id,
        started_by=started_by,
        state=state,
        expires_at=func.clock_timestamp() + timedelta(seconds=LEASE_SECONDS * 2),
    )


def _newest(machine_id: str) -> Any:
    query = select(MachineLogin).where(MachineLogin.machine_id == machine_id)
    return query.order_by(MachineLogin.started_at.desc(), MachineLogin.id.desc())


async def _forget_old(session: AsyncSession, machine_id: str) -> None:
    kept = _newest(machine_id).with_only_columns(MachineLogin.id).limit(_MOST_ROWS)
    old = delete(MachineLogin).where(
        MachineLogin.machine_id == machine_id, MachineLogin.state.not_in(_OPEN), MachineLogin.id.not_in(kept)
    )
    await session.execute(old, execution_options={"synchronize_session": False})
