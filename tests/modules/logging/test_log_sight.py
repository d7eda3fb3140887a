"""Who sees which log records: operators all, others those about what they may see."""

from collections.abc import AsyncIterator

import httpx
import orjson
import pytest
import structlog
from fastapi import FastAPI, Request

from app.kernel import logs
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.scoping import HOUSE
from app.kernel.tables import Base
from app.modules.logging.log_query import LogQuery
from app.modules.logging.log_sight import TABLES, LogSight
from app.modules.logging.tail import TailReader, tail_of

log = structlog.get_logger("app.modules.workflows.stages")

ANN = Principal(user_id="usr_ann", name="Ann", role=Role.RUNNER)
BEN = Principal(user_id="usr_ben", name="Ben", role=Role.VIEWER)
OPAL = Principal(user_id="usr_opal", name="Opal", role=Role.OPERATOR)
CALLERS = {one.user_id: one for one in (ANN, BEN, OPAL)}


def mapped(table: str) -> type:
    """Return the class of a table: these tests may not enter other rooms."""
    return next(m.class_ for m in Base.registry.mappers if getattr(m.local_table, "name", None) == table)


@pytest.fixture
async def incidents(node: Node) -> dict[str, str]:
    """An incident of Ann's, one of Ben's and one of the house."""
    made = {}
    async with node.database.transaction() as session:
        for owner in (ANN.user_id, BEN.user_id, HOUSE):
            made[owner] = new_id("inc")
            row = mapped("incidents")(
                id=made[owner], name=owner, workflow="w", workflow_version="1", state="active", owner_id=owner
            )
            session.add(row)
    return made


@pytest.fixture
async def as_anybody(app: FastAPI, node: Node) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is whom the header names."""

    async def authenticate(request: Request) -> Principal | None:
        return CALLERS.get(request.headers.get("X-Test-Caller", ""))

    node.authenticate = authenticate
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as opened:
        yield opened


@pytest.mark.security("S6")
async def test_others_records_are_hidden_whatever_one_asks(
    as_anybody: httpx.AsyncClient, incidents: dict[str, str], writer: logs.LogWriter
) -> None:
    for owner, incident_id in incidents.items():
        log.info(f"about {owner}", incident_id=incident_id, job_id=new_id("job"))
    log.info("about nothing")
    log.info("about a job nobody knows", job_id="job_none")
    log.info("about a foreign one in passing", job_id="job_none", other=incidents[ANN.user_id])
    assert writer.flush()

    async def seen(caller: Principal, **parameters: str) -> set[str]:
        found: set[str] = set()
        cursor: str | None = ""
        while cursor is not None:
            more = {"cursor": cursor} if cursor else {}
            answer = await as_anybody.get(
                "/api/v1/logs", params={**parameters, **more, "limit": "2"}, headers={"X-Test-Caller": caller.user_id}
            )
            assert answer.status_code == 200, answer.text
            found |= {item["message"] for item in answer.json()["items"]}
            cursor = answer.json()["next_cursor"]
        return {message for message in found if message.startswith("about")}

    assert await seen(ANN) == {"about usr_ann", "about usr_system"}
    assert await seen(BEN) == {"about usr_ben", "about usr_system"}
    assert len(await seen(OPAL)) == 6
    theirs = incidents[BEN.user_id]
    for parameters in (
        {"incident_id": theirs},
        {"object_id": theirs},
        {"q": "usr_ben"},
        {"q": theirs},
        {"level": "info"},
    ):
        assert "about usr_ben" not in await seen(ANN, **parameters)
    assert await seen(BEN, incident_id=theirs) == {"about usr_ben"}


@pytest.mark.security("S6")
async def test_others_records_are_hidden_from_the_live_stream(node: Node, incidents: dict[str, str]) -> None:
    reader = TailReader(tail_of(node), node.clock, LogQuery(owned=True), LogSight(node.database, ANN), _still(ANN))
    with tail_of(node).seat(reader):
        frames = reader.frames()
        await anext(frames)
        for owner, incident_id in incidents.items():
            record = logs.shape("app.x", "info", f"about {owner}", {"incident_id": incident_id})
            tail_of(node)._arrived(logs.encode(record))
        told = b""
        while told.count(b"event: record") < 2:
            told += await anext(frames)
        await frames.aclose()
    messages = [orjson.loads(part.split(b"\n")[0])["message"] for part in told.split(b"data: ")[1:]]
    assert messages == ["about usr_ann", "about usr_system"]


def _still(principal: Principal):  # type: ignore[no-untyped-def]
    async def allowed() -> Principal | None:
        return principal

    return allowed


def test_every_table_that_decides_is_there() -> None:
    assert all(mapped(table).id is not None for tables in TABLES.values() for table in tables)  # type: ignore[attr-defined]
