"""Who adds or removes a way into an account has shown in the last minutes who they are (OWASP ASVS 5.0, 7.5.1).

A login shows it, whatever the method; after that the password does. A session alone may be a browser left open, or a
stolen cookie, which must not become a passkey or a token that outlives it. What was shown has to hold still when what
it was shown for is written.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.audit import note
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.modules.accounts.errors import PasswordWrong
from app.modules.accounts.login_errors import NeedsSession, ProofNeeded
from app.modules.accounts.models import User, UserSession
from app.modules.accounts.passwords import verify_password
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.standing import require_standing
from app.modules.accounts.throttle import count_attempt, forgive
from app.modules.accounts.user_changes import locked_user
from app.modules.accounts.users import get_user


@dataclass(frozen=True)
class Proof:
    """What a caller has shown: the password whose hash was ``basis``, or without one a login of the last minutes."""

    basis: str | None = field(repr=False)


async def require_recent(node: Node, actor: Principal) -> None:
    """Raise ProofNeeded (403) unless the caller's session has shown lately who it is; NeedsSession for a token."""
    if actor.session_id is None:
        raise NeedsSession("Do it in a browser, logged in")
    seconds = node.settings.of(AccountsSettings).recent_login_seconds
    recent = select(UserSession.id).where(
        UserSession.id == actor.session_id, UserSession.proved_at > func.now() - timedelta(seconds=seconds)
    )
    async with node.database.transaction() as session:
        proved = await session.scalar(recent)
    if proved is None:
        raise ProofNeeded(f"You logged in longer than {seconds} s ago; log in again or give your password")


async def prove_again(node: Node, session: AsyncSession, actor: Principal, *, password: str, ip: str) -> None:
    """Note that the caller's session has just shown who it is.

    Raises NeedsSession, PasswordWrong (403), LoginThrottled (429).
    """
    if actor.session_id is None:
        raise NeedsSession("Do it in a browser, logged in")
    proven = await prove(node, actor, password, ip)
    await locked_as_proven(session, actor, Proof(proven.password_hash))
    await session.execute(update(UserSession).where(UserSession.id == actor.session_id).values(proved_at=func.now()))
    note(session, "account.proved", object_id=actor.user_id, actor=actor.user_id, data={"ip": ip})


async def prove(node: Node, actor: Principal, password: str, ip: str) -> User:
    """Return the caller's account if this is its password.

    Raises PasswordWrong (403); wrong ones count as failed logins do, LoginThrottled (429).
    """
    async with node.database.transaction() as counting:
        user = await get_user(counting, actor.user_id)
        await count_attempt(counting, user.email, ip)
    right, _ = await verify_password(password, user.password_hash)
    if not right:
        raise PasswordWrong("Nothing was changed")
    async with node.database.transaction() as forgiving:
        await forgive(forgiving, user.email, ip)
    return user


async def prove_lately(node: Node, actor: Principal, password: str | None, ip: str) -> Proof:
    """Return what the caller has shown: the ``password``, or else a login, by whatever method, of the last minutes.

    Raises PasswordWrong, ProofNeeded (403), NeedsSession (403) for a token without a password, LoginThrottled (429).
    """
    if password is not None:
        return Proof((await prove(node, actor, password, ip)).password_hash)
    if actor.session_id is None:
        raise NeedsSession("Give your password; an account that has none does it in a browser, logged in")
    await require_recent(node, actor)
    return Proof(None)


async def locked_as_proven(session: AsyncSession, actor: Principal, proof: Proof) -> User:
    """Return the caller's account, locked, if what they showed still holds: somebody may have reset it since.

    Raises Unauthenticated (401), PasswordWrong (403).
    """
    user = await locked_user(session, actor.user_id)
    await require_standing(session, actor)
    if proof.basis is not None and user.password_hash != proof.basis:
        raise PasswordWrong("It was changed just now; nothing else was")
    return user
