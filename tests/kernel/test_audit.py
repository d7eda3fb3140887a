"""What the audit says about requests: who, what, before and after; and that nobody can take it back."""

import asyncpg
import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit
from app.kernel.alarms import Alarm, raise_alarm
from app.kernel.audit import AuditEvent
from app.kernel.audit_changes import HIDDEN, LONGEST_TEXT, plain
from app.kernel.belongings import become_service
from app.kernel.errors import Forbidden
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.web import SessionOf, api_router, own_record
from app.main import create_app
from app.modules.accounts import Token, User
from tests.conftest import TestServer

ALARM = "alm_01J8ZQ4M7T0000000000000000"


def thing(id_: str, **values: object) -> Alarm:
    return Alarm(
        **{
            "id": id_,
            "key": f"k.{id_}",
            "priority": "low",
            "title": "a title",
            "consequence": "none",
            "action": "none",
            **values,
        }
    )


probe = api_router("probe")


@probe.post("/probe/things", operation_id="probe_make", status_code=201)
async def make(session: SessionOf, request: Request) -> dict[str, str]:
    given = await request.json()
    session.add(thing(given["id"], note=given.get("note")))
    return {"id": given["id"]}


@probe.patch("/probe/things/{thing_id}", operation_id="probe_change")
async def change(session: SessionOf, thing_id: str, request: Request) -> None:
    row = await session.get_one(Alarm, thing_id)
    for name, value in (await request.json()).items():
        setattr(row, name, value)


@probe.put("/probe/things", operation_id="probe_rename_all")
async def rename_all(session: SessionOf) -> None:
    await session.execute(update(Alarm).values(title=func.upper(Alarm.title)))


@probe.delete("/probe/things/{thing_id}", operation_id="probe_remove")
async def remove(session: SessionOf, thing_id: str) -> None:
    await session.execute(delete(Alarm).where(Alarm.id == thing_id))


@probe.post("/probe/people", operation_id="probe_enrol")
async def enrol(session: SessionOf) -> None:
    values = {"id": "usr_probe", "email": "a@b.org", "name": "Ann", "role": "viewer", "password_hash": "argon-canary"}
    await session.execute(insert(User).values(**values))


@probe.put("/probe/tokens", operation_id="probe_token")
async def give_token(session: SessionOf) -> None:
    await become_service(session)  # somebody else's token
    token = await session.get(Token, "tok_probe")
    if token is None:
        session.add(Token(id="tok_probe", user_id="usr_probe", name="t", prefix="sb_1", sha256=bytes(32), scopes=["*"]))
    else:
        await session.execute(update(Token).where(Token.id == token.id).values(sha256=b"x" * 32, name="u"))


@probe.post("/probe/things/{thing_id}/refusal", operation_id="probe_refuse")
async def refuse(session: SessionOf, thing_id: str) -> None:
    await raise_alarm(session, "probe", priority="low", title="t", consequence="c", action="a")
    raise Forbidden("not you")


@probe.post("/probe/arrivals", operation_id="probe_arrive")
@own_record
async def arrive(session: SessionOf) -> None:
    session.add(thing(new_id("alm")))


@probe.get("/probe/things", operation_id="probe_list")
async def list_things(session: SessionOf) -> int:
    return (await session.execute(select(func.count()).select_from(Alarm))).scalar_one()


OPERATIONS = (
    "probe_make", "probe_change", "probe_rename_all", "probe_remove", "probe_enrol", "probe_token", "probe_refuse",
    "probe_arrive", "probe_list",
)  # fmt: skip


@pytest.fixture
def app(node: Node) -> FastAPI:
    node.permissions = {**node.permissions, **dict.fromkeys(OPERATIONS, Role.OPERATOR)}
    built = create_app(node)
    built.include_router(probe)
    # What was added last would stand behind the pages' catch-all.
    built.router.routes.insert(0, built.router.routes.pop())
    return built


async def rows(node: Node) -> list[AuditEvent]:
    async with node.database.transaction() as session:
        return list(await session.scalars(select(AuditEvent).order_by(AuditEvent.number)))


async def sent(answer: httpx.Response) -> httpx.Response:
    assert answer.is_success, answer.text
    return answer


async def test_what_is_made_is_shown_with_its_maker(client: httpx.AsyncClient, node: Node, owner: Principal) -> None:
    answer = await sent(await client.post("/api/v1/probe/things", json={"id": ALARM, "note": "n"}))
    (row,) = await rows(node)
    assert (row.action, row.outcome, row.object_kind, row.object_id) == ("probe_make", "done", "probe", ALARM)
    assert (row.actor_id, row.actor_name) == (owner.user_id, owner.name)
    assert row.request_id == answer.headers["X-Request-Id"]
    assert row.ip == "127.0.0.1"
    (shown,) = row.changes
    assert (shown["table"], shown["id"], shown["change"]) == ("alarms", ALARM, "created")
    assert shown["after"]["note"] == "n"
    assert shown["after"]["raised_at"].endswith("Z"), "what the database filled in is shown too"
    assert "before" not in shown


async def test_what_is_changed_is_shown_before_and_after(client: httpx.AsyncClient, node: Node) -> None:
    await sent(await client.post("/api/v1/probe/things", json={"id": ALARM}))
    await sent(await client.patch(f"/api/v1/probe/things/{ALARM}", json={"title": "heard of later", "count": 5}))
    await sent(await client.patch(f"/api/v1/probe/things/{ALARM}", json={"title": "heard of later"}))
    _, row, nothing = await rows(node)
    assert row.changes == [
        {
            "table": "alarms",
            "id": ALARM,
            "change": "changed",
            "before": {"title": "a title", "count": 1},
            "after": {"title": "heard of later", "count": 5},
        }
    ]
    assert nothing.changes == [], "it was asked for, and changed nothing"
    assert nothing.object_id == ALARM


async def test_statements_past_the_unit_of_work_are_seen(client: httpx.AsyncClient, node: Node) -> None:
    await sent(await client.post("/api/v1/probe/things", json={"id": ALARM}))
    await sent(await client.put("/api/v1/probe/things"))
    await sent(await client.delete(f"/api/v1/probe/things/{ALARM}"))
    _, renamed, removed = await rows(node)
    assert renamed.changes[0]["before"] == {"title": "a title"}
    assert renamed.changes[0]["after"] == {"title": "A TITLE"}
    assert renamed.object_ids == [ALARM]
    assert removed.changes[0]["change"] == "removed"
    assert removed.changes[0]["before"]["title"] == "A TITLE"
    assert "after" not in removed.changes[0]


async def test_secrets_are_not_shown(client: httpx.AsyncClient, node: Node) -> None:
    await sent(await client.post("/api/v1/probe/people"))
    for _ in range(2):
        await sent(await client.put("/api/v1/probe/tokens"))
    row, created, changed = await rows(node)
    assert created.changes[0]["after"]["sha256"] == HIDDEN
    assert changed.changes[0]["before"] == {"sha256": HIDDEN, "name": "t"}
    assert changed.changes[0]["after"] == {"sha256": HIDDEN, "name": "u"}
    assert row.changes[0]["after"]["password_hash"] == HIDDEN
    assert row.changes[0]["after"]["email"] == "a@b.org"
    assert "argon-canary" not in str(row.changes)


async def test_reading_arriving_and_failing_leave_no_row_of_their_own(client: httpx.AsyncClient, node: Node) -> None:
    await sent(await client.get("/api/v1/probe/things"))
    await sent(await client.post("/api/v1/probe/arrivals"))
    assert (await client.patch("/api/v1/probe/things/none", json={})).status_code == 500
    assert await rows(node) == []


async def test_a_refusal_is_its_own_row_once_a_minute(client: httpx.AsyncClient, node: Node, owner: Principal) -> None:
    for _ in range(3):
        answer = await client.post(f"/api/v1/probe/things/{ALARM}/refusal")
        assert answer.status_code == 403
    (row,) = await rows(node)
    assert (row.action, row.outcome, row.object_id) == ("probe_refuse", "refused", ALARM)
    assert row.actor_id == owner.user_id
    assert row.data["code"] == "forbidden"
    assert row.changes == []


async def test_a_caller_without_the_role_is_written_down(
    app: FastAPI, node: Node, anonymous: httpx.AsyncClient, owner: Principal
) -> None:
    async def authenticate(request: Request) -> Principal | None:
        return Principal("usr_v", "Vera", Role.VIEWER) if "X-Vera" in request.headers else None

    node.authenticate = authenticate
    assert (await anonymous.post("/api/v1/probe/people")).status_code == 401
    assert (await anonymous.post("/api/v1/probe/people", headers={"X-Vera": "1"})).status_code == 403
    (row,) = await rows(node)
    assert (row.actor_name, row.action, row.outcome) == ("Vera", "probe_enrol", "refused")


async def test_a_repeated_request_is_one_deed(client: httpx.AsyncClient, node: Node) -> None:
    for _ in range(2):
        key = {"Idempotency-Key": "once"}
        await sent(await client.post("/api/v1/probe/things", json={"id": ALARM}, headers=key))
    (row,) = await rows(node)
    assert [one["table"] for one in row.changes] == ["alarms"], "keys are no change of their own"


async def test_a_note_stands_or_falls_with_its_transaction(node: Node) -> None:
    async with node.database.sessions() as session:
        audit.note(session, "account.login_failed", data={"email": "a@b.org"})
        await session.rollback()
        await session.commit()
    assert await rows(node) == []
    async with node.database.transaction() as session:
        audit.note(
            session, "account.login_failed", actor="usr_x", data={"password": "canary", "n": 2**60}, outcome="refused"
        )
    (row,) = await rows(node)
    assert (row.object_kind, row.actor_id, row.outcome) == ("account", "usr_x", "refused")
    assert row.data == {"password": "[redacted]", "n": str(2**60)}


async def test_a_rollback_to_a_savepoint_keeps_the_note(node: Node) -> None:
    async with node.database.transaction() as session:
        audit.note(session, "probe.done")
        inner = await session.begin_nested()
        audit.note(session, "probe.undone")
        await inner.rollback()
    assert [row.action for row in await rows(node)] == ["probe.done"]


@pytest.mark.security("S25")
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("role", ["stormbell_app", "stormbell_service", None])
@pytest.mark.parametrize(("table", "column"), [("audit_events", "action"), ("audit_seals", "event_id")])
async def test_nobody_changes_or_removes_a_row(
    server: TestServer, database_url: str, statement: str, role: str | None, table: str, column: str
) -> None:
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        await connection.execute(
            "INSERT INTO audit_events (id, action, outcome, object_kind, object_ids, changes, data) "
            "VALUES ('aud_1', 'x', 'done', 'x', '{}', '[]', '{}')"
        )
        await connection.execute(
            "INSERT INTO audit_seals (position, event_id, event_transaction, event_number, after_number, sha256) "
            "VALUES (1, 'aud_1', 1, 1, 0, sha256('x'))"
        )
        if role is not None:
            await connection.execute(f"SET ROLE {role}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement.format(table, column, column))
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 1
    finally:
        await connection.close()


def test_values_are_made_plain() -> None:
    assert plain("a\x00b\ud800") == "a\ufffdb?"
    assert plain("x" * 600) == "x" * LONGEST_TEXT + "… (600 characters)"
    assert plain({"api_key": "canary", "deep": [{"a": float("nan")}]}) == {
        "api_key": "[redacted]",
        "deep": [{"a": "nan"}],
    }
    assert plain(b"1234") == "[4 bytes]"


async def test_a_registered_secret_is_not_shown(session: AsyncSession, node: Node) -> None:
    from app.kernel.redaction import register_secret

    register_secret("canary-by-value-7")
    audit.begin(session, audit.Asked("probe_make", {}, None, None, None))
    session.add(thing(ALARM, note="it is canary-by-value-7"))
    await session.commit()
    (row,) = await rows(node)
    assert row.changes[0]["after"]["note"] == "it is [redacted]"
