"""``Idempotency-Key``: a POST repeated with the same key answers what the first one answered, and acts once.

The key's row, the effect and the stored answer are one commit, so a cut connection or a killed server between commit
and answer cannot make two effects. A second request with a key still in flight waits on the row's lock.
"""

import hashlib
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.errors import BadRequest, Conflict, Invalid
from app.kernel.tables import Base

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_KEPT_HEADERS = ("content-type", "location", "etag")


class IdempotencyKey(Base):
    """One key of one caller, with the answer it got. Swept after 24 h."""

    __tablename__ = "idempotency_keys"
    __table_args__ = ({"info": {"audited": False}},)

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int | None]
    headers: Mapped[str | None]
    body: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class IdempotencyMismatch(Invalid):
    """This idempotency key was used for a different request.

    Use a new key for a new request. A key is kept for 24 hours.
    """

    code = "idempotency_mismatch"


class IdempotencyInFlight(Conflict):
    """The first request with this idempotency key has not been answered yet.

    Send the same request again in a second; it gets the first one's answer.
    """

    code = "idempotency_in_flight"


async def once(session: AsyncSession, key: str, request: Request, inner: Handler) -> Response:
    """Answer the request, from the stored answer when the key was used before.

    Raises BadRequest (400) for an impossible key, IdempotencyMismatch (422), IdempotencyInFlight (409).
    """
    check_key(key)
    # The route has let the caller in; the credential it sent identifies it, also where nobody needs to log in.
    credential = request.headers.get("Authorization") or request.headers.get("Cookie") or ""
    caller = hashlib.sha256(credential.encode()).hexdigest()
    fingerprint = hashlib.sha256(
        b"\n".join(
            [
                request.method.encode(),
                str(request.url.path).encode(),
                request.url.query.encode(),
                await request.body(),
            ]
        )
    ).hexdigest()

    claimed = await session.execute(
        insert(IdempotencyKey).values(caller=caller, key=key, fingerprint=fingerprint).on_conflict_do_nothing()
    )
    if claimed.rowcount == 0:  # type: ignore[attr-defined]  # a CursorResult for DML
        return _stored(await session.scalar(select(IdempotencyKey).filter_by(caller=caller, key=key)), fingerprint)

    response = await inner(request)
    if response.status_code >= 400:
        return response  # rolled back with the claim: a failed request may be tried again
    row = await session.get_one(IdempotencyKey, (caller, key))
    row.status = response.status_code
    row.headers = "\n".join(f"{n}: {response.headers[n]}" for n in _KEPT_HEADERS if n in response.headers)
    row.body = bytes(response.body)
    await session.commit()
    return response


def check_key(key: str) -> None:
    """Raise BadRequest (400) for an impossible key."""
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise BadRequest("Idempotency-Key takes 1 to 200 printable characters")


def _stored(row: IdempotencyKey | None, fingerprint: str) -> Response:
    if row is None or row.status is None:
        raise IdempotencyInFlight("Ask again in a second", retry_after=1)
    if row.fingerprint != fingerprint:
        raise IdempotencyMismatch("Use a new key for a new request")
    headers = dict(line.split(": ", 1) for line in (row.headers or "").splitlines())
    return Response(row.body, row.status, {**headers, "Idempotency-Replayed": "true"})
