"""Parameters of applications: checked against their JSON Schema, and put where the definition says.

A value becomes a whole argument or part of one, never a second one, and in a script one word of shell: what people give
cannot become a command.
"""

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

import jsonschema_rs
import orjson

from app.kernel.errors import ProblemItem
from app.modules.simulation.errors import ParametersInvalid

MOST_BYTES = 64 * 1024
_SHOWN = 200
_PLACE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}")


def check_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema. Raises ValueError for what is no JSON Schema of an object, or refers elsewhere."""
    try:
        size = len(orjson.dumps(schema))
    except orjson.JSONEncodeError as error:  # a number of more than 64 bits, or levels beyond counting
        raise ValueError(f"the schema cannot be kept: {error}") from error
    if size > MOST_BYTES:
        raise ValueError(f"a schema has at most {MOST_BYTES} bytes")
    if schema.get("type", "object") != "object" or not isinstance(schema.get("properties", {}), dict):
        raise ValueError("parameters are an object: its schema has the type object, and properties")
    _validator(schema)
    return schema


def placeholders(texts: Iterable[str]) -> set[str]:
    """Return the names that texts have places for."""
    return {name for text in texts for name in _PLACE.findall(text)}


def with_defaults(schema: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a run, those left out by their defaults. Raises ParametersInvalid (422)."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    unknown = given.keys() - properties.keys()
    if unknown and not schema.get("additionalProperties", False):
        known = ", ".join(sorted(properties)) or "none"
        raise _invalid(f"/{min(unknown)}", f"there is no parameter {min(unknown)}; there are: {known}")
    defaults = {n: p["default"] for n, p in properties.items() if isinstance(p, dict) and "default" in p}
    values = {**defaults, **given}
    error = next(iter(_validator(dict(schema)).iter_errors(values)), None)
    if error is not None:
        where = "".join(f"/{part}" for part in error.instance_path)
        raise _invalid(where, error.message[:_SHOWN])
    return values


def argument(template: str, values: Mapping[str, Any]) -> str:
    """Return one argument of a command, its places filled. Raises ParametersInvalid (422).

    Text that would make an option of the argument is refused.
    """
    filled = _filled(template, values)
    first = _PLACE.match(template)
    if first and filled.startswith("-") and not isinstance(values.get(first[1]), int | float):
        raise _invalid(f"/{first[1]}", f"{first[1]} begins with '-': the program would take it for an option")
    return filled


def script_text(template: str, values: Mapping[str, Any]) -> str:
    """Return a script, each of its places filled with one word of shell. Raises ParametersInvalid (422)."""
    return _PLACE.sub(lambda found: shlex.quote(_text(found[1], values)), template)


def variable(template: str, values: Mapping[str, Any]) -> str:
    """Return the value of an environment variable, its places filled. Raises ParametersInvalid (422)."""
    return _filled(template, values)


def _filled(template: str, values: Mapping[str, Any]) -> str:
    return _PLACE.sub(lambda found: _text(found[1], values), template)


def _text(name: str, values: Mapping[str, Any]) -> str:
    if name not in values:
        raise _invalid(f"/{name}", f"the parameter {name} is missing, and has no default")
    value = values[name]
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    if "\x00" in text:
        raise _invalid(f"/{name}", f"{name} cannot hold NUL characters")
    return text


def _validator(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    try:
        return jsonschema_rs.validator_for(schema, retriever=_refuse, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise ValueError(f"not a JSON Schema: {str(error).splitlines()[0][:_SHOWN]}") from error


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} is not fetched: a schema refers to its own parts only")


def _invalid(pointer: str, message: str) -> ParametersInvalid:
    return ParametersInvalid(message, errors=[ProblemItem(pointer=f"/body/parameters{pointer}", message=message)])
