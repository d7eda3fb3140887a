"""Pushes that are alike are taken without being parsed: as all others are, and nobody gets in who would not."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from polls import rows

from app.kernel.http_protocol import Protocol
from app.kernel.node import Node
from app.modules import ingest
from app.modules.ingest.gates import gates_of


async def make(client: httpx.AsyncClient, **settings: Any) -> tuple[str, str]:
    wanted = {"name": "gauges", "driver": "push", "settings": settings}
    source = (await client.post("/api/v1/sources", json=wanted)).raise_for_status().json()["id"]
    answer = await client.post(f"/api/v1/sources/{source}/keys", json={"kind": "token"})
    return source, answer.raise_for_status().json()["secret"]


class Counting(Protocol):
    """Counts what is parsed."""

    parsed = 0

    def on_headers_complete(self) -> None:
        Counting.parsed += 1
        super().on_headers_complete()


@pytest.fixture
async def sender(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server of its own; ``Counting.parsed`` are the requests that were read."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        config = uvicorn.Config(app, http=Counting, lifespan="off", log_config=None, server_header=False)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        Counting.parsed = 0
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            yield client
        server.should_exit = True
        await serving


@pytest.mark.security("S1")
async def test_both_ways_answer_alike(client: httpx.AsyncClient, sender: httpx.AsyncClient, node: Node) -> None:
    source, token = await make(client, key="/id", max_bytes=100)
    path, login = f"/api/v1/sources/{source}/deliveries", {"Authorization": f"Bearer {token}"}

    async def ask(content: bytes, **headers: str) -> tuple[Any, ...]:
        sent = {"Content-Type": "application/json"} | {n.replace("_", "-"): v for n, v in headers.items()}
        answer = await sender.post(path, content=content, headers=login | sent)
        kept = {n: v for n, v in answer.headers.items() if n not in ("x-request-id", "content-length", "date")}
        body = {n: v for n, v in answer.json().items() if n not in ("request_id", "delivery_ids")}
        assert answer.headers["x-request-id"].startswith("req_")
        return answer.status_code, kept, body

    # The last: how many of three requests are read. The first one is, so that the others may be known by it.
    cases: list[tuple[bytes, dict[str, str], int, int]] = [
        (b'{"id": %d}', {}, 202, 1),
        (b'{"id": "%da"}\n{"id": "%db"}\n{"no": %d}', {"content_type": "application/x-ndjson"}, 202, 1),
        (b"", {"content_type": "application/x-ndjson"}, 202, 1),
        (b'{"id": %d}', {"idempotency_key": "k"}, 202, 1),
        (b'{"id": %d', {}, 400, 3),
        (b"{}", {}, 422, 3),
        (b'{"id": "%d", "note": "' + b"x" * 100 + b'"}', {}, 413, 3),
        (b"a,b\n%d,2", {"content_type": "text/csv"}, 422, 3),
        (b'{"id": %d}', {"host": "rebound.example"}, 421, 3),
        (b'{"id": %d}', {"authorization": f"Bearer {token}x"}, 401, 3),
        (b'{"id": %d}', {"webhook_id": "k"}, 202, 3),
    ]
    for number, (content, headers, status, read) in enumerate(cases):
        marks, before = content.count(b"%d"), Counting.parsed
        said = [await ask(content % ((way + number,) * marks), **headers) for way in (10, 30, 50)]
        assert said[0] == said[1] == said[2]
        assert (said[0][0], Counting.parsed - before) == (status, read), said[0]
    # What is wrong with one that was taken is told as of all others.
    told = []
    for content in (b'{"id": 7', b"{}", b'{"id": "%b"}' % (b"x" * 100)):
        await ask(b'{"id": 1}')
        told.append(await ask(content))
        gates_of(node).forget()
        assert await ask(content) == told[-1]
    assert [one[0] for one in told] == [400, 422, 413]
    assert (await ask(b'{"id": 1}', idempotency_key="k"))[0] == 202
    before = Counting.parsed
    assert (await ask(b'{"id": 1}', idempotency_key="k" * 201))[0] == 400
    assert Counting.parsed == before + 1
    assert await rows(node, "SELECT count(*) FROM deliveries WHERE state = 'queued'") == [3 + 6 + 3 + 3 + 1]


@pytest.mark.security("S1")
async def test_what_is_decided_about_a_source_holds_for_the_next_push(
    client: httpx.AsyncClient, sender: httpx.AsyncClient, node: Node
) -> None:
    source, token = await make(client, key="/id")
    path, login = f"/api/v1/sources/{source}/deliveries", {"Authorization": f"Bearer {token}"}

    async def ask(number: int) -> int:
        return (await sender.post(path, json={"id": number}, headers=login)).status_code

    assert [await ask(1), await ask(2), Counting.parsed] == [202, 202, 1]
    assert (await client.patch(f"/api/v1/sources/{source}", json={"enabled": False})).status_code == 200
    assert [await ask(3), await ask(4)] == [409, 409]
    assert (await client.patch(f"/api/v1/sources/{source}", json={"enabled": True})).status_code == 200
    before = Counting.parsed
    assert [await ask(5), await ask(6), Counting.parsed - before] == [202, 202, 1]
    node.switched_off = frozenset({"role:api"})  # the middlewares are asked each time
    assert await ask(7) == 503
    node.switched_off = frozenset()
    assert [await ask(8), await ask(9)] == [202, 202]
    renewed = await client.post(f"/api/v1/sources/{source}/keys", json={"kind": "token"})
    assert await ask(10) == 401
    login["Authorization"] = f"Bearer {renewed.json()['secret']}"
    assert [await ask(11), await ask(12)] == [202, 202]
    assert (await client.delete(f"/api/v1/sources/{source}")).status_code in (200, 204)
    assert await ask(13) == 401
    assert await rows(node, "SELECT count(*) FROM deliveries") == [8]


async def test_limits_hold_and_pushes_are_counted_in_the_metrics(
    client: httpx.AsyncClient, sender: httpx.AsyncClient
) -> None:
    source, token = await make(client, key="/id", requests_per_second=2)
    path, login = f"/api/v1/sources/{source}/deliveries", {"Authorization": f"Bearer {token}"}
    answers = [await sender.post(path, json={"id": number}, headers=login) for number in range(6)]
    assert [one.status_code for one in answers] == [202] * 4 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "1"
    metrics = (await client.get("/metrics")).text
    counted = {
        line.split('status="')[1][:3]: float(line.split()[-1])
        for line in metrics.splitlines()
        if line.startswith("stormbell_http_request_seconds_count") and 'operation="delivery_push"' in line
    }
    assert counted == {"202": 4.0, "429": 2.0}


@pytest.mark.security("S21")
async def test_a_full_queue_refuses_plain_pushes_too(
    client: httpx.AsyncClient, sender: httpx.AsyncClient, node: Node
) -> None:
    node.settings.of(ingest.IngestSettings).queue_rows = 3
    source, token = await make(client, key="/id")
    path, login = f"/api/v1/sources/{source}/deliveries", {"Authorization": f"Bearer {token}"}

    async def lines(first: int) -> int:
        content = b"\n".join(b'{"id": %d}' % number for number in range(first, first + 3))
        headers = login | {"Content-Type": "application/x-ndjson"}
        return (await sender.post(path, content=content, headers=headers)).status_code

    for first in (0, 100):
        assert await lines(first) == 202
    answers = await asyncio.gather(*[lines(first) for first in range(200, 290, 3)])
    answers += await asyncio.gather(*[lines(first) for first in range(300, 390, 3)])
    assert set(answers) == {202, 429}
    assert await rows(node, "SELECT count(*) FROM deliveries") == [6 + 3 * answers.count(202)]
