"""What a validator found wrong, said to whoever sent it: without the validator's own terms."""

from collections.abc import Callable, Mapping
from typing import Any

_WHOLE = "has to be a whole number"
_NUMBER = "has to be a number"
_SWITCH = "has to be true or false"
_TEXT = "has to be text"
_LIST = "has to be a list"
_OBJECT = "has to be an object, with members"
_TIME = "has to be a time, such as 2026-02-06T13:56:00Z"
_DATE = "has to be a date, such as 2026-02-06"
_SPAN = "has to be a number of seconds"
_ADDRESS = "has to be an address, such as https://example.org"

_SAID: dict[str, str] = {
    "missing": "is missing",
    "missing_argument": "is missing",
    "extra_forbidden": "is not known here; leave it out",
    "unexpected_keyword_argument": "is not known here; leave it out",
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "string_unicode": "has to be text in UTF-8",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "has too many digits",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": "has to be a finite number",
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _OBJECT,
    "mapping_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "none_required": "has to be null",
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "timezone_aware": "needs its time zone, such as the Z of 2026-02-06T13:56:00Z",
    "datetime_past": "has to lie in the past",
    "datetime_future": "has to lie in the future",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "time_delta_type": _SPAN,
    "time_delta_parsing": _SPAN,
    "url_type": _ADDRESS,
    "url_parsing": _ADDRESS,
    "url_syntax_violation": _ADDRESS,
    "uuid_type": "has to be a UUID",
    "uuid_parsing": "has to be a UUID",
    "bytes_type": _TEXT,
    "path_type": "has to be a path",
}

_BOUNDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than": lambda c: f"has to be more than {c['gt']}",
    "greater_than_equal": lambda c: f"has to be at least {c['ge']}",
    "less_than": lambda c: f"has to be less than {c['lt']}",
    "less_than_equal": lambda c: f"may be at most {c['le']}",
    "multiple_of": lambda c: f"has to be a multiple of {c['multiple_of']}",
    "string_too_short": lambda c: _at_least(c["min_length"], "character"),
    "string_too_long": lambda c: _at_most(c["max_length"], "character"),
    "bytes_too_short": lambda c: _at_least(c["min_length"], "byte"),
    "bytes_too_long": lambda c: _at_most(c["max_length"], "byte"),
    "url_too_long": lambda c: _at_most(c["max_length"], "character"),
    "too_short": lambda c: _at_least(c["min_length"], _thing(c)),
    "too_long": lambda c: _at_most(c["max_length"], _thing(c)),
    "string_pattern_mismatch": lambda c: f"does not have the form it needs, which is {c['pattern']}",
    "literal_error": lambda c: f"has to be {c['expected']}",
    "enum": lambda c: f"has to be {c['expected']}",
    "json_invalid": lambda c: f"is not valid JSON: {c['error']}",
    "url_scheme": lambda c: f"has to begin with {c['expected_schemes']}",
    "union_tag_invalid": lambda c: f"has to have {c['discriminator']} {c['expected_tags']}",
    "union_tag_not_found": lambda c: f"has to have the member {c['discriminator']}",
}


def plainly(error: Mapping[str, Any]) -> str:
    """Return one of pydantic's ``errors()`` as what stands after the name of the member that is wrong."""
    kind, bounds = error["type"], error.get("ctx", {})
    if (said := _SAID.get(kind)) is not None:
        return said
    if (bound := _BOUNDS.get(kind)) is not None and bounds:
        return bound(bounds)
    text: str = error["msg"]
    return text.removeprefix("Value error, ").removeprefix("Assertion failed, ")


def _thing(bounds: Mapping[str, Any]) -> str:
    # What it counts, of a secret too: that is text whose length is checked from outside.
    return {"Value": "character", "Dictionary": "member"}.get(bounds.get("field_type", ""), "entry")


def _at_least(count: int, thing: str) -> str:
    return "may not be empty" if count == 1 else f"has to have at least {_counted(count, thing)}"


def _at_most(count: int, thing: str) -> str:
    return "has to be empty" if count == 0 else f"may have at most {_counted(count, thing)}"


def _counted(count: int, thing: str) -> str:
    many = "entries" if thing == "entry" else f"{thing}s"
    return f"{count:,} {thing if count == 1 else many}"
