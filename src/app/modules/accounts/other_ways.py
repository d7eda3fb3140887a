"""What becomes of passkeys and linked accounts when a password is set for somebody who may have lost the account.

Whoever was in it may have added one. GitHub keeps them and asks people to look; here the request has to say it.
"""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.audit import note
from app.kernel.errors import ProblemItem
from app.modules.accounts.identities import OwnIdentity, list_identities
from app.modules.accounts.login_errors import WaysInRemain
from app.modules.accounts.login_models import LinkedIdentity, LoginFlow, Passkey

OtherWays = Literal["keep", "remove"]


async def settle_other_ways(session: AsyncSession, user_id: str, wanted: OtherWays | None) -> None:
    """Keep or remove what lets a user in beside the password; what they had begun to add is over in any case.

    Raises WaysInRemain (409), naming each, when there are some and nothing was said.
    """
    found = await list_identities(session, user_id)
    if found and wanted is None:
        raise WaysInRemain("Say whether the passkeys and linked accounts stay", errors=_described(found))
    await session.execute(delete(LoginFlow).where(LoginFlow.user_id == user_id))
    if found and wanted == "remove":
        for table in (Passkey, LinkedIdentity):
            await session.execute(delete(table).where(table.user_id == user_id))
        note(session, "account.identities_removed", object_id=user_id, data={"identities": [one.id for one in found]})


def _described(ways: Sequence[OwnIdentity]) -> list[ProblemItem]:
    return [ProblemItem(pointer="/body/other_ways", message=_description(way)) for way in ways]


def _description(way: OwnIdentity) -> str:
    used = "never used" if way.last_used_at is None else f"last used {way.last_used_at:%Y-%m-%d}"
    return f"{way.method} {way.name}, added {way.created_at:%Y-%m-%d}, {used}"
