"""Servers that know no ranges or answer with others, and a Dropbox that has forgotten what changed since."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kernel.node import Node
from app.modules import data, jobs
from app.modules.data.storage_changes import Scan
from tests.modules.data.test_fetching import ended as job_ended
from tests.modules.data.test_storages import box as box
from tests.modules.data.test_storages import inside as inside
from tests.modules.data.test_storages import made, with_dropbox
from tests.modules.data.test_storages import shared_box as shared_box
from tests.modules.data.test_transfer_engine import CONTENT, ended, storage, submit
from tests.sites.dropbox import Dropbox


class Unruly:
    """A web server of one file that answers a range with all of it, or with another one."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.shift: int | None = None  # its ranges begin so many bytes too early
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            fields = {k.lower(): v for k, _, v in (line.partition(": ") for line in head.split("\r\n")[1:])}
            status, body, more = "200 OK", self.content, ""
            if "range" in fields and self.shift is not None:
                first = max(0, int(fields["range"].removeprefix("bytes=").partition("-")[0]) - self.shift)
                status, body = "206 Partial Content", body[first:]
                more = f"Content-Range: bytes {first}-{len(self.content) - 1}/{len(self.content)}\r\n"
            writer.write(
                f'HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nETag: "x"\r\n{more}'
                "Connection: close\r\n\r\n".encode()
            )
            if not head.startswith("HEAD"):
                writer.write(body)
                await writer.drain()
        writer.close()


@pytest.fixture
async def unruly() -> AsyncIterator[Unruly]:
    one = Unruly(CONTENT)
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    yield one
    server.close()
    await server.wait_closed()


async def test_of_a_server_that_knows_no_ranges_a_content_is_read_once_from_its_first_byte(
    inside: Node, client: httpx.AsyncClient, unruly: Unruly, tmp_path: Path
) -> None:
    web = await made(client, driver="http", settings={"url": f"http://127.0.0.1:{unruly.port}/"})
    there = await storage(inside, tmp_path / "there")
    source = data.Place(storage_id=web["id"], path="big.bin")
    (copying,) = await submit(inside, kind="copy", source=source, targets=[data.Place(storage_id=there)])
    row = await ended(inside, copying)
    assert (row.state, row.error, row.engine) == ("complete", None, "stream")
    assert row.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["big.bin"]  # no parts of what was begun


async def test_another_range_than_was_asked_for_is_never_taken_for_it(
    inside: Node, client: httpx.AsyncClient, unruly: Unruly
) -> None:
    unruly.shift = 7
    web = await made(client, driver="http", settings={"url": f"http://127.0.0.1:{unruly.port}/"})
    async with inside.database.sessions() as session:
        opened = await data.open_storage(session, inside, web["id"])
    with pytest.raises(Exception, match="another range"):
        _ = [chunk async for chunk in opened.read("big.bin", start=100, end=200)]
    unruly.shift = 0
    assert b"".join([chunk async for chunk in opened.read("big.bin", start=100, end=200)]) == CONTENT[100:200]


async def test_what_went_while_dropbox_forgot_what_changed_is_told_to_be_gone(
    inside: Node, client: httpx.AsyncClient, box: Dropbox
) -> None:
    shown = await with_dropbox(client, box)
    address = f"/api/v1/storages/{shown['id']}/changes"
    box.cursors_since = 0
    for name in ("/a", "/b", "/c"):
        box.store(name, b"content")

    async def looked_through(**params: Any) -> dict[str, Any]:
        async with inside.database.transaction() as session:
            key = {"unique_key": f"data.scan:{shown['id']}", "origin": shown["id"]}
            scanning = await jobs.enqueue(session, "data.scan", Scan(storage_id=shown["id"]), **key)
        assert (await job_ended(inside, scanning)).state == "succeeded"
        found: dict[str, Any] = (await client.get(address, params=params)).json()
        return found

    await client.get(address)
    first = await looked_through()
    assert [one["path"] for one in first["items"]] == ["a", "b", "c"]
    del box.files["/b"]
    box.log.append(("deleted", "/b"))
    box.store("/d", b"content")
    box.cursors_since = len(box.log)
    since = await looked_through(since=first["cursor"])
    assert {one["path"]: one["gone"] for one in since["items"]} == {"a": False, "b": True, "c": False, "d": False}
    assert [one["path"] for one in (await looked_through())["items"]] == ["a", "c", "d"]
    box.cursors_since = 0
