"""CloudEvents 1.0.2 over HTTP (cloudevents.io): binary, structured and batched.

``source`` and ``id`` name an event for ever, so one that comes again is a duplicate whatever else is in it.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import orjson

from app.kernel.errors import Problem
from app.modules.ingest.errors import EventInvalid
from app.modules.ingest.items import KEY_LENGTH, Found, Item, ItemSettings, Quarantined, checked_key, parsed, written
from app.modules.ingest.media import EVENT, EVENTS, data_of, is_json

_REQUIRED = ("id", "source", "type")
_DATA = frozenset({"data", "data_base64"})


def attributes_of(headers: Mapping[str, str]) -> dict[str, str] | None:
    """Return the attributes of an event in binary mode, ``None`` when the request is none."""
    if "ce-specversion" not in headers:
        return None
    found = {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}
    if content_type := headers.get("content-type"):
        found["datacontenttype"] = content_type
    return found


def binary(settings: ItemSettings, body: bytes, media_type: str, attributes: Mapping[str, str]) -> Found:
    """Read an event whose data is the body."""
    try:
        _check(attributes)
        if not is_json(media_type or None):
            return _named(opaque(body, media_type), settings, attributes)
        return _named(settings.item(parsed(body), body=body), settings, attributes)
    except Problem as problem:
        kept = attributes if _may_be_kept(attributes) else None
        return Quarantined(raw=body, problem=problem, media_type=media_type or None, attributes=kept)


def structured(settings: ItemSettings, event: Any, body: bytes | None = None) -> Found:
    """Read an event that is one JSON document, ``body`` as it came."""
    attributes: dict[str, Any] = {}
    try:
        if not isinstance(event, dict):
            raise EventInvalid("an event is a JSON object")
        attributes = {name: value for name, value in event.items() if name not in _DATA}
        _check(attributes)
        raw = written(event) if body is None else body
        if any(settings.pointers) or settings.json_schema is not None:
            item = settings.item(data_of(event), body=raw)
        else:
            _check_data(event)
            item = opaque(raw, EVENT)
        return _named(item._replace(media_type=EVENT), settings, attributes)
    except Problem as problem:
        raw = written(event) if body is None else body
        kept = attributes if attributes and _may_be_kept(attributes) else None
        return Quarantined(raw=raw, problem=problem, media_type=EVENT, attributes=kept)


def batched(settings: ItemSettings, body: bytes) -> list[Found]:
    """Read a batch of events."""
    try:
        events = parsed(body)
        if not isinstance(events, list):
            raise EventInvalid("a batch of events is a JSON array")
    except Problem as problem:
        return [Quarantined(raw=body, problem=problem, whole=True, media_type=EVENTS)]
    return [structured(settings, event) for event in events]


def opaque(body: bytes, media_type: str, key: str | None = None) -> Item:
    """Make an item of bytes nobody here looks into."""
    digest = hashlib.sha256(body).digest()
    name = digest.hex()[:32] if key is None else checked_key(key)
    return Item(key=name, body=body, fingerprint=digest, media_type=media_type)


def _named(item: Item, settings: ItemSettings, attributes: Mapping[str, Any]) -> Item:
    source, event_id = attributes["source"], attributes["id"]
    name = f"{source} {event_id}"
    # A source that is a URI has no space, so that the first one ends it; another is told apart by a digest of both.
    plain = " " not in source
    told = name if plain else f"{source}\0{event_id}"
    fingerprint = hashlib.sha256(b"event\0" + told.encode()).digest()
    key = name if plain and len(name) <= KEY_LENGTH else fingerprint.hex()
    key = item.key if settings.key is not None else checked_key(key)
    title = item.title or _line(attributes.get("subject")) or _line(attributes["type"])
    return item._replace(key=key, fingerprint=fingerprint, title=title, attributes=dict(attributes))


def _line(value: Any) -> str | None:
    return " ".join(value.split())[:300] or None if isinstance(value, str) else None


def _check(attributes: Mapping[str, Any]) -> None:
    if attributes.get("specversion") != "1.0":
        raise EventInvalid(f"specversion is {attributes.get('specversion')!r}, not '1.0'")
    for name in _REQUIRED:
        value = attributes.get(name)
        if not isinstance(value, str) or not value or not value.isprintable():
            raise EventInvalid(f"the attribute {name} is a text that is not empty")
    if not _may_be_kept(attributes):
        raise EventInvalid("an attribute has the character U+0000 in it")


def _may_be_kept(attributes: Mapping[str, Any]) -> bool:
    """Say whether PostgreSQL's JSON can hold them: it has no U+0000 (PostgreSQL 17, 8.14)."""
    return b"\\u0000" not in orjson.dumps(attributes).replace(b"\\\\", b"")


def _check_data(event: Mapping[str, Any]) -> None:
    if "data_base64" not in event:
        return
    if "data" in event:
        raise EventInvalid("an event has data or data_base64, not both")
    try:
        base64.b64decode(event["data_base64"], validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise EventInvalid("data_base64 is not base64") from error
