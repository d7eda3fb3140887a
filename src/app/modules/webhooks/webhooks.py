"""The verbs on webhooks: create, change, rotate the secret of, remove, find."""

from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm
from app.kernel.bus import hint, publish
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.paging import Page, page_of
from app.kernel.principal import Principal
from app.kernel.redaction import register_secret
from app.kernel.scoping import NotYours
from app.modules.webhooks.errors import TooManyWebhooks, WebhookNameTaken, WebhookNotFound
from app.modules.webhooks.events import WebhookChanged
from app.modules.webhooks.models import Webhook
from app.modules.webhooks.patterns import require_known
from app.modules.webhooks.schemas import WebhookChange, WebhookCreate, WebhookMade, WebhookView
from app.modules.webhooks.settings import WebhooksSettings
from app.modules.webhooks.signing import new_secret

TOPIC = "webhooks"


def alarm_key(webhook_id: str) -> str:
    """Return the key of the alarm that a webhook's receiver takes nothing."""
    return f"webhook.failing:{webhook_id}"


async def create_webhook(node: Node, session: AsyncSession, wanted: WebhookCreate, actor: Principal) -> WebhookMade:
    """Register an address to be told of what ``actor`` may see from now on. Announces webhook.changed.

    Raises EgressDenied (403) for an address no request may go to, WebhookEventUnknown (422), WebhookNameTaken,
    TooManyWebhooks (409), VaultLocked (503).
    """
    require_known(wanted.events)
    node.http.check(wanted.url)
    await _require_room(node, session, actor.user_id, wanted.name)
    row = Webhook(
        id=new_id("whk"),
        owner_id=actor.user_id,
        name=wanted.name,
        url=wanted.url,
        events=wanted.events,
        exercises=wanted.exercises,
    )
    secret = new_secret()
    register_secret(secret, lent=True)
    row.sealed = _seal(node, row.id, "sealed", secret)
    session.add(row)
    await _said(session, row, "was created", actor)
    return WebhookMade(**view(row).model_dump(), secret=secret)


async def change_webhook(
    node: Node, session: AsyncSession, webhook_id: str, change: WebhookChange, actor: Principal
) -> WebhookView:
    """Change a webhook; an operator may enable and disable another's. Announces webhook.changed.

    Raises WebhookNotFound (404), NotYours, EgressDenied (403), WebhookEventUnknown (422), WebhookNameTaken (409).
    """
    row = await get_webhook(session, webhook_id, lock=True)
    wanted = {name: value for name, value in change.model_dump(exclude_unset=True).items() if value is not None}
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    if set(changed) - {"enabled"}:
        _require_own(row, actor)
    if "events" in changed:
        require_known(wanted["events"])
    if "url" in changed:
        node.http.check(wanted["url"])
    if "name" in changed:
        await _require_free_name(session, row.owner_id, wanted["name"])
    for name in changed:
        setattr(row, name, wanted[name])
    if "enabled" in changed:
        row.disabled_reason = None
        row.failures, row.last_error = 0, None
        if row.enabled:  # what happened while it was not is not told
            row.from_transaction = await session.scalar(text("SELECT (pg_current_xact_id()::text)::bigint")) or 0
        await clear_alarm(session, alarm_key(row.id))
    if changed:
        said = {"enabled": "was enabled" if row.enabled else "was disabled", "name": f"is now called {row.name}"}
        await _said(session, row, ", ".join(said.get(name, f"has another {name}") for name in changed), actor)
    return view(row)


async def rotate_secret(
    node: Node, session: AsyncSession, webhook_id: str, overlap_seconds: float, actor: Principal
) -> WebhookMade:
    """Give a webhook a new secret; the one before signs as well for a while. Announces webhook.changed.

    Raises WebhookNotFound (404), NotYours (403), VaultLocked (503).
    """
    row = await get_webhook(session, webhook_id, lock=True)
    _require_own(row, actor)
    before, secret = (await secrets_of(node, session, row.id))[0], new_secret()
    register_secret(secret, lent=True)
    row.sealed = _seal(node, row.id, "sealed", secret)
    row.sealed_before = _seal(node, row.id, "sealed_before", before) if overlap_seconds else None
    row.sealed_before_until = func.now() + timedelta(seconds=overlap_seconds) if overlap_seconds else None
    await _said(session, row, "has a new secret", actor)
    return WebhookMade(**view(row).model_dump(), secret=secret)


async def remove_webhook(session: AsyncSession, webhook_id: str, actor: Principal) -> None:
    """Remove a webhook, its secret and what was sent. Announces webhook.changed. Raises WebhookNotFound (404)."""
    row = await get_webhook(session, webhook_id, lock=True)
    await clear_alarm(session, alarm_key(row.id))
    publish(session, WebhookChanged(subject_id=row.id, actor=actor.user_id, name=row.name, change="was removed"))
    await session.flush()
    await session.delete(row)
    hint(session, TOPIC)


async def get_webhook(session: AsyncSession, webhook_id: str, *, lock: bool = False) -> Webhook:
    """Return a webhook of the session's caller, or any for who sees all. Raises WebhookNotFound (404)."""
    query = select(Webhook).where(Webhook.id == webhook_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row: Webhook | None = await session.scalar(query)
    if row is None:
        raise WebhookNotFound(f"There is no webhook {webhook_id}")
    return row


async def list_webhooks(session: AsyncSession, *, cursor: str | None, limit: int) -> Page[WebhookView]:
    """Return one page of the webhooks the session's caller may see, newest first."""
    rows: list[Webhook]
    rows, following = await page_of(session, select(Webhook), [Webhook.id], cursor=cursor, limit=limit)
    return Page(items=[view(row) for row in rows], next_cursor=following)


async def disable(session: AsyncSession, webhook_id: str, reason: str) -> None:
    """Stop telling a webhook anything, for a reason its owner is shown. Announces webhook.changed."""
    changed = update(Webhook).where(Webhook.id == webhook_id, Webhook.enabled).returning(Webhook.name)
    name = await session.scalar(changed.values(enabled=False, disabled_reason=reason))
    if name is not None:
        publish(session, WebhookChanged(subject_id=webhook_id, name=name, change=f"was disabled: {reason}"))


async def secrets_of(node: Node, session: AsyncSession, webhook_id: str) -> list[str]:
    """Return the secrets that sign, the newest first. Raises VaultLocked (503), SealBroken (500)."""
    before = case((Webhook.sealed_before_until > func.now(), Webhook.sealed_before))
    row = (await session.execute(select(Webhook.sealed, before).where(Webhook.id == webhook_id))).one()
    found = [
        node.vault.open(sealed, table="webhooks", row_id=webhook_id, field=field).decode()
        for sealed, field in zip(row, ("sealed", "sealed_before"), strict=True)
        if sealed is not None
    ]
    for secret in found:
        register_secret(secret, lent=True)
    return found


def view(row: Webhook) -> WebhookView:
    """Return a webhook as the API shows it."""
    return WebhookView.model_validate(row)


def _require_own(row: Webhook, actor: Principal) -> None:
    # Its address is told what its owner may see, and its secret vouches for it: nobody else decides on either.
    if row.owner_id != actor.user_id:
        raise NotYours("Only its owner gives a webhook another address, filter or secret; you may disable or remove it")


def _seal(node: Node, webhook_id: str, field: str, secret: str) -> bytes:
    return node.vault.seal(secret.encode(), table="webhooks", row_id=webhook_id, field=field)


async def _said(session: AsyncSession, row: Webhook, change: str, actor: Principal) -> None:
    await session.flush()
    await session.refresh(row)
    publish(session, WebhookChanged(subject_id=row.id, actor=actor.user_id, name=row.name, change=change))
    hint(session, TOPIC)


async def _require_room(node: Node, session: AsyncSession, owner_id: str, name: str) -> None:
    await _require_free_name(session, owner_id, name)
    most = node.settings.of(WebhooksSettings).per_owner
    count: Any = await session.scalar(select(func.count()).select_from(Webhook).where(Webhook.owner_id == owner_id))
    if count >= most:
        raise TooManyWebhooks(f"You have {count} webhooks; one user may have {most}")


async def _require_free_name(session: AsyncSession, owner_id: str, name: str) -> None:
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"webhook {owner_id}", 0))))
    taken = select(Webhook.id).where(Webhook.owner_id == owner_id, Webhook.name == name)
    if await session.scalar(taken) is not None:
        raise WebhookNameTaken(f"You have a webhook named {name} already")
