"""A query parameter that an operation does not have is refused, and the one that was meant is named."""

from collections.abc import Iterator
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.kernel.node import Node
from app.kernel.web import TransactionRoute
from app.main import openapi

REFUSED = [
    ("GET", "/jobs?stat=queued", "/query/stat: there is no such parameter; did you mean state?"),
    ("GET", "/jobs?limit=2&state=queued&zzz=x", "/query/zzz: there is no such parameter; it takes batch_id, cursor"),
    ("GET", "/alarms?states=all", "/query/states: there is no such parameter; did you mean state?"),
    ("GET", "/events?typ=x", "/query/typ: there is no such parameter; did you mean type?"),
    (
        "GET",
        "/observer/history?form=2026-01-01T00:00:00Z",
        "/query/form: there is no such parameter; did you mean from?",
    ),
    ("GET", "/ping?x=1&y=2", "/query/x: there is no such parameter; it takes none; /query/y"),
    ("POST", "/queues/default/pause?dryrun=true", "/query/dryrun: there is no such parameter; it takes none"),
    ("POST", "/jobs?dry_run=true", "/query/dry_run: there is no such parameter; it takes none"),
    ("DELETE", "/jobs/job_x?yes", "/query/yes: there is no such parameter; it takes none"),
]


async def test_what_there_is_not_is_named_and_nothing_is_done(running_node: Node, client: httpx.AsyncClient) -> None:
    for method, path, says in REFUSED:
        body = {"kind": "wait", "payload": {"milliseconds": 1}} if path.startswith("/jobs?dry") else None
        answer = await client.request(method, f"/api/v1{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid"), (path, answer.text)
        assert answer.json()["detail"].startswith(says), (path, answer.text)
    assert (await client.get("/api/v1/jobs")).json()["items"] == []
    assert (await client.get("/api/v1/queues/default")).json()["state"] == "active"
    for path in (
        "/jobs?state=queued&state=failed&limit=2",
        "/alarms?state=all",
        "/observer/history?points=2",
        "/ping?",
    ):
        assert (await client.get(f"/api/v1{path}")).status_code == 200, path


async def test_of_very_many_a_few_are_named(running_node: Node, client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/ping?" + "&".join(f"a{n}" for n in range(5_000)))
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 10)


async def test_strangers_are_asked_who_they_are_before(running_node: Node, anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get("/api/v1/alarms?x=1")).status_code == 401
    # Whoever hands a public address on may have hung something to it.
    assert (await anonymous.get("/api/v1/login-methods?utm_source=mail")).status_code == 200


def test_every_parameter_in_the_contract_is_known_to_its_route(app: FastAPI, node: Node) -> None:
    described = {operation["operationId"]: operation for operation in operations(openapi(app))}
    looked = 0
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, TransactionRoute) and route.operation_id in described:
            parameters = described[route.operation_id].get("parameters", [])
            wanted = {one["name"] for one in parameters if one["in"] == "query"}
            assert route.query_names == wanted, route.operation_id
            looked += bool(wanted)
    assert looked > 50


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from (one for one in path.values() if isinstance(one, dict) and "operationId" in one)
