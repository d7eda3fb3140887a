"""Every operation of the API, and real ids to ask for, found by crawling its lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from app.main import openapi

CALLER = "X-Test-Caller"


@dataclass(frozen=True)
class Operation:
    """One method at one path."""

    id: str
    method: str
    path: str
    spec: Mapping[str, Any] = field(hash=False, repr=False)

    @property
    def is_safe(self) -> bool:
        """Say whether it only reads (RFC 9110, 9.2.1)."""
        return self.method in ("GET", "HEAD", "OPTIONS")

    def target(self, ids: Mapping[str, str] | None = None) -> str:
        """Return the path with what stands in braces replaced: by an id of the list before it, or by ``x``."""
        parts: list[str] = []
        for part in self.path.split("/"):
            known = (ids or {}).get("/".join(parts), "x")
            parts.append(known if part.startswith("{") else part)
        return "/".join(parts)


def operations(app: FastAPI) -> Iterator[Operation]:
    """Yield every operation once."""
    for path, item in openapi(app)["paths"].items():
        for method, spec in item.items():
            yield Operation(spec["operationId"], method.upper(), path, spec)


async def ids_of(client: httpx.AsyncClient, app: FastAPI) -> dict[str, str]:
    """Return, for each list that holds anything, its path and the id of its first item, lists below lists too."""
    found: dict[str, str] = {}
    lists = sorted((o for o in operations(app) if o.is_safe), key=lambda o: o.path.count("/"))
    for operation in lists:
        if operation.method != "GET" or operation.path.endswith("/stream"):
            continue
        target = operation.target(found)
        answer = await client.get(target)
        if answer.status_code != 200 or not answer.headers["content-type"].startswith("application/json"):
            continue
        body = answer.json()
        items = body.get("items") if isinstance(body, dict) else None
        if items and isinstance(items[0], dict):
            named = next((items[0][key] for key in ("id", "name", "key") if key in items[0]), None)
            if isinstance(named, str):
                found[target] = named
    return found
