"""Delivering one message: a job that tries for half a day, then leaves it to be replayed."""

import re
from collections.abc import Awaitable
from dataclasses import dataclass

from pydantic import BaseModel
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.egress import EgressDenied
from app.kernel.errors import Problem
from app.kernel.failpoints import reach
from app.kernel.http import RemoteResponse
from app.kernel.node import Node
from app.kernel.redaction import redact_text
from app.kernel.scoping import seen_sql
from app.modules import accounts, jobs
from app.modules.webhooks.errors import WebhookRefused
from app.modules.webhooks.lanes import AT_ONCE, ReceiverSilent, lanes_of
from app.modules.webhooks.models import Webhook, WebhookMessage
from app.modules.webhooks.settings import WebhooksSettings
from app.modules.webhooks.signing import headers_of
from app.modules.webhooks.webhooks import alarm_key, disable, secrets_of

DELIVER_JOB = "webhook.deliver"
_HEAD_CHARACTERS = 1000
_ANSWER_BYTES = 64 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
_SEEN = text(
    "SELECT d.fact_owner_id IS NULL OR "  # noqa: S608 (constant text)
    + seen_sql("d.fact_owner_id", ["ANY(d.subject_ids)"], user=":user_id", subjects="CAST(:subjects AS text[])")
    + " FROM webhook_deliveries d WHERE d.id = :id"
)


class Deliver(BaseModel):
    """Which message is delivered."""

    message_id: str


@dataclass(frozen=True)
class _Sending:
    webhook_id: str
    url: str
    headers: dict[str, str]
    body: bytes
    is_test: bool


@dataclass(frozen=True)
class _Outcome:
    error: str | None = None
    answer: RemoteResponse | None = None
    denied: bool = False

    @property
    def gone(self) -> bool:
        """Say whether the receiver wants no more messages, ever."""
        return self.answer is not None and self.answer.status == 410


# 10 s, 20 s, 40 s … 4 h: at most 14 hours, the span of the schedule Standard Webhooks recommends.
@jobs.kind(
    DELIVER_JOB,
    max_attempts=14,
    timeout_seconds=60,
    concurrency=AT_ONCE,
    key_limit=jobs.Limit(concurrency=4),
    retry_seconds=10,
    longest_retry_seconds=4 * 3600,
)
async def deliver(attempt: jobs.Attempt, payload: Deliver) -> None:
    """Send one message to its webhook, unless it was, or its owner may no longer know of it."""
    node, message_id = attempt.node, payload.message_id
    async with node.database.transaction() as session:
        sending = await _prepared(node, session, message_id)
    if sending is None:
        return
    try:
        outcome = await _send(node, sending)
    except ReceiverSilent as silent:
        async with node.database.transaction() as session:
            await _note_unsent(session, message_id, str(silent))
        raise WebhookRefused(str(silent)) from None
    if outcome.error is None:
        reach("webhooks.sent")
        async with attempt.transaction() as session:
            await _record(session, message_id, sending.webhook_id, outcome)
            await clear_alarm(session, alarm_key(sending.webhook_id))
        return
    async with node.database.transaction() as session:
        await _record(session, message_id, sending.webhook_id, outcome)
        if outcome.gone:
            await disable(session, sending.webhook_id, "its receiver answered that it is gone (410)")
    if outcome.gone or outcome.denied:
        raise jobs.Discard(outcome.error)
    raise WebhookRefused(outcome.error)


async def exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    """Give a message up when its job ended in failure; it can be replayed. Raises the alarm of its webhook."""
    row = (
        await session.execute(
            update(WebhookMessage)
            .where(WebhookMessage.job_id == job.id, WebhookMessage.state == "pending")
            .values(state="failed", error=func.coalesce(WebhookMessage.error, job.error))
            .returning(WebhookMessage.webhook_id, WebhookMessage.error, WebhookMessage.event_number)
        )
    ).first()
    if row is None or row.event_number is None:  # whoever sent a test looks at it
        return
    hook = await session.get(Webhook, row.webhook_id)
    if hook is None or not hook.enabled:
        return
    await raise_alarm(
        session,
        alarm_key(hook.id),
        priority="low",
        title=f"Webhook {hook.name} does not get its messages",
        consequence="Who relies on it is not told of incidents. What was given up is kept and can be replayed.",
        action=f"Look at its receiver, then replay what failed, or disable the webhook. The last error: {row.error}",
        subject_id=hook.id,
    )


async def _prepared(node: Node, session: AsyncSession, message_id: str) -> _Sending | None:
    """Return what is sent; ``None`` when it was. Raises Discard for what may not be, VaultLocked (503)."""
    query = select(WebhookMessage.body, WebhookMessage.state, WebhookMessage.event_number, Webhook).join(
        Webhook, Webhook.id == WebhookMessage.webhook_id
    )
    row = (await session.execute(query.where(WebhookMessage.id == message_id))).first()
    if row is None:
        raise jobs.Discard("the webhook was removed")
    body, state, event_number, hook = row
    if state == "delivered":
        return None
    why = None if hook.enabled else "the webhook is disabled"
    owner = await accounts.find_principal(session, hook.owner_id)
    if owner is None:
        why = "the owner of the webhook may not log in"
    elif event_number is not None and not owner.sees_all:
        values = {"user_id": owner.user_id, "subjects": list(owner.subjects), "id": message_id}
        if not (await session.execute(_SEEN, values)).scalar_one():
            why = "the owner of the webhook may no longer see what it is about"
    if why is not None:
        raise jobs.Discard(why)
    now = int((await session.execute(select(func.extract("epoch", func.clock_timestamp())))).scalar_one())
    secrets = await secrets_of(node, session, hook.id)
    headers = headers_of(secrets, message_id, now, body)
    return _Sending(hook.id, hook.url, headers, body, is_test=event_number is None)


async def _send(node: Node, sending: _Sending) -> _Outcome:
    def post() -> Awaitable[RemoteResponse]:
        return node.http.request(
            "POST",
            sending.url,
            headers=sending.headers,
            content=sending.body,
            max_bytes=_ANSWER_BYTES,
            timeout_seconds=node.settings.of(WebhooksSettings).timeout_seconds,
        )

    try:
        answer = await lanes_of(node).send(sending.webhook_id, post, now=sending.is_test)
    except Problem as problem:  # the receiver's, or no request may go there
        said = f"{problem.title()}: {problem.detail}" if problem.detail else problem.title()
        return _Outcome(said, denied=isinstance(problem, EgressDenied))
    if 200 <= answer.status < 300:
        return _Outcome(answer=answer)
    return _Outcome(f"the receiver answered with status {answer.status}", answer)


async def _note_unsent(session: AsyncSession, message_id: str, said: str) -> None:
    await session.execute(update(WebhookMessage).where(WebhookMessage.id == message_id).values(error=said))


async def _record(session: AsyncSession, message_id: str, webhook_id: str, outcome: _Outcome) -> None:
    answer, error = outcome.answer, outcome.error
    head = None if answer is None else answer.body[:_ANSWER_BYTES].decode(errors="replace")
    await session.execute(
        update(WebhookMessage)
        .where(WebhookMessage.id == message_id)
        .values(
            attempts=WebhookMessage.attempts + 1,
            attempted_at=func.now(),
            status=None if answer is None else answer.status,
            answer_head=None if head is None else _CONTROL.sub(" ", redact_text(head))[:_HEAD_CHARACTERS],
            elapsed_seconds=None if answer is None else answer.elapsed_seconds,
            error=None if error is None else error[:1000],
            **({"state": "delivered", "delivered_at": func.now()} if error is None else {}),
        )
    )
    went_well = {"failures": 0, "last_error": None, "last_delivered_at": func.now()}
    went_wrong = {"failures": Webhook.failures + 1, "last_error": None if error is None else error[:1000]}
    await session.execute(
        update(Webhook).where(Webhook.id == webhook_id).values(went_well if error is None else went_wrong)
    )
