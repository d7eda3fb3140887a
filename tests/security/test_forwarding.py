"""What a proxy says about its visitor is believed from the hops the settings name, and from nobody else."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from app.kernel.forwarding import Hops
from app.kernel.node import Node
from app.kernel.settings import Settings, SettingsProblem
from app.kernel.web_guard import WebGuard
from tests.conftest import settings_for

NAME = "storm.example.org"
PROXY, VISITOR, STRANGER = "10.0.0.7", "203.0.113.9", "198.51.100.66"
Visit = Callable[..., Any]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(
        tmp_path / "data", **{"server.trusted_proxies": "10.0.0.0/29, ::1", "server.allowed_hosts": NAME}
    )


@pytest.fixture
async def visit(node: Node) -> AsyncIterator[Visit]:
    """Ask through the guard who the application thinks is asking."""
    app = FastAPI()

    @app.get("/api/v1/me")
    async def me(request: Request) -> dict[str, Any]:
        return {"ip": request.client and request.client.host, "scheme": request.url.scheme}

    guarded = WebGuard(app, node=node)

    async def ask(peer: str, *headers: tuple[str, str], host: str = NAME) -> httpx.Response:
        transport = httpx.ASGITransport(guarded, client=(peer, 40000))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.get("/api/v1/me", headers=list(headers))

    return ask


@pytest.mark.security("S4")
async def test_a_spoofed_header_of_anybody_else_is_ignored(visit: Visit) -> None:
    for peer in (STRANGER, "127.0.0.1", "10.0.0.8"):
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP"):
            answer = await visit(peer, (name, "127.0.0.1"), ("X-Forwarded-Proto", "https"))
            assert answer.json() == {"ip": peer, "scheme": "http"}, (peer, name)


@pytest.mark.security("S4")
async def test_a_trusted_proxy_names_its_visitor(visit: Visit) -> None:
    answer = await visit(PROXY, ("X-Forwarded-For", VISITOR), ("X-Forwarded-Proto", "https"))
    assert answer.json() == {"ip": VISITOR, "scheme": "https"}
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert (await visit(PROXY)).json() == {"ip": PROXY, "scheme": "http"}


@pytest.mark.security("S4")
async def test_what_a_visitor_puts_before_the_proxys_word_is_not_believed(visit: Visit) -> None:
    for headers in (
        [("X-Forwarded-For", f"127.0.0.1, {VISITOR}")],
        [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-For", VISITOR)],
        [("X-Forwarded-For", f"10.0.0.1, {VISITOR}, 10.0.0.2")],
        [("X-Forwarded-For", f"nonsense, {VISITOR}:4711")],
        [("X-Forwarded-For", f"127.0.0.1,, {VISITOR} , 10.0.0.2,10.0.0.3")],
    ):
        assert (await visit(PROXY, *headers)).json()["ip"] == VISITOR, headers
    # The proxy's own word is the last one.
    schemes = [("X-Forwarded-Proto", "https, http")]
    assert (await visit(PROXY, *schemes)).json()["scheme"] == "http"


@pytest.mark.security("S4")
async def test_only_host_names_the_server(visit: Visit) -> None:
    answer = await visit(PROXY, ("X-Forwarded-Host", NAME), ("Forwarded", f"host={NAME}"), host="evil.example")
    assert answer.status_code == 421


@pytest.mark.parametrize(
    ("hops", "wanted"),
    [
        ("nonsense", PROXY),
        ("", PROXY),
        ("256.1.1.1", PROXY),
        ("[2001:db8::9]:4711", "2001:db8::9"),
        ("2001:db8::9", "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ],
)
def test_hops_however_written(hops: str, wanted: str) -> None:
    scope = {"client": (PROXY, 1), "scheme": "http", "headers": [(b"x-forwarded-for", hops.encode())]}
    Hops(["10.0.0.0/29"]).apply(scope)
    assert scope["client"][0] == wanted  # type: ignore[index]


@pytest.mark.parametrize("scheme", ["javascript", "", "httpss", "ws"])
def test_a_scheme_is_http_or_https(scheme: str) -> None:
    scope = {"client": (PROXY, 1), "scheme": "http", "headers": [(b"x-forwarded-proto", scheme.encode())]}
    Hops([PROXY]).apply(scope)
    assert scope["scheme"] == "http"


def test_a_proxy_is_an_address_or_a_network(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsProblem, match=r"server\.trusted_proxies from a flag is not valid.*proxy\.example is no"
    ):
        settings_for(tmp_path, **{"server.trusted_proxies": "proxy.example"})
