"""What a data set was asked for with: an address, a query. Kept, so that it can be asked again and its graph begins."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, Field, TypeAdapter

from app.modules.data.storage import QueryFormat


class UrlOrigin(BaseModel):
    """It was fetched; ``storage_id``: by that storage's own machine."""

    kind: Literal["url"] = "url"
    url: str
    storage_id: str | None = None


class QueryOrigin(BaseModel):
    """It is the answer to a query."""

    kind: Literal["query"] = "query"
    storage_id: str
    sql: str
    form: QueryFormat
    most_rows: int


Origin = UrlOrigin | QueryOrigin
_ORIGIN: TypeAdapter[Origin] = TypeAdapter(Annotated[Origin, Field(discriminator="kind")])


def origin_of(kept: dict[str, Any] | None) -> Origin | None:
    """Return what a row keeps as what it is."""
    return None if kept is None else _ORIGIN.validate_python(kept)


def shown(kept: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return an origin for whoever sees the data set: of an address, what may log somebody in is left out."""
    if kept is None or "url" not in kept:
        return kept
    parts = urlsplit(kept["url"])
    host = parts.netloc.rpartition("@")[2]
    return kept | {"url": urlunsplit((parts.scheme, host, parts.path, "…" if parts.query else "", ""))}
