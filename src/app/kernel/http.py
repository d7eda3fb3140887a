"""The HTTP client of the house, for addresses users name (feeds, webhooks): every connection is vetted, timed, capped.

No proxy from the environment, no cookies, no redirect unless asked for (then at most three, each vetted anew).
"""

import asyncio
import importlib
import re
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Container, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin

from app.kernel.egress import EgressDenied, EgressRules, Target, check_host, target_of
from app.kernel.errors import Problem
from app.kernel.settings import EgressSettings

if TYPE_CHECKING:
    import httpx

    from app.kernel.dialing import Resolve

__all__ = [
    "EgressDenied",
    "GuardedClient",
    "RemoteGarbled",
    "RemoteProblem",
    "RemoteResponse",
    "RemoteStream",
    "RemoteTimeout",
    "RemoteTooLarge",
    "RemoteUnreachable",
]

MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2


class RemoteProblem(Problem):
    """The other server did not do its part.

    Look at the other server; here is nothing to mend.
    """

    status = 502
    code = "remote_failed"


class RemoteUnreachable(RemoteProblem):
    """The other server cannot be reached.

    Check its name, its port, and whether it is up and reachable from the machine Stormbell runs on.
    """

    code = "remote_unreachable"


class RemoteTimeout(RemoteProblem):
    """The other server took too long.

    Try again. If it is always slow, raise `egress.timeout_seconds`, and `timeout_seconds` of the source.
    """

    status = 504
    code = "remote_timeout"


class RemoteTooLarge(RemoteProblem):
    """The other server's answer is too large.

    Ask it for less, or raise `egress.max_bytes`, and `max_bytes` of the source.
    """

    code = "remote_too_large"


class RemoteGarbled(RemoteProblem):
    """The other server's answer cannot be read as HTTP.

    Fetch the address with `curl -i`. It may not be a web server, or compress in a way that was not asked for.
    """

    code = "remote_garbled"


@dataclass(frozen=True)
class RemoteResponse:
    """An answer, read to its end. Header names are in lower case; ``body`` is decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    elapsed_seconds: float


@dataclass(frozen=True)
class RemoteStream:
    """An answer whose body is read as it arrives, as it was sent: not decompressed, of any size."""

    status: int
    headers: Mapping[str, str]
    url: str
    body: AsyncIterator[bytes]


class GuardedClient:
    """Speaks HTTP to addresses that are public or admitted by ``egress.allow``. One per node, safe for concurrent use.

    ``resolve(host, port)`` returns addresses as text; the default asks the system.
    """

    def __init__(self, settings: EgressSettings, *, resolve: "Resolve | None" = None) -> None:
        self._settings = settings
        self._rules = EgressRules(settings.allow)
        self._resolve = resolve
        self._tls: ssl.SSLContext | None = None
        self._client: httpx.AsyncClient | None = None
        self._starting = asyncio.Lock()

    def trusting(self, tls: ssl.SSLContext) -> Self:
        """Return another client with the same rules that trusts who ``tls`` does; to be closed by itself."""
        other = copy(self)
        other._tls, other._client, other._starting = tls, None, asyncio.Lock()
        return other

    def check(self, url: str) -> Target:
        """Check a URL as far as possible without the network. Raises EgressDenied (403)."""
        return target_of(url, self._rules)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        max_bytes: int | None = None,
        timeout_seconds: float | None = None,
        follow_redirects: bool = False,
    ) -> RemoteResponse:
        """Send one request and read the whole answer; any status is an answer.

        ``max_bytes`` (after decompression) and ``timeout_seconds`` (from resolving to the last byte, redirects
        included) can only lower what the settings allow. Raises EgressDenied (403), RemoteUnreachable (502),
        RemoteTimeout (504), RemoteTooLarge (502), RemoteGarbled (502).
        """
        seconds = min(timeout_seconds or self._settings.timeout_seconds, self._settings.timeout_seconds)
        most = min(max_bytes or self._settings.max_bytes, self._settings.max_bytes)
        fields = _checked(headers or {})
        started = time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                for _ in range(MAX_REDIRECTS + 1):
                    status, answered, body = await self._once(method, url, fields, content, most)
                    location = answered.get("location")
                    if not (follow_redirects and status in _REDIRECTS and location):
                        return RemoteResponse(status, answered, body, url, time.monotonic() - started)
                    method, url, fields, content = self._redirected(method, url, fields, content, status, location)
        except TimeoutError as error:
            raise RemoteTimeout(f"no complete answer from {self.check(url).host} within {seconds:g} s") from error
        raise RemoteGarbled(f"more than {MAX_REDIRECTS} redirects, the last to {url[:200]}")

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | AsyncIterator[bytes] | None = None,
        follow_redirects: bool = False,
    ) -> AsyncIterator[RemoteStream]:
        """Send one request and lend its answer while the body is still arriving, as in ``async with`` … ``as answer``.

        ``egress.timeout_seconds`` is how long either side may be silent; there is no limit on the whole. A content
        that is an iterator is sent once: a redirect is not followed then. Raises as :meth:`request`, but for sizes,
        and what the iterator raises.
        """
        fields = {"Accept-Encoding": "identity"} | _checked(headers or {})
        again = MAX_REDIRECTS if follow_redirects and not isinstance(content, AsyncIterator) else 0
        while True:
            host = self.check(url).host
            client = await self._started()
            with _translated(host):
                request = client.build_request(method, url, headers=fields, content=content)
                response = await client.send(request, stream=True, follow_redirects=False)
                try:
                    answered = {name.lower(): value for name, value in response.headers.items()}
                    location = answered.get("location")
                    if not (again and response.status_code in _REDIRECTS and location):
                        yield RemoteStream(response.status_code, answered, url, response.aiter_raw())
                        return
                finally:
                    await response.aclose()
            sent = content if isinstance(content, bytes) else None
            method, url, fields, content = self._redirected(method, url, fields, sent, response.status_code, location)
            again -= 1

    async def addresses_of(self, host: str, port: int, *, usual: Container[int] = ()) -> list[str]:
        """Return the addresses that another protocol may connect to for ``host``, in order; connect to nothing else.

        ``usual`` are that protocol's own ports. Raises EgressDenied (403), RemoteUnreachable (502).
        """
        check_host(host)
        if port not in usual:
            self._rules.check_port(host, port)
        dialing: Any = await asyncio.to_thread(importlib.import_module, "app.kernel.dialing")
        try:
            found = await (self._resolve or dialing.resolve)(host, port)
        except (OSError, UnicodeError) as error:
            raise RemoteUnreachable(f"{host} cannot be resolved") from error
        return self._rules.vetted(host, port, found)

    async def close(self) -> None:
        """Close every connection; the next request would open new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _once(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, most: int
    ) -> tuple[int, dict[str, str], bytes]:
        host = self.check(url).host
        client = await self._started()
        try:
            with _translated(host):
                request = client.build_request(method, url, headers=headers, content=content)
                response = await client.send(request, stream=True, follow_redirects=False)
                try:
                    answered = {name.lower(): value for name, value in response.headers.items()}
                    return response.status_code, answered, await _body(response, most, host)
                finally:
                    await response.aclose()
        except OSError as error:
            raise RemoteUnreachable(f"{host} cannot be reached: {error}"[:300]) from error

    def _redirected(
        self, method: str, url: str, headers: dict[str, str], content: bytes | None, status: int, location: str
    ) -> tuple[str, str, dict[str, str], bytes | None]:
        there = urljoin(url, location)
        old, new = self.check(url), self.check(there)
        if old.scheme == "https" and new.scheme == "http":
            raise EgressDenied(f"{old.host} redirects from https to http")
        if (old.scheme, old.host, old.port) != (new.scheme, new.host, new.port):
            headers = {n: v for n, v in headers.items() if n.lower() not in ("authorization", "cookie", "host")}
        if status == 303 or (status in (301, 302) and method.upper() == "POST"):
            method, content = "GET", None
        return method, there, headers, content

    async def _started(self) -> "httpx.AsyncClient":
        async with self._starting:
            if self._client is None:
                # Importing httpx takes some 0.3 s, so it happens at the first request and not on the event loop.
                dialing: Any = await asyncio.to_thread(importlib.import_module, "app.kernel.dialing")
                self._client = dialing.client(
                    self._rules, self._resolve or dialing.resolve, self._settings.timeout_seconds, self._tls
                )
            return self._client


@contextmanager
def _translated(host: str) -> Iterator[None]:
    """Say what httpx and httpcore raise as the house does."""
    import httpcore
    import httpx

    try:
        yield
    except httpcore.TimeoutException as error:
        raise RemoteTimeout(f"{host} does not answer") from error
    except (httpcore.ProtocolError, httpx.DecodingError) as error:
        raise RemoteGarbled(f"{host} does not speak HTTP as it should: {error}"[:300]) from error
    except httpx.InvalidURL as error:
        raise EgressDenied(f"the URL cannot be read: {error}") from error
    except httpcore.NetworkError as error:
        raise RemoteUnreachable(f"{host} cannot be reached: {error}"[:300]) from error


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name) or any(c in value for c in "\r\n\0"):
            raise EgressDenied(f"the header {name!r} holds a line break or another character headers cannot have")
    return dict(headers)


async def _body(response: "httpx.Response", most: int, host: str) -> bytes:
    """Read the body, inflating at most ``most`` bytes of it whatever the compression ratio is."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise RemoteGarbled(f"{host} answers with the content encoding {encoding[:40]!r}, which was not asked for")
    inflate = zlib.decompressobj(wbits=31) if encoding in ("gzip", "x-gzip") else None
    body, received = bytearray(), 0
    try:
        async for part in response.aiter_raw():
            received += len(part)
            body += inflate.decompress(part, most + 1 - len(body)) if inflate is not None else part
            if len(body) > most:
                raise RemoteTooLarge(f"the answer of {host} is larger than {most} bytes")
    except zlib.error as error:
        raise RemoteGarbled(f"the gzip stream from {host} is damaged: {error}") from error
    if inflate is not None and received and (not inflate.eof or inflate.unused_data):
        raise RemoteGarbled(f"the gzip stream from {host} does not end where the answer ends")
    return bytes(body)
