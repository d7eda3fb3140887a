"""JSON Schema of what a source takes. Nothing is fetched for it, and its regular expressions run in linear time."""

from typing import Annotated, Any

import jsonschema_rs
import orjson
from pydantic import AfterValidator

from app.modules.ingest.errors import SchemaMismatch
from app.modules.ingest.schema_costs import require_bounded

MOST_BYTES = 64 * 1024
_SHOWN = 200


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} is not fetched: a schema refers to its own parts only, such as #/$defs/station")


def validator_of(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """Compile a schema. Raises ValueError for what is no schema, or refers elsewhere."""
    try:
        return jsonschema_rs.validator_for(schema, retriever=_refuse, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise ValueError(f"not a JSON Schema: {str(error).splitlines()[0][:_SHOWN]}") from error


def _checked(schema: dict[str, Any] | None) -> dict[str, Any] | None:
    if schema is not None:
        if len(orjson.dumps(schema)) > MOST_BYTES:
            raise ValueError(f"a schema has at most {MOST_BYTES} bytes")
        validator_of(schema)
        require_bounded(schema)
    return schema


JsonSchema = Annotated[dict[str, Any] | None, AfterValidator(_checked)]


def require_fit(validator: jsonschema_rs.Validator, value: Any) -> None:
    """Raise SchemaMismatch (422), saying where, when a value does not fit."""
    if validator.is_valid(value):
        return
    error = next(iter(validator.iter_errors(value)))
    where = "/" + "/".join(map(str, error.instance_path)) if error.instance_path else "the item"
    told = f"{where}: {error.message[:_SHOWN]}"
    raise SchemaMismatch(told.replace("\x00", "\\u0000"))  # a member may be called so, and no text of the tables is
