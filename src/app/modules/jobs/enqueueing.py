"""Putting work into the queue, in the transaction that makes it necessary."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.errors import Problem
from app.kernel.ids import new_id
from app.modules.jobs.errors import JobPayloadInvalid, JobPayloadTooLarge
from app.modules.jobs.insertion import Fetch, fetch_on, insert
from app.modules.jobs.new_jobs import (
    DELAYED_TOPIC,
    GATES_TOPIC,
    READY_TOPIC,
    NewJob,
    OnConflict,
    OnFailure,
    Payload,
    Urgency,
    new_job,
    options_of,
    payload_json,
    with_options,
)
from app.modules.jobs.policies import policies_for

__all__ = ["DELAYED_TOPIC", "GATES_TOPIC", "READY_TOPIC", "Payload", "enqueue", "enqueue_many", "payload_json", "put"]

_AT_ONCE = 1000  # rows of one statement


async def enqueue(
    session: AsyncSession,
    kind: str,
    payload: Payload,
    *,
    queue: str | None = None,
    urgency: Urgency = "normal",
    priority: int = 0,
    run_at: datetime | None = None,
    delay_seconds: float | None = None,
    expires_at: datetime | None = None,
    expires_seconds: float | None = None,
    deadline_at: datetime | None = None,
    deadline_seconds: float | None = None,
    unique_key: str | None = None,
    on_conflict: OnConflict = "drop",
    idempotency_key: str | None = None,
    limit_key: str | None = None,
    after: Sequence[str] = (),
    on_failure: OnFailure = "cancel",
    batch_id: str | None = None,
    max_attempts: int | None = None,
    incident_id: str | None = None,
    simulation_id: str | None = None,
    origin: str | None = None,
    owner_id: str | None = None,
) -> str:
    """Queue a job in the session's transaction and return its id; workers wake after the commit.

    Of two due jobs the more urgent one goes first, then the one of larger ``priority`` (-499 to 499). Queue and
    ``max_attempts`` are the kind's unless they are given. A job that has not begun by ``expires_at`` never does; one
    that has not ended by ``deadline_at`` is stopped; ``…_seconds`` count from now.

    While a job with the same ``unique_key`` lives, ``on_conflict`` decides: "drop" adds nothing, "replace" gives the
    one that has not begun this work, "wait" (and "replace" behind a running one) begins when that one has ended; the
    id returned is that of the job which does this work. Under an ``idempotency_key`` there is one job for ever:
    enqueueing the same again returns its id, also when it has ended.

    ``limit_key`` names what the job uses, for limits by key. ``after`` are jobs that have to end first; when one does
    not succeed, ``on_failure`` cancels this one or lets it run. ``batch_id`` adds it to a batch that is not sealed.
    ``origin`` says who or what made it, ``owner_id`` whose it is: without one it is the house's, which everybody sees.

    Raises JobPayloadInvalid, JobOptionInvalid, JobAfterUnknown, JobKeyReused (422), JobPayloadTooLarge (413),
    QueueDraining, BatchSealed, UniqueKeyTaken (409), BatchNotFound (404).
    """
    row = new_job(
        await policies_for(session),
        kind,
        payload,
        queue=queue,
        urgency=urgency,
        priority=priority,
        run_at=run_at,
        delay_seconds=delay_seconds,
        expires_at=expires_at,
        expires_seconds=expires_seconds,
        deadline_at=deadline_at,
        deadline_seconds=deadline_seconds,
        unique_key=unique_key,
        on_conflict=on_conflict,
        idempotency_key=idempotency_key,
        limit_key=limit_key,
        after=after,
        on_failure=on_failure,
        batch_id=batch_id,
        max_attempts=max_attempts,
        incident_id=incident_id,
        simulation_id=simulation_id,
        origin=origin,
        owner_id=owner_id,
    )
    return await put(session, row)


async def put(session: AsyncSession, row: NewJob) -> str:
    """Queue a job that was made already and return the id of the one that does its work; see :func:`enqueue`."""
    [job_id] = await _insert(fetch_on(session), [row])
    for topic in row.topics:
        hint(session, topic)
    return job_id


async def enqueue_many(
    session: AsyncSession,
    kind: str,
    payloads: Sequence[Payload],
    *,
    queue: str | None = None,
    urgency: Urgency = "normal",
    priority: int = 0,
    run_at: datetime | None = None,
    delay_seconds: float | None = None,
    expires_at: datetime | None = None,
    expires_seconds: float | None = None,
    deadline_at: datetime | None = None,
    deadline_seconds: float | None = None,
    limit_key: str | None = None,
    after: Sequence[str] = (),
    on_failure: OnFailure = "cancel",
    batch_id: str | None = None,
    max_attempts: int | None = None,
    incident_id: str | None = None,
    simulation_id: str | None = None,
    origin: str | None = None,
    owner_id: str | None = None,
) -> list[str]:
    """Queue one job per payload, in order, a thousand a statement, and return their ids; see :func:`enqueue`."""
    if not payloads:
        return []
    options = options_of(
        await policies_for(session),
        kind,
        queue=queue,
        urgency=urgency,
        priority=priority,
        run_at=run_at,
        delay_seconds=delay_seconds,
        expires_at=expires_at,
        expires_seconds=expires_seconds,
        deadline_at=deadline_at,
        deadline_seconds=deadline_seconds,
        limit_key=limit_key,
        after=after,
        on_failure=on_failure,
        batch_id=batch_id,
        max_attempts=max_attempts,
        incident_id=incident_id,
        simulation_id=simulation_id,
        origin=origin,
        owner_id=owner_id,
    )
    fetch = fetch_on(session)
    job_ids: list[str] = []
    under_way: asyncio.Task[list[str]] | None = None
    try:
        for first in range(0, len(payloads), _AT_ONCE):
            some = payloads[first : first + _AT_ONCE]
            # While the database works on the thousand before.
            texts = [_text_of(kind, payload, first + place, len(payloads)) for place, payload in enumerate(some, 1)]
            rows = [with_options(new_id("job"), text, options) for text in texts]
            if under_way is not None:
                job_ids += await under_way
            under_way = asyncio.create_task(_insert(fetch, rows))
            await asyncio.sleep(0)  # it is sent now, and other tasks have their turn
    finally:
        if under_way is not None:
            job_ids += await under_way
    for topic in rows[0].topics:
        hint(session, topic)
    return job_ids


def _text_of(kind: str, payload: Payload, place: int, count: int) -> str:
    """Return a payload's JSON; what is wrong with one of many says which it is."""
    try:
        return payload_json(kind, payload)
    except (JobPayloadInvalid, JobPayloadTooLarge) as refused:
        if count == 1:
            raise
        raise type(refused)(f"Payload {place:,} of {count:,}: {refused}", errors=refused.errors) from refused


async def _insert(fetch: Fetch, rows: Sequence[NewJob]) -> list[str]:
    job_ids: list[str] = []
    for outcome in await insert(fetch, rows):
        if isinstance(outcome, Problem):
            raise outcome
        job_ids.append(outcome)
    return job_ids
