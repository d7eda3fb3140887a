"""Putting work into the queue, in the transaction that makes it necessary."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.errors import items_of
from app.kernel.ids import new_id
from app.modules.jobs import queries
from app.modules.jobs.errors import JobPayloadInvalid
from app.modules.jobs.kinds import registered

Payload = BaseModel | Mapping[str, Any]

READY_TOPIC = "jobs"
DELAYED_TOPIC = "jobs.delayed"

# What a kind that is not registered in this process gets; the node that knows the kind applies its own back-off.
_DEFAULT_QUEUE = "default"
_DEFAULT_MAX_ATTEMPTS = 5


async def enqueue(
    session: AsyncSession,
    kind: str,
    payload: Payload,
    *,
    priority: int = 0,
    run_at: datetime | None = None,
    delay_seconds: float | None = None,
    unique_key: str | None = None,
    max_attempts: int | None = None,
    incident_id: str | None = None,
    simulation_id: str | None = None,
) -> str:
    """Queue a job in the session's transaction and return its id; workers wake after the commit.

    Larger ``priority`` goes first. ``max_attempts`` is the kind's unless it is given. While a job with the
    same ``unique_key`` is queued or running, nothing is added and that job's id is returned. Raises JobPayloadInvalid
    (422) when the payload is not what the kind takes.
    """
    known = registered.get(kind)
    job_id = new_id("job")
    connection = await session.connection()
    values = (
        job_id,
        kind,
        known.queue if known else _DEFAULT_QUEUE,
        priority,
        run_at,
        delay_seconds or 0.0,
        max_attempts or (known.max_attempts if known else _DEFAULT_MAX_ATTEMPTS),
        unique_key,
        incident_id,
        simulation_id,
        payload_json(kind, payload),
    )
    delayed = run_at is not None or bool(delay_seconds)
    while True:
        added = (await connection.exec_driver_sql(queries.ENQUEUE, values)).scalar()
        if added is not None:
            hint(session, DELAYED_TOPIC if delayed else READY_TOPIC)
            return job_id
        # The one in the way may end between the two statements; then there is room for this one.
        existing: str | None = (await connection.exec_driver_sql(queries.FIND_UNIQUE, (unique_key,))).scalar()
        if existing is not None:
            return existing


async def enqueue_many(
    session: AsyncSession,
    kind: str,
    payloads: Sequence[Payload],
    *,
    priority: int = 0,
    incident_id: str | None = None,
    simulation_id: str | None = None,
) -> list[str]:
    """Queue one job per payload, in order, in one statement; see :func:`enqueue`."""
    known = registered.get(kind)
    job_ids = [new_id("job") for _ in payloads]
    connection = await session.connection()
    await connection.exec_driver_sql(
        queries.ENQUEUE_MANY,
        (
            job_ids,
            kind,
            known.queue if known else _DEFAULT_QUEUE,
            priority,
            known.max_attempts if known else _DEFAULT_MAX_ATTEMPTS,
            incident_id,
            simulation_id,
            [payload_json(kind, payload) for payload in payloads],
        ),
    )
    hint(session, READY_TOPIC)
    return job_ids


def payload_json(kind: str, payload: Payload) -> str:
    """Return the payload as JSON a handler of ``kind`` can read, or raise JobPayloadInvalid (422)."""
    document = to_json(payload, inf_nan_mode="null")  # NaN is not JSON; the kind's model judges the null
    if b"\\u0000" in document:  # PostgreSQL's jsonb cannot hold it
        raise JobPayloadInvalid(f"A {kind} job's payload may not contain the character U+0000")
    known = registered.get(kind)
    if known is not None:
        try:
            known.payload.model_validate_json(document)
        except ValidationError as error:
            items = items_of(error.errors())
            what = "; ".join(f"{item.pointer}: {item.message}" for item in items[:3])
            raise JobPayloadInvalid(f"A {kind} job does not take this payload: {what}", errors=items) from error
    return document.decode()
