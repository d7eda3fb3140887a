"""Using a credential: whether one may, that it was, and renewing it first when it is about to run out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.kernel.node import Node
from app.kernel.redaction import register_secret
from app.modules.credentials.credentials import held, kind_of, status_of
from app.modules.credentials.errors import CredentialExpired, ReauthRequired
from app.modules.credentials.kind import Held, RenewableKind, Wanted
from app.modules.credentials.renewal import renewed
from app.modules.credentials.secrets import Secret
from app.modules.credentials.uses import record_use, usable


@asynccontextmanager
async def use(node: Node, credential_id: str, *, user: str, purpose: str) -> AsyncIterator[Secret]:
    """Lend a credential for the work of ``user``, as in ``async with`` … ``as secret``; not inside a transaction.

    ``purpose`` is shown to its owner, such as "source usgs". The use is recorded, and logs leave the secret out from
    then on. Raises CredentialNotFound (404), also when it is not shared with the user for use, CredentialExpired,
    ReauthRequired (409), VaultLocked (503) and, while it is renewed, EgressDenied (403) and RemoteProblem (502, 504).
    """
    taken = await take(node, credential_id, user=user, purpose=purpose)
    secret = kind_of(taken.kind).lent(taken.held, Wanted(user, purpose, taken.now))
    for value in secret.values():
        register_secret(value)
    yield secret


async def renew(node: Node, credential_id: str, *, user: str, purpose: str) -> Secret:
    """Return a credential that was refused, asked for anew first where its kind can be. Raises as :func:`use`."""
    taken = await take(node, credential_id, user=user, purpose=purpose, renew=True)
    secret = kind_of(taken.kind).lent(taken.held, Wanted(user, purpose, taken.now))
    for value in secret.values():
        register_secret(value)
    return secret


@dataclass(frozen=True)
class Taken:
    """A credential out of the vault, by the database's clock."""

    kind: str
    version: int
    held: Held
    now: datetime
    renewed: bool = False


async def take(node: Node, credential_id: str, *, user: str, purpose: str, renew: bool = False) -> Taken:
    """Return what the vault holds, renewed if due, or if it can be with ``renew``; recorded as a use.

    Raises as :func:`use`.
    """
    async with node.database.transaction() as session:
        row = await usable(session, credential_id, user)
        now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
        status = status_of(row, now)
        if status == "expired":
            raise CredentialExpired(f"{row.name} expired at {row.expires_at:%Y-%m-%d %H:%M} UTC")
        if status == "reauth_required":
            raise ReauthRequired(row.state_text)
        await record_use(session, node, row.id, user, purpose)
    found = held(node.vault, row)
    driver = kind_of(row.kind)
    _keep_out_of_logs(found)
    if not isinstance(driver, RenewableKind) or not ((renew and driver.can_renew(found)) or driver.is_due(found, now)):
        return Taken(row.kind, row.version, found, now)
    found = await renewed(node, driver, row, found)
    _keep_out_of_logs(found)
    return Taken(row.kind, row.version, found, now, renewed=True)


def _keep_out_of_logs(found: Held) -> None:
    for value in found.secret.values():
        register_secret(str(value), lent=True)
