"""Data sets from elsewhere: fetched from a web server that cuts and changes, or taken over where they lie."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.settings import Settings
from app.modules import jobs
from app.modules.data.receiving import Receiver
from app.modules.data.storages import default_storage_id, storage_of
from tests.conftest import settings_for

API = "/api/v1"
CONTENT = bytes(range(256)) * 4_000


class Web:
    """A web server of one file, over a real socket: it may cut the connection, change the file or refuse."""

    def __init__(self) -> None:
        self.content = CONTENT
        self.tag = '"one"'
        self.cuts: list[int] = []
        self.status = 200
        self.ranges: list[str] = []
        self.after_cut: Callable[[], None] = lambda: None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/files/wind%20field.nc?token=x"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            fields = {k.lower(): v for k, _, v in (line.partition(": ") for line in head.split("\r\n")[1:])}
            start, status = 0, self.status
            if "range" in fields:
                self.ranges.append(fields["range"])
                if fields.get("if-range") == self.tag:
                    start, status = int(fields["range"].removeprefix("bytes=").rstrip("-")), 206
            body = self.content[start:] if status in (200, 206) else b""
            more = f"Content-Range: bytes {start}-{len(self.content) - 1}/{len(self.content)}\r\n" if start else ""
            writer.write(
                f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\nETag: {self.tag}\r\n{more}"
                "Content-Type: application/x-netcdf; v=3\r\nConnection: close\r\n\r\n".encode()
            )
            writer.write(body[: self.cuts[0]] if self.cuts and body else body)
            await writer.drain()
            if self.cuts and body:
                self.cuts.pop(0)
                self.after_cut()
            writer.close()


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    made = Web()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


@pytest.fixture
def settings(tmp_path: Any, web: Web) -> Settings:
    return settings_for(tmp_path / "data", **{"egress.allow": [f"127.0.0.1:{web.port}"]})


async def ended(node: Node, job_id: str) -> Any:
    async with asyncio.timeout(60):
        while True:
            async with node.database.sessions() as session:
                found = await jobs.detail(session, job_id)
            if found.finished_at is not None:
                return found
            await asyncio.sleep(0.02)


@pytest.mark.covers("V34", "A12")
@pytest.mark.security("S9")
async def test_a_file_is_fetched_and_gone_on_with_where_it_was_cut(
    running_node: Node, client: httpx.AsyncClient, web: Web
) -> None:
    node = running_node
    web.cuts = [300_000, 500_000]
    wanted: dict[str, Any] = {"url": web.url, "sha256": hashlib.sha256(CONTENT).hexdigest(), "tags": ["wind"]}
    wanted["valid_from"] = "2026-11-23T06:00:00Z"  # the time of the source
    answer = await client.post(f"{API}/datasets/fetch", json=wanted)
    assert answer.status_code == 202, answer.text
    made = answer.json()
    assert (await client.get(f"{API}/datasets/{made['dataset_id']}")).status_code == 404
    assert (await ended(node, made["job_id"])).state == "succeeded"
    found = (await client.get(f"{API}/datasets/{made['dataset_id']}")).json()
    assert (found["name"], found["media_type"], found["tags"]) == ("wind field.nc", "application/x-netcdf", ["wind"])
    assert (found["sha256"], found["bytes"], found["valid_from"]) == (
        wanted["sha256"], len(CONTENT), wanted["valid_from"],
    )  # fmt: skip
    (copy,) = found["replicas"]
    assert copy["path"].startswith(f"uploads/{made['dataset_id']}/")
    assert (copy["state"], copy["verified_at"] is None) == ("present", False)
    assert web.ranges == ["bytes=300000-", "bytes=800000-"]

    def change() -> None:
        web.content, web.tag = CONTENT[::-1], '"two"'

    web.cuts, web.after_cut = [300_000], change
    changed = (await client.post(f"{API}/datasets/fetch", json={"url": web.url, "name": "changed"})).json()
    assert (await ended(node, changed["job_id"])).state == "succeeded"
    content = (await client.get(f"{API}/datasets/{changed['dataset_id']}/content")).content
    assert content == CONTENT[::-1]  # all of the second, no splice of both
    wrongs: list[tuple[int, dict[str, str]]] = [(404, {}), (200, {"sha256": "0" * 64})]
    for status, more in wrongs:
        web.status = status
        refused = (await client.post(f"{API}/datasets/fetch", json={"url": web.url, **more})).json()
        end = await ended(node, refused["job_id"])
        assert (end.state, len(end.attempts), bool(end.attempts[0].error)) == ("failed", 1, True), end
        assert (await client.get(f"{API}/datasets/{refused['dataset_id']}")).status_code == 404
    denied = await client.post(f"{API}/datasets/fetch", json={"url": "http://127.0.0.1:81/x"})
    assert (denied.status_code, denied.json()["code"]) == (403, "egress_denied")
    private = await client.post(f"{API}/datasets/fetch", json={"url": "http://127.0.0.2/x"})
    assert (await ended(node, private.json()["job_id"])).state == "failed"
    assert await asyncio.to_thread(Receiver.of(node).known) == []


@pytest.mark.covers("V32")
async def test_a_file_in_a_storage_becomes_a_data_set_where_it_is(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    node = running_node
    storage_id = default_storage_id(node)
    async with node.database.sessions() as session:
        storage = await storage_of(session, node, storage_id)

    async def content() -> AsyncIterator[bytes]:
        yield CONTENT

    await storage.write("drop/grid.nc", content())
    wanted = {"storage_id": storage_id, "path": "drop/grid.nc", "comment": "from the archive"}
    made = (await client.post(f"{API}/datasets/adopt", json=wanted)).json()
    long = "/".join(["d" * 50] * 5)
    for name in ("one", "two"):
        await storage.write(f"{long}/{name}", content())
        alike = (await client.post(f"{API}/datasets/adopt", json={**wanted, "path": f"{long}/{name}"})).json()
        same = await client.post(f"{API}/datasets/adopt", json={**wanted, "path": f"{long}/{name}"})
        assert same.status_code == 409 or same.json() == alike, "one file, one data set"
        assert (await ended(node, alike["job_id"])).state == "succeeded"
        found = (await client.get(f"{API}/datasets/{alike['dataset_id']}")).json()
        assert found["name"] == name
    assert (await ended(node, made["job_id"])).state == "succeeded"
    found = (await client.get(f"{API}/datasets/{made['dataset_id']}")).json()
    assert (found["name"], found["bytes"], found["comment"]) == ("grid.nc", len(CONTENT), "from the archive")
    assert found["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert (await client.get(f"{API}/datasets/{made['dataset_id']}/content")).content == CONTENT
    again = await client.post(f"{API}/datasets/adopt", json=wanted)
    assert (again.status_code, again.json()["code"]) == (409, "already_registered")
    missing = (await client.post(f"{API}/datasets/adopt", json={**wanted, "path": "drop/none"})).json()
    assert (await ended(node, missing["job_id"])).state == "failed"
    assert (await client.post(f"{API}/datasets/adopt", json={**wanted, "path": "../x"})).status_code == 422

    async def authenticate(_request: object) -> Principal:
        return Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)

    node.authenticate = authenticate  # what lies in the house's storage may be anybody's
    refused = await client.post(f"{API}/datasets/adopt", json={**wanted, "path": "drop/other"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
