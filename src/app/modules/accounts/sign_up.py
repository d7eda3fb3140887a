"""Signing up oneself: off unless a setting says otherwise, and the account waits, disabled, for an administrator.

Until somebody has shown to read the address, the last who signs up with it takes the place of the one before, with
another id: neither a password, nor a code, nor an administrator's look at one of them is good for another.
"""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import raise_alarm
from app.kernel.belongings import become_service
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules.accounts import mail
from app.modules.accounts.deletion import erase
from app.modules.accounts.errors import SignUpOff, SignUpsFull
from app.modules.accounts.login_models import EmailCode
from app.modules.accounts.models import User
from app.modules.accounts.passwords import hash_password, require_acceptable
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.throttle import count_attempt
from app.modules.accounts.user_changes import WAITING_ALARM
from app.modules.accounts.users import normal_email, valid_name

MOST_WAITING = 1000


async def sign_up(
    node: Node, session: AsyncSession, *, email: str, name: str, password: str, ip: str, origin: str
) -> None:
    """Make a disabled account that waits for approval; who has one already is not told so, nor is anybody else.

    A link goes to the address, to show that whoever asks reads it. Raises the alarm ``accounts.waiting``. Raises
    SignUpOff (403), SignUpsFull, LoginThrottled (429), PasswordRejected, Invalid (422).
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
    # In any case, so that the answer takes as long for an address that has an account: who waits is found by the job.
    code_mail = mail.CodeMail(to=email, purpose="verify", origin=origin, sign_up_id=str(values["id"]))
    await mail.send(node, session, code_mail)
    await become_service(session)
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"stormbell.accounts.sign-up {email}"))))
    sent = await _end_the_one_before(session, email)
    added = insert(User).values(values).on_conflict_do_nothing().returning(User.id)
    if await session.scalar(added) is not None:
        if sent:
            await session.execute(insert(EmailCode), [code | {"user_id": values["id"]} for code in sent])
        # Who they are is for administrators; alarms are read by everybody.
        await raise_alarm(
            session,
            WAITING_ALARM,
            priority="low",
            title="Somebody asks for an account",
            consequence="They cannot log in until an administrator lets them in.",
            action="An administrator approves or deletes them: Users, those who wait.",
        )


async def _end_the_one_before(session: AsyncSession, email: str) -> list[dict[str, Any]]:
    """Remove who waits with this address and has not shown to read it; return what they were sent, made useless."""
    waits = (User.email == email, User.disabled_at.is_not(None), User.approval_wanted_at.is_not(None))
    unproven = User.verified_email.is_distinct_from(User.email)
    before = await session.scalar(select(User.id).where(*waits, unproven).with_for_update())
    if before is None:
        return []
    # Kept, so that signing up again and again does not fill a mailbox.
    columns = EmailCode.__table__.columns
    used = func.coalesce(columns.used_at, func.now()).label("used_at")
    kept = select(*[used if column.name == "used_at" else column for column in columns])
    sent = (await session.execute(kept.where(columns.user_id == before))).mappings().all()
    await erase(session, before)
    return [dict(code) for code in sent]
