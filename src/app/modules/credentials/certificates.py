"""Certificates for people's own keys, signed by an SSH certificate authority."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.kernel.principal import Principal
from app.modules.credentials.credentials import get_credential, held, kind_of, status_of
from app.modules.credentials.errors import CredentialExpired, CredentialKindWrong
from app.modules.credentials.kind import Wanted
from app.modules.credentials.schemas import CertificateView, CertificateWanted
from app.modules.credentials.uses import record_use, usable


async def sign(
    node: Node, session: AsyncSession, credential_id: str, wanted: CertificateWanted, actor: Principal
) -> CertificateView:
    """Return a certificate for a public key, recorded as a use.

    Raises CredentialNotFound (404), CredentialKindWrong, CredentialExpired (409), CertificateInvalid (422).
    """
    await get_credential(session, credential_id)
    row = await usable(session, credential_id, actor.user_id)
    driver = kind_of(row.kind)
    if not hasattr(driver, "certificate"):
        raise CredentialKindWrong(
            f"{row.name} is of the kind {row.kind}; certificates are signed by one of the kind ssh_ca"
        )
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    if status_of(row, now) == "expired":
        raise CredentialExpired(f"{row.name} expired at {row.expires_at:%Y-%m-%d %H:%M} UTC")
    signed: str = driver.certificate(
        held(node.vault, row),
        Wanted(actor.user_id, "certificate", now),
        wanted.public_key,
        wanted.users,
        wanted.seconds,
    )
    await record_use(session, node, row.id, actor.user_id, "certificate")
    return CertificateView(certificate=signed)
