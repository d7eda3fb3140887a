"""JSON pointers (RFC 6901): where in a document a source's settings point."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator

_SYNTAX = re.compile(r"(/([^~/]|~[01])*)*")
_MISSING = object()


class NothingThere(LookupError):
    """The document has nothing at this pointer."""


def tokens_of(pointer: str) -> tuple[str, ...]:
    """Split a pointer into its reference tokens. Raises ValueError for anything that is not a pointer."""
    if not _SYNTAX.fullmatch(pointer):
        raise ValueError(f"{pointer!r} is not a JSON pointer; it starts with / or is empty, such as /properties/title")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def _checked(pointer: str) -> str:
    tokens_of(pointer)
    return pointer


Pointer = Annotated[str, AfterValidator(_checked)]


def look_up(document: Any, tokens: Sequence[str]) -> Any:
    """Return the value at ``tokens``. Raises NothingThere."""
    value = document
    for token in tokens:
        if isinstance(value, dict):
            value = value.get(token, _MISSING)
        elif isinstance(value, list) and token.isdigit() and len(token) < 10:
            value = value[int(token)] if int(token) < len(value) else _MISSING
        else:
            value = _MISSING
        if value is _MISSING:
            raise NothingThere("/" + "/".join(tokens))
    return value


def without(document: Any, tokens: Sequence[str]) -> Any:
    """Return the document without the member at ``tokens``, copying only what lies on the way."""
    if not tokens or not isinstance(document, dict) or tokens[0] not in document:
        return document
    rest = {name: value for name, value in document.items() if name != tokens[0]}
    if len(tokens) > 1:
        rest[tokens[0]] = without(document[tokens[0]], tokens[1:])
    return rest
