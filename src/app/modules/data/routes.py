"""The bytes of data sets over HTTP."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.web import SessionOf, api_router
from app.modules.data.content import open_content
from app.modules.data.finding import get_present
from app.modules.data.models import Dataset
from app.modules.data.ranges import parse_range

router = api_router("data")

# What a browser may show in place; everything else is offered for download (stored content is never our page).
_SHOWN = ("image/png", "image/jpeg", "application/json", "application/geo+json", "text/plain")
BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The range asked for"},
    304: {"description": "You have it already"},
}


Inline = Annotated[bool, Query(description="Let a browser show an image, JSON or plain text in place")]


@router.get("/datasets/{dataset_id}/content", operation_id="dataset_content", responses=BYTES, response_class=Response)
async def read_content(session: SessionOf, request: Request, dataset_id: str, inline: Inline = False) -> Response:
    """Return the bytes of a data set, or the Range of them asked for."""
    return await _content(session, request, dataset_id, inline=inline)


@router.head("/datasets/{dataset_id}/content", operation_id="dataset_content_head", responses=BYTES)
async def describe_content(session: SessionOf, request: Request, dataset_id: str, inline: Inline = False) -> Response:
    """Return the headers a GET would."""
    return await _content(session, request, dataset_id, inline=inline)


async def _content(session: AsyncSession, request: Request, dataset_id: str, *, inline: bool) -> Response:
    return await content_of(request, session, await get_present(session, dataset_id), inline=inline)


async def content_of(request: Request, session: AsyncSession, dataset: Dataset, *, inline: bool) -> Response:
    """Return the bytes of a data set its reader may have, or the Range of them asked for."""
    headers = _headers(dataset, inline=inline)
    if headers["ETag"] in [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    wanted = None
    if request.headers.get("If-Range") in (None, headers["ETag"]):
        wanted = parse_range(request.headers.get("Range"), dataset.bytes)
    start, end = wanted or (0, dataset.bytes)
    headers["Content-Length"] = str(end - start)
    if wanted is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{dataset.bytes}"
    status = 200 if wanted is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    await session.commit()  # its connection goes back before another is taken
    node = request.app.state.node
    # Who may have the data set may have its bytes, wherever its owner keeps them.
    async with node.database.sessions() as own:
        chunks = await open_content(own, node, dataset, start=start, end=end)
    return StreamingResponse(chunks, status, headers)


def _headers(dataset: Dataset, *, inline: bool) -> dict[str, str]:
    disposition = "inline" if inline and dataset.media_type in _SHOWN else "attachment"
    file_name = quote(dataset.name.rpartition("/")[2], safe="")
    return {
        "Content-Type": dataset.media_type,
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{file_name}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{dataset.sha256}"',
        "Accept-Ranges": "bytes",
        # A data set never changes, but who may read it can.
        "Cache-Control": "private, no-cache",
    }
