"""One dropped file as a delivery: where it is, its SHA-256 and, of a short text, what is in it."""

import hashlib
import mimetypes
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import orjson
from pydantic import BaseModel

from app.modules.ingest.directories import Tree
from app.modules.ingest.items import Item

_PIECE_BYTES = 1024**2


class DroppedFile(BaseModel):
    """What the delivery of a file says."""

    name: str
    path: str
    bytes: int
    modified_at: datetime
    sha256: str | None
    media_type: str | None
    text: str | None


class Place(NamedTuple):
    """A file as it was looked at; its name is that below the directory."""

    name: str
    bytes: int
    changed_ns: int


class OutOfTime(Exception):
    """A file could not be read to its end in time."""


def read_file(
    tree: Tree,
    directory: Path,
    place: Place,
    *,
    text_bytes: int,
    digest_bytes: int,
    late: Callable[[], bool],
    give_up: bool,
) -> Item | None:
    """Return the file as an item; ``None`` when it is no longer what it was a moment ago.

    Raises OSError, and OutOfTime once it is ``late``; with ``give_up`` the file goes without its SHA-256 then.
    """
    digest, head, hashed = hashlib.sha256(), b"", place.bytes <= digest_bytes
    with tree.open(place.name) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return None
        if place.bytes <= text_bytes:
            head = file.read(text_bytes + 1)
            digest.update(head)
        while hashed and (piece := file.read(_PIECE_BYTES)):
            digest.update(piece)
            if late():
                if not give_up:
                    raise OutOfTime
                hashed = False
        now = os.fstat(file.fileno())
    if (now.st_size, now.st_mtime_ns) != (place.bytes, place.changed_ns):
        return None
    said = DroppedFile(
        name=place.name,
        path=str(directory / place.name),
        bytes=place.bytes,
        modified_at=datetime.fromtimestamp(place.changed_ns / 1e9, UTC),
        sha256=digest.hexdigest() if hashed else None,
        media_type=mimetypes.guess_type(place.name)[0],
        text=_text(head) if place.bytes <= text_bytes else None,
    )
    told = f"{place.bytes} {place.changed_ns} {said.sha256}".encode()
    return Item(
        key=place.name if len(place.name) <= 512 else hashlib.sha256(place.name.encode()).hexdigest(),
        body=orjson.dumps(said.model_dump()),
        fingerprint=hashlib.sha256(told).digest(),
        title=place.name[:300],
    )


def _text(head: bytes) -> str | None:
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
