"""Media types: which bodies are JSON, what a delivery's content is, and as what a body may be shown."""

import base64
import binascii
from typing import Any

import orjson

JSON = "application/json"
EVENT = "application/cloudevents+json"
EVENTS = "application/cloudevents-batch+json"
LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"})
# What programs say when nobody told them what they send: curl's -d, and fetch of a text.
_UNSAID = frozenset({"", "application/x-www-form-urlencoded"})
# Shown in place by a browser without running anything; the rest is a download of bytes.
_HARMLESS = frozenset({"text/plain", "text/csv", "image/png", "image/jpeg", "image/gif", "image/webp"})
_LONGEST = 100


def media_type_of(content_type: str) -> str:
    """Return the media type of a Content-Type, in lower case and without parameters."""
    return content_type.partition(";")[0].strip().lower()[:_LONGEST]


def is_json(media_type: str | None) -> bool:
    """Say whether a body that is called this has to be JSON."""
    return media_type is None or media_type in (JSON, "text/json") or media_type.endswith("+json")


def is_unsaid(media_type: str) -> bool:
    """Say whether the sender said nothing in particular."""
    return media_type in _UNSAID


def content_of(body: bytes, media_type: str | None) -> Any:
    """Return a kept body parsed, of an event its data; ``None`` for what is not JSON."""
    if not is_json(media_type):
        return None
    try:
        document = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return None
    return data_of(document) if media_type == EVENT else document


def data_of(event: Any) -> Any:
    """Return the data of a CloudEvent that is one JSON document; bytes that are no JSON stay base64."""
    if not isinstance(event, dict):
        return None
    if "data_base64" not in event:
        return event.get("data")
    try:
        return orjson.loads(base64.b64decode(event["data_base64"], validate=True))
    except (ValueError, TypeError, binascii.Error):
        return event["data_base64"]


def shown_as(media_type: str | None) -> str:
    """Return as what a body is sent to a browser: what came may call itself anything, and nothing of it may run."""
    if is_json(media_type):
        return "text/plain; charset=utf-8"
    if media_type is not None and media_type in _HARMLESS:
        return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
    return "application/octet-stream"
