"""What every answer carries, whatever it is the answer to, and what one that sends users' files carries besides."""

import re

import httpx
import pytest
from fastapi import FastAPI

from app.kernel.node import Node
from app.kernel.principal import Principal
from app.kernel.web_guard import CONTENT_SECURITY_POLICY
from tests.security.operations import CALLER, ids_of, operations

SNAPSHOT = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
NEVER = ("server", "x-powered-by", "access-control-allow-origin", "access-control-allow-credentials", "location")


@pytest.mark.security("S22")
async def test_every_operation_answers_with_the_same_headers(
    app: FastAPI, http: httpx.AsyncClient, people: dict[str, Principal]
) -> None:
    statuses = set()
    for operation in operations(app):
        if operation.path.endswith("/stream"):
            continue
        for caller in ({}, {CALLER: "viewer"}, {CALLER: "owner"}):
            answer = await http.request(operation.method, operation.target(), headers=caller)
            statuses.add(answer.status_code)
            shown = {name: answer.headers.get(name) for name in SNAPSHOT}
            assert shown == SNAPSHOT, (operation.id, answer.status_code)
            if answer.status_code not in (201, 202):
                assert not [name for name in NEVER if name in answer.headers], operation.id
            assert answer.headers["x-request-id"].startswith("req_")
    assert {200, 401, 403, 404, 422} <= statuses


@pytest.mark.security("S22")
@pytest.mark.parametrize(
    "path",
    ["/", "/incidents/inc_x", "/nothing.css", "/assets/none.js", "/livez", "/readyz", "/metrics", "/docs/problems"],
)
async def test_pages_carry_them_too(running_node: Node, anonymous: httpx.AsyncClient, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "TRACE"):
        answer = await anonymous.request(method, path)
        for name, value in SNAPSHOT.items():
            if name == "content-security-policy" and path == "/docs/problems":
                # One document of ours without scripts or files: stricter than the pages can be.
                assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[^']+'; .*", answer.headers[name]) or (
                    answer.headers[name] == value
                )
            elif name != "cache-control":
                assert answer.headers.get(name) == value, (method, path, name)


@pytest.mark.security("S22")
async def test_what_reads_from_the_database_says_not_to_be_kept(
    app: FastAPI, running_node: Node, client: httpx.AsyncClient
) -> None:
    await client.post("/api/v1/tokens", json={"name": "one"})
    ids = await ids_of(client, app)
    read = 0
    for operation in operations(app):
        if operation.method == "GET" and not operation.path.endswith("/stream"):
            answer = await client.get(operation.target(ids))
            if answer.status_code == 200 and not operation.id.endswith(("_content", "_output")):
                assert "no-store" in answer.headers["cache-control"], operation.id
                read += 1
    assert read > 40


@pytest.mark.security("S16")
async def test_nothing_redirects_to_where_a_request_says(
    app: FastAPI, running_node: Node, client: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    """The one place that reads ``next`` is the login page, which takes paths only (its own tests)."""
    targets = ["//evil.example", "/\\evil.example", "https:evil.example", "%2f%2fevil.example", "/\t/evil.example"]
    for path in ("/", "/login", "/setup", "/api/v1/sessions/current", "/api/v1/jobs", "/docs/problems"):
        for target in targets:
            for name in ("next", "return_to", "redirect", "redirect_uri", "url"):
                for who in (client, anonymous):
                    answer = await who.get(path, params={name: target})
                    assert not 300 <= answer.status_code < 400, (path, name, target)
                    assert "location" not in answer.headers
    for path in ("//evil.example/", "/\\evil.example", "/%2fevil.example", "/api/v1/jobs/", "/assets", "/api/v1//jobs"):
        answer = await anonymous.get(f"http://127.0.0.1:8000{path}")
        assert "evil.example" not in answer.headers.get("location", ""), path
