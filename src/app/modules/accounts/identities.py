"""Ways to log in that a user has: linked accounts at providers, and passkeys. And who a provider's word makes of whom.

An account at a provider is known by issuer and subject, never by its address: addresses are given to others.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.audit import note
from app.kernel.errors import Invalid
from app.kernel.ids import is_id, new_id
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules.accounts.login_errors import (
    IdentityNotFound,
    IdentityTaken,
    IdentityUnknown,
    LastIdentity,
    TooManyPasskeys,
)
from app.modules.accounts.login_models import LinkedIdentity, Passkey
from app.modules.accounts.login_settings import OidcProvider
from app.modules.accounts.method import Identity, NewPasskey
from app.modules.accounts.models import User
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.standing import require_standing
from app.modules.accounts.users import find_user, insert_user, normal_email

MOST = 50  # of each sort for one user


@dataclass(frozen=True)
class OwnIdentity:
    """One way to log in that a user has added."""

    id: str
    sort: Literal["provider", "passkey"]
    method: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


async def user_of(node: Node, session: AsyncSession, method: str, identity: Identity) -> User:
    """Return the user whom a provider means: linked, of the same verified address, or made now if settings allow.

    Announces account.created. Raises IdentityUnknown (403) saying what to do.
    """
    user_id = await _owner_of(session, identity)
    if user_id is not None:
        return await _linked(session, user_id, identity)
    provider = node.settings.of(AccountsSettings).oidc.get(method)
    email = _verified_address(identity)
    if provider is None or email is None:
        raise IdentityUnknown("Log in another way and link it under your profile")
    known_here = await find_user(session, email)
    if known_here is None:
        user = await _signed_up(session, provider, email, identity)
    else:
        user = await _same_address(session, provider, email, known_here.id)
    if await _add(session, method, identity, user.id) != user.id:
        raise IdentityTaken("Somebody else here has linked it just now; begin again")
    return user


async def add_way(session: AsyncSession, actor: Principal, method: str, identity: Identity) -> None:
    """Add a passkey or an account at a provider to the caller, who has shown that it is theirs.

    Raises Unauthenticated (401) when the session ended since it was asked for, IdentityTaken, TooManyPasskeys (409).
    """
    await require_standing(session, actor, alone=True)  # alone: two at once would pass the limit
    if identity.new_passkey is not None:
        await _add_passkey(session, actor.user_id, identity.new_passkey)
    elif await _add(session, method, identity, actor.user_id) != actor.user_id:
        raise IdentityTaken("Somebody else here has linked it")


async def list_identities(session: AsyncSession, user_id: str) -> list[OwnIdentity]:
    """Return all a user has added, oldest first."""
    linked = await session.scalars(select(LinkedIdentity).where(LinkedIdentity.user_id == user_id).limit(MOST))
    passkeys = await session.scalars(select(Passkey).where(Passkey.user_id == user_id).limit(MOST))
    found = [
        OwnIdentity(row.id, "provider", row.method, row.email or row.subject, row.created_at, row.last_used_at)
        for row in linked
    ]
    found += [OwnIdentity(row.id, "passkey", "passkey", row.name, row.created_at, row.last_used_at) for row in passkeys]
    return sorted(found, key=lambda one: (one.created_at, one.id))


async def rename_passkey(session: AsyncSession, user_id: str, identity_id: str, name: str) -> OwnIdentity:
    """Give a passkey of this user another name. Raises IdentityNotFound (404), for others' and providers too."""
    row = await session.get(Passkey, identity_id)
    if row is None or row.user_id != user_id:
        raise IdentityNotFound(identity_id)
    row.name = name
    await session.flush()
    return OwnIdentity(row.id, "passkey", "passkey", row.name, row.created_at, row.last_used_at)


async def remove_identity(session: AsyncSession, actor: Principal, identity_id: str) -> None:
    """Take a way to log in from the caller.

    Raises Unauthenticated (401) when the session ended since it was asked for, IdentityNotFound (404), LastIdentity
    (409).
    """
    await require_standing(session, actor, alone=True)  # alone: two at once would leave none
    user_id = actor.user_id
    user = await session.get_one(User, user_id, populate_existing=True)
    table = Passkey if is_id(identity_id, "pky") else LinkedIdentity
    mine = [one.id for one in await list_identities(session, user_id)]
    if identity_id not in mine:
        raise IdentityNotFound(identity_id)
    if user.password_hash is None and len(mine) == 1:
        raise LastIdentity("Add another way to log in first")
    await session.execute(delete(table).where(table.id == identity_id, table.user_id == user_id))
    note(session, "account.identity_removed", object_id=user_id, data={"identity": identity_id})


async def _linked(session: AsyncSession, user_id: str, identity: Identity) -> User:
    # The user before what is theirs, as whoever ends access has it; by then it may be theirs no longer.
    user = await session.get(User, user_id, with_for_update={"key_share": True})
    used = (
        update(LinkedIdentity)
        .where(
            LinkedIdentity.issuer == identity.issuer,
            LinkedIdentity.subject == identity.subject,
            LinkedIdentity.user_id == user_id,
        )
        .values(last_used_at=func.now(), email=identity.email)
        .returning(LinkedIdentity.id)
    )
    if user is None or await session.scalar(used) is None:
        raise IdentityUnknown("It was taken from its account just now; log in another way").of(user_id)
    return user


async def _same_address(session: AsyncSession, provider: OidcProvider, email: str, user_id: str) -> User:
    user = await session.get(User, user_id, with_for_update={"key_share": True}, populate_existing=True)
    if user is None or not provider.link_by_email or not user.email == user.verified_email == email:
        # Else whoever made an account with somebody else's address would be let into by them, or the other way round.
        why = "There is an account with your address: log in to it and link the provider there"
        raise IdentityUnknown(why).of(user_id)
    return user


async def _add_passkey(session: AsyncSession, user_id: str, new: NewPasskey) -> None:
    count = await session.scalar(select(func.count()).where(Passkey.user_id == user_id))
    if (count or 0) >= MOST:
        raise TooManyPasskeys(f"You have {MOST}; remove one first")
    values = {
        "id": new_id("pky"),
        "user_id": user_id,
        "name": new.name,
        "credential_id": new.credential_id,
        "credential_data": new.credential_data,
        "relying_party": new.relying_party,
        "sign_count": new.sign_count,
        "transports": list(new.transports),
    }
    adding = insert(Passkey).values(**values).on_conflict_do_nothing().returning(Passkey.id)
    if await session.scalar(adding) is None:
        raise IdentityTaken("This passkey is known already")


async def _add(session: AsyncSession, method: str, identity: Identity, user_id: str) -> str | None:
    """Add it unless somebody has it; return who has it now, ``None`` for one whose rows the session does not see."""
    values = {
        "id": new_id("idn"),
        "user_id": user_id,
        "method": method,
        "issuer": identity.issuer,
        "subject": identity.subject,
        "email": identity.email,
    }
    await session.execute(insert(LinkedIdentity).values(**values).on_conflict_do_nothing())
    return await _owner_of(session, identity)


async def _owner_of(session: AsyncSession, identity: Identity) -> str | None:
    query = select(LinkedIdentity.user_id).where(
        LinkedIdentity.issuer == identity.issuer, LinkedIdentity.subject == identity.subject
    )
    return await session.scalar(query)


async def _signed_up(session: AsyncSession, provider: OidcProvider, email: str, identity: Identity) -> User:
    if not provider.sign_up:
        raise IdentityUnknown("Ask an administrator for an account with your address")
    name = " ".join((identity.name or "").split())[:100]
    name = name if name.isprintable() and name else email.partition("@")[0]
    return await insert_user(session, email, name, Role[provider.role.upper()], None, verified_email=email)


def _verified_address(identity: Identity) -> str | None:
    if not identity.email_verified or identity.email is None:
        return None
    try:
        return normal_email(identity.email)
    except Invalid:
        return None
