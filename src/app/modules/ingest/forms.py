"""Files out of a form as people and browsers send them: multipart/form-data (RFC 7578), of a body that is here whole.

How large that may be was decided before it was read; of its parts there are no more than items may come at once.
"""

import mimetypes
import re
from typing import NamedTuple
from urllib.parse import unquote

from app.modules.ingest.errors import TooManyItems
from app.modules.ingest.feed_errors import FormUnreadable
from app.modules.ingest.media import media_type_of

FORM = "multipart/form-data"
# A part's head says what it is called and what it is; nobody's is longer, and reading one costs what it has characters.
_HEAD_BYTES = 4096
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")  # RFC 2046, 5.1.1
_PARAMETER = re.compile(r';\s*([a-z]+\*?)=("(?:[^"\\]|\\.)*"|[^\s;"]*)', re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
# What programs say who do not know a file by its name, as curl does not know JSON.
_UNKNOWN = frozenset({"", "application/octet-stream"})
_BY_NAME = {"geojson": "application/geo+json", "jsonl": "application/x-ndjson", "ndjson": "application/x-ndjson"}
_NAME_LENGTH = 300


class File(NamedTuple):
    """A file of a form. ``name`` is the last part of what the sender calls it, fit to be shown, and may be empty."""

    name: str
    media_type: str
    content: bytes


def files_of(content_type: str, body: bytes, most: int) -> list[File]:
    """Return the files of a form in their order; an input for which nobody chose a file is none.

    Raises TooManyItems (422), FormUnreadable (400).
    """
    boundary = _parameters(content_type).get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise FormUnreadable("its Content-Type names no boundary: leave that header to the program that sends the form")
    mark = b"\r\n--" + boundary.encode()
    body = b"\r\n" + body
    if body.count(mark) > most + 1:
        raise TooManyItems(f"more than {most} files; send them in parts")
    before, *parts = body.split(mark)
    if before.strip() or not parts:
        raise FormUnreadable("it does not begin with its boundary")
    if parts.pop().strip() != b"--":
        raise FormUnreadable("it does not end with its boundary")
    files = [file for part in parts if (file := _file_of(part)) is not None]
    if not files:
        raise FormUnreadable("it has no file")
    return files


def _file_of(part: bytes) -> File | None:
    head, blank, content = part.partition(b"\r\n\r\n")
    if not blank or len(head) > _HEAD_BYTES:
        raise FormUnreadable(f"a part of it has no head, or one of more than {_HEAD_BYTES} bytes")
    padding, *lines = head.split(b"\r\n")
    headers = dict(map(_header, lines))
    disposition = headers.get("content-disposition", "")
    if padding.strip() or media_type_of(disposition) != "form-data":
        raise FormUnreadable("a part of it does not say that it is form-data")
    if headers.get("content-transfer-encoding", "binary").lower() not in ("binary", "8bit", "7bit"):
        raise FormUnreadable("a part of it has a Content-Transfer-Encoding; its bytes are taken as they are")
    parameters = _parameters(disposition)
    name = _name_of(parameters)
    if name is None:
        raise FormUnreadable(f"its field {_shown(parameters.get('name', ''))!r} is no file")
    media_type = media_type_of(headers.get("content-type", ""))
    if media_type.startswith("multipart/"):
        raise FormUnreadable("a part of it has parts itself")
    if not name and not content:
        return None
    if media_type in _UNKNOWN or not _MEDIA_TYPE.fullmatch(media_type):
        media_type = _by_name(name)
    return File(name, media_type, content)


def _header(line: bytes) -> tuple[str, str]:
    name, _, value = line.decode(errors="replace").partition(":")
    return name.strip().lower(), value.strip()


def _parameters(value: str) -> dict[str, str]:
    found = {}
    for name, text in _PARAMETER.findall(value):
        found[name.lower()] = text[1:-1] if text.startswith('"') else text
    return found


def _name_of(parameters: dict[str, str]) -> str | None:
    """Return a file's name as browsers write it, as curl does, or as libraries did before RFC 7578."""
    if "filename*" in parameters:
        name = unquote(parameters["filename*"].rpartition("'")[2])
    elif "filename" in parameters:
        name = parameters["filename"].replace('\\"', '"').replace("%22", '"')
    else:
        return None
    return _shown(name.replace("\\", "/").rpartition("/")[2])


def _shown(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text).strip()[:_NAME_LENGTH]


def _by_name(name: str) -> str:
    known = _BY_NAME.get(name.rpartition(".")[2].lower())
    if known is not None:
        return known
    media_type, packed = mimetypes.guess_type(name)
    return media_type if media_type is not None and packed is None else "application/octet-stream"
