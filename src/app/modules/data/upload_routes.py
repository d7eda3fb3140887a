"""Uploads over HTTP: a content in one request, or in parts that go on after any cut (tus 1.0, https://tus.io)."""

import base64
import binascii
from collections.abc import AsyncIterator
from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import Header, Query, Request, Response
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from app.kernel import audit
from app.kernel.errors import BadRequest, Invalid, items_of
from app.kernel.instants import Instant
from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, own_record, secret
from app.modules.data import incoming, uploads
from app.modules.data.dataset_errors import TusVersion, UploadCutShort, UploadMediaType
from app.modules.data.describing import (
    Comment,
    DatasetAbout,
    DatasetId,
    DatasetName,
    KeepUntil,
    Sha256,
    UploadBegin,
    UploadView,
)
from app.modules.data.describing import Role as DatasetRole
from app.modules.data.keeping_models import Upload
from app.modules.data.receiving import Receiver
from app.modules.data.schemas import DataSettings, DatasetView

PERMISSIONS = {
    "dataset_upload": Role.RUNNER,
    "upload_options": Role.PUBLIC,
    "upload_begin": Role.RUNNER,
    "upload_list": Role.RUNNER,
    "upload_get": Role.RUNNER,
    "upload_offset": Role.RUNNER,
    "upload_append": Role.RUNNER,
    "upload_end": Role.RUNNER,
}

router = api_router("data")

_VERSION = "1.0.0"
_PART = "application/offset+octet-stream"
_UNTOLD = (None, "", "application/octet-stream", "application/x-www-form-urlencoded")
_CONTENT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_PARTS: dict[str, Any] = {
    "requestBody": {"required": True, "content": {_PART: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post(
    "/datasets",
    operation_id="dataset_upload",
    status_code=201,
    openapi_extra=_CONTENT,
    summary="Upload a data set; the body is its content",
)
@secret  # not that: with a key, somebody would have to hold the whole content to compare it
async def upload_dataset(
    request: Request,
    session: SessionOf,
    actor: Actor,
    response: Response,
    name: Annotated[DatasetName, Query()],
    role: Annotated[DatasetRole | None, Query()] = None,
    comment: Annotated[Comment | None, Query()] = None,
    tag: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006 (FastAPI copies it)
    area: Annotated[list[float] | None, Query(description="West, south, east, north in degrees")] = None,
    valid_from: Annotated[Instant | None, Query()] = None,
    valid_until: Annotated[Instant | None, Query()] = None,
    keep_until: Annotated[KeepUntil | None, Query()] = None,
    follows: Annotated[DatasetId | None, Query(description="It is the next version of this one")] = None,
    made_from: Annotated[list[str], Query(max_length=100)] = [],  # noqa: B006
    sha256: Annotated[Sha256 | None, Query()] = None,
) -> DatasetView:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    said = {
        "media_type": None if media_type in _UNTOLD else media_type,
        "role": role,
        "comment": comment,
        "tags": tag or None,
        "area": area,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "keep_until": keep_until,
        "follows": follows,
        "made_from": made_from,
    }
    length = request.headers.get("content-length")
    dataset = await incoming.receive(
        session,
        request.app.state.node,
        actor,
        _whole(request),
        name=name,
        about=_checked(DatasetAbout, said, "query"),
        length=None if length is None else int(length),
        sha256=sha256,
    )
    response.headers["Location"] = f"/api/v1/datasets/{dataset.id}"
    return DatasetView.model_validate(dataset)


@router.options("/uploads", operation_id="upload_options", status_code=204)
@own_record
async def describe_uploads(request: Request, response: Response) -> None:
    """Say what of tus is spoken here."""
    response.headers["Tus-Version"] = _VERSION
    response.headers["Tus-Resumable"] = _VERSION
    response.headers["Tus-Extension"] = "creation,checksum,expiration,termination"
    response.headers["Tus-Checksum-Algorithm"] = ",".join(uploads.CHECKSUMS)
    response.headers["Tus-Max-Size"] = str(request.app.state.node.settings.of(DataSettings).upload_bytes)


TusResumable = Annotated[str | None, Header(description="1.0.0")]


@router.post("/uploads", operation_id="upload_begin", status_code=201)
async def begin_upload(
    session: SessionOf,
    actor: Actor,
    request: Request,
    response: Response,
    body: UploadBegin | None = None,
    tus_resumable: TusResumable = None,
    upload_length: Annotated[str | None, Header(description="Instead of a body, as tus says it")] = None,
    upload_metadata: Annotated[str | None, Header(description="Instead of a body, as tus says it")] = None,
) -> UploadView:
    """Begin an upload in parts; send them with PATCH to the address in Location."""
    _tus(tus_resumable, response)
    wanted = body or _checked(UploadBegin, _metadata(upload_length, upload_metadata), "header")
    row = await uploads.begin(session, request.app.state.node, actor, wanted)
    response.headers["Location"] = f"/api/v1/uploads/{row.id}"
    _say(row, response)
    return UploadView.model_validate(row)


@router.get("/uploads", operation_id="upload_list")
async def list_uploads(session: SessionOf, cursor: Cursor = None, limit: Limit = 50) -> Page[UploadView]:
    """Return the uploads under way, newest first."""
    rows, following = await uploads.list_uploads(session, cursor=cursor, limit=limit)
    return Page(items=[UploadView.model_validate(row) for row in rows], next_cursor=following)


@router.get("/uploads/{upload_id}", operation_id="upload_get")
async def get_upload(session: SessionOf, request: Request, upload_id: str) -> UploadView:
    """Return an upload."""
    return UploadView.model_validate(await uploads.get(session, request.app.state.node, upload_id, here=False))


@router.head("/uploads/{upload_id}", operation_id="upload_offset", status_code=200)
async def tell_offset(
    session: SessionOf, request: Request, response: Response, upload_id: str, tus_resumable: TusResumable = None
) -> None:
    """Say how many bytes are safe; whoever was sending them is stopped first."""
    _tus(tus_resumable, response)
    node = request.app.state.node
    await Receiver.of(node).stop(upload_id)
    row = await uploads.get(session, node, upload_id)
    if row.dataset_id is None and row.offset == row.bytes:  # killed between the last byte and the data set
        row.dataset_id = (await uploads.finish(session, node, row)).id
    _say(row, response)
    response.headers["Upload-Length"] = str(row.bytes)
    response.headers["Cache-Control"] = "no-store"


@router.patch("/uploads/{upload_id}", operation_id="upload_append", status_code=204, openapi_extra=_PARTS)
@own_record
async def append_part(
    request: Request,
    response: Response,
    session: SessionOf,
    actor: Actor,
    upload_id: str,
    upload_offset: Annotated[int, Header(ge=0, le=2**62)],
    tus_resumable: TusResumable = None,
    upload_checksum: Annotated[str | None, Header(max_length=200, description="Algorithm and base64")] = None,
) -> None:
    """Go on with an upload from Upload-Offset; with its last byte it becomes a data set, named in Stormbell-Dataset."""
    _tus(tus_resumable, response)
    if request.headers.get("content-type") != _PART:
        raise UploadMediaType(f"Send it as {_PART}")
    node = request.app.state.node
    async with node.database.session_of(actor) as before:  # no connection waits for a slow sender
        row = await uploads.get(before, node, upload_id)
    if row.dataset_id is None:
        await uploads.go_on(node, row, upload_offset, _some(request), checksum=_checksum(upload_checksum))
        if row.offset == row.bytes:
            dataset = await uploads.finish(session, node, row)
            row.dataset_id = dataset.id
            audit.note(session, "dataset.uploaded", object_id=dataset.id, actor=actor)
    _say(row, response)


@router.delete("/uploads/{upload_id}", operation_id="upload_end", status_code=204)
async def end_upload(
    session: SessionOf, request: Request, response: Response, upload_id: str, tus_resumable: TusResumable = None
) -> None:
    """Forget an upload and what came of it; a data set it has become stays."""
    _tus(tus_resumable, response)
    await uploads.end(session, request.app.state.node, upload_id)


def _tus(version: str | None, response: Response) -> None:
    if version not in (None, _VERSION):
        raise TusVersion(f"{version[:20]!r} is not spoken here", headers={"Tus-Version": _VERSION})
    response.headers["Tus-Resumable"] = _VERSION


def _say(row: Upload, response: Response) -> None:
    response.headers["Upload-Offset"] = str(row.offset)
    response.headers["Upload-Expires"] = format_datetime(row.expires_at, usegmt=True)
    if row.dataset_id is not None:
        response.headers["Stormbell-Dataset"] = row.dataset_id


def _checked(kind: type[Any], values: dict[str, Any], place: str) -> Any:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        items = items_of(error.errors(), place)
        raise Invalid("; ".join(f"{i.pointer}: {i.message}" for i in items[:3]), errors=items) from error


def _metadata(length: str | None, text: str | None) -> dict[str, Any]:
    """Return the headers of a creation as the body would say it."""
    if length is None or not length.isascii() or not length.isdigit() or len(length) > 19:
        raise Invalid("Say in Upload-Length how many bytes will come, or send a JSON body")
    found: dict[str, Any] = {}
    for pair in filter(None, (text or "").split(",")):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise BadRequest(f"Upload-Metadata: the value of {key[:40]!r} is no text in base64") from error
    said = {
        "name": found.pop("filename", None) or found.pop("name", None) or "data",
        "bytes": int(length),
        "media_type": found.pop("filetype", None) or found.pop("type", None) or None,
    }
    if tags := found.pop("tags", None):
        said["tags"] = [tag.strip() for tag in tags.split(",")]
    known = {"role", "comment", "sha256", "follows", "keep_until", "valid_from", "valid_until", "media_type"}
    return said | {key: value for key, value in found.items() if key in known}  # uploaders add words of their own


def _checksum(header: str | None) -> tuple[str, bytes] | None:
    if header is None:
        return None
    name, _, value = header.partition(" ")
    if name not in uploads.CHECKSUMS:
        raise BadRequest(f"Upload-Checksum: {name[:20]!r} is none of {', '.join(uploads.CHECKSUMS)}")
    try:
        return name, base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise BadRequest("Upload-Checksum: the value is no base64") from error


async def _whole(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect as error:
        raise UploadCutShort("The connection ended before the content did") from error


async def _some(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        return  # what came is kept
