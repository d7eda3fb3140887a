"""One's own account: name, email and password; each way in is changed only by who proves again who they are."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.modules.accounts.deletion import delete_user
from app.modules.accounts.errors import WorkflowNotAllowed
from app.modules.accounts.events import AccountChanged
from app.modules.accounts.models import User, UserSession
from app.modules.accounts.passwords import hash_password, require_acceptable
from app.modules.accounts.proof import Proof, locked_as_proven, prove, prove_lately
from app.modules.accounts.user_changes import end_reset_codes, move_to
from app.modules.accounts.users import TOPIC, find_user, get_user, valid_name


async def rename(session: AsyncSession, actor: Principal, name: str) -> User:
    """Give the caller another name. Announces account.changed. Raises Invalid (422)."""
    user = await get_user(session, actor.user_id)
    if (name := valid_name(name)) != user.name:
        user.name = name
        await _tell(session, user, f"is called {name} now")
    return user


async def change_email(
    node: Node, session: AsyncSession, actor: Principal, email: str, *, password: str | None, ip: str
) -> User:
    """Give the caller another email address; other sessions end. Announces account.changed.

    Raises as :func:`prove_lately`, EmailTaken (409), Invalid (422).
    """
    proof = await prove_lately(node, actor, password, ip)
    user = await locked_as_proven(session, actor, proof)
    if await move_to(session, user, email):
        await _end_other_sessions(session, actor)
        await _tell(session, user, "has another email address")
    return user


async def change_password(node: Node, session: AsyncSession, actor: Principal, *, old: str, new: str, ip: str) -> None:
    """Give the caller another password; other sessions end, API tokens stay. Announces account.changed.

    Raises PasswordWrong (403), LoginThrottled (429), PasswordRejected (422).
    """
    proven = await prove(node, actor, old, ip)
    require_acceptable(new, proven.email)
    password_hash = await hash_password(new)
    user = await locked_as_proven(session, actor, Proof(proven.password_hash))
    user.password_hash = password_hash
    await _end_other_sessions(session, actor)
    await end_reset_codes(session, user.id)
    await _tell(session, user, "has a new password")


async def delete_own(
    node: Node, session: AsyncSession, actor: Principal, *, password: str | None, heir_email: str | None, ip: str
) -> None:
    """Delete the caller's account; what they own becomes the heir's. Announces account.deleted.

    Raises as :func:`prove_lately`, LastOwner, OwnsThings (409), HeirInvalid (422).
    """
    proof = await prove_lately(node, actor, password, ip)
    await locked_as_proven(session, actor, proof)
    heir_id = None
    if heir_email is not None:
        heir = await find_user(session, heir_email)
        heir_id = heir.id if heir is not None else ""
    await delete_user(session, actor, actor.user_id, heir_id)


async def require_workflow(session: AsyncSession, user_id: str, workflow: str) -> None:
    """Raise WorkflowNotAllowed (403) unless the user may start this workflow. The house may start all."""
    allowed = await session.scalar(select(User.allowed_workflows).where(User.id == user_id))
    if allowed is not None and workflow not in allowed:
        may = ", ".join(allowed) or "none"
        raise WorkflowNotAllowed(f"You may start {may}; ask an administrator for {workflow}")


async def _end_other_sessions(session: AsyncSession, actor: Principal) -> None:
    await session.execute(
        delete(UserSession).where(UserSession.user_id == actor.user_id, UserSession.id != (actor.session_id or ""))
    )


async def _tell(session: AsyncSession, user: User, change: str) -> None:
    await session.flush()
    hint(session, TOPIC)
    publish(session, AccountChanged(subject_id=user.id, actor=user.id, name=user.name, change=change))
