"""Nobody gets in anywhere without being let in: every route, every method, and every way to spell a path.

CVE-2026-53576 and CVE-2026-3514 skipped authentication because a path ended in the right word; CVE-2026-0545 had a
second router beside the one that asked; CVE-2026-27482 refused some methods and forgot others.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute, Mount

from app.kernel.node import Node
from app.kernel.principal import Role
from app.kernel.settings import Settings
from tests.conftest import settings_for

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
DENIED = {401, 403, 404, 405}

# Everything strangers may call. A new line here is a decision about security.
PUBLIC = {
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("GET", "/docs/problems"),
    ("GET", "/api/v1/setup"),
    ("POST", "/api/v1/setup"),
    ("POST", "/api/v1/sessions"),
    # Logins at a provider or with a passkey take two requests, before which nobody is known (S15).
    ("GET", "/api/v1/login-methods"),
    ("POST", "/api/v1/logins"),
    ("POST", "/api/v1/logins/finish"),
    # Whoever holds a code from a mail has no login yet, or no longer (S14).
    ("POST", "/api/v1/password-resets"),
    ("POST", "/api/v1/password-resets/redeem"),
    ("POST", "/api/v1/email-verifications/redeem"),
    ("POST", "/api/v1/invitations/acceptance"),
    ("POST", "/api/v1/sign-ups"),
    # Off unless the settings say otherwise; then the address of the sender decides (S20).
    ("POST", "/api/v1/ingest"),
    # What somebody published: the link is the key, and leads to nothing else (tests of publications).
    ("GET", "/api/v1/public/{link}"),
    ("GET", "/api/v1/public/{link}/datasets/{dataset_id}"),
    # A link to a data set is signed and ends: it is the key to that content (tests of data sets).
    ("GET", "/api/v1/dataset-links/{link}"),
    ("HEAD", "/api/v1/dataset-links/{link}"),
    # A run signs what it says with a key of its own, and all it brings about is that its machine is asked (S31).
    ("POST", "/api/v1/run-callbacks"),
    # What a tus client asks before it begins (tus 1.0, OPTIONS): the versions spoken here, and nothing of anybody's.
    ("OPTIONS", "/api/v1/uploads"),
}
# Of the others every method is asked for: that OPTIONS is answered opens no other door.
PUBLIC_PATHS = {path for method, path in PUBLIC if method != "OPTIONS"}
# The operator UI: files anybody may read, because they hold no data.
PAGES = {"/assets", "/atlas", "/{path:path}"}

# Answers to this machine, and to others only after asking the node who calls.
ASK_THEMSELVES = {"/metrics"}

SUFFIXES = (
    "/health",
    "/ready",
    "/livez",
    "/configs",
    "/setup",
    "/",
    "//",
    "%2f",
    "%2F..%2F..%2Flivez",
    "/../setup",
    "/%2e%2e/setup",
    "/..;/setup",
    ";",
    ";/livez",
    ".",
    "%00",
    "%20",
    "?",
    ".json",
    ".css",
)


def walk(routes: Sequence[BaseRoute], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path and route of everything that answers, however deeply mounted."""
    for context in iter_route_contexts(routes):
        route = context.original_route
        path = prefix + (context.path or "")
        if isinstance(route, Mount):
            yield path, route
            yield from walk(route.routes, path)
        else:
            yield path, route


def filled(path: str) -> str:
    return "/".join("x" if part.startswith("{") else part for part in path.split("/"))


@dataclass
class Answer:
    """What came back for a request target exactly as written."""

    status: int = 0
    media_type: str = ""

    @property
    def is_page(self) -> bool:
        """The operator UI is sent for every address it may know; it holds no data."""
        return self.media_type.startswith("text/html")


class Stranger:
    """Somebody from another machine, whose program does not tidy up what it sends as httpx does."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def ask(self, method: str, target: str, body: bytes = b"", **headers: str) -> Answer:
        raw_path, _, query = target.partition("?")
        answer, bodies, gone = Answer(), [body], asyncio.Event()

        async def receive() -> Any:
            if bodies:
                return {"type": "http.request", "body": bodies.pop(), "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.media_type = dict(message["headers"]).get(b"content-type", b"").decode()

        sent = {"host": "127.0.0.1:8000", "content-type": "application/json", **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(raw_path),
            "raw_path": raw_path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "server": ("127.0.0.1", 8000),
            "client": ("203.0.113.9", 40000),
        }
        await self._app(scope, receive, send)
        return answer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A house that refuses strangers for what they ask, not for how often."""
    return settings_for(tmp_path / "data", **{"limits.stranger_requests_burst": 10**6})


@pytest.fixture
async def stranger(app: FastAPI, node: Node) -> Stranger:
    """A caller nobody knows, of a house that knows how to ask."""
    await node.start()
    return Stranger(app)


@pytest.fixture
def paths(app: FastAPI) -> list[str]:
    return sorted({path for path, _ in walk(app.routes)} - PAGES)


@pytest.mark.security("S1")
async def test_strangers_are_refused_everywhere_else(stranger: Stranger, paths: list[str]) -> None:
    assert len(paths) > 5
    let_in = set()
    for path in paths:
        for method in METHODS:
            answer = await stranger.ask(method, filled(path), b"{}" if method in ("POST", "PUT", "PATCH") else b"")
            if answer.status not in DENIED:
                let_in.add((method, path))
    assert let_in <= PUBLIC, f"strangers may call {sorted(let_in - PUBLIC)}"


@pytest.mark.security("S1")
async def test_no_spelling_of_a_path_lets_strangers_in(stranger: Stranger, paths: list[str]) -> None:
    let_in = []
    for path in (filled(path) for path in paths if path not in PUBLIC_PATHS):
        spellings = [path + suffix for suffix in SUFFIXES]
        spellings += [path.upper(), path.title(), "/" + path, path.replace("/", "//"), f"/livez/..{path}"]
        spellings += [f"/api/v1/setup/..{path}", path.replace("/api", "/%61pi"), path.replace("/", "\\")]
        spellings += [path.replace("/v1/", "/v1/./"), path.replace("/v1/", "/v1%2f"), f"{path}?token=setup"]
        for spelling in spellings:
            for method in ("GET", "POST"):
                answer = await stranger.ask(method, spelling, b"{}" if method == "POST" else b"")
                if answer.status < 400 and not answer.is_page:
                    let_in.append((method, spelling, answer.status))
    assert let_in == []


@pytest.mark.security("S1")
async def test_a_wrong_credential_is_no_better_than_none(stranger: Stranger, paths: list[str]) -> None:
    for path in paths:
        if path.startswith("/api/v1/") and path not in PUBLIC_PATHS:
            for headers in ({"authorization": "Bearer sb_" + "0" * 43}, {"cookie": "stormbell_session=" + "0" * 43}):
                answer = await stranger.ask("GET", filled(path), **headers)
                assert answer.status in DENIED, path


@pytest.mark.security("S1")
def test_public_operations_are_the_ones_listed(app: FastAPI, node: Node) -> None:
    public = {name for name, role in node.permissions.items() if role is Role.PUBLIC}
    listed = set()
    for path, route in walk(app.routes):
        if isinstance(route, APIRoute) and route.operation_id in public:
            listed |= {(method, path) for method in route.methods}
    assert {(method, path) for method, path in PUBLIC if path.startswith("/api/")} == listed


@pytest.mark.security("S1")
def test_every_route_is_one_that_asks(app: FastAPI, node: Node) -> None:
    """A plain Starlette route, a mount or one without a permission would not ask who calls."""
    for path, route in walk(app.routes):
        if path in PAGES or isinstance(route, Mount):
            assert path in PAGES, f"{path} is mounted and nobody asks who calls"
        elif path not in ASK_THEMSELVES and ("GET", path) not in PUBLIC:
            assert isinstance(route, APIRoute), f"{path} is a {type(route).__name__}, which asks nobody"
            assert route.operation_id in node.permissions, f"{path} has no permission"
