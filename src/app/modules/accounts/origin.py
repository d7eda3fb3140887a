"""What a browser says about where a request comes from, and the session's cookie, which is why that matters.

Fetch Metadata (W3C) and ``Origin`` (RFC 6454) are set by the browser and cannot be set by a page's script.
"""

from urllib.parse import urlsplit

from fastapi import Request, Response

from app.kernel.settings import ServerSettings
from app.modules.accounts.errors import CrossSite

COOKIE = "stormbell_session"
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


def find_secret(request: Request) -> str | None:
    """Return the session secret the browser sent."""
    return request.cookies.get(_cookie_name(request))


def set_cookie(request: Request, response: Response, raw: str, seconds: int) -> None:
    """Give the browser the session's secret."""
    secure = is_secure(request)
    response.set_cookie(
        _cookie_name(request), raw, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure
    )


def delete_cookie(request: Request, response: Response) -> None:
    """Make the browser forget the session's secret."""
    secure = is_secure(request)
    response.delete_cookie(_cookie_name(request), path="/", httponly=True, samesite="lax", secure=secure)


def is_secure(request: Request) -> bool:
    """Say whether people reach us by TLS, here or at the proxy before us."""
    public = _server(request).public_url
    return request.url.scheme == "https" or (public is not None and public.lower().startswith("https://"))


def _cookie_name(request: Request) -> str:
    # The prefix makes browsers refuse the cookie from subdomains and without TLS (RFC 6265bis, 4.1.3.2).
    return f"__Host-{COOKIE}" if is_secure(request) else COOKIE


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
