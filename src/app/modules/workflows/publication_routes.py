"""HTTP of publications: what is made public, and what whoever has the link reads."""

from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from app.kernel.paging import Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules import data
from app.modules.workflows import publishing
from app.modules.workflows.errors import PublicationNotFound
from app.modules.workflows.public_page import CONTENT_SECURITY_POLICY, page_of
from app.modules.workflows.publication_schemas import PublicationMade, PublicationMake, PublicationView

router = api_router("incidents")

PERMISSIONS = {
    "publication_list": Role.VIEWER,
    "publication_document": Role.VIEWER,
    "publication_make": Role.RUNNER,
    "publication_revoke": Role.RUNNER,
    "public_get": Role.PUBLIC,
    "public_dataset": Role.PUBLIC,
}
_MEDIA = {"alert": "application/cap+xml", "item": "application/geo+json", "page": "text/html; charset=utf-8"}
_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {media.partition(";")[0]: {"schema": {"type": "string"}} for media in _MEDIA.values()}}
}
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/incidents/{incident_id}/publications", operation_id="publication_list", summary="List what is public")
async def list_publications(incident_id: str, session: SessionOf) -> Page[PublicationView]:
    rows = await publishing.list_of_incident(session, incident_id)
    return Page(items=[PublicationView.model_validate(row) for row in rows])


@router.post(
    "/incidents/{incident_id}/publications",
    operation_id="publication_make",
    status_code=201,
    summary="Publish an alert, a catalogue item or a page; the link is shown this once",
)
@secret
async def make_publication(
    incident_id: str, body: PublicationMake, request: Request, session: SessionOf, actor: Actor
) -> PublicationMade:
    row, link = await publishing.publish(session, request.app.state.node, incident_id, body, user_id=actor.user_id)
    return PublicationMade(**PublicationView.model_validate(row).model_dump(), link=link)


@router.get(
    "/incidents/{incident_id}/publications/{publication_id}/document",
    operation_id="publication_document",
    summary="Show the alert's XML or the item's JSON",
    response_class=Response,
    responses=_DOCUMENT,
)
async def get_document(incident_id: str, publication_id: str, session: SessionOf) -> Response:
    row = await publishing.get(session, incident_id, publication_id)
    if row.document is None:
        raise PublicationNotFound("A page is made when it is asked for; follow its link")
    return Response(row.document, media_type=_MEDIA[row.kind])


@router.delete(
    "/incidents/{incident_id}/publications/{publication_id}",
    operation_id="publication_revoke",
    status_code=204,
    summary="Take back what was published",
)
async def revoke_publication(incident_id: str, publication_id: str, request: Request, session: SessionOf) -> None:
    await publishing.revoke(session, request.app.state.node, incident_id, publication_id)


@router.get(
    "/public/{link}",
    operation_id="public_get",
    summary="Read what a public link leads to",
    response_class=Response,
    responses=_DOCUMENT,
)
async def get_public(link: str, request: Request) -> Response:
    node = request.app.state.node
    async with node.database.sessions() as session:
        public = await publishing.find_public(session, link)
    kind = public.publication.kind
    headers = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    document = publishing.document_of(node, public.publication, link)
    if document is not None:
        return Response(document, media_type=_MEDIA[kind], headers=headers)
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return Response(page_of(public, f"{publishing.PATH}/{quote(link)}"), media_type=_MEDIA[kind], headers=headers)


@router.get(
    "/public/{link}/datasets/{dataset_id}",
    operation_id="public_dataset",
    summary="Read a file that was published",
    response_class=Response,
    responses=_BYTES,
)
async def get_public_dataset(link: str, dataset_id: str, request: Request) -> Response:
    async with request.app.state.node.database.sessions() as session:
        public = await publishing.find_public(session, link)
        chosen = next((one for one in public.datasets if one.id == dataset_id), None)
        if chosen is None:
            raise data.DatasetNotFound(f"Behind this link is no data set {dataset_id}")
        chunks = await data.open_content(session, request.app.state.node, chosen, start=0, end=chosen.bytes)
    shown = chosen.media_type in ("image/png", "image/jpeg")
    headers = {
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(chosen.name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Length": str(chosen.bytes),
    }
    return StreamingResponse(chunks, media_type=chosen.media_type, headers=headers)
