"""The verbs on credentials: create, change, replace, remove, find."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import drivers
from app.kernel.alarms import clear_alarm
from app.kernel.bus import hint, publish
from app.kernel.errors import ProblemItem, items_of
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.paging import page_of
from app.kernel.principal import Principal, Role
from app.kernel.vault import Vault
from app.modules import accounts
from app.modules.credentials.errors import (
    CredentialInUse,
    CredentialNameTaken,
    CredentialNotFound,
    CredentialNotYours,
    CredentialSettingsInvalid,
)
from app.modules.credentials.events import CredentialChanged
from app.modules.credentials.kind import KIND, ConsentKind, CredentialKind, Held, Prepared, SecretInvalid
from app.modules.credentials.models import Credential
from app.modules.credentials.schemas import (
    CredentialChange,
    CredentialCreate,
    CredentialReplace,
    CredentialStatus,
    CredentialView,
)

TOPIC = "credentials"
CONNECT = "/connect"
_USERS = "credentials.users"

# Names what logs in with a credential, such as "source usgs"; asked in the transaction that would remove it.
FindUsers = Callable[[AsyncSession, str], Awaitable[list[str]]]


def register_users(node: Node, find: FindUsers) -> None:
    """Have ``find`` asked before a credential is removed."""
    node.registry.setdefault(_USERS, []).append(find)


async def create_credential(
    node: Node, session: AsyncSession, wanted: CredentialCreate, actor: Principal
) -> Credential:
    """Seal a secret and keep it for ``actor``. Announces credential.changed.

    Raises CredentialSettingsInvalid (422), DriverUnavailable (422), CredentialNameTaken (409), VaultLocked (503),
    Unauthenticated (401) when the caller's session ended meanwhile.
    """
    prepared = await prepare(wanted.kind, wanted.settings)
    await accounts.require_standing(session, actor)  # an account that is deleted meanwhile would leave it to nobody
    await _require_free_name(session, actor.user_id, wanted.name)
    row = Credential(
        id=new_id("cred"),
        owner_id=actor.user_id,
        name=wanted.name,
        kind=wanted.kind,
        public=prepared.public,
        expires_at=wanted.expires_at or prepared.expires_at,
        replace_after_days=wanted.replace_after_days,
    )
    row.sealed = seal(node.vault, row.id, prepared.secret)
    _note_lack(row, prepared)
    session.add(row)
    await _said(session, row, "was created", actor.user_id)
    return row


async def change_credential(
    session: AsyncSession, credential_id: str, change: CredentialChange, actor: Principal
) -> Credential:
    """Change what is not secret. Announces credential.changed.

    Raises CredentialNotFound (404), CredentialNotYours (403), CredentialNameTaken (409).
    """
    row = await own_credential(session, credential_id, actor)
    wanted = change.model_dump(exclude_unset=True)
    if wanted.get("name") is None:
        wanted.pop("name", None)
    elif wanted["name"] != row.name:
        await _require_free_name(session, row.owner_id, wanted["name"])
    changed = [member for member, value in wanted.items() if getattr(row, member) != value]
    for member in changed:
        setattr(row, member, wanted[member])
    if changed:
        await _said(session, row, f"has another {' and '.join(changed).replace('_', ' ')}", actor.user_id)
    return row


async def replace_credential(
    node: Node, session: AsyncSession, credential_id: str, wanted: CredentialReplace, actor: Principal
) -> Credential:
    """Put another secret of the same kind in its place; what uses it goes on with that. Announces credential.changed.

    Raises CredentialNotFound (404), CredentialNotYours (403), CredentialSettingsInvalid (422), VaultLocked (503).
    """
    kind = (await own_credential(session, credential_id, actor)).kind
    prepared = await prepare(kind, wanted.settings)
    row = await own_credential(session, credential_id, actor, lock=True)
    place(node.vault, row, prepared)
    row.expires_at = wanted.expires_at or prepared.expires_at
    await accounts.end_consents(session, row.id)
    await begin_anew(session, row, prepared, "was replaced", actor)
    return row


async def begin_anew(session: AsyncSession, row: Credential, prepared: Prepared, change: str, actor: Principal) -> None:
    """Forget what is known of the secret before, and say that there is another. Announces credential.changed."""
    _note_lack(row, prepared)
    row.replaced_at = func.now()
    row.renewed_at = row.renewing_until = row.tested_at = row.test_passed = row.test_text = None
    await _said(session, row, change, actor.user_id)
    for key in alarm_keys(row.id):
        await clear_alarm(session, key)


async def remove_credential(node: Node, session: AsyncSession, credential_id: str, actor: Principal) -> None:
    """Remove a credential and its secret. Announces credential.changed.

    Raises CredentialNotFound (404), CredentialNotYours (403), CredentialInUse (409) naming what still uses it.
    """
    row = await own_credential(session, credential_id, actor, lock=True)
    users = [user for find in node.registry.get(_USERS, ()) for user in await find(session, row.id)]
    if users:
        more = f" and {len(users) - 5} more" if len(users) > 5 else ""
        raise CredentialInUse(f"{row.name} is used by {', '.join(users[:5])}{more}")
    for key in alarm_keys(row.id):
        await clear_alarm(session, key)
    await accounts.end_consents(session, row.id)
    await session.delete(row)
    publish(session, CredentialChanged(subject_id=row.id, actor=actor.user_id, name=row.name, change="was removed"))
    hint(session, TOPIC)


async def get_credential(session: AsyncSession, credential_id: str, *, lock: bool = False) -> Credential:
    """Return a credential the session's caller may see. Raises CredentialNotFound (404)."""
    query = select(Credential).where(Credential.id == credential_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row: Credential | None = await session.scalar(query)
    if row is None:
        raise CredentialNotFound(f"There is no credential {credential_id}")
    return row


async def own_credential(
    session: AsyncSession, credential_id: str, actor: Principal, *, lock: bool = False
) -> Credential:
    """Return a credential ``actor`` may change. Raises CredentialNotFound (404), CredentialNotYours (403)."""
    row = await get_credential(session, credential_id, lock=lock)
    if row.owner_id != actor.user_id and actor.role < Role.ADMIN:
        raise CredentialNotYours(f"{row.name} belongs to somebody else")
    return row


async def list_credentials(
    session: AsyncSession, *, kind: str | None, cursor: str | None, limit: int
) -> tuple[list[Credential], str | None]:
    """Return a page of the credentials the session's caller may see, newest first."""
    query = select(Credential)
    if kind is not None:
        query = query.where(Credential.kind == kind)
    return await page_of(session, query, [Credential.id], cursor=cursor, limit=limit)


def kind_of(name: str) -> CredentialKind:
    """Return the driver of a kind. Raises DriverUnavailable (422)."""
    found: CredentialKind = drivers.load(KIND, name).Kind()
    return found


async def prepare(kind: str, settings: dict[str, Any]) -> Prepared:
    """Check what a person gave and return what is kept. Raises DriverUnavailable, CredentialSettingsInvalid (422)."""
    driver = kind_of(kind)
    try:
        checked = drivers.load(KIND, kind).Settings.model_validate(settings)
    except ValidationError as error:
        raise _invalid(kind, items_of(error.errors(include_input=False), "body", "settings")) from None
    try:
        # Opening a key that is encrypted with bcrypt takes a second of computing.
        return await asyncio.to_thread(driver.prepare, checked)
    except SecretInvalid as error:
        item = ProblemItem(pointer=f"/body/settings/{error.member}", message=str(error))
        raise _invalid(kind, [item]) from None


def place(vault: Vault, row: Credential, prepared: Prepared) -> None:
    """Put another secret in a credential's place. Raises VaultLocked (503)."""
    row.public = prepared.public
    row.sealed = seal(vault, row.id, prepared.secret)
    row.version += 1


def seal(vault: Vault, credential_id: str, secret: dict[str, Any]) -> bytes:
    """Return a secret as its row keeps it. Raises VaultLocked (503)."""
    return vault.seal(orjson.dumps(secret), table="credentials", row_id=credential_id, field="sealed")


def held(vault: Vault, row: Credential) -> Held:
    """Return a credential out of the vault; its ``sealed`` is loaded. Raises SealBroken (500), VaultLocked (503)."""
    secret = orjson.loads(vault.open(row.sealed, table="credentials", row_id=row.id, field="sealed"))
    return Held(row.name, row.public, secret)


def alarm_keys(credential_id: str) -> tuple[str, ...]:
    """Return the keys of every alarm there may be about a credential."""
    return tuple(f"credential.{what}:{credential_id}" for what in ("reauth", "expires", "old"))


def status_of(row: Credential, now: datetime) -> CredentialStatus:
    """Return whether it can be used."""
    if row.expires_at is not None and row.expires_at <= now:
        return "expired"
    return "reauth_required" if row.state == "reauth_required" else "ready"


def view(row: Credential, now: datetime) -> CredentialView:
    """Return a credential as the API shows it."""
    made = {"status": status_of(row, now), "connect_path": connect_path(row)}
    return CredentialView.model_validate(
        {name: getattr(row, name) for name in CredentialView.model_fields if name not in made} | made
    )


def connect_path(row: Credential) -> str | None:
    """Return where on this server its service leads back to, ``None`` when nobody can connect it in a browser."""
    try:
        driver = kind_of(row.kind)
    except drivers.DriverUnavailable:  # it is listed all the same
        return None
    name = driver.consents_at(row.public) if isinstance(driver, ConsentKind) else None
    return None if name is None else f"{CONNECT}/{name}"


async def record_test(session: AsyncSession, credential_id: str, version: int, passed: bool, text: str) -> None:
    """Remember how a test of this version of a credential went."""
    await session.execute(
        update(Credential)
        .where(Credential.id == credential_id, Credential.version == version)
        .values(tested_at=func.now(), test_passed=passed, test_text=text[:500])
    )
    hint(session, TOPIC)


def _note_lack(row: Credential, prepared: Prepared) -> None:
    row.state, row.state_text = ("ready", None) if prepared.lacks is None else ("reauth_required", prepared.lacks)


async def _require_free_name(session: AsyncSession, owner_id: str, name: str) -> None:
    # Two at once: the later waits here and then sees the first.
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"credential {owner_id} {name}", 0))
    await session.execute(select(lock))
    taken = select(Credential.id).where(Credential.owner_id == owner_id, Credential.name == name)
    if await session.scalar(taken) is not None:
        raise CredentialNameTaken(f"There is a credential named {name} already")


async def _said(session: AsyncSession, row: Credential, change: str, actor: str) -> None:
    await session.flush()
    await session.refresh(row, [column.key for column in Credential.__table__.columns if column.key != "sealed"])
    publish(session, CredentialChanged(subject_id=row.id, actor=actor, name=row.name, change=change))
    hint(session, TOPIC)


def _invalid(kind: str, items: list[ProblemItem]) -> CredentialSettingsInvalid:
    said = "; ".join(f"{item.pointer}: {item.message}" for item in items[:3])
    return CredentialSettingsInvalid(f"kind {kind}: {said}", errors=items)
