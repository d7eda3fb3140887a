"""``/sources`` and ``/deliveries``."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from app.kernel.instants import Instant
from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor
from app.kernel.web import SessionOf, api_router, secret
from app.modules.ingest import deliveries, keys, sources
from app.modules.ingest.media import shown_as
from app.modules.ingest.schemas import (
    DeliveryDetail,
    DeliveryState,
    DeliveryView,
    KeyKind,
    SourceChange,
    SourceKey,
    SourceKeyWanted,
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


@router.post("/sources/{source_id}/keys", operation_id="source_key_make", status_code=201)
@secret
async def make_source_key(
    session: SessionOf, request: Request, actor: Actor, source_id: str, wanted: SourceKeyWanted
) -> SourceKey:
    """Give a source a new token, or a new secret its sender signs with. It is shown this once; the old one ends."""
    vault = request.app.state.node.vault
    return await keys.make_key(session, vault, source_id, wanted, actor=actor.user_id)


@router.delete("/sources/{source_id}/keys/{kind}", operation_id="source_key_remove", status_code=204)
async def remove_source_key(session: SessionOf, actor: Actor, source_id: str, kind: KeyKind) -> None:
    """Take a source's token or signing secret away."""
    await keys.remove_key(session, source_id, kind, actor=actor.user_id)


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
    media_type: str | None = None,
    since: Annotated[Instant | None, Query(description="Only what was received from then on")] = None,
    until: Annotated[Instant | None, Query(description="Only what was received before")] = None,
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
        media_type=media_type,
        since=since,
        until=until,
        cursor=cursor,
        limit=limit,
    )


@router.get("/deliveries/{delivery_id}", operation_id="delivery_get")
async def get_delivery(session: SessionOf, delivery_id: str) -> DeliveryDetail:
    """Return one delivery with its body."""
    return deliveries.detail(await deliveries.get_delivery(session, delivery_id))


@router.get(
    "/deliveries/{delivery_id}/raw",
    operation_id="delivery_raw",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_raw_delivery(session: SessionOf, delivery_id: str) -> Response:
    """Return the body of a delivery byte for byte, as a download that no browser runs."""
    row = await deliveries.get_delivery(session, delivery_id)
    # Whatever it calls itself: nothing of it runs, and browsers save it instead of showing it.
    headers = {
        "Content-Disposition": f'attachment; filename="{row.id}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(deliveries.raw(row), headers=headers, media_type=shown_as(row.media_type))


@router.post("/deliveries/{delivery_id}/replay", operation_id="delivery_replay", status_code=202)
async def replay_delivery(session: SessionOf, delivery_id: str) -> DeliveryView:
    """Give a delivery to the workflows again; one in quarantine is read anew first."""
    await deliveries.replay(session, delivery_id)
    return deliveries.view(await deliveries.get_delivery(session, delivery_id))
