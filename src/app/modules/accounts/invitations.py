"""Invitations: a link for one mailbox that makes one account, once, with the role it was made for.

Only administrators see them. Whoever accepts has to know which address was invited, so a link that went astray is not
enough; and an invitation ends with its maker's right to give that role.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.paging import page_of
from app.kernel.principal import Principal, Role
from app.modules.accounts import mail
from app.modules.accounts.credentials import digest, is_secret, new_secret
from app.modules.accounts.errors import EmailTaken, InvitationGone, InvitationNotFound, MailedJustNow
from app.modules.accounts.models import User
from app.modules.accounts.passwords import hash_password, require_acceptable
from app.modules.accounts.people_models import Invitation
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.standing import require_standing
from app.modules.accounts.user_changes import require_may_give
from app.modules.accounts.users import find_user, insert_user, normal_email, valid_name

_BETWEEN_MAILS = timedelta(minutes=1)  # a mailbox is not for others to fill
_MAIL = """Hello,

{maker} invites you to {origin}, as {role}.
To make your account with this address, open this page before {until:%Y-%m-%d %H:%M} UTC:

  {link}

It works once. If you expect no invitation, do nothing.
"""


async def invite(node: Node, session: AsyncSession, actor: Principal, email: str, role: Role) -> tuple[Invitation, str]:
    """Invite whoever reads ``email``; return the invitation and its code in the clear, which cannot be had again.

    An open invitation to the same address is replaced. Raises EmailTaken (409), RoleTooHigh (403), Invalid (422).
    """
    email = normal_email(email)
    require_may_give(actor, role)
    await require_standing(session, actor)
    if await find_user(session, email) is not None:
        raise EmailTaken(f"{email} has an account already")
    open_to_email = (Invitation.email == email, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    # Two invitations of one address at once: the second waits here and then replaces the first.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"stormbell.invitation.{email}"))))
    await session.execute(update(Invitation).where(*open_to_email).values(revoked_at=func.now()))
    raw = new_secret()
    lifetime = timedelta(seconds=node.settings.of(AccountsSettings).invitation_seconds)
    row = Invitation(
        id=new_id("inv"),
        sha256=digest(raw),
        email=email,
        role=role.label,
        invited_by=actor.user_id,
        expires_at=func.now() + lifetime,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row, raw


async def mail_invitation(node: Node, session: AsyncSession, row: Invitation, code: str, *, origin: str) -> None:
    """Queue the mail that brings an invitation's link to its address; the queue holds it sealed."""
    maker = await session.get(User, row.invited_by)
    text = _MAIL.format(
        maker=maker.name if maker is not None else "An administrator",
        origin=origin,
        role=row.role,
        until=row.expires_at,
        link=link_of(origin, code),
    )
    await mail.send(node, session, mail.Mail(to=row.email, subject="An invitation to Stormbell", text=text))
    row.mailed_at = await session.scalar(select(func.now()))
    await session.flush()


async def send_again(
    node: Node, session: AsyncSession, actor: Principal, invitation_id: str, *, origin: str
) -> Invitation:
    """Mail an invitation anew, good for another day; the link before stops working, as only its hash was kept.

    Raises InvitationNotFound (404), also for one that was accepted or revoked, RoleTooHigh (403), MailedJustNow (429).
    """
    await require_standing(session, actor)
    row = await session.get(Invitation, invitation_id, with_for_update=True)
    if row is None or row.accepted_at is not None or row.revoked_at is not None:
        raise InvitationNotFound(invitation_id)
    require_may_give(actor, Role[row.role.upper()])
    recent = select(literal(row.mailed_at, Invitation.mailed_at.type) > func.now() - _BETWEEN_MAILS)
    if row.mailed_at is not None and await session.scalar(recent):
        raise MailedJustNow("It may be on its way still", retry_after=int(_BETWEEN_MAILS.total_seconds()))
    raw = new_secret()
    row.sha256, row.invited_by = digest(raw), actor.user_id
    row.expires_at = func.now() + timedelta(seconds=node.settings.of(AccountsSettings).invitation_seconds)
    await session.flush()
    await session.refresh(row)
    await mail_invitation(node, session, row, raw, origin=origin)
    return row


def link_of(origin: str, code: str) -> str:
    """Return the page where an invitation is accepted, its code behind the # that no server's log sees."""
    return f"{origin}/invitation#code={code}"


async def list_invitations(
    session: AsyncSession, *, cursor: str | None, limit: int
) -> tuple[Sequence[Invitation], str | None]:
    """Return a page of invitations that can still be accepted, newest first."""
    query = select(Invitation).where(
        Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > func.now()
    )
    return await page_of(session, query, [Invitation.id], cursor=cursor, limit=limit)


async def revoke_invitation(session: AsyncSession, invitation_id: str) -> None:
    """Make an invitation useless. Raises InvitationNotFound (404), also for one that was accepted or revoked."""
    revoked = (
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .returning(Invitation.id)
    )
    if await session.scalar(revoked) is None:
        raise InvitationNotFound(invitation_id)


async def accept_invitation(
    node: Node, session: AsyncSession, code: str, *, email: str, name: str, password: str
) -> User:
    """Make the account of somebody who was invited. Announces account.created.

    Raises InvitationNotFound (404) for an unknown code and for another address than the invited one, InvitationGone
    (410) for one that was used, revoked, is too old or whose maker may not invite any more; PasswordRejected (422),
    Invalid (422), EmailTaken (409).
    """
    email, name = normal_email(email), valid_name(name)
    # In a transaction of its own and before the password is hashed: strangers cannot make the server hash, and no
    # connection is held meanwhile.
    async with node.database.transaction() as glance:
        await _usable(glance, code, email)
    require_acceptable(password, email)
    password_hash = await hash_password(password)
    row = await _usable(session, code, email, lock=True)
    row.accepted_at = func.now()
    return await insert_user(session, email, name, Role[row.role.upper()], password_hash)


async def _usable(session: AsyncSession, code: str, email: str, *, lock: bool = False) -> Invitation:
    query = select(Invitation).where(Invitation.sha256 == digest(code), Invitation.email == email)
    row = await session.scalar(query.with_for_update() if lock else query) if is_secret(code) else None
    if row is None:
        raise InvitationNotFound("This link was not sent to this address; write the one it came to, or open a newer")
    if row.accepted_at is not None:
        raise InvitationGone("It was used: log in with the account it made, or ask for a new password there")
    if row.revoked_at is not None:
        raise InvitationGone("It was withdrawn, or a newer one took its place: open the newest, or ask for another")
    if not await session.scalar(select(literal(row.expires_at, Invitation.expires_at.type) > func.now())):
        raise InvitationGone(f"It was good until {row.expires_at:%Y-%m-%d %H:%M} UTC: ask for a new one")
    maker = await session.get(User, row.invited_by)
    needed = max(Role[row.role.upper()], Role.ADMIN)
    if maker is None or maker.disabled_at is not None or Role[maker.role.upper()] < needed:
        raise InvitationGone("Whoever made it may not invite any more; ask an administrator for a new one")
    return row
