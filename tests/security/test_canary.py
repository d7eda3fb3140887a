"""A secret in every field of every kind of credential, and nowhere else: a real server, looked at from all sides."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from app.kernel.postgres import find_bin_directory
from tools.live import Server, owner_of

CANARY = "c4n4ry"
PASSPHRASE = f"{CANARY}-passphrase"


def secrets(port: int) -> dict[str, dict[str, Any]]:
    """Settings of each kind, every secret in them marked."""
    key = Ed25519PrivateKey.generate()
    encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, BestAvailableEncryption(PASSPHRASE.encode()))
    return {
        "password": {"user": "ada", "password": f"{CANARY}-password"},
        "bearer": {"token": f"{CANARY}-token"},
        "s3": {
            "access_key_id": "AKIA1234",
            "secret_access_key": f"{CANARY}-s3",
            "session_token": f"{CANARY}-session",
        },
        "ssh_key": {"user": "ada", "private_key": encrypted.decode(), "passphrase": PASSPHRASE},
        "ssh_ca": {"users": ["ada"], "private_key": encrypted.decode(), "passphrase": PASSPHRASE},
        "oauth": {
            "token_url": f"http://127.0.0.1:{port}/token",
            "client_id": "us",
            "client_secret": f"{CANARY}-client",
            "refresh_token": f"{CANARY}-refresh",
            "access_token": f"{CANARY}-access",
        },
    }


def traces(settings: dict[str, dict[str, Any]]) -> list[bytes]:
    """What may be found nowhere: the mark, and lines of the private key as it was given and as it is kept."""
    lines = settings["ssh_key"]["private_key"].splitlines()[1:-1]
    return [CANARY.encode(), *(line.encode() for line in lines[1:])]


class Mirror:
    """A feed and a token service that quote what they are sent, and fail."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.read(65536)
        body = b'{"error": "slow_down", "error_description": ' + repr(asked.decode()).encode() + b"}"
        head = b"HTTP/1.1 400 Bad\r\nContent-Type: application/json\r\nConnection: close\r\n"
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()


@pytest.mark.security("S7", "S24")
@pytest.mark.timeout(600)
async def test_a_secret_is_seen_nowhere(tmp_path: Path) -> None:
    mirror = await asyncio.start_server(Mirror().serve, "127.0.0.1", 0)
    port = mirror.sockets[0].getsockname()[1]
    server = Server(
        tmp_path / "data",
        environment={"STORMBELL_EGRESS_ALLOW": "127.0.0.1", "STORMBELL_LOG_LEVEL": "debug"},
    )
    settings = secrets(port)
    marks = traces(settings)
    seen: dict[str, bytes] = {}
    try:
        await server.start()
        async with owner_of(server) as api:
            ids = await use_all(api, settings, port, seen)
            await look_at_every_get(api, ids, seen)
            seen["the stream of events"] = await stream(api)
        seen |= processes(server.pid)
        seen["a dump of the database"] = await dump(server)
    finally:
        await server.stop()
        mirror.close()
    for path in files_of(server.data):
        seen[str(path)] = path.read_bytes()
    found = sorted({f"{mark.decode()} in {where}" for where, text in seen.items() for mark in marks if mark in text})
    assert found == []
    assert len(seen) > 60
    assert b"one answered" not in b"".join(seen.values())


async def use_all(
    api: httpx.AsyncClient, settings: dict[str, dict[str, Any]], port: int, seen: dict[str, bytes]
) -> dict[str, str]:
    """Create, refuse, replace, use and try one of each kind; return an id for each path parameter."""
    ids: dict[str, str] = {}
    for kind, given in settings.items():
        made = await api.post("/credentials", json={"name": kind, "kind": kind, "settings": given})
        assert made.status_code == 201, made.text
        one = ids["credential_id"] = made.json()["id"]
        answers = [
            made,
            await api.post("/credentials", json={"name": kind, "kind": kind, "settings": given}),
            await api.post("/credentials", json={"name": "x", "kind": kind, "settings": given | {"nonsense": CANARY}}),
            await api.post(
                "/credentials", json={"name": "x", "kind": kind, "settings": {n: [v] for n, v in given.items()}}
            ),
            await api.put(f"/credentials/{one}/secret", json={"settings": given}),
            await api.patch(f"/credentials/{one}", json={"name": f"my {kind}"}),
        ]
        if kind in ("password", "bearer", "oauth"):
            source = {"url": f"http://127.0.0.1:{port}/feed", "credential": one, "interval_seconds": 1}
            body = {"name": f"feed-{kind}", "driver": "http_json", "settings": source}
            answers.append(await api.post("/sources", json=body))
            assert answers[-1].status_code == 201, answers[-1].text
            ids["source_id"] = answers[-1].json()["id"]
            await failed(api, ids["source_id"])
        answers.append(await api.post(f"/credentials/{one}/test"))
        if answers[-1].status_code == 202:
            ids["job_id"] = answers[-1].json()["job_id"]
            await ended(api, ids["job_id"])
        for number, answer in enumerate(answers):
            seen[f"answer {number} about {kind}"] = answer.content + str(answer.headers).encode()
    return ids


async def failed(api: httpx.AsyncClient, source_id: str) -> None:
    """Wait until the feed was asked, and refused."""
    async with asyncio.timeout(60):
        while not (await api.get(f"/sources/{source_id}")).json().get("last_error"):
            await asyncio.sleep(0.1)


async def ended(api: httpx.AsyncClient, job_id: str) -> None:
    async with asyncio.timeout(60):
        while (await api.get(f"/jobs/{job_id}")).json().get("finished_at") is None:
            await asyncio.sleep(0.1)


async def look_at_every_get(api: httpx.AsyncClient, ids: dict[str, str], seen: dict[str, bytes]) -> None:
    document = orjson.loads((Path(__file__).parents[2] / "openapi.json").read_bytes())
    for path, operations in document["paths"].items():
        if "get" not in operations or "stream" in str(operations["get"].get("responses", {}).get("200", {})):
            continue
        address = path.removeprefix("/api/v1")
        for name, value in ids.items():
            address = address.replace("{" + name + "}", value)
        if path.startswith("/api/v1") and "{" not in address:
            seen[f"GET {address}"] = await beginning(api, address)


async def beginning(api: httpx.AsyncClient, address: str) -> bytes:
    """Return what an address answers within two seconds: some never end."""
    body = b""
    try:
        async with asyncio.timeout(2), api.stream("GET", address) as answer:
            async for part in answer.aiter_bytes():
                body += part
    except TimeoutError:
        pass
    return body


async def stream(api: httpx.AsyncClient) -> bytes:
    """Return every event since the beginning."""
    body = b""
    try:
        async with asyncio.timeout(3), api.stream("GET", "/events", headers={"Last-Event-ID": "0-0"}) as answer:
            async for part in answer.aiter_bytes():
                body += part
    except TimeoutError:
        pass
    assert b"credential.changed" in body
    return body


def processes(pid: int) -> dict[str, bytes]:
    """Return arguments and environment of the server and all its children."""
    seen = {}
    for one in (pid, *children(pid)):
        for name in ("cmdline", "environ"):
            try:
                seen[f"{name} of {one}"] = Path(f"/proc/{one}/{name}").read_bytes()
            except OSError:
                continue
    assert len(seen) > 2
    return seen


def children(pid: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        try:
            stat = (entry / "stat").read_text() if entry.name.isdigit() else ""
        except OSError:
            continue
        if stat and int(stat.rpartition(")")[2].split()[1]) == pid:
            yield int(entry.name)
            yield from children(int(entry.name))


async def dump(server: Server) -> bytes:
    """Return what a back-up of the database holds."""
    tool = find_bin_directory(None) / "pg_dump"
    place = ["--host", server.postgres_socket(), "--username", "stormbell", "stormbell"]
    sees_all = ["--role", "stormbell_service", "--enable-row-security"]
    process = await asyncio.create_subprocess_exec(
        str(tool), "--inserts", *sees_all, *place, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err
    assert b"INSERT INTO public.credentials" in out
    return out


def files_of(directory: Path) -> Iterator[Path]:
    """Return every file but the database's own; a dump of that was looked at."""
    for path in directory.rglob("*"):
        if path.is_file() and "pgdata" not in path.parts and path.name != "vault.key":
            yield path
