"""A page of another site makes a browser ask: nothing is changed, whatever the operation. And GET changes nothing."""

import re
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import event

from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules.accounts import User
from app.modules.accounts.sessions import open_session
from app.modules.accounts.settings import AccountsSettings
from tests.security.operations import ids_of, operations

BASE = "http://127.0.0.1:8000"
FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:8001"},
    {"Origin": "https://127.0.0.1:8000"},
    {"Origin": "http://127.0.0.1:8000.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {},
]
_WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|TRUNCATE|MERGE|ALTER|CREATE|DROP|WITH\b.*\b(INSERT|UPDATE|DELETE)\b)", re.DOTALL
)

# A deep ping tries whether the database takes writes, by one that changes nothing.
_TRIED = "UPDATE nodes SET slots = slots "
# Whoever asks what changed in a storage has the house look through it again, when that is due.
_SCAN = "INSERT INTO storage_scans"


@pytest.fixture
async def cookie(running_node: Node) -> dict[str, str]:
    """The session of an owner, as a browser sends it."""
    async with running_node.database.transaction() as session:
        user = User(id="usr_browser", email="b@example.org", name="B", role=Role.OWNER.label, password_hash="")
        session.add(user)
        await session.flush()
        settings = running_node.settings.of(AccountsSettings)
        _, raw = await open_session(session, user, settings, ip="127.0.0.1", user_agent="test")
    return {"Cookie": f"stormbell_session={raw}"}


@pytest.mark.security("S3")
async def test_no_unsafe_operation_is_done_for_another_site(
    app: FastAPI, running_node: Node, anonymous: httpx.AsyncClient, cookie: dict[str, str]
) -> None:
    assert (await anonymous.get("/api/v1/sessions/current", headers=cookie)).status_code == 200
    asked = 0
    for operation in operations(app):
        if operation.is_safe:
            continue
        for foreign in FOREIGN:
            answer = await anonymous.request(
                operation.method, operation.target(), headers={**cookie, **foreign}, json={} if foreign else None
            )
            asked += 1
            if running_node.permissions[operation.id] is Role.PUBLIC:
                # Nobody has to be logged in there, so there is nobody's cookie to misuse; it may not log anybody in.
                assert answer.status_code >= 400, (operation.id, foreign)
                assert "set-cookie" not in answer.headers, (operation.id, foreign)
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), (operation.id, foreign)
    assert asked > 50 * len(FOREIGN)
    own = await anonymous.post("/api/v1/observations", headers={**cookie, "Origin": BASE})
    assert own.status_code == 201, own.text


@pytest.mark.security("S3")
async def test_get_changes_nothing(app: FastAPI, running_node: Node, client: httpx.AsyncClient) -> None:
    """Counted in the statements of the request itself: loops write all the time."""
    await client.post("/api/v1/observations")
    await client.post("/api/v1/tokens", json={"name": "one"})
    await client.post("/api/v1/jobs", json={"kind": "wait", "payload": {"milliseconds": 0}})
    ids = await ids_of(client, app)
    assert len(ids) > 8, ids
    written: list[str] = []

    @event.listens_for(running_node.database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked = "request_id" in structlog.contextvars.get_contextvars()
        if asked and _WRITES.match(statement) and not statement.startswith((_TRIED, _SCAN)):
            written.append(statement)

    answered = 0
    for operation in operations(app):
        if not operation.is_safe or operation.path.endswith("/stream"):
            continue
        answer = await client.request(operation.method, operation.target(ids))
        answered += answer.status_code == 200
        assert not written, (operation.id, written)
    assert answered > 40
    await client.post("/api/v1/tokens", json={"name": "two"})
    assert written, "the counter counts"


@pytest.mark.security("S2", "S3")
async def test_no_other_site_reads_a_stream(
    app: FastAPI, running_node: Node, anonymous: httpx.AsyncClient, cookie: dict[str, str]
) -> None:
    """A page elsewhere may make the browser ask with its cookie, but no header lets that page read the answer."""
    for foreign in FOREIGN:
        answer = await anonymous.get("/api/v1/events", headers={**cookie, **foreign})
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = await anonymous.options("/api/v1/tokens", headers=preflight)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    for name in ("token", "access_token", "sb_token", "session"):
        answer = await anonymous.get("/api/v1/events", params={name: cookie["Cookie"].partition("=")[2]})
        assert answer.status_code == 401, "an address is no place for a credential"
