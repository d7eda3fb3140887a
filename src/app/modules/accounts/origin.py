"""What a browser says about where a request comes from, and our cookies, which are why that matters.

Fetch Metadata (W3C) and ``Origin`` (RFC 6454) are set by the browser and cannot be set by a page's script.
"""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from app.kernel.node import Node
from app.kernel.settings import ServerSettings
from app.modules.accounts.credentials import is_secret, new_secret
from app.modules.accounts.errors import CrossSite
from app.modules.accounts.flows import LIFETIME
from app.modules.accounts.method import Client

COOKIE = "stormbell_session"
LOGIN_COOKIE = "stormbell_login"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def require_same_origin(request: Request, *, browser: bool = True) -> None:
    """Raise CrossSite (403) unless the request comes from our own pages.

    With ``browser=False`` a request that says nothing passes: a program sends neither header, a browser always does.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site == "same-origin":
        return
    if site in ("cross-site", "same-site"):
        raise CrossSite(f"The browser calls this a {site} request; open Stormbell itself")
    if origin is None and not browser:
        return
    if origin is None or origin.lower() not in _own_origins(request):
        raise CrossSite(
            f"Origin {origin!r} is not this server; set server.public_url to the address people use"
            if origin
            else "With the session cookie, Origin has to be sent; programs should use an API token"
        )


def node_of(request: Request) -> Node:
    """Return this process's node."""
    node: Node = request.app.state.node
    return node


NodeOf = Annotated[Node, Depends(node_of)]


def ip_of(request: Request) -> str:
    """Return the address a request comes from."""
    return request.client.host if request.client else "local"


def client_of(request: Request) -> Client:
    """Return where the request comes from; no page of another site may log a browser in (login CSRF)."""
    require_same_origin(request, browser=False)
    return Client(
        ip=ip_of(request),
        user_agent=request.headers.get("User-Agent"),
        old_secret=_secret_of(request, COOKIE),
        browser=_secret_of(request, LOGIN_COOKIE),
    )


ClientOf = Annotated[Client, Depends(client_of)]


def find_secret(request: Request) -> str | None:
    """Return the session secret the browser sent."""
    return request.cookies.get(_named(request, COOKIE))


def bind_browser(request: Request, response: Response, client: Client) -> str:
    """Return the secret this browser's logins under way are bound to; it has it, or is given it, for ten minutes."""
    raw = client.browser or new_secret()
    # Strict: only our own page brings the answer back, whoever sent the browser to that page.
    response.set_cookie(
        _named(request, LOGIN_COOKIE),
        raw,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )
    return raw


def own_origin(request: Request) -> str:
    """Return where people reach us, without a path: ``server.public_url``, else as this request did."""
    public = _server(request).public_url
    return _origin(public or f"{request.url.scheme}://{request.headers.get('Host', '')}")


def set_cookie(request: Request, response: Response, raw: str, seconds: int) -> None:
    """Give the browser the session's secret."""
    secure = is_secure(request)
    response.set_cookie(
        _named(request, COOKIE), raw, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure
    )


def delete_cookie(request: Request, response: Response) -> None:
    """Make the browser forget the session's secret."""
    secure = is_secure(request)
    response.delete_cookie(_named(request, COOKIE), path="/", httponly=True, samesite="lax", secure=secure)


def is_secure(request: Request) -> bool:
    """Say whether people reach us by TLS, here or at the proxy before us."""
    public = _server(request).public_url
    return request.url.scheme == "https" or (public is not None and public.lower().startswith("https://"))


def _named(request: Request, cookie: str) -> str:
    # The prefix makes browsers refuse the cookie from subdomains and without TLS (RFC 6265bis, 4.1.3.2).
    return f"__Host-{cookie}" if is_secure(request) else cookie


def _secret_of(request: Request, cookie: str) -> str | None:
    raw = request.cookies.get(_named(request, cookie))
    return raw if raw is not None and is_secret(raw) else None


def _own_origins(request: Request) -> set[str]:
    # The Host header is one of ours: the guard refused all others.
    own = {_origin(f"{request.url.scheme}://{request.headers.get('Host', '')}")}
    if (public := _server(request).public_url) is not None:
        own.add(_origin(public))
    return own


def _origin(address: str) -> str:
    parts = urlsplit(address.lower())
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return f"{parts.scheme}://{parts.netloc.removesuffix(default) if default else parts.netloc}"


def _server(request: Request) -> ServerSettings:
    server: ServerSettings = request.app.state.node.settings.kernel.server
    return server
