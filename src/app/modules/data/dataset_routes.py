"""Data sets over HTTP: found, changed, deleted, had back; versions and where they came from."""

from typing import Annotated

from fastapi import Query, Request

from app.kernel.errors import Invalid, ProblemItem
from app.kernel.instants import Instant
from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules.data import changes, listing, retention, views
from app.modules.data.describing import DatasetChange
from app.modules.data.list_filters import Wanted
from app.modules.data.provenance import Graph, graph_of, prov_json, ro_crate
from app.modules.data.retention import RetentionView
from app.modules.data.schemas import DatasetDetail, DatasetView

PERMISSIONS = {
    "dataset_list": Role.VIEWER,
    "dataset_get": Role.VIEWER,
    "dataset_change": Role.RUNNER,
    "dataset_delete": Role.RUNNER,
    "dataset_restore": Role.RUNNER,
    "retention_preview": Role.OPERATOR,
    "dataset_provenance": Role.VIEWER,
    "dataset_provenance_prov": Role.VIEWER,
    "dataset_provenance_crate": Role.VIEWER,
}

router = api_router("data")

Word = Annotated[str | None, Query(max_length=500)]
Words = Annotated[str | None, Query(max_length=500, description="Words that all occur in name, comment, role or tags")]
Name = Annotated[str | None, Query(max_length=500, description="Its name; * stands for any characters")]
Type = Annotated[str | None, Query(max_length=120, description="Its media type; * stands for any characters: image/*")]
Path = Annotated[str | None, Query(max_length=3000, description="Of a copy; * stands for any characters")]
AllTags = Annotated[list[str], Query(max_length=20, description="Every one of these tags")]
Box = Annotated[
    str | None,
    Query(max_length=100, description="west,south,east,north in degrees: its area meets this", examples=["5,45,11,48"]),
]
Time = Annotated[Instant | None, Query()]
Descends = Annotated[str | None, Query(max_length=100, description="Id of a data set it was made from")]


@router.get("/datasets", operation_id="dataset_list")
async def list_datasets(
    session: SessionOf,
    actor: Actor,
    request: Request,
    q: Words = None,
    name: Name = None,
    media_type: Type = None,
    role: Word = None,
    tag: AllTags = [],  # noqa: B006 (FastAPI copies it)
    machine: Word = None,
    storage_id: Word = None,
    path: Path = None,
    sha256: Word = None,
    area: Box = None,
    valid_from: Time = None,
    valid_until: Time = None,
    created_from: Time = None,
    created_until: Time = None,
    incident_id: Word = None,
    simulation_id: Word = None,
    made_from: Descends = None,
    series_id: Word = None,
    collection_id: Word = None,
    owner_id: Word = None,
    pinned: bool | None = None,
    deleted: Annotated[bool, Query(description="Those that were deleted instead")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DatasetView]:
    """Return data sets that fit all that is given, newest first."""
    wanted = Wanted(
        q=q,
        name=name,
        media_type=media_type,
        role=role,
        tags=tag,
        machine=machine,
        storage_id=storage_id,
        path=path,
        sha256=sha256,
        area=_box(area),
        valid_from=valid_from,
        valid_until=valid_until,
        created_from=created_from,
        created_until=created_until,
        incident_id=incident_id,
        simulation_id=simulation_id,
        made_from=made_from,
        series_id=series_id,
        collection_id=collection_id,
        owner_id=owner_id,
        pinned=pinned,
        deleted=deleted,
    )
    return await listing.list_datasets(session, request.app.state.node, actor, wanted, cursor=cursor, limit=limit)


@router.get("/datasets/{dataset_id}", operation_id="dataset_get")
async def get_dataset(session: SessionOf, dataset_id: str) -> DatasetDetail:
    """Return a data set, where it came from and where its copies are; also one that was deleted."""
    return await views.detail(session, dataset_id)


@router.patch("/datasets/{dataset_id}", operation_id="dataset_change")
async def change_dataset(session: SessionOf, dataset_id: str, body: DatasetChange) -> DatasetView:
    """Give a data set another name, type, comment, tags, area or time, pin it, or say how long it is kept."""
    return DatasetView.model_validate(await changes.change(session, dataset_id, body))


@router.delete("/datasets/{dataset_id}", operation_id="dataset_delete", status_code=204)
async def delete_dataset(session: SessionOf, dataset_id: str) -> None:
    """Delete a data set: hidden at once, erased when `data.grace_seconds` are over."""
    await changes.delete(session, dataset_id)


@router.post("/datasets/{dataset_id}/restore", operation_id="dataset_restore")
async def restore_dataset(session: SessionOf, dataset_id: str) -> DatasetView:
    """Have a deleted data set back, as long as its bytes are not erased."""
    return DatasetView.model_validate(await changes.restore(session, dataset_id))


@router.get("/retention", operation_id="retention_preview")
async def preview_retention(request: Request) -> RetentionView:
    """Return what the settings' rules of retention would delete now; nothing is deleted by asking."""
    return await retention.preview(request.app.state.node)


Depth = Annotated[int, Query(ge=1, le=20, description="So many steps up and down")]


@router.get("/datasets/{dataset_id}/provenance", operation_id="dataset_provenance")
async def get_provenance(session: SessionOf, request: Request, dataset_id: str, depth: Depth = 5) -> Graph:
    """Return what a data set was made from and what was made of it, as a graph."""
    return await graph_of(session, request.app.state.node, dataset_id, depth)


@router.get("/datasets/{dataset_id}/provenance/prov", operation_id="dataset_provenance_prov")
async def get_prov(session: SessionOf, request: Request, dataset_id: str, depth: Depth = 5) -> dict[str, object]:
    """Return the provenance as a W3C PROV-JSON document."""
    return prov_json(await graph_of(session, request.app.state.node, dataset_id, depth))


@router.get("/datasets/{dataset_id}/provenance/crate", operation_id="dataset_provenance_crate")
async def get_crate(session: SessionOf, request: Request, dataset_id: str, depth: Depth = 5) -> dict[str, object]:
    """Return the data set and what it was made from as the metadata document of an RO-Crate."""
    return ro_crate(await graph_of(session, request.app.state.node, dataset_id, depth))


def _box(text: str | None) -> list[float] | None:
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError
    except ValueError as error:
        why = "an area is west,south,east,north in degrees"
        raise Invalid(why, errors=[ProblemItem(pointer="/query/area", message=why)]) from error
    return [west, south, east, north]
