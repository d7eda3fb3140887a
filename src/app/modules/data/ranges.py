"""The Range header (RFC 9110, section 14): one range of bytes; several at once are answered with the whole."""

from app.modules.data.errors import RangeUnsatisfiable


def parse_range(header: str | None, length: int) -> tuple[int, int] | None:
    """Return (start, end without) of the one range asked for, ``None`` for the whole content.

    A header that is malformed, of another unit or of several ranges is ignored, as the RFC allows. Raises
    RangeUnsatisfiable (416) when the range begins past the end.
    """
    if header is None:
        return None
    unit, equals, given = header.partition("=")
    if unit.strip().lower() != "bytes" or not equals or "," in given:
        return None
    first, dash, last = given.strip().partition("-")
    if not dash or not all(part == "" or (part.isascii() and part.isdigit()) for part in (first, last)):
        return None
    if max(len(first), len(last)) > 19:
        return None
    if first == "":
        if last == "":
            return None
        start, end = max(0, length - int(last)), length
    else:
        start, end = int(first), min(int(last) + 1, length) if last else length
        if last and int(last) < int(first):
            return None
    if start >= length or start >= end:
        raise RangeUnsatisfiable(f"The content has {length} bytes", headers={"Content-Range": f"bytes */{length}"})
    return start, end
