"""Connects httpx to vetted addresses only. Imports httpx, which is slow to import: enter through kernel.http.

The check sits where the connection is made (httpcore's network backend), so it holds for every name, port and
redirect, and what was vetted is what is connected to. TLS still verifies the certificate for the name asked for.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from app.kernel.egress import EgressRules

Resolve = Callable[[str, int], Awaitable[list[str]]]
KEEPALIVE_SECONDS = 20.0


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of ``host`` as text, from the system's resolver, in its order."""
    infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in infos))


def client(
    rules: EgressRules, resolver: Resolve, timeout_seconds: float, tls: ssl.SSLContext | None = None
) -> httpx.AsyncClient:
    """Return a client that goes through the guard and knows no proxy, no cookies and no automatic redirect."""
    pool = httpcore.AsyncConnectionPool(
        ssl_context=tls or httpx.create_ssl_context(),
        max_connections=50,
        max_keepalive_connections=10,
        keepalive_expiry=KEEPALIVE_SECONDS,
        network_backend=_GuardedBackend(rules, resolver),
    )
    # One client serves every user, so what one site sets may never be sent on behalf of another.
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    return httpx.AsyncClient(
        transport=_PoolTransport(pool),
        trust_env=False,
        cookies=no_cookies,
        timeout=timeout_seconds,
        headers={"User-Agent": "Stormbell", "Accept": "*/*", "Accept-Encoding": "gzip"},
    )


class _GuardedBackend(httpcore.AnyIOBackend):
    """Resolves once, vets every address and dials the vetted ones."""

    def __init__(self, rules: EgressRules, resolver: Resolve) -> None:
        super().__init__()
        self._rules = rules
        self._resolve = resolver

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first vetted address that answers."""
        self._rules.check_port(host, port)
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved") from error
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._rules.vetted(host, port, addresses):
            try:
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _PoolTransport(httpx.AsyncBaseTransport):
    """httpx over a connection pool of our own: its transport takes no network backend (httpx 0.28)."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        response = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Stream(response))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._response.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()
