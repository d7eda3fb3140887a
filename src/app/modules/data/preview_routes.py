"""``/datasets/{id}/preview``: what the picture of a data set shows, and the picture."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.principal import Role
from app.kernel.web import SessionOf, api_router
from app.modules.data.finding import get_present
from app.modules.data.preview_schemas import SIZES, PreviewView
from app.modules.data.previews import Drawn, PreviewMissing, Previews, Wanted

PERMISSIONS = {"dataset_preview": Role.VIEWER, "dataset_preview_picture": Role.VIEWER}

router = api_router("data")

_PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "You have it already"},
}
Variable = Annotated[str | None, Query(max_length=300, description="Which field of a file that holds several")]
Step = Annotated[int, Query(ge=0, le=10**9, description="Which one of fields that follow each other, from 0")]
Pixels = Annotated[int, Query(ge=1, le=SIZES[-1], description="Length of the longer side in pixels, or somewhat more")]


@router.get("/datasets/{dataset_id}/preview", operation_id="dataset_preview")
async def describe_preview(
    session: SessionOf, request: Request, dataset_id: str, variable: Variable = None, step: Step = 0, size: Pixels = 640
) -> PreviewView:
    """Say what the picture of a data set shows, or why there is none; of a Parquet table, its first rows."""
    wanted = Wanted(size=size, variable=variable, step=step)
    return (await _drawn(session, request, dataset_id, wanted)).view


@router.get(
    "/datasets/{dataset_id}/preview/picture",
    operation_id="dataset_preview_picture",
    responses=_PNG,
    response_class=Response,
)
async def read_preview(
    session: SessionOf, request: Request, dataset_id: str, variable: Variable = None, step: Step = 0, size: Pixels = 640
) -> Response:
    """Return a small picture of a data set: an image, a field of NetCDF or GeoTIFF over its scale, or a video's."""
    wanted = Wanted(size=size, variable=variable, step=step)
    found = await _drawn(session, request, dataset_id, wanted)
    if not found.picture:
        raise PreviewMissing(found.view.why or "a table has no picture; its first rows are in the preview itself")
    headers = {
        "ETag": f'"{found.etag}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        # The picture of a content never changes, but who may see it can.
        "Cache-Control": "private, no-cache",
    }
    if headers["ETag"] in [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(found.picture, media_type="image/png", headers=headers)


async def _drawn(session: AsyncSession, request: Request, dataset_id: str, wanted: Wanted) -> Drawn:
    dataset = await get_present(session, dataset_id)
    session.expunge(dataset)
    await session.commit()  # its connection goes back: drawing takes seconds
    node = request.app.state.node
    return await node.part(Previews, Previews).of(dataset, wanted)  # type: ignore[no-any-return]
