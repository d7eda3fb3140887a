"""HTTP: ``/audit``."""

from typing import Annotated, Literal

from fastapi import Query

from app.kernel.instants import Instant
from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Role
from app.kernel.web import SessionOf, api_router
from app.modules.audit import reading
from app.modules.audit.schemas import AuditHead, AuditVerification, AuditView

PERMISSIONS = {"audit_list": Role.ADMIN, "audit_head": Role.ADMIN, "audit_verify": Role.ADMIN}
MOST_VERIFIED = 2_000  # 43 µs of CPU each: a tenth of a second in which the node does nothing else

router = api_router("audit")


@router.get("/audit", operation_id="audit_list")
async def list_audit(
    session: SessionOf,
    actor: Annotated[str | None, Query(description="Who did it: an id or a name")] = None,
    object_id: Annotated[str | None, Query(description="What it touched")] = None,
    action: Annotated[str | None, Query(description="Such as source_change or source_*")] = None,
    outcome: Literal["done", "refused"] | None = None,
    request_id: str | None = None,
    since: Annotated[Instant | None, Query(description="Not older than this")] = None,
    until: Annotated[Instant | None, Query(description="Older than this")] = None,
    oldest_first: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AuditView]:
    """List who did what, newest first."""
    return await reading.list_events(
        session,
        actor=actor,
        object_=object_id,
        action=action,
        outcome=outcome,
        request_id=request_id,
        since=since,
        until=until,
        oldest_first=oldest_first,
        cursor=cursor,
        limit=limit,
    )


@router.get("/audit/head", operation_id="audit_head")
async def get_head(session: SessionOf) -> AuditHead:
    """Return the end of the chain, to be kept outside."""
    return await reading.head(session)


@router.get("/audit/verify", operation_id="audit_verify")
async def verify_audit(
    session: SessionOf,
    after: Annotated[
        str | None, Query(max_length=100, description="Go on after this place: POSITION:SHA256 of the answer before")
    ] = None,
    seen: Annotated[
        str | None, Query(max_length=100, description="A head kept elsewhere that has to be in the chain")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_VERIFIED, description="Most positions to check")] = MOST_VERIFIED,
) -> AuditVerification:
    """Check the chain, a part at a time: finds what was changed, deleted, inserted or reordered."""
    return await reading.verify(session, after=after, seen=seen, limit=limit)
