"""``POST /jobs`` after ``POST /jobs``: taken without being parsed, and refused where it would be."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from queue_probe import sql

from app.kernel.http_protocol import Protocol
from app.kernel.node import Node
from app.kernel.principal import Role
from app.kernel.rate_limits import Bucket, limits_of
from app.modules import accounts

WAIT = {"kind": "wait", "payload": {"milliseconds": 1}}


class Counting(Protocol):
    """Counts what is parsed."""

    parsed = 0

    def on_headers_complete(self) -> None:
        Counting.parsed += 1
        super().on_headers_complete()


@pytest.fixture
async def sender(app: FastAPI, running_node: Node) -> AsyncIterator[httpx.AsyncClient]:
    """An operator's program and a server of its own."""
    async with running_node.database.transaction() as session:
        user = await accounts.create_user(session, "o@example.org", "O", Role.OPERATOR, "correct horse battery staple")
        _, raw = await accounts.create_token(session, user.id, "test", ("*",))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        config = uvicorn.Config(app, http=Counting, lifespan="off", log_config=None, server_header=False)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
        headers = {"Authorization": f"Bearer {raw}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as client:
            yield client
        server.should_exit = True
        await serving


@pytest.mark.security("S1")
async def test_the_next_job_is_taken_and_answered_alike(running_node: Node, sender: httpx.AsyncClient) -> None:
    async def ask(body: dict[str, Any], key: str | None = None) -> tuple[int, dict[str, Any], set[str], int]:
        before = Counting.parsed
        answer = await sender.post("/jobs", json=body, headers={} if key is None else {"Idempotency-Key": key})
        if answer.status_code == 202:
            assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json()['id']}"
        return answer.status_code, answer.json(), set(answer.headers), Counting.parsed - before

    first, second = await ask(WAIT), await ask(WAIT)
    assert (first[0], first[2], first[3]) == (second[0], second[2], 1)
    assert second[3] == 0
    assert second[1] == first[1] | {"id": second[1]["id"]}
    keyed = [await ask(WAIT, key) for key in ("one", "two", "two", "one")]
    assert [(one[0], one[3]) for one in keyed] == [(202, 1), (202, 0), (202, 0), (202, 0)]
    assert [keyed[0][1], keyed[1][1]] == [keyed[3][1], keyed[2][1]]
    assert (await ask(WAIT | {"queue": "elsewhere"}, "three"))[1]["queue"] == "elsewhere"
    refused = [
        await ask(WAIT | {"priority": 1}, "two"),
        await ask(WAIT | {"kind": "wai"}, "four"),
        await ask({"kind": "wait", "payload": {"milliseconds": "long"}}, "five"),
        await ask(WAIT | {"more": 1}, "six"),
        await ask(WAIT, "x" * 201),
    ]
    assert [one[0] for one in refused] == [422, 422, 422, 422, 400]
    codes = ["idempotency_mismatch", "job_kind_unknown", "job_payload_invalid", "request_invalid", "request_malformed"]
    assert [one[1]["code"] for one in refused] == codes
    unique = [await ask(WAIT | {"unique_key": "u", "delay_seconds": 60}, key) for key in ("seven", "eight")]
    assert unique[0][1]["id"] == unique[1][1]["id"]
    [row] = await sql(running_node, "SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM finished_jobs) AS n")
    assert row.n == 2 + 2 + 1 + 1


@pytest.mark.security("S1")
async def test_who_may_no_longer_is_not_taken(running_node: Node, sender: httpx.AsyncClient) -> None:
    before = Counting.parsed
    statuses = [(await sender.post("/jobs", json=WAIT)).status_code for _ in range(3)]
    assert (statuses, Counting.parsed - before) == ([202] * 3, 1)
    [user] = await sql(running_node, "SELECT id FROM users WHERE email = 'o@example.org'")
    async with running_node.database.transaction() as session:
        await accounts.change_role(session, user.id, Role.VIEWER)  # who loses rights has to log in anew
    assert (await sender.post("/jobs", json=WAIT)).status_code == 401


async def test_limits_count_what_is_taken(running_node: Node, sender: httpx.AsyncClient) -> None:
    assert (await sender.post("/jobs", json=WAIT)).status_code == 202
    before = Counting.parsed
    async with asyncio.timeout(20):
        limits_of(running_node)._users = Bucket(0.01, 2)
        answers = [await sender.post("/jobs", json=WAIT) for _ in range(3)]
    assert [one.status_code for one in answers] == [202, 202, 429]
    assert int(answers[-1].headers["Retry-After"]) > 1
    assert Counting.parsed == before + 1  # to be told
