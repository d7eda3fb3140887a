"""``/storages/{id}/folders``: a storage as a person looks through it, one directory at a time."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field

from app.kernel.paging import Limit, LongCursor, Page, decode_cursor, encode_cursor
from app.kernel.principal import Actor, Role
from app.kernel.web import api_router
from app.modules.data.storage._levels import level, name_of
from app.modules.data.storage_files import etag_of, files_of, media_type_of

PERMISSIONS = {"storage_folder_list": Role.VIEWER}

router = api_router("data")


class FolderEntry(BaseModel):
    """A file or a directory in a storage."""

    model_config = ConfigDict(title="FolderEntry")

    name: str
    path: str
    folder: bool
    bytes: int | None = Field(description="None of a directory, as what follows")
    modified_at: datetime | None
    etag: str | None
    media_type: str | None


@router.get("/storages/{storage_id}/folders", operation_id="storage_folder_list")
async def list_folder(
    request: Request,
    actor: Actor,
    storage_id: str,
    path: Annotated[str, Query(max_length=3000, description="Of the directory; nothing: the top")] = "",
    cursor: LongCursor = None,
    limit: Limit = 50,
) -> Page[FolderEntry]:
    """List what is in one directory, by name; what is not there holds nothing."""
    directory = path.strip("/")
    node = request.app.state.node
    files = await files_of(node, storage_id, actor, operation="storage_folder_list", path=directory)
    after = str(decode_cursor(cursor, [str])[0]) if cursor is not None else ""
    # The driver itself: what its limits are about is written, or read for long.
    found = await level(getattr(files.storage, "driver", files.storage), directory, after, limit + 1)
    start = directory + "/" if directory else ""
    items = [
        FolderEntry(
            name=child.name,
            path=start + child.name,
            folder=child.stat is None,
            bytes=None if child.stat is None else child.stat.bytes,
            modified_at=None if child.stat is None else child.stat.modified_at,
            etag=None if child.stat is None else etag_of(child.stat),
            media_type=None if child.stat is None else media_type_of(child.stat),
        )
        for child in found[:limit]
    ]
    return Page(items=items, next_cursor=encode_cursor([name_of(found[limit - 1])]) if len(found) > limit else None)
