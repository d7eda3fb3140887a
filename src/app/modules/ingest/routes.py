"""``/sources`` and ``/deliveries``."""

from typing import Annotated, Literal

from fastapi import Header, Query, Request, Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor
from app.kernel.web import SessionOf, api_router, own_record
from app.modules.ingest import deliveries, pushing, sources
from app.modules.ingest.schemas import (
    DeliveryDetail,
    DeliveryState,
    DeliveryView,
    PushReceipt,
    SourceChange,
    SourceSubmit,
    SourceView,
)

router = api_router("ingest")

_ACCEPTED: tuple[DeliveryState, ...] = ("queued", "delivered", "ignored")


@router.get("/sources", operation_id="source_list")
async def list_sources(session: SessionOf, cursor: Cursor = None, limit: Limit = 50) -> Page[SourceView]:
    """List sources, newest first."""
    return await sources.list_sources(session, cursor=cursor, limit=limit)


@router.post("/sources", operation_id="source_register", status_code=201)
async def register_source(session: SessionOf, actor: Actor, response: Response, wanted: SourceSubmit) -> SourceView:
    """Register a source; its settings are those of its driver (`GET /drivers`, kind `ingest.source`)."""
    row = await sources.register_source(session, wanted, owner_id=actor.user_id)
    response.headers["Location"] = f"/api/v1/sources/{row.id}"
    return (await sources.views(session, [row]))[0]


@router.get("/sources/{source_id}", operation_id="source_get")
async def get_source(session: SessionOf, source_id: str) -> SourceView:
    """Return one source."""
    return (await sources.views(session, [await sources.get_source(session, source_id)]))[0]


@router.patch("/sources/{source_id}", operation_id="source_change")
async def change_source(session: SessionOf, actor: Actor, source_id: str, change: SourceChange) -> SourceView:
    """Rename, pause or resume a source, or give it other settings."""
    row = await sources.change_source(session, source_id, change, actor=actor.user_id)
    return (await sources.views(session, [row]))[0]


@router.delete("/sources/{source_id}", operation_id="source_remove", status_code=204)
async def remove_source(session: SessionOf, actor: Actor, source_id: str) -> None:
    """Remove a source. Its deliveries stay."""
    await sources.remove_source(session, source_id, actor=actor.user_id)


@router.post(
    "/sources/{source_id}/deliveries",
    operation_id="delivery_push",
    status_code=202,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {}},
                "application/x-ndjson": {"schema": {"type": "string", "description": "One JSON document a line"}},
            },
        }
    },
)
@own_record
async def push_delivery(
    session: SessionOf,
    request: Request,
    source_id: str,
    idempotency_key: Annotated[
        str | None, Header(max_length=200, description="The item's key when the source's settings point to none")
    ] = None,
) -> PushReceipt:
    """Send data to a source: one JSON document, or one a line as `application/x-ndjson`."""
    return await pushing.push(session, request.app.state.node, source_id, request, key=idempotency_key)


@router.get("/deliveries", operation_id="delivery_list")
async def list_deliveries(
    session: SessionOf,
    state: Annotated[
        list[Literal["queued", "delivered", "ignored", "quarantined", "accepted"]],
        Query(description="Only deliveries in one of these states; accepted: all but quarantined"),
    ] = [],  # noqa: B006 (FastAPI copies it)
    source_id: str | None = None,
    incident_id: str | None = None,
    item_key: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DeliveryView]:
    """List deliveries, newest first."""
    states = [one for name in state for one in (_ACCEPTED if name == "accepted" else (name,))]
    return await deliveries.list_deliveries(
        session,
        states=states,
        source_id=source_id,
        incident_id=incident_id,
        item_key=item_key,
        cursor=cursor,
        limit=limit,
    )


@router.get("/deliveries/{delivery_id}", operation_id="delivery_get")
async def get_delivery(session: SessionOf, delivery_id: str) -> DeliveryDetail:
    """Return one delivery with its body."""
    return deliveries.detail(await deliveries.get_delivery(session, delivery_id))


@router.post("/deliveries/{delivery_id}/replay", operation_id="delivery_replay", status_code=202)
async def replay_delivery(session: SessionOf, delivery_id: str) -> DeliveryView:
    """Give a delivery to the workflows again; one in quarantine is read anew first."""
    await deliveries.replay(session, delivery_id)
    return deliveries.view(await deliveries.get_delivery(session, delivery_id))
