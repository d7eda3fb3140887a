"""The guarded client against real sockets on loopback: what it refuses never reaches the canary server."""

import asyncio
import gzip
import ipaddress
import ssl
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

import app
from app.kernel.egress import EgressDenied, EgressRules, denied_reason
from app.kernel.http import GuardedClient, RemoteGarbled, RemoteTimeout, RemoteTooLarge, RemoteUnreachable
from app.kernel.settings import EgressSettings

Answer = Callable[[str, dict[str, str], asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Canary:
    """A little HTTP server that counts connections and remembers requests."""

    port: int = 0
    connections: int = 0
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    answer: Answer | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while line := await reader.readline():
                headers = {}
                while (header := (await reader.readline()).strip()) != b"":
                    name, _, value = header.decode().partition(":")
                    headers[name.lower()] = value.strip()
                await reader.readexactly(int(headers.get("content-length", 0)))
                first = line.decode().strip()
                self.requests.append((first, headers))
                if self.answer is None:
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Seen: Yes\r\n\r\nok")
                else:
                    await self.answer(first, headers, writer)
                    break
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    made = Canary()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


def client_of(*allow: str, addresses: dict[str, list[str]] | None = None, **settings: Any) -> GuardedClient:
    async def resolve(host: str, _port: int) -> list[str]:
        if addresses is not None and host in addresses:
            return addresses[host]
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            raise OSError("no such name") from None

    return GuardedClient(EgressSettings(allow=list(allow), **settings), resolve=resolve)


ODD = [
    "http://127.0.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0x7f.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://[fd00::1]:{port}/",
    "http://[fec0::1]:{port}/",
    "http://10.0.0.1:{port}/",
    "http://100.64.0.1:{port}/",
    "http://169.254.169.254:{port}/latest/meta-data",
    "http://224.0.0.1:{port}/",
    "http://255.255.255.255:{port}/",
    "http://198.18.0.1:{port}/",
    "http://localhost:{port}/",
    "http://localhost.:{port}/",
    "http://LOCALHOST:{port}/",
    "http://xn--lclhost-7wa:{port}/",
    "http://ⓛocalhost:{port}/",
    "http://127。0。0。1:{port}/",
    "http://１２７.０.０.１:{port}/",  # noqa: RUF001 (full-width digits are the point)
    "http://%31%32%37.0.0.1:{port}/",
    "http://example.com@127.0.0.1:{port}/",
    "http://user:secret@example.com:{port}/",
    "http://example.com\\@127.0.0.1:{port}/",
    "http://example.com%0d%0a.127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/\r\nX-Evil: 1",
    "http://127.0.0.1:{port}/ HTTP/1.1\r\nHost: evil\r\n\r\n",
    "http://example.com:{port}\t/",
    "http://:{port}/",
    "http:///path",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_GET",
    "ftp://127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "",
]
LOOPBACK_NAMES = {"localhost": ["127.0.0.1"], "localhost.": ["127.0.0.1"], "xn--lclhost-7wa": ["127.0.0.1"]}


@pytest.mark.parametrize("url", ODD)
@pytest.mark.security("S8")
async def test_every_spelling_of_a_forbidden_address_is_refused_before_a_connection(canary: Canary, url: str) -> None:
    client = client_of(addresses={**LOOPBACK_NAMES, "0": ["0.0.0.0"]})
    with pytest.raises(EgressDenied) as refused:
        await client.request("GET", url.format(port=canary.port))
    assert refused.value.status == 403
    assert refused.value.code == "egress_denied"
    assert canary.connections == 0
    await client.close()


async def test_the_system_resolver_is_judged_too(canary: Canary) -> None:
    client = GuardedClient(EgressSettings())
    with pytest.raises(EgressDenied, match=r"loopback .*egress\.allow"):
        await client.request("GET", f"http://localhost:{canary.port}/")
    assert canary.connections == 0
    await client.close()


@pytest.mark.security("S8")
async def test_a_name_that_flips_to_loopback_after_the_check_is_refused(canary: Canary) -> None:
    asked = []

    async def flipping(host: str, port: int) -> list[str]:
        asked.append(host)
        # 203.0.113.0/24 is documentation space and refused as such, so "public" needs an address that is.
        return ["1.1.1.1"] if len(asked) == 1 else ["127.0.0.1"]

    rules = EgressRules(())
    assert rules.vetted("feed.example", canary.port, await flipping("feed.example", canary.port)) == ["1.1.1.1"]
    client = GuardedClient(EgressSettings(), resolve=flipping)
    with pytest.raises(EgressDenied):
        await client.request("GET", f"http://feed.example:{canary.port}/")
    assert len(asked) == 2
    assert canary.connections == 0
    await client.close()


@pytest.mark.security("S8")
async def test_the_connection_goes_to_the_vetted_address_and_resolves_once(canary: Canary) -> None:
    asked = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["10.9.9.9", "127.0.0.1"]  # the first is not admitted, so it is never dialled

    client = GuardedClient(EgressSettings(allow=["127.0.0.1/32"]), resolve=resolve)
    answer = await client.request("GET", f"http://feed.example:{canary.port}/a?b=1", headers={"X-One": "1"})
    assert (answer.status, answer.body, answer.headers["x-seen"]) == (200, b"ok", "Yes")
    assert asked == [("feed.example", canary.port)]
    first, headers = canary.requests[0]
    assert first == "GET /a?b=1 HTTP/1.1"
    assert headers["host"] == f"feed.example:{canary.port}"
    assert headers["x-one"] == "1"
    await client.close()


@pytest.mark.parametrize(
    ("allow", "passes"),
    [
        ("127.0.0.1", True),
        ("127.0.0.0/8", True),
        ("127.0.0.1:{port}", True),
        ("127.0.0.1:1", False),
        ("feed.example", True),
        ("FEED.example.", True),
        ("feed.example:{port}", True),
        ("feed.example:1", False),
        ("other.example", False),
        ("10.0.0.0/8", False),
    ],
)
async def test_what_the_administrator_admits(canary: Canary, allow: str, passes: bool) -> None:
    client = client_of(allow.format(port=canary.port), addresses={"feed.example": ["127.0.0.1"]})
    asked = client.request("GET", f"http://feed.example:{canary.port}/")
    if passes:
        assert (await asked).status == 200
    else:
        with pytest.raises(EgressDenied):
            await asked
        assert canary.connections == 0
    await client.close()


@pytest.mark.parametrize("port", [22, 25, 81, 6000, 6667, 10080])
async def test_ports_of_other_services_are_refused_unless_named(port: int) -> None:
    with pytest.raises(EgressDenied, match=f"port {port}"):
        await client_of("127.0.0.1").request("GET", f"http://127.0.0.1:{port}/")
    with pytest.raises(RemoteUnreachable):
        await client_of(f"127.0.0.1:{port}").request("GET", f"http://127.0.0.1:{port}/")


async def test_a_redirect_is_an_answer_unless_asked_for(canary: Canary) -> None:
    async def away(_first: str, _headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n")

    canary.answer = away
    client = client_of(f"127.0.0.1:{canary.port}")
    assert (await client.request("GET", f"http://127.0.0.1:{canary.port}/")).status == 302
    with pytest.raises(EgressDenied, match="private"):
        await client.request("GET", f"http://127.0.0.1:{canary.port}/", follow_redirects=True)
    await client.close()


@pytest.mark.security("S8")
async def test_redirects_are_vetted_each_and_end_after_three(canary: Canary) -> None:
    async def onwards(first: str, _headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        hop = int(first.split(" ")[1].strip("/") or 0)
        if hop == 3:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere")
        else:
            writer.write(f"HTTP/1.1 307 X\r\nLocation: /{hop + 1}\r\nContent-Length: 0\r\n\r\n".encode())

    canary.answer = onwards
    client = client_of(f"127.0.0.1:{canary.port}")
    answer = await client.request("GET", f"http://127.0.0.1:{canary.port}/0", follow_redirects=True)
    assert (answer.body, answer.url) == (b"here", f"http://127.0.0.1:{canary.port}/3")
    with pytest.raises(RemoteGarbled, match="redirects"):
        await client.request("GET", f"http://127.0.0.1:{canary.port}/-1", follow_redirects=True)
    await client.close()


async def test_credentials_do_not_follow_a_redirect_to_another_host(canary: Canary) -> None:
    async def across(_first: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        if headers["host"].startswith("one."):
            location = f"http://two.example:{canary.port}/".encode()
            writer.write(b"HTTP/1.1 303 X\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")

    canary.answer = across
    names = {"one.example": ["127.0.0.1"], "two.example": ["127.0.0.1"]}
    client = client_of("127.0.0.1", addresses=names)
    for _ in range(2):
        await client.request(
            "POST",
            f"http://one.example:{canary.port}/",
            headers={"Authorization": "Bearer x", "X-Kept": "1"},
            content=b"body",
            follow_redirects=True,
        )
    hops = canary.requests
    assert [first.split()[0] for first, _ in hops] == ["POST", "GET", "POST", "GET"]
    assert "authorization" in hops[0][1]
    assert "authorization" not in hops[1][1]
    assert hops[1][1]["x-kept"] == "1"
    assert all("cookie" not in headers for _, headers in hops)  # one user's cookie never travels with another's request
    await client.close()


@pytest.mark.parametrize(
    "headers", [{"X-A": "1\r\nX-B: 2"}, {"X-A\r\nX-B": "1"}, {"X A": "1"}, {"X-A": "1\n"}, {"X-A": "\0"}, {"": "1"}]
)
@pytest.mark.security("S8")
async def test_headers_with_line_breaks_are_refused(canary: Canary, headers: dict[str, str]) -> None:
    with pytest.raises(EgressDenied, match="header"):
        await client_of("127.0.0.1").request("GET", f"http://127.0.0.1:{canary.port}/", headers=headers)
    assert canary.connections == 0


@pytest.mark.security("S8")
async def test_proxies_of_the_environment_are_ignored(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    client = client_of(addresses={"feed.example": ["10.0.0.1"]})
    with pytest.raises(EgressDenied):
        await client.request("GET", "http://feed.example/")
    assert canary.connections == 0
    await client.close()


def body(content: bytes, *headers: str) -> Answer:
    async def answer(_first: str, _headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(content)}", *headers]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        await writer.drain()

    return answer


async def test_a_gzip_answer_is_inflated(canary: Canary) -> None:
    canary.answer = body(gzip.compress(b"x" * 5000), "Content-Encoding: gzip")
    client = client_of("127.0.0.1")
    answer = await client.request("GET", f"http://127.0.0.1:{canary.port}/", max_bytes=5000)
    assert answer.body == b"x" * 5000
    await client.close()


def bomb(inflated_bytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(bytes(1024**2)) for _ in range(inflated_bytes // 1024**2))
    return packed + packer.flush()


@pytest.mark.security("S8")
async def test_a_gzip_bomb_is_cut_at_the_cap(canary: Canary) -> None:
    canary.answer = body(bomb(256 * 1024**2), "Content-Encoding: gzip")
    client = client_of("127.0.0.1", max_bytes=100_000)
    with pytest.raises(RemoteTooLarge, match="100000 bytes"):
        await client.request("GET", f"http://127.0.0.1:{canary.port}/")
    await client.close()


@pytest.mark.security("S8")
async def test_an_endless_answer_is_cut_at_the_cap_without_being_read(canary: Canary) -> None:
    sent = 0

    async def endless(_first: str, _headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
            sent += 65536
            await writer.drain()

    canary.answer = endless
    client = client_of("127.0.0.1")
    with pytest.raises(RemoteTooLarge):
        await client.request("GET", f"http://127.0.0.1:{canary.port}/", max_bytes=1_000_000)
    assert sent < 20_000_000  # what fits in socket buffers, not what could have been sent
    await client.close()


async def test_the_whole_exchange_is_timed_not_only_its_steps(canary: Canary) -> None:
    dripping = asyncio.Event()

    async def drip(_first: str, _headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        dripping.set()
        while True:  # each byte comes in time; the whole never does
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)

    canary.answer = drip
    client = client_of("127.0.0.1")
    with pytest.raises(RemoteTimeout, match=r"within 0\.3 s"):
        await client.request("GET", f"http://127.0.0.1:{canary.port}/", timeout_seconds=0.3)
    assert dripping.is_set()
    await client.close()


async def test_a_silent_resolver_counts_towards_the_time() -> None:
    async def never(_host: str, _port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    client = GuardedClient(EgressSettings(timeout_seconds=0.2), resolve=never)
    with pytest.raises(RemoteTimeout):
        await client.request("GET", "http://feed.example/")
    await client.close()


@pytest.mark.parametrize(
    ("raw", "headers"),
    [
        (gzip.compress(b"x" * 5000, mtime=0)[:-20], ["Content-Encoding: gzip"]),
        (b"not gzip at all", ["Content-Encoding: gzip"]),
        (b"x", ["Content-Encoding: br"]),
        (b"x", ["Content-Encoding: gzip, gzip"]),
        (gzip.compress(b"a", mtime=0) + b"rest", ["Content-Encoding: gzip"]),
    ],
)
async def test_a_damaged_or_unasked_encoding_is_named(canary: Canary, raw: bytes, headers: list[str]) -> None:
    canary.answer = body(raw, *headers)
    client = client_of("127.0.0.1")
    with pytest.raises(RemoteGarbled):
        await client.request("GET", f"http://127.0.0.1:{canary.port}/")
    await client.close()


@pytest.mark.parametrize("raw", [b"SSH-2.0-OpenSSH_9\r\n", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
async def test_what_is_not_http_is_named(canary: Canary, raw: bytes) -> None:
    async def answer(_first: str, _headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(raw)

    canary.answer = answer
    client = client_of("127.0.0.1")
    with pytest.raises(RemoteGarbled):
        await client.request("GET", f"http://127.0.0.1:{canary.port}/")
    await client.close()


async def test_nobody_there_and_no_such_name() -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    client = client_of("127.0.0.1")
    with pytest.raises(RemoteUnreachable):
        await client.request("GET", f"http://127.0.0.1:{port}/")
    with pytest.raises(RemoteUnreachable, match="resolved"):
        await client.request("GET", "http://nowhere.example/")
    await client.close()


async def test_many_at_once_and_again_after_close(canary: Canary) -> None:
    client = client_of("127.0.0.1")
    url = f"http://127.0.0.1:{canary.port}/"
    answers = await asyncio.gather(*[client.request("POST", url, content=b"x" * 1000) for _ in range(100)])
    assert {a.status for a in answers} == {200}
    await client.close()
    assert (await client.request("GET", url)).status == 200
    await client.close()


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's context with a certificate for feed.example that the client trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "feed.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("feed.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context


@pytest.mark.security("S8")
async def test_tls_verifies_the_name_although_the_address_is_dialled(certificate: ssl.SSLContext) -> None:
    asked_names: list[str | None] = []
    certificate.sni_callback = lambda _socket, name, _context: asked_names.append(name)
    canary = Canary()
    server = await asyncio.start_server(canary.serve, "127.0.0.1", 0, ssl=certificate)
    port = server.sockets[0].getsockname()[1]
    client = client_of("127.0.0.1", addresses={"feed.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]})
    assert (await client.request("GET", f"https://feed.example:{port}/")).status == 200
    # The first connection is still open to the same address, and may not serve another name.
    with pytest.raises(RemoteUnreachable, match=r"(?i)certificate"):
        await client.request("GET", f"https://other.example:{port}/")
    with pytest.raises(RemoteUnreachable, match=r"(?i)certificate"):
        await client.request("GET", f"https://127.0.0.1:{port}/")
    assert asked_names[:2] == ["feed.example", "other.example"]
    assert len(canary.requests) == 1
    await client.close()
    server.close()


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101", "2002:101:101::1"])
def test_public_addresses_are_public_however_written(address: str) -> None:
    assert denied_reason(ipaddress.ip_address(address)) is None


def test_importing_the_client_does_not_import_httpx() -> None:
    code = "import sys, app.kernel.http; print('httpx' in sys.modules, 'httpcore' in sys.modules)"
    environment = {"PYTHONPATH": str(Path(app.__path__[0]).parent)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["False", "False"]
