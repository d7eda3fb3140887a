"""``POST /jobs``: who may, what is refused and how, one job for one key."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from queue_probe import ended, sql

from app.kernel.node import Node
from app.kernel.principal import Role
from app.main import openapi
from app.modules import accounts

JOBS = "/api/v1/jobs"
WAIT = {"kind": "wait", "payload": {"milliseconds": 1}}
PASSWORD = "correct horse battery staple"
ORIGIN = "http://127.0.0.1:8000"


async def token_of(node: Node, role: str = "operator", scopes: tuple[str, ...] = ("*",)) -> str:
    async with node.database.transaction() as session:
        email, name = f"{role}@example.org", role.title()
        user = await accounts.create_user(session, email, name, Role[role.upper()], PASSWORD)
        _, raw = await accounts.create_token(session, user.id, "test", scopes)
    return raw


@pytest.fixture
async def caller(running_node: Node, anonymous: httpx.AsyncClient) -> httpx.AsyncClient:
    """A program with an operator's token."""
    anonymous.headers["Authorization"] = f"Bearer {await token_of(running_node)}"
    return anonymous


async def count(node: Node) -> int:
    [row] = await sql(node, "SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM finished_jobs) AS n")
    return int(row.n)


@pytest.mark.covers("J3")
async def test_a_posted_job_is_told_of_and_runs(running_node: Node, caller: httpx.AsyncClient) -> None:
    answer = await caller.post(JOBS, json=WAIT | {"urgency": "high", "priority": 7, "queue": "mine"})
    assert answer.status_code == 202
    receipt = answer.json()
    assert answer.headers["Location"] == f"{JOBS}/{receipt['id']}"
    assert (receipt["kind"], receipt["queue"]) == ("wait", "mine")
    assert answer.headers["X-Request-Id"].startswith("req_")
    assert answer.headers["Cache-Control"] == "no-store"
    job = await ended(running_node, receipt["id"])
    assert (job.state, job.queue) == ("succeeded", "mine")
    [row] = await sql(running_node, "SELECT origin, priority FROM finished_jobs")
    assert row.origin.startswith("usr_")
    assert row.priority == 1007


async def test_only_operators_submit(running_node: Node, anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.post(JOBS, json=WAIT)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    viewer, narrow = await token_of(running_node, "viewer"), await token_of(running_node, "operator", ("job_list",))
    answer = await anonymous.post(JOBS, json=WAIT, headers={"Authorization": f"Bearer {viewer}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "needs operator; you are viewer" in answer.json()["detail"]
    answer = await anonymous.post(JOBS, json=WAIT, headers={"Authorization": f"Bearer {narrow}"})
    assert "scopes do not have job_submit" in answer.json()["detail"]
    assert await count(running_node) == 0


async def test_a_revoked_token_submits_nothing_more(running_node: Node, caller: httpx.AsyncClient) -> None:
    assert (await caller.post(JOBS, json=WAIT)).status_code == 202
    assert (await caller.post(JOBS, json=WAIT)).status_code == 202  # who calls is remembered by now
    [token] = (await caller.get("/api/v1/tokens")).json()["items"]
    assert (await caller.delete(f"/api/v1/tokens/{token['id']}")).status_code == 204
    assert (await caller.post(JOBS, json=WAIT)).status_code == 401


async def test_a_browser_submits_only_from_our_own_pages(running_node: Node, anonymous: httpx.AsyncClient) -> None:
    await token_of(running_node)
    login = {"email": "operator@example.org", "password": PASSWORD}
    answer = await anonymous.post("/api/v1/sessions", json=login, headers={"Origin": ORIGIN})
    assert answer.status_code < 300, answer.text
    assert (await anonymous.post(JOBS, json=WAIT)).json()["code"] == "csrf"
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert (await anonymous.post(JOBS, json=WAIT, headers=foreign)).status_code == 403
    assert (await anonymous.post(JOBS, json=WAIT, headers={"Origin": ORIGIN})).status_code == 202


WRONG: list[tuple[dict[str, Any], int, str | None, str]] = [
    ({"kind": "wiat", "payload": {}}, 422, "job_kind_unknown", "did you mean wait?"),
    ({"kind": "workflows.stage", "payload": {}}, 403, "job_kind_reserved", "people may submit"),
    ({"kind": "wait", "payload": {"milliseconds": -1}}, 422, "job_payload_invalid", "/milliseconds"),
    ({"kind": "wait", "payload": {}}, 422, "job_payload_invalid", "/milliseconds"),
    ({"kind": "wait"}, 422, "request_invalid", "/body/payload"),
    ({"kind": "wait", "payload": [1]}, 422, "request_invalid", "/body/payload"),
    (WAIT | {"priorty": 1}, 422, "request_invalid", "/body/priorty"),
    (WAIT | {"priority": 500}, 422, "request_invalid", "/body/priority"),
    (WAIT | {"urgency": "asap"}, 422, "request_invalid", "/body/urgency"),
    (WAIT | {"run_at": "2026-01-01T00:00:00"}, 422, "request_invalid", "/body/run_at"),
    (WAIT | {"after": ["job_x"] * 101}, 422, "request_invalid", "/body/after"),
    (WAIT | {"after": ["job_x"]}, 422, None, "job_x"),
    (WAIT | {"payload": {"milliseconds": 1, "x": "y" * 1_100_000}}, 413, None, "data set"),
]


async def test_what_is_wrong_is_named(running_node: Node, caller: httpx.AsyncClient) -> None:
    for body, status, code, words in WRONG:
        answer = await caller.post(JOBS, json=body)
        problem = answer.json()
        assert answer.status_code == status, problem
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert code in (None, problem["code"])
        assert words in problem["detail"] + str(problem.get("errors"))
    assert await count(running_node) == 0


async def test_what_cannot_be_read_is_refused(running_node: Node, caller: httpx.AsyncClient) -> None:
    json = {"Content-Type": "application/json"}
    answer = await caller.post(JOBS, content=b"{", headers=json)
    assert (answer.status_code, answer.json()["code"]) == (400, "request_malformed")
    answer = await caller.post(JOBS, content=b"", headers=json)
    assert answer.status_code == 400
    answer = await caller.post(JOBS, content=b'{"kind": "wait"}', headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    answer = await caller.post(JOBS, content=b" " * (17 * 1024**2), headers=json)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert (await caller.put(JOBS, json=WAIT)).status_code == 405
    assert (await caller.get(JOBS)).status_code == 200


async def test_text_the_database_cannot_hold_is_refused(running_node: Node, caller: httpx.AsyncClient) -> None:
    json = {"Content-Type": "application/json"}
    work = b'"kind": "wait", "payload": {"milliseconds": 1}'
    for content in (
        b'{"kind": "wait", "payload": {"milliseconds": 1, "x": "\\ud800"}}',
        b'{"kind": "wait", "payload": {"milliseconds": 1, "x": "\\u0000"}}',
        b'{"kind": "wait", "payload": {"milliseconds": 1e999}}',
        b"{%b, %b}" % (work, b'"queue": "\\u0000"'),
        b"{%b, %b}" % (work, b'"after": ["\\u0000"]'),
        b"{%b, %b}" % (work, b'"batch_id": "\\u0000"'),
        b"{%b, %b}" % (work, b'"delay_seconds": 1e300'),
    ):
        answer = await caller.post(JOBS, content=content, headers=json)
        assert answer.status_code in (400, 404, 422), (content, answer.text)
    assert await count(running_node) == 0
    assert (await caller.post(JOBS, json=WAIT)).status_code == 202


async def test_one_key_makes_one_job(running_node: Node, caller: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "a key"}
    first = await caller.post(JOBS, json=WAIT, headers=key)
    again = await caller.post(JOBS, json=WAIT, headers=key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    await ended(running_node, first.json()["id"])
    assert (await caller.post(JOBS, json=WAIT, headers=key)).json() == first.json()
    answer = await caller.post(JOBS, json=WAIT | {"payload": {"milliseconds": 2}}, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert await count(running_node) == 1
    for bad in ("", "x" * 201):
        answer = await caller.post(JOBS, json=WAIT, headers={"Idempotency-Key": bad})
        assert (answer.status_code, answer.json()["code"]) == (400, "request_malformed")


async def test_a_key_is_its_callers_own(running_node: Node, caller: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "a key"}
    first = await caller.post(JOBS, json=WAIT, headers=key)
    other = await token_of(running_node, "admin")
    second = await caller.post(JOBS, json=WAIT, headers=key | {"Authorization": f"Bearer {other}"})
    assert first.json()["id"] != second.json()["id"]


async def test_the_same_key_at_the_same_time_makes_one_job(running_node: Node, caller: httpx.AsyncClient) -> None:
    posts = [caller.post(JOBS, json=WAIT, headers={"Idempotency-Key": f"key {n % 5}"}) for n in range(40)]
    answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 5
    assert await count(running_node) == 5


async def test_a_unique_key_and_an_idempotency_key_together(running_node: Node, caller: httpx.AsyncClient) -> None:
    body = {"kind": "wait", "payload": {"milliseconds": 60_000}, "unique_key": "one"}
    first = await caller.post(JOBS, json=body, headers={"Idempotency-Key": "a"})
    assert first.status_code == 202, first.text
    again = await caller.post(JOBS, json=body, headers={"Idempotency-Key": "a"})
    other = await caller.post(JOBS, json=body, headers={"Idempotency-Key": "b"})
    assert first.json() == again.json() == other.json() | {"existed": False}
    assert other.json()["existed"]
    answer = await caller.post(JOBS, json=body | {"priority": 3}, headers={"Idempotency-Key": "a"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert await count(running_node) == 1


async def test_a_receipt_says_that_the_job_was_there(running_node: Node, caller: httpx.AsyncClient) -> None:
    body = {"kind": "wait", "payload": {"milliseconds": 60_000}, "unique_key": "one", "delay_seconds": 60}
    answers = []
    for more in ({}, {}, {"on_conflict": "replace", "queue": "side"}, {"on_conflict": "wait"}):
        answer = await caller.post(JOBS, json=body | more)
        assert answer.status_code == 202, answer.text
        answers.append(answer.json())
    assert [answer["existed"] for answer in answers] == [False, True, True, False]
    assert {answer["id"] for answer in answers[:3]} == {answers[0]["id"]} != {answers[3]["id"]}
    assert {answer["queue"] for answer in answers} == {"default"}
    plain = [(await caller.post(JOBS, json=WAIT, headers={"Idempotency-Key": "a key"})).json() for _ in range(2)]
    assert plain[0] == plain[1]
    assert plain[0]["existed"] is False


async def test_the_kinds_are_listed_with_what_they_take(running_node: Node, caller: httpx.AsyncClient) -> None:
    items = {item["name"]: item for item in (await caller.get("/api/v1/job-kinds")).json()["items"]}
    wait = items["wait"]
    assert (wait["submittable"], wait["executor"], wait["queue"]) == (True, "loop", "default")
    assert wait["payload_schema"]["required"] == ["milliseconds"]
    assert wait["result_schema"]["properties"]["milliseconds"]["type"] == "number"
    assert items["wait.busy"]["executor"] == "process"
    assert items["workflows.stage"]["submittable"] is False


def test_the_operation_is_described_like_any_other(app: FastAPI) -> None:
    document = openapi(app)
    operation = document["paths"][JOBS]["post"]
    assert operation["operationId"] == "job_submit"
    assert operation["tags"] == ["jobs"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/JobSubmit"}
    assert "application/problem+json" in operation["responses"]["default"]["content"]
    assert document["paths"]["/api/v1/job-kinds"]["get"]["operationId"] == "job_kind_list"


NEVER = [
    {"delay_seconds": 60, "expires_seconds": 60},
    {"delay_seconds": 60, "deadline_seconds": 1},
    {"run_at": "2100-01-01T00:00:00Z", "expires_at": "2099-01-01T00:00:00Z"},
]


async def test_what_could_never_begin_is_refused(caller: httpx.AsyncClient) -> None:
    for given in NEVER:
        answer = await caller.post(JOBS, json=WAIT | given)
        assert answer.status_code == 422, answer.text
        assert "may not begin before" in answer.json()["detail"]
