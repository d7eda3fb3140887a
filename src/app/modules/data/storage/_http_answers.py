"""What the headers of an answer say about an object."""

from collections.abc import Mapping
from datetime import UTC, datetime

from app.modules.data.errors import StorageCannot
from app.modules.data.storage import ObjectStat
from app.modules.data.storage._remote import modified_at

MISSING = (404, 410)


def stat_of(path: str, status: int, headers: Mapping[str, str]) -> ObjectStat:
    """Return what the headers of an answer say about an object. Raises StorageCannot (409) when not how long it is."""
    total = headers.get("content-range", "").rpartition("/")[2] if status in (206, 416) else None
    try:
        size = int(total or headers["content-length"])
    except (KeyError, ValueError) as error:
        raise StorageCannot(f"the server does not say how many bytes {path} has") from error
    when = modified_at(headers.get("last-modified")) or datetime.fromtimestamp(0, UTC)
    return ObjectStat(path, size, when, headers.get("etag"), headers.get("content-type"))
