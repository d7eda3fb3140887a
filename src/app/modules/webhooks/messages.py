"""The verbs on messages: list, read, replay, and send one to see whether it arrives."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, undefer

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.paging import Page, page_of
from app.kernel.principal import Principal
from app.kernel.scoping import require_act
from app.modules import jobs
from app.modules.webhooks.delivering import DELIVER_JOB, Deliver
from app.modules.webhooks.errors import WebhookDisabled, WebhookMessageNotFound, WebhookMessagePending
from app.modules.webhooks.models import Webhook, WebhookMessage
from app.modules.webhooks.schemas import MessageState, WebhookMessageDetail, WebhookMessageView
from app.modules.webhooks.settings import WebhooksSettings
from app.modules.webhooks.webhooks import get_webhook

_REPLAYED_AT_ONCE = 1000


async def list_messages(
    session: AsyncSession,
    webhook_id: str,
    *,
    states: Sequence[MessageState] = (),
    cursor: str | None = None,
    limit: int = 50,
) -> Page[WebhookMessageView]:
    """Return one page of what a webhook was told, newest first. Raises WebhookNotFound (404)."""
    await get_webhook(session, webhook_id)
    query = select(WebhookMessage).where(WebhookMessage.webhook_id == webhook_id)
    if states:
        query = query.where(WebhookMessage.state.in_(states))
    rows: list[WebhookMessage]
    rows, following = await page_of(session, query, [WebhookMessage.id], cursor=cursor, limit=limit)
    return Page(items=[WebhookMessageView.model_validate(row) for row in rows], next_cursor=following)


async def get_message(session: AsyncSession, message_id: str) -> WebhookMessageDetail:
    """Return one message with its content. Raises WebhookMessageNotFound (404)."""
    row = await _message(session, message_id)
    return WebhookMessageDetail(**WebhookMessageView.model_validate(row).model_dump(), content=orjson.loads(row.body))


async def send_test(session: AsyncSession, webhook_id: str, actor: Principal) -> WebhookMessageView:
    """Send a message that says it is a test. Raises WebhookNotFound (404), NotYours (403), WebhookDisabled (409)."""
    hook = await get_webhook(session, webhook_id)
    await require_act(session, hook)
    _require_enabled(hook)
    at = datetime.now(UTC)
    said = {"type": "webhook.test", "timestamp": at, "data": {"webhook_id": hook.id, "text": f"A test of {hook.name}"}}
    row = WebhookMessage(
        id=new_id("msg"),
        webhook_id=hook.id,
        type="webhook.test",
        subject_ids=[hook.id],
        fact_owner_id=hook.owner_id,
        body=orjson.dumps(said, option=orjson.OPT_UTC_Z),
    )
    session.add(row)
    # A test says at once whether it arrived: nobody waits half a day for it.
    [row.job_id] = await _enqueue(session, hook, [row.id], max_attempts=1, origin=actor.user_id)
    await session.flush()
    await session.refresh(row)
    return WebhookMessageView.model_validate(row)


async def replay_message(session: AsyncSession, message_id: str, actor: Principal) -> WebhookMessageView:
    """Send a message again, under the same id.

    Raises WebhookMessageNotFound (404), NotYours (403), WebhookDisabled, WebhookMessagePending (409).
    """
    row = await _message(session, message_id, lock=True)
    await require_act(session, row.webhook)
    _require_enabled(row.webhook)
    if row.state == "pending":
        raise WebhookMessagePending(f"{row.id} waits to be sent, or is being sent")
    row.state, row.error = "pending", None
    [row.job_id] = await _enqueue(session, row.webhook, [row.id], origin=actor.user_id)
    await session.flush()
    return WebhookMessageView.model_validate(row)


async def replay_failed(session: AsyncSession, webhook_id: str, actor: Principal) -> int:
    """Send what was given up again, the oldest thousand, and return how many.

    Raises WebhookNotFound (404), NotYours (403), WebhookDisabled (409).
    """
    hook = await get_webhook(session, webhook_id, lock=True)
    await require_act(session, hook)
    _require_enabled(hook)
    failed = select(WebhookMessage.id).where(WebhookMessage.webhook_id == hook.id, WebhookMessage.state == "failed")
    oldest = failed.order_by(WebhookMessage.id).limit(_REPLAYED_AT_ONCE).with_for_update()
    ids = list(await session.scalars(oldest))
    job_ids = await _enqueue(session, hook, ids, origin=actor.user_id)
    for message_id, job_id in zip(ids, job_ids, strict=True):
        again = update(WebhookMessage).where(WebhookMessage.id == message_id)
        await session.execute(again.values(state="pending", error=None, job_id=job_id))
    return len(ids)


async def sweep(node: Node) -> float | None:
    """Let go of what was sent long ago."""
    days = node.settings.of(WebhooksSettings).keep_days
    async with node.database.transaction() as session:
        old = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, days * 86_400)
        ended = WebhookMessage.state != "pending"
        await session.execute(delete(WebhookMessage).where(WebhookMessage.created_at < old, ended))
    return None


async def _message(session: AsyncSession, message_id: str, *, lock: bool = False) -> WebhookMessage:
    query = select(WebhookMessage).where(WebhookMessage.id == message_id)
    query = query.options(joinedload(WebhookMessage.webhook, innerjoin=True), undefer(WebhookMessage.body))
    if lock:
        query = query.with_for_update(of=WebhookMessage).execution_options(populate_existing=True)
    row: WebhookMessage | None = await session.scalar(query)
    if row is None:
        raise WebhookMessageNotFound(f"There is no message {message_id}")
    return row


def _require_enabled(hook: Webhook) -> None:
    if not hook.enabled:
        raise WebhookDisabled(f"{hook.name} is disabled: nothing is sent to it")


async def _enqueue(session: AsyncSession, hook: Webhook, ids: Sequence[str], **options: Any) -> list[str]:
    payloads = [Deliver(message_id=one) for one in ids]
    return await jobs.enqueue_many(session, DELIVER_JOB, payloads, limit_key=hook.id, owner_id=hook.owner_id, **options)
