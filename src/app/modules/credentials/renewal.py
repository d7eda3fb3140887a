"""Renewing a secret at its service: once, however many nodes and tasks want it at the same moment.

The right to ask is a lease on the row; whoever does not get it waits for the row's version to change. A refresh token
that is replaced with each use makes a second request at the same time end the whole grant (RFC 9700, 4.14.2).
"""

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import undefer

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import hint, publish
from app.kernel.errors import Problem, Unavailable
from app.kernel.failpoints import reach
from app.kernel.node import Node
from app.modules.credentials.credentials import TOPIC, connect_path, held, seal
from app.modules.credentials.errors import CredentialNotFound, ReauthRequired
from app.modules.credentials.events import CredentialChanged
from app.modules.credentials.kind import Held, Prepared, RenewableKind
from app.modules.credentials.models import Credential

log = structlog.get_logger(__name__)

LEASE_SECONDS = 30.0  # longer than the request may take
WAIT_SECONDS = 45.0
_LOOK_EVERY_SECONDS = 1.0  # when the hint is lost


class RenewalBusy(Unavailable):
    """Another node is asking for the next token and does not come to an end.

    Try again in half a minute.
    """

    code = "renewal_busy"


class _Waiters:
    """Wakes whoever waits for a renewal elsewhere."""

    def __init__(self, node: Node) -> None:
        self._changed = asyncio.Event()
        node.bus.on(TOPIC, self._wake)

    def next(self) -> asyncio.Event:
        """Return the event that the next hint sets."""
        return self._changed

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


async def renewed(node: Node, driver: RenewableKind, row: Credential, known: Held) -> Held:
    """Return the credential after its renewal, by us or by whoever was first.

    Raises ReauthRequired (409), RenewalBusy (503), EgressDenied (403), RemoteProblem (502, 504).
    """
    waiters = node.part(_Waiters, _Waiters)
    until = node.clock.monotonic() + WAIT_SECONDS
    while True:
        changed = waiters.next()
        if (now := await _claim(node, row)) is not None:
            return await _renew(node, driver, row, known, now)
        if (newer := await _newer(node, row)) is not None:
            taken = held(node.vault, newer)
            if not driver.is_due(taken, newer.renewed_at or newer.replaced_at):
                return taken
            row, known = newer, taken  # somebody replaced it with one that has to be renewed first
            continue
        if node.clock.monotonic() > until:
            raise RenewalBusy(f"{row.name} is being renewed", retry_after=int(LEASE_SECONDS))
        await node.clock.wait(changed, _LOOK_EVERY_SECONDS)


async def _claim(node: Node, row: Credential) -> datetime | None:
    """Take the right to renew this version; return the database's time, ``None`` when somebody else has it."""
    async with node.database.transaction() as session:
        now: datetime | None = await session.scalar(
            update(Credential)
            .where(
                Credential.id == row.id,
                Credential.version == row.version,
                or_(Credential.renewing_until.is_(None), Credential.renewing_until < func.clock_timestamp()),
            )
            .values(renewing_until=func.clock_timestamp() + timedelta(seconds=LEASE_SECONDS))
            .returning(func.clock_timestamp())
        )
        return now


async def _newer(node: Node, row: Credential) -> Credential | None:
    async with node.database.transaction() as session:
        found = select(Credential).where(Credential.id == row.id).options(undefer(Credential.sealed))
        present: Credential | None = await session.scalar(found)
    if present is None:
        raise CredentialNotFound(f"There is no credential {row.id} any more")
    if present.state == "reauth_required":
        raise ReauthRequired(present.state_text)
    return present if present.version != row.version else None


async def _renew(node: Node, driver: RenewableKind, row: Credential, known: Held, now: datetime) -> Held:
    try:
        prepared = await driver.renew(node.http, known, now)
    except ReauthRequired as refusal:
        await _refused(node, row, str(refusal.detail))
        raise
    except Problem:
        await _let_go(node, row)
        raise
    reach("credentials.renewed")
    async with node.database.transaction() as session:
        recorded = await session.scalar(
            update(Credential)
            .where(Credential.id == row.id, Credential.version == row.version)
            .values(_fields(node, row.id, prepared))
            .returning(Credential.id)
        )
        await clear_alarm(session, f"credential.reauth:{row.id}")
        hint(session, TOPIC)
    # Somebody may have replaced it meanwhile, and that one counts.
    if recorded is None and (newer := await _newer(node, row)) is not None:
        return held(node.vault, newer)
    return Held(row.name, prepared.public, prepared.secret)


def _fields(node: Node, credential_id: str, prepared: Prepared) -> dict[str, object]:
    return {
        "public": prepared.public,
        "sealed": seal(node.vault, credential_id, prepared.secret),
        "version": Credential.version + 1,
        "renewed_at": func.now(),
        "renewing_until": None,
    }


async def _refused(node: Node, row: Credential, why: str) -> None:
    async with node.database.transaction() as session:
        refused = await session.scalar(
            update(Credential)
            .where(Credential.id == row.id, Credential.version == row.version)
            .values(state="reauth_required", state_text=why[:500], renewing_until=None)
            .returning(Credential.id)
        )
        if refused is None:
            return
        publish(session, CredentialChanged(subject_id=row.id, name=row.name, change="is refused by its service"))
        await raise_alarm(
            session,
            f"credential.reauth:{row.id}",
            priority="high",
            title=f"Credential {row.name} is refused",
            consequence="Whatever logs in with it stands still.",
            action=f"{_next_step(row)}. It said: {why}",
            subject_id=row.id,
        )
        hint(session, TOPIC)


def _next_step(row: Credential) -> str:
    if connect_path(row) is None:
        return "Get a new grant from the service and replace the credential"
    return f"Connect it again: on its page, or with stormbell credentials connect {row.name!r}"


async def _let_go(node: Node, row: Credential) -> None:
    async with node.database.transaction() as session:
        await session.execute(
            update(Credential)
            .where(Credential.id == row.id, Credential.version == row.version)
            .values(renewing_until=None)
        )
        hint(session, TOPIC)
