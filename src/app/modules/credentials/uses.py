"""Who may use a credential, and who did."""

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.kernel.node import Node
from app.kernel.paging import Page, page_of
from app.kernel.principal import HOUSE
from app.kernel.scoping import SHARES
from app.modules import accounts
from app.modules.credentials.credentials import get_credential
from app.modules.credentials.errors import CredentialNotFound
from app.modules.credentials.models import Credential, CredentialUse
from app.modules.credentials.schemas import CredentialUseView

LONGEST_PURPOSE = 200


async def usable(session: AsyncSession, credential_id: str, user: str) -> Credential:
    """Return a credential, its sealed column loaded, that ``user`` may log in with: their own, the house's, or shared.

    To see one is not enough, whatever the role. Raises CredentialNotFound (404).
    """
    query = select(Credential).where(Credential.id == credential_id).options(undefer(Credential.sealed))
    row: Credential | None = await session.scalar(query.execution_options(populate_existing=True))
    if row is None or not (row.owner_id in (user, HOUSE) or await _is_shared(session, row.id, user)):
        raise CredentialNotFound(f"There is no credential {credential_id} that may be used for this")
    return row


async def record_use(session: AsyncSession, node: Node, credential_id: str, user: str, purpose: str) -> None:
    """Count a use; those of one user, purpose and hour are one row."""
    adding = insert(CredentialUse).values(
        credential_id=credential_id,
        hour=func.date_trunc("hour", func.now()),
        user_id=user,
        purpose=purpose[:LONGEST_PURPOSE],
        node=node.name,
    )
    await session.execute(
        adding.on_conflict_do_update(
            index_elements=["credential_id", "hour", "user_id", "purpose"],
            set_={"count": CredentialUse.count + 1, "last_at": func.now(), "node": node.name},
        )
    )
    await session.execute(
        update(Credential)
        .where(Credential.id == credential_id)
        .values(last_used_at=func.now(), last_used_by=user)
        .execution_options(synchronize_session=False)
    )


async def list_uses(
    session: AsyncSession, credential_id: str, *, cursor: str | None, limit: int
) -> Page[CredentialUseView]:
    """Return a page of uses, newest first. Raises CredentialNotFound (404)."""
    await get_credential(session, credential_id)
    query = select(CredentialUse).where(CredentialUse.credential_id == credential_id)
    keys = [CredentialUse.last_at, CredentialUse.hour, CredentialUse.user_id, CredentialUse.purpose]
    rows: list[CredentialUse]
    rows, following = await page_of(session, query, keys, cursor=cursor, limit=limit)
    return Page(items=[CredentialUseView.model_validate(row) for row in rows], next_cursor=following)


async def _is_shared(session: AsyncSession, credential_id: str, user: str) -> bool:
    subjects = await accounts.subjects_of(session, user)
    shared = select(SHARES.c.object_id).where(
        SHARES.c.object_id == credential_id, SHARES.c.level == "act", SHARES.c.subject_id.in_(subjects)
    )
    return await session.scalar(shared.limit(1)) is not None
