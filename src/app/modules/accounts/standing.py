"""Whether a caller may still come in: sessions, tokens and passwords end while a request of theirs is on its way."""

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Unauthenticated
from app.kernel.principal import Principal
from app.modules.accounts.models import Token, User, UserSession


async def require_standing(session: AsyncSession, actor: Principal, *, alone: bool = False) -> None:
    """Lock the caller's user and their session or token, until the transaction ends, against whoever would end them.

    So what is made in it is either made before the end, and ends too, or not at all. ``alone`` makes the caller's other
    requests that ask so wait too. Raises Unauthenticated (401) when the session or token has ended since the request
    came in.
    """
    # Shared, so that a program's requests do not wait for each other; whoever ends access locks the user alone. Nobody
    # who has the shared lock asks for the other: two who did would wait for each other.
    lock = select(User.id).where(User.id == actor.user_id).with_for_update(read=not alone, key_share=alone)
    await session.execute(lock)
    if actor.session_id is not None:
        standing = select(UserSession.id).where(
            UserSession.id == actor.session_id,
            UserSession.user_id == actor.user_id,
            UserSession.expires_at > func.now(),
        )
    elif actor.token_id is not None:
        standing = select(Token.id).where(
            Token.id == actor.token_id,
            Token.user_id == actor.user_id,
            Token.revoked_at.is_(None),
            or_(Token.expires_at.is_(None), Token.expires_at > func.now()),
        )
    else:
        return
    # A session is ended by itself too, without the user's lock.
    if await session.scalar(standing.with_for_update(read=True, key_share=True)) is None:
        raise Unauthenticated("The session or token has ended just now")
