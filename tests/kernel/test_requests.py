"""A request is one transaction that commits before its answer; a repeated key acts once; lists page by key."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Response
from sqlalchemy import func, select, text

from app.kernel import handlers
from app.kernel.alarms import Alarm, raise_alarm
from app.kernel.errors import Conflict
from app.kernel.node import Node
from app.kernel.paging import Cursor, Limit, Page, page_of
from app.kernel.principal import Role
from app.kernel.web import SessionOf, api_router

router = api_router("bells")
PERMISSIONS = dict.fromkeys(
    ("bell_ring", "bell_break", "bell_crack", "bell_list", "bell_commit", "bell_wait"), Role.PUBLIC
)


@router.post("/bells/{key}", operation_id="bell_ring", status_code=201)
async def ring(key: str, session: SessionOf, response: Response) -> dict[str, str]:
    await raise_alarm(session, key, priority="low", title=key, consequence="-", action="-")
    response.headers["Location"] = f"/bells/{key}"
    return {"rang": key}


@router.post("/broken/{key}", operation_id="bell_break")
async def break_it(key: str, session: SessionOf) -> None:
    await raise_alarm(session, key, priority="low", title=key, consequence="-", action="-")
    raise Conflict("it broke")


@router.post("/cracked/{key}", operation_id="bell_crack")
async def crack(key: str, session: SessionOf) -> None:
    await raise_alarm(session, key, priority="low", title=key, consequence="-", action="-")
    raise RuntimeError("secret words")


@router.post("/late/{key}", operation_id="bell_commit")
async def fail_at_commit(key: str, session: SessionOf) -> dict[str, str]:
    await session.execute(
        text("CREATE TEMP TABLE late (n int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT PRESERVE ROWS")
    )
    await session.execute(text("INSERT INTO late VALUES (1), (1)"))
    return {"rang": key}


@router.post("/waiting/{sqlstate}", operation_id="bell_wait")
async def wait_in_vain(sqlstate: str, session: SessionOf) -> None:
    await session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{sqlstate}'; END $$"))


@router.get("/bells", operation_id="bell_list")
async def bells(session: SessionOf, cursor: Cursor = None, limit: Limit = 2) -> Page[str]:
    rows, following = await page_of(session, select(Alarm), [Alarm.raised_at, Alarm.id], cursor=cursor, limit=limit)
    return Page(items=[row.key for row in rows], next_cursor=following)


@pytest.fixture
async def http(node: Node) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(openapi_url=None)
    node.permissions = {**node.permissions, **PERMISSIONS}
    app.state.node = node
    handlers.install(app)
    app.include_router(router)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1") as client:
        yield client


async def count(node: Node) -> int:
    async with node.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(Alarm)) or 0


@pytest.mark.security("S27")
async def test_a_problem_rolls_everything_back_and_tells_no_secret(http: httpx.AsyncClient, node: Node) -> None:
    answer = await http.post("/broken/a")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert answer.headers["content-type"] == "application/problem+json"
    answer = await http.post("/cracked/a")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret words" not in answer.text
    assert await count(node) == 0


async def test_a_commit_that_fails_is_not_answered_as_success(http: httpx.AsyncClient) -> None:
    assert (await http.post("/late/a")).status_code >= 400
    assert (await http.post("/late/a", headers={"Idempotency-Key": "k"})).status_code >= 400


@pytest.mark.parametrize("sqlstate", ["40P01", "55P03", "40001"])
async def test_who_loses_a_deadlock_or_waits_too_long_for_a_lock_is_told_to_try_again(
    http: httpx.AsyncClient, sqlstate: str
) -> None:
    answer = await http.post(f"/waiting/{sqlstate}")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"


async def test_the_same_key_acts_once(http: httpx.AsyncClient, node: Node) -> None:
    first = await http.post("/bells/a", headers={"Idempotency-Key": "k1"})
    again = await http.post("/bells/a", headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Location"] == "/bells/a"
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await count(node) == 1
    other = await http.post("/bells/b", headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


async def test_a_failed_request_may_be_tried_again_with_its_key(http: httpx.AsyncClient, node: Node) -> None:
    for _ in range(2):
        assert (await http.post("/broken/a", headers={"Idempotency-Key": "k2"})).status_code == 409
    assert await count(node) == 0


async def test_the_same_key_at_the_same_moment_acts_once(http: httpx.AsyncClient, node: Node) -> None:
    headers = {"Idempotency-Key": "k3"}
    answers = await asyncio.gather(*[http.post("/bells/z", headers=headers) for _ in range(8)])
    assert {a.status_code for a in answers} <= {201, 409}
    assert 201 in {a.status_code for a in answers}
    async with node.database.transaction() as session:
        alarm = (await session.scalars(select(Alarm))).one()
    assert alarm.count == 1


async def test_pages_hold_still_while_rows_are_added(http: httpx.AsyncClient) -> None:
    for key in "abcde":
        await http.post(f"/bells/{key}")
    seen: list[str] = []
    page: dict[str, Any] = (await http.get("/bells")).json()
    while True:
        seen += page["items"]
        await http.post(f"/bells/new-{len(seen)}")
        if page["next_cursor"] is None:
            break
        page = (await http.get("/bells", params={"cursor": page["next_cursor"]})).json()
    assert seen == list("edcba")
    for cursor in ("x", "W10", "WyIyMDI0LTAxLTAxIl0", "bnVsbA"):
        assert (await http.get("/bells", params={"cursor": cursor})).status_code == 400
    assert (await http.get("/bells", params={"limit": 501})).status_code == 422


@pytest.mark.security("S27")
async def test_a_database_that_is_gone_is_503_with_retry_after(http: httpx.AsyncClient, node: Node) -> None:
    url = node.database.engine.url.set(database="no_such_database")
    from app.kernel.db import Database

    gone = Database(url.render_as_string(hide_password=False), node.bus)
    node.database, kept = gone, node.database
    answer = await http.get("/bells")
    node.database = kept
    await gone.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.headers["Retry-After"] == "1"
