"""From a POST's bytes to items, by what the sender says they are: JSON, lines, CloudEvents, a form, or anything."""

import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.kernel.errors import EncodingUnsupported, Problem
from app.modules.ingest import cloud_events
from app.modules.ingest.errors import ContentUnreadable, MediaTypeWrong, PushTooLarge, TooManyItems
from app.modules.ingest.forms import FORM, File, files_of
from app.modules.ingest.items import Found, Item, ItemSettings, Quarantined, checked_key, parsed
from app.modules.ingest.media import EVENT, EVENTS, JSON, LINES, is_json, is_unsaid, media_type_of
from app.modules.ingest.source import Source

_WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def read(
    source: Source, settings: Any, body: bytes, headers: Mapping[str, str], *, key: str | None, most_items: int
) -> list[Found]:
    """Return the items of a POST; what cannot be read is among them, with the reason.

    ``headers`` have names in lower case. Raises TooManyItems, MediaTypeWrong, ItemKeyMissing (422), and FormUnreadable
    (400).
    """
    media_type = media_type_of(headers.get("content-type", ""))
    if media_type in LINES:
        # Every line is at least its end, so a flood of them is known before they are read.
        if body.count(b"\n") > 2 * most_items:
            raise TooManyItems(f"more than {most_items} lines; send them in parts")
        found = source.items_of(body)
    elif not isinstance(settings, ItemSettings):
        found = [source.item_of(body, None if key is None else checked_key(key))]
    elif media_type == EVENTS:
        found = cloud_events.batched(settings, body)
    elif media_type == EVENT:
        found = [_event(settings, body)]
    elif "ce-specversion" in headers:
        attributes = cloud_events.attributes_of(headers) or {}
        found = [cloud_events.binary(settings, body, media_type or JSON, attributes)]
    elif is_unsaid(media_type) or is_json(media_type):
        found = [source.item_of(body, None if key is None else checked_key(key))]
    elif media_type == FORM:
        found = _of_files(source, settings, files_of(headers["content-type"], body, most_items), key, most_items)
    elif any(settings.pointers) or settings.json_schema is not None:
        raise MediaTypeWrong(f"{media_type} is not JSON, and this source looks into what it takes")
    else:
        found = [cloud_events.opaque(body, media_type, key)]
    if len(found) > most_items:
        raise TooManyItems(f"{len(found)} items are more than {most_items}; send them in parts")
    return found


def read_again(source: Source, settings: Any, body: bytes, media_type: str | None, *, whole: bool) -> list[Found]:
    """Return what a body that was kept unread holds by today's settings."""
    if isinstance(settings, ItemSettings):
        if media_type == EVENT:
            return [_event(settings, body)]
        if media_type == EVENTS:
            return cloud_events.batched(settings, body)
    return source.items_of(body) if whole else [source.item_of(body)]


def unpacked(body: bytes, encoding: str, most_bytes: int) -> bytes:
    """Return a body without its Content-Encoding; never more than ``most_bytes`` of it are made.

    Raises EncodingUnsupported (415), PushTooLarge (413), ContentUnreadable (400).
    """
    window = _WINDOW.get(encoding)
    if window is None:
        raise EncodingUnsupported(f"Send the body as it is or with gzip or deflate, not with {encoding[:40]!r}")
    unpacker = zlib.decompressobj(wbits=window)
    try:
        content = unpacker.decompress(body, most_bytes + 1)
    except zlib.error as error:
        raise ContentUnreadable(f"it is not {encoding}: {error}") from error
    if len(content) > most_bytes:
        raise PushTooLarge(f"unpacked it is more than the {most_bytes} bytes one delivery may have")
    if not unpacker.eof or unpacker.unused_data:
        raise ContentUnreadable(f"the {encoding} data ends too early, or something follows it")
    return content


def _of_files(source: Source, settings: Any, files: list[File], key: str | None, most_items: int) -> list[Found]:
    """Return what the files of a form hold, each read as if it had been sent alone."""
    found: list[Found] = []
    for number, file in enumerate(files, 1):
        named = key if key is None or len(files) == 1 else f"{key}/{number}"
        said = {"content-type": file.media_type}
        try:
            ones = read(source, settings, file.content, said, key=named, most_items=most_items)
        except Problem as problem:
            raise _in_file(file, problem) from problem
        found += [_of_file(file, one, alone=len(ones) == 1) for one in ones]
        if len(found) > most_items:  # before more of them are read
            break
    return found


def _of_file(file: File, one: Found, *, alone: bool) -> Found:
    if isinstance(one, Item):
        return one._replace(title=file.name or None) if alone and one.title is None else one
    return replace(one, problem=_in_file(file, one.problem))


def _in_file(file: File, problem: Problem) -> Problem:
    return type(problem)(f"{file.name or 'a file without a name'}: {problem}", errors=problem.errors)


def _event(settings: ItemSettings, body: bytes) -> Found:
    try:
        event = parsed(body)
    except Problem as problem:
        return Quarantined(raw=body, problem=problem, media_type=EVENT)
    return cloud_events.structured(settings, event, body)
