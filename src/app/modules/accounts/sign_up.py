"""Signing up oneself: off unless a setting says otherwise, and the account waits, disabled, for an administrator."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import raise_alarm
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules.accounts.errors import SignUpOff, SignUpsFull
from app.modules.accounts.models import User
from app.modules.accounts.passwords import hash_password, require_acceptable
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.throttle import count_attempt
from app.modules.accounts.user_changes import WAITING_ALARM
from app.modules.accounts.users import normal_email, valid_name

MOST_WAITING = 1000


async def sign_up(node: Node, session: AsyncSession, *, email: str, name: str, password: str, ip: str) -> None:
    """Make a disabled account that waits for approval; who has one already is not told so, nor is anybody else.

    Raises the alarm ``accounts.waiting``. Raises SignUpOff (403), SignUpsFull, LoginThrottled (429), PasswordRejected,
    Invalid (422).
    """
    if not node.settings.of(AccountsSettings).sign_up:
        raise SignUpOff("Ask an administrator for an invitation")
    email, name = normal_email(email), valid_name(name)
    require_acceptable(password, email)
    async with node.database.transaction() as counting:
        await count_attempt(counting, f"sign-up {email}", ip)
        waiting = select(func.count()).select_from(User).where(User.approval_wanted_at.is_not(None))
        if (await counting.scalar(waiting) or 0) >= MOST_WAITING:
            raise SignUpsFull("Ask an administrator to look at those who wait", retry_after=3600)
    values = {
        "id": new_id("usr"),
        "email": email,
        "name": name,
        "role": Role.VIEWER.label,
        "password_hash": await hash_password(password),
        "disabled_at": func.now(),
        "approval_wanted_at": func.now(),
    }
    added = insert(User).values(values).on_conflict_do_nothing().returning(User.id)
    if await session.scalar(added) is not None:
        # Who they are is for administrators; alarms are read by everybody.
        await raise_alarm(
            session,
            WAITING_ALARM,
            priority="low",
            title="Somebody asks for an account",
            consequence="They cannot log in until an administrator lets them in.",
            action="An administrator approves or deletes them: Users, those who wait.",
        )
