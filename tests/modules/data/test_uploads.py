"""Uploads: in one request and in parts, cut anywhere, killed, too large, beyond an allocation."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text, update

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules.accounts.allocation_models import Allocation
from app.modules.accounts.allocations import Grant, grant
from app.modules.accounts.models import User
from app.modules.data import uploads
from app.modules.data.incoming import STEP_BYTES
from app.modules.data.keeping_models import Upload
from app.modules.data.models import Dataset
from app.modules.data.receiving import SYNC_BYTES, Receiver

CONTENT = bytes(range(256)) * 10_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PART = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
API = "/api/v1"


def metadata(**words: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in words.items())


async def begin(client: httpx.AsyncClient, length: int = len(CONTENT), **words: str) -> str:
    said = {"filename": "grid.nc", **words}
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(length), "Upload-Metadata": metadata(**said)}
    answer = await client.post(f"{API}/uploads", headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


async def patch(client: httpx.AsyncClient, path: str, at: int, content: Any, **more: str) -> httpx.Response:
    return await client.patch(path, content=content, headers={**PART, "Upload-Offset": str(at), **more})


async def left_in(node: Node) -> list[str]:
    return await asyncio.to_thread(Receiver.of(node).known)


@pytest.mark.covers("V33")
async def test_a_content_in_one_request_becomes_a_data_set(running_node: Node, client: httpx.AsyncClient) -> None:
    said: dict[str, Any] = {
        "name": "maps/Ü.tif", "comment": "first", "tag": ["flood", "2026"], "area": [170, -10, -170, 10],
        "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2026-01-02T00:00:00Z", "sha256": SHA256, "role": "map",
    }  # fmt: skip
    answer = await client.post(f"{API}/datasets", params=said, content=CONTENT)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["Location"] == f"{API}/datasets/{made['id']}"
    assert (made["bytes"], made["sha256"], made["media_type"]) == (len(CONTENT), SHA256, "image/tiff")
    assert (made["owner_id"], made["tags"], made["area"]) == ("usr_owner", ["flood", "2026"], [170, -10, -170, 10])
    assert (await client.get(f"{API}/datasets/{made['id']}/content")).content == CONTENT

    async def chunks() -> AsyncIterator[bytes]:  # of a length nobody knows
        for at in range(0, len(CONTENT), 100_000):
            yield CONTENT[at : at + 100_000]

    typed = {"Content-Type": "application/x-grid"}
    answer = await client.post(f"{API}/datasets", params={"name": "x"}, content=chunks(), headers=typed)
    assert (answer.status_code, answer.json()["sha256"], answer.json()["media_type"]) == (
        201,
        SHA256,
        "application/x-grid",
    )
    wrong = await client.post(f"{API}/datasets", params={"name": "x", "sha256": "0" * 64}, content=CONTENT)
    assert (wrong.status_code, wrong.json()["code"]) == (460, "upload_checksum")
    bads: tuple[dict[str, Any], ...] = (
        {"name": "\x01"},
        {"name": ""},
        {"name": "x", "area": [0, 5, 1, 4]},
        {"name": "x", "tag": ["?"]},
    )
    for bad in bads:
        assert (await client.post(f"{API}/datasets", params=bad, content=b"")).status_code == 422, bad
    empty = await client.post(f"{API}/datasets", params={"name": "empty"}, content=b"")
    assert (empty.status_code, empty.json()["bytes"]) == (201, 0)
    assert await left_in(running_node) == []


@pytest.mark.covers("V33")
async def test_an_upload_in_parts_speaks_tus(running_node: Node, client: httpx.AsyncClient) -> None:
    told = await client.options(f"{API}/uploads")
    assert (told.status_code, told.headers["Tus-Version"]) == (204, "1.0.0")
    assert told.headers["Tus-Extension"] == "creation,checksum,expiration,termination"
    path = await begin(client, filetype="application/x-netcdf", tags="a, b", relativePath="kept by some uploaders")
    head = await client.head(path, headers={"Tus-Resumable": "1.0.0"})
    assert (head.status_code, head.headers["Upload-Offset"], head.headers["Cache-Control"]) == (200, "0", "no-store")
    assert head.headers["Upload-Length"] == str(len(CONTENT))
    at = 0
    for size in (1, 999_999, 0):
        answer = await patch(client, path, at, CONTENT[at : at + size])
        at += size
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(at)), answer.text
    for code, wrong in (
        ("upload_offset", await patch(client, path, 5, b"x")),
        ("upload_too_large", await patch(client, path, at, CONTENT + b"more")),
        ("upload_checksum", await patch(client, path, at, b"x", **{"Upload-Checksum": "sha1 AAAA"})),
        ("request_malformed", await patch(client, path, at, b"x", **{"Upload-Checksum": "crc32 AAAA"})),
        ("upload_media_type", await client.patch(path, content=b"x", headers={"Upload-Offset": str(at)})),
        ("tus_version", await patch(client, path, at, b"x", **{"Tus-Resumable": "0.2.2"})),
    ):
        assert wrong.json()["code"] == code
    assert int((await client.head(path)).headers["Upload-Offset"]) in (at, len(CONTENT))
    at = int((await client.head(path)).headers["Upload-Offset"])
    rest = CONTENT[at:]
    checked = {"Upload-Checksum": f"sha256 {base64.b64encode(hashlib.sha256(rest).digest()).decode()}"}
    answer = await patch(client, path, at, rest, **checked)
    assert answer.status_code == 204, answer.text
    made = (await client.get(f"{API}/datasets/{answer.headers['Stormbell-Dataset']}")).json()
    assert (made["sha256"], made["name"], made["tags"]) == (SHA256, "grid.nc", ["a", "b"])
    assert (await client.get(path)).json()["dataset_id"] == made["id"]
    assert (await client.get(f"{API}/uploads")).json()["items"] == []
    again = await patch(client, path, len(CONTENT), b"")
    assert again.headers["Stormbell-Dataset"] == made["id"]
    ended = await begin(client)
    await patch(client, ended, 0, b"some")
    assert (await client.delete(ended)).status_code == 204
    assert (await client.head(ended)).status_code == 404
    assert await left_in(running_node) == []
    wrongs: list[dict[str, str]] = [
        {},
        {"Upload-Length": "-1"},
        {"Upload-Length": "1", "Upload-Metadata": "filename ?"},
    ]
    for sent in wrongs:
        assert (await client.post(f"{API}/uploads", headers=sent)).status_code in (400, 422)


async def test_a_sender_that_leaves_and_one_that_hangs_lose_nothing(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    path = await begin(client)
    sent, hangs = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield CONTENT[:700_000]
        sent.set()
        await hangs.wait()
        yield b"too late"

    first = asyncio.create_task(patch(client, path, 0, slow()))
    async with asyncio.timeout(20):
        await sent.wait()
        while int((await client.head(path)).headers["Upload-Offset"]) != 700_000:  # which stops who hangs
            await asyncio.sleep(0)
        answer = await patch(client, path, 700_000, CONTENT[700_000:])
        hangs.set()
        assert (await first).json()["code"] == "upload_taken_over"
    made = (await client.get(f"{API}/datasets/{answer.headers['Stormbell-Dataset']}")).json()
    assert made["sha256"] == SHA256


async def test_what_a_killed_server_had_is_gone_on_with(
    running_node: Node, client: httpx.AsyncClient, database_url: str
) -> None:
    large = CONTENT * 8  # beyond one sync
    path = await begin(client, len(large), sha256=hashlib.sha256(large).hexdigest())
    upload_id = path.rpartition("/")[2]
    receiver = Receiver.of(running_node)
    offsets: list[int] = []

    async def record(offset: int) -> None:
        offsets.append(offset)
        async with running_node.database.transaction() as session:
            await session.execute(update(Upload).where(Upload.id == upload_id).values(offset=offset))

    async def cut() -> AsyncIterator[bytes]:
        for at in range(0, SYNC_BYTES + 3 * 1024**2, 65_536):
            yield large[at : at + 65_536]

    await receiver.append(upload_id, 0, len(large), cut(), synced=record)
    assert offsets[0] - 0 <= SYNC_BYTES
    # As a kill leaves it: the row at the last sync, the file further, and partly nonsense beyond.
    async with running_node.database.transaction() as session:
        await session.execute(update(Upload).where(Upload.id == upload_id).values(offset=offsets[0]))
    file = receiver.path(upload_id)
    with file.open("r+b") as damaged:
        damaged.seek(offsets[0])
        damaged.write(b"nonsense" * 1000)
    running_node.part_with(Receiver)  # another process knows nothing of what this one kept in memory
    head = await client.head(path)
    at = int(head.headers["Upload-Offset"])
    assert at == offsets[0]
    answer = await patch(client, path, at, large[at:])
    assert answer.status_code == 204, answer.text
    dataset_id = answer.headers["Stormbell-Dataset"]
    assert hashlib.sha256((await client.get(f"{API}/datasets/{dataset_id}/content")).content).digest() == (
        hashlib.sha256(large).digest()
    )


async def test_killed_between_the_last_byte_and_the_data_set_it_is_finished_once(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    """The file is there whole, or even in its place already; nobody sends anything more."""
    node = running_node
    paths = [await begin(client) for _ in range(2)]
    for path in paths:
        upload_id = path.rpartition("/")[2]
        await patch(client, path, 0, CONTENT[:-1])
        await Receiver.of(node).append(upload_id, len(CONTENT) - 1, len(CONTENT), _once(CONTENT[-1:]))
        async with node.database.transaction() as session:
            await session.execute(update(Upload).where(Upload.id == upload_id).values(offset=len(CONTENT)))
    async with node.database.sessions() as session:  # the second was placed, and its transaction never committed
        row = await session.get_one(Upload, paths[1].rpartition("/")[2])
        await uploads.finish(session, node, row)
        await session.rollback()
    await uploads.sweep(node)
    await uploads.sweep(node)
    async with node.database.sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Dataset)) == 2
    for path in paths:
        made = (await client.get(f"{API}/datasets/{(await client.get(path)).json()['dataset_id']}")).json()
        assert made["sha256"] == SHA256
    assert await left_in(node) == []


async def test_an_upload_nobody_goes_on_with_is_forgotten(running_node: Node, client: httpx.AsyncClient) -> None:
    path = await begin(client)
    await patch(client, path, 0, b"some")
    async with running_node.database.transaction() as session:
        await session.execute(text("UPDATE uploads SET expires_at = now()"))
    await uploads.sweep(running_node)
    assert (await client.head(path)).status_code == 404
    assert await left_in(running_node) == []


@pytest.mark.covers("V33")
async def test_bytes_count_before_they_are_taken_in(running_node: Node, client: httpx.AsyncClient) -> None:
    node = running_node
    ada = Principal(user_id="usr_ada", name="Ada", role=Role.RUNNER)
    async with node.database.transaction() as session:
        session.add(User(id=ada.user_id, email="ada@example.org", name="Ada", role="runner"))
        await session.flush()
        admin = Principal(user_id="usr_ada", name="x", role=Role.OWNER)
        await grant(session, admin, Grant(subject_kind="user", subject_id=ada.user_id, resource="bytes", granted=1e6))

    async def authenticate(_request: object) -> Principal:
        return ada

    node.authenticate = authenticate

    async def held() -> tuple[int, int]:
        async with node.database.sessions() as session:
            row = (await session.scalars(select(Allocation))).one()
            return int(row.reserved), int(row.used)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(2 * STEP_BYTES // len(CONTENT)):
            yield CONTENT

    for refused in (
        await client.post(f"{API}/datasets", params={"name": "x"}, content=CONTENT),
        await client.post(f"{API}/datasets", params={"name": "x"}, content=endless()),
        await client.post(f"{API}/uploads", json={"name": "x", "bytes": len(CONTENT)}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "allocation_exhausted")
    assert await held() == (0, 0)
    small = CONTENT[:400_000]
    path = await begin(client, len(small))
    assert await held() == (len(small), 0)
    answer = await patch(client, path, 0, small)
    assert await held() == (0, len(small))
    assert (await client.post(f"{API}/datasets", params={"name": "x"}, content=small)).status_code == 201
    ended = await begin(client, 100_000)
    await client.delete(ended)
    assert await held() == (0, 2 * len(small))
    await client.delete(f"{API}/datasets/{answer.headers['Stormbell-Dataset']}")
    assert await held() == (0, 2 * len(small))  # it can still be had back


async def test_a_full_disk_is_said_before_anything_comes(running_node: Node, client: httpx.AsyncClient) -> None:
    Receiver.of(running_node)._reserve_bytes = 2**62
    for refused in (
        await client.post(f"{API}/datasets", params={"name": "x"}, content=CONTENT),
        await client.post(f"{API}/uploads", json={"name": "x", "bytes": 1}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert await left_in(running_node) == []


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
