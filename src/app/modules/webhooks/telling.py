"""From facts to messages: what each webhook's owner may see and asked for, each fact once, in commit order.

The position, the messages and their jobs are one commit; nodes take turns by its lock.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import orjson
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import events
from app.kernel.bus import EVENTS_TOPIC
from app.kernel.events import EventRow
from app.kernel.failpoints import reach
from app.kernel.ids import new_id
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules import accounts, jobs, workflows
from app.modules.webhooks.delivering import DELIVER_JOB, Deliver
from app.modules.webhooks.models import Webhook, WebhookMessage, WebhookPosition
from app.modules.webhooks.patterns import fits
from app.modules.webhooks.webhooks import TOPIC

_PAGE = 500
_FLOOR_SECONDS = 5.0
_HIDDEN_SECONDS = 0.2
_HIDDEN = text(
    "SELECT EXISTS (SELECT FROM events WHERE transaction >= (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint)"
)
_ENABLED = select(Webhook).where(Webhook.enabled).execution_options(populate_existing=True)
_LOCKED = select(WebhookPosition).with_for_update(skip_locked=True).execution_options(populate_existing=True)


class Teller:
    """Reads the facts for the webhooks of the whole house, on one node at a time."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._nobody_asks_until = float("-inf")
        self._changes = 0  # of webhooks, as far as hints tell
        self.loop = Loop("tell", self.run, every_seconds=_FLOOR_SECONDS, topics=(EVENTS_TOPIC, TOPIC), role="worker")
        node.bus.on(TOPIC, self._somebody_may_ask)

    async def run(self) -> float | None:
        """Make messages of the facts that came; return the seconds until facts that cannot be read yet may be."""
        asked_at, changes = self._node.clock.monotonic(), self._changes
        if asked_at < self._nobody_asks_until:
            return None  # else every fact would cost a transaction where nobody has webhooks
        more = True
        while more:
            async with self._node.database.transaction() as session:
                hooks = (await session.scalars(_ENABLED)).all()
                if not hooks:
                    if changes == self._changes:
                        self._nobody_asks_until = asked_at + 0.9 * _FLOOR_SECONDS
                    return None
                hidden = bool(await session.scalar(_HIDDEN))
                position = await _position(session)
                if position is None:
                    return _HIDDEN_SECONDS  # another node is at it
                more = await self._page(session, hooks, position)
                reach("webhooks.tell")
        return _HIDDEN_SECONDS if hidden else None

    def _somebody_may_ask(self) -> None:
        self._nobody_asks_until = float("-inf")
        self._changes += 1

    async def _page(self, session: AsyncSession, hooks: Sequence[Webhook], position: WebhookPosition) -> bool:
        start = _start(hooks, position)
        page = await events.read_after(session, f"{start[0]}-{start[1]}", limit=_PAGE)
        if not page:
            return False
        # Again, for each is a statement with a snapshot of its own: whatever began before a fact that can be read has
        # ended, so each webhook the fact is for is seen from now on, but may not have been before.
        hooks = (await session.scalars(_ENABLED)).all()
        if not hooks or _start(hooks, position) < start:
            return True
        position.transaction, position.number = page[-1].transaction, page[-1].number
        wanted = {hook.id: [fact for fact in page if _asks(hook, fact)] for hook in hooks}
        exercises = await _exercises(session, {fact for facts in wanted.values() for fact in facts})
        by_owner = defaultdict(list)
        for hook in hooks:
            if wanted[hook.id]:
                by_owner[hook.owner_id].append(hook)
        for owner_id, theirs in by_owner.items():
            seen = await self._seen(session, owner_id, {fact.number for hook in theirs for fact in wanted[hook.id]})
            for hook in theirs:
                told = [
                    fact
                    for fact in wanted[hook.id]
                    if fact.number in seen and (hook.exercises or fact.incident_id not in exercises)
                ]
                await _enqueue(session, hook, told, exercises)
        return len(page) == _PAGE

    async def _seen(self, session: AsyncSession, owner_id: str, numbers: Iterable[int]) -> frozenset[int]:
        """Return the facts the owner would be shown: asked as the owner, so that both walls answer."""
        owner = await accounts.find_principal(session, owner_id)
        if owner is None:
            return frozenset()
        async with self._node.database.transaction(owner) as theirs:
            return frozenset(await theirs.scalars(select(EventRow.number).where(EventRow.number.in_(numbers))))


async def _position(session: AsyncSession) -> WebhookPosition | None:
    """Return the position, locked; ``None`` when another node has it."""
    row = await session.scalar(_LOCKED)
    if row is None:
        await session.execute(insert(WebhookPosition).values(id=1, transaction=0, number=0).on_conflict_do_nothing())
        row = await session.scalar(_LOCKED)
    return row


def _start(hooks: Sequence[Webhook], position: WebhookPosition) -> tuple[int, int]:
    """Return after which fact to read: those from before there was a webhook concern none."""
    return max((position.transaction, position.number), (min(hook.from_transaction for hook in hooks), 0))


def _asks(hook: Webhook, fact: EventRow) -> bool:
    return fact.transaction >= hook.from_transaction and fits(hook.events, fact.type)


async def _exercises(session: AsyncSession, facts: Iterable[EventRow]) -> frozenset[str]:
    ids = {fact.incident_id or fact.subject_id for fact in facts}
    return await workflows.exercises_among(session, sorted(ids)) if ids else frozenset()


async def _enqueue(session: AsyncSession, hook: Webhook, facts: Sequence[EventRow], exercises: frozenset[str]) -> None:
    if not facts:
        return
    rows = [
        {
            "id": new_id("msg"),
            "webhook_id": hook.id,
            "event_number": fact.number,
            "type": fact.type,
            "subject_ids": [one for one in (fact.subject_id, fact.incident_id, fact.parent_id) if one],
            "fact_owner_id": fact.owner_id,
            "body": _body(fact, exercise=(fact.incident_id or fact.subject_id) in exercises),
        }
        for fact in facts
    ]
    payloads = [Deliver(message_id=str(row["id"])) for row in rows]
    job_ids = await jobs.enqueue_many(
        session, DELIVER_JOB, payloads, limit_key=hook.id, origin=hook.id, owner_id=hook.owner_id
    )
    for row, job_id in zip(rows, job_ids, strict=True):
        row["job_id"] = job_id
    await session.execute(insert(WebhookMessage), rows)


def _body(fact: EventRow, *, exercise: bool) -> bytes:
    """Return what is signed: a Standard Webhooks payload. ``data`` is the fact as the events API shows it."""
    return orjson.dumps(
        {
            "type": fact.type,
            "timestamp": fact.at,
            "data": {
                "subject_id": fact.subject_id,
                "incident_id": fact.incident_id,
                "actor": fact.actor,
                "exercise": exercise,
                "text": fact.text,
                "cursor": fact.cursor,
                **fact.data,
            },
        },
        option=orjson.OPT_UTC_Z,
    )
