"""Links to data sets and collections of them, over HTTP."""

from fastapi import Request, Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules.data import collections, links
from app.modules.data.describing import (
    CollectionChange,
    CollectionMake,
    CollectionMembers,
    CollectionView,
    LinkMade,
    LinkMake,
    LinkView,
)
from app.modules.data.routes import BYTES, content_of

PERMISSIONS = {
    "dataset_link_make": Role.RUNNER,
    "dataset_link_list": Role.RUNNER,
    "dataset_link_revoke": Role.RUNNER,
    "dataset_link_content": Role.PUBLIC,
    "dataset_link_content_head": Role.PUBLIC,
    "collection_list": Role.VIEWER,
    "collection_get": Role.VIEWER,
    "collection_make": Role.RUNNER,
    "collection_change": Role.RUNNER,
    "collection_remove": Role.RUNNER,
    "collection_put": Role.RUNNER,
    "collection_take_out": Role.RUNNER,
}

router = api_router("data")


@router.get("/datasets/{dataset_id}/links", operation_id="dataset_link_list")
async def list_links(session: SessionOf, dataset_id: str) -> Page[LinkView]:
    """Return the links to a data set, newest first, without their addresses."""
    return Page(items=await links.list_links(session, dataset_id))


@router.post("/datasets/{dataset_id}/links", operation_id="dataset_link_make", status_code=201)
@secret
async def make_link(session: SessionOf, actor: Actor, request: Request, dataset_id: str, body: LinkMake) -> LinkMade:
    """Make an address by which a data set is read without a login, for a time. It is in this answer only."""
    return await links.make(session, request.app.state.node, actor, dataset_id, body.seconds, body.note)


@router.delete("/datasets/{dataset_id}/links/{link_id}", operation_id="dataset_link_revoke", status_code=204)
async def revoke_link(session: SessionOf, dataset_id: str, link_id: str) -> None:
    """Take a link back: it leads nowhere from now on."""
    await links.revoke(session, dataset_id, link_id)


@router.get("/dataset-links/{link}", operation_id="dataset_link_content", responses=BYTES, response_class=Response)
async def read_linked(session: SessionOf, request: Request, link: str) -> Response:
    """Return the bytes of the data set a link leads to, or the Range of them asked for."""
    return await _linked(session, request, link)


@router.head("/dataset-links/{link}", operation_id="dataset_link_content_head", responses=BYTES)
async def describe_linked(session: SessionOf, request: Request, link: str) -> Response:
    """Return the headers a GET would."""
    return await _linked(session, request, link)


async def _linked(session: SessionOf, request: Request, link: str) -> Response:
    # A download in ranges is one use.
    counts = request.method == "GET" and request.headers.get("Range", "bytes=0-").startswith("bytes=0-")
    ip = request.client.host if request.client else None
    dataset = await links.follow(request.app.state.node, link, ip=ip, counts=counts)
    return await content_of(request, session, dataset, inline=False)


@router.get("/collections", operation_id="collection_list")
async def list_collections(session: SessionOf, cursor: Cursor = None, limit: Limit = 50) -> Page[CollectionView]:
    """Return collections, newest first."""
    return await collections.list_collections(session, cursor=cursor, limit=limit)


@router.post("/collections", operation_id="collection_make", status_code=201)
async def make_collection(session: SessionOf, actor: Actor, body: CollectionMake) -> CollectionView:
    """Make an empty collection."""
    return await collections.make(session, actor, body)


@router.get("/collections/{collection_id}", operation_id="collection_get")
async def get_collection(session: SessionOf, collection_id: str) -> CollectionView:
    """Return a collection; GET /datasets?collection_id=… lists what is in it."""
    return await collections.get_collection(session, collection_id)


@router.patch("/collections/{collection_id}", operation_id="collection_change")
async def change_collection(session: SessionOf, collection_id: str, body: CollectionChange) -> CollectionView:
    """Rename a collection or comment it."""
    return await collections.change(session, collection_id, body)


@router.delete("/collections/{collection_id}", operation_id="collection_remove", status_code=204)
async def remove_collection(session: SessionOf, collection_id: str) -> None:
    """Remove a collection; its data sets stay."""
    await collections.remove(session, collection_id)


@router.post("/collections/{collection_id}/put", operation_id="collection_put")
async def put_into_collection(
    session: SessionOf, actor: Actor, collection_id: str, body: CollectionMembers
) -> CollectionView:
    """Put data sets into a collection."""
    return await collections.put(session, actor, collection_id, body.dataset_ids)


@router.post("/collections/{collection_id}/take-out", operation_id="collection_take_out")
async def take_out_of_collection(session: SessionOf, collection_id: str, body: CollectionMembers) -> CollectionView:
    """Take data sets out of a collection."""
    return await collections.take_out(session, collection_id, body.dataset_ids)
