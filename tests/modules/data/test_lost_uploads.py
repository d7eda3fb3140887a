"""Uploads whose bytes the disk does not have any more, cut in the middle of a write, or finished by two at once."""

import asyncio
import base64
import hashlib
import threading
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import func, select, text

from app.kernel.node import Node
from app.kernel.threads import to_its_end
from app.modules.data import uploads
from app.modules.data.dataset_errors import UploadTakenOver
from app.modules.data.keeping_models import Upload
from app.modules.data.models import Dataset
from app.modules.data.receiving import Receiver
from tests.modules.data.test_uploads import API, CONTENT, SHA256, begin, left_in, patch

HALF = len(CONTENT) // 2


async def content_of(client: httpx.AsyncClient, answer: httpx.Response) -> bytes:
    assert answer.status_code == 204, answer.text
    return (await client.get(f"{API}/datasets/{answer.headers['Stormbell-Dataset']}/content")).content


@pytest.mark.parametrize("left", [0, HALF - 1])
async def test_bytes_that_went_are_asked_for_again_and_not_filled_up_with_zeros(
    running_node: Node, client: httpx.AsyncClient, left: int
) -> None:
    path = await begin(client)
    assert (await patch(client, path, 0, CONTENT[:HALF])).status_code == 204
    file = Receiver.of(running_node).path(path.rpartition("/")[2])
    if left:
        file.write_bytes(CONTENT[:left])
    else:
        file.unlink()
    answer = await patch(client, path, HALF, CONTENT[HALF:])
    assert (answer.status_code, answer.json()["code"], answer.headers["Upload-Offset"]) == (409, "upload_offset", "0")
    assert (await client.head(path)).headers["Upload-Offset"] == "0"
    assert await content_of(client, await patch(client, path, 0, CONTENT)) == CONTENT
    assert await left_in(running_node) == []


async def test_an_upload_whose_bytes_went_keeps_no_other_from_being_finished_or_forgotten(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    lost, over = [await begin(client) for _ in range(2)]
    await patch(client, over, 0, b"some")
    async with running_node.database.transaction() as session:
        await session.execute(
            text('UPDATE uploads SET "offset" = bytes WHERE id = :id'), {"id": lost.rpartition("/")[2]}
        )
        await session.execute(
            text("UPDATE uploads SET expires_at = now() WHERE id = :id"), {"id": over.rpartition("/")[2]}
        )
    await uploads.sweep(running_node)
    assert (await client.head(over)).status_code == 404
    assert (await client.head(lost)).headers["Upload-Offset"] == "0"
    assert await content_of(client, await patch(client, lost, 0, CONTENT)) == CONTENT


async def test_a_part_that_is_not_what_its_checksum_says_leaves_what_came_before_it(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    path = await begin(client)
    await patch(client, path, 0, CONTENT[:HALF])
    wrong = {"Upload-Checksum": f"sha256 {base64.b64encode(hashlib.sha256(CONTENT[HALF:]).digest()).decode()}"}
    answer = await patch(client, path, HALF, bytes(HALF), **wrong)  # as long as what is announced
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (460, str(HALF))
    assert (await client.head(path)).headers["Upload-Offset"] == str(HALF)
    assert await content_of(client, await patch(client, path, HALF, CONTENT[HALF:], **wrong)) == CONTENT


async def test_one_who_takes_over_in_the_middle_of_a_write_gets_the_sums_of_what_is_there(node: Node) -> None:
    receiver = Receiver.of(node)
    large = CONTENT * 26  # written and summed up for long enough to be met at it

    async def once(content: bytes) -> AsyncIterator[bytes]:
        yield content

    first = asyncio.create_task(receiver.append("upl_x", 0, 2 * len(large), once(large)))
    file = receiver.path("upl_x")
    async with asyncio.timeout(60):
        while not file.exists() or not file.stat().st_size:
            await asyncio.sleep(0)
    assert await receiver.append("upl_x", 0, 2 * len(large), once(large)) == len(large)
    with pytest.raises(UploadTakenOver):
        await first
    assert await receiver.append("upl_x", len(large), 2 * len(large), once(large)) == 2 * len(large)
    digest = await receiver.digest("upl_x")
    assert (digest.bytes, digest.sha256) == (2 * len(large), hashlib.sha256(large * 2).hexdigest())
    await receiver.forget("upl_x")


async def test_what_works_in_a_thread_is_waited_for_by_whoever_is_cancelled() -> None:
    began, go_on = threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        go_on.wait(60)

    task = asyncio.create_task(to_its_end(work))
    await asyncio.to_thread(began.wait, 60)
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_of_several_who_finish_an_upload_at_once_all_get_the_one_data_set(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    path = await begin(client)
    upload_id = path.rpartition("/")[2]
    await patch(client, path, 0, CONTENT[:-1])
    async with running_node.database.sessions() as session:
        row = await session.get_one(Upload, upload_id)

    async def last() -> AsyncIterator[bytes]:
        yield CONTENT[-1:]

    await uploads.go_on(running_node, row, len(CONTENT) - 1, last())
    heads = await asyncio.gather(*[client.head(path) for _ in range(4)], uploads.sweep(running_node))
    made = {head.headers["Stormbell-Dataset"] for head in heads[:-1] if head is not None}
    assert len(made) == 1
    async with running_node.database.sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Dataset)) == 1
        assert await session.scalar(select(Dataset.sha256)) == SHA256
    assert await left_in(running_node) == []
