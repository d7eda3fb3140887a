"""Two people, one house: nothing of one is shown to the other, by the program's own filter or by the database alone.

Generated from OpenAPI and the database: an operation whose path names something new, or a new guarded table, fails here
until somebody says whose it is. What is said is in isolation_calls.py, the rows are in isolation_rows.py.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.kernel.bus import publish
from app.kernel.clock import Clock
from app.kernel.db import sessions_on
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.kernel.scoping import BelongsTo, Owned, OwnedFact
from app.modules.logging.node_parts import hub_of, shared_of
from app.modules.logging.reader import Reader
from app.modules.logging.sight import Sight
from app.modules.workflows.events import IncidentOpened
from tests.conftest import _client
from tests.house.isolation_calls import ANSWERED, HEADERS, NOBODYS, WITHOUT_BYTES, Operation, filters_of, operations
from tests.house.isolation_rows import ADA, BEN, GUARDED, MARK, OLGA, Row, ids_of, seed

CALLERS = {"ada": ADA, "ben": BEN, "olga": OLGA}
# What others may see of these rows of Ada's, and why.
SEEN = {"groups": "everybody knows what groups there are, to share with them"}
# What others may write there in Ada's name, and why.
WRITTEN = {
    "alarms": "a caller may state what they do not see",
    "events": "a caller may state what they do not see",
}
# Not among the ids nobody else may read, and why.
KNOWN = {
    "group_id": "see SEEN",
    "observation_id": "who may look sees who else looks",
}


@pytest.fixture
async def rows(node: Node) -> dict[str, Row]:
    """One row of Ada's in every guarded table, by the table's name."""
    return await seed(node)


@pytest.fixture(params=["both walls", "the database alone"])
async def ask(request: pytest.FixtureRequest, app: FastAPI, running_node: Node) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is whoever ``X-Test-Caller`` names; once without the program's own filter."""
    if request.param == "the database alone":
        running_node.database.sessions = sessions_on(running_node.database.engine, running_node.bus, filtered=False)

    async def authenticate(asked: Request) -> Principal | None:
        return CALLERS.get(asked.headers.get("X-Test-Caller", ""))

    running_node.authenticate = authenticate
    async with _client(app) as opened:
        yield opened


async def written(node: Node, rows: dict[str, Row]) -> dict[str, Any]:
    """Return Ada's rows as they are now."""
    found = {}
    async with node.database.transaction() as session:
        for name, row in rows.items():
            query = text(f"SELECT to_jsonb(t) FROM {name} t WHERE {row.where}")
            found[name] = await session.scalar(query, row.key)
    return found


def leads_to(op: Operation, ids: dict[str, list[str]]) -> list[dict[str, str]]:
    """Return what to put into an operation's path so that it leads to something of Ada's; nothing when it cannot."""
    names = [name for name in op.names if name in ids or name == "object_id"]
    if not names or any(name == "link" for name in op.names) or op.names[0] in NOBODYS:
        return []
    first = {name: ids[name][0] for name in names if name in ids} | {"subject_id": "everyone", "user_id": BEN.user_id}
    outer = names[0]
    values = [one for every in ids.values() for one in every] if outer == "object_id" else ids[outer]
    return [{**first, outer: value} for value in values]


async def test_every_name_in_a_path_is_somebodys(rows: dict[str, Row]) -> None:
    known = {*NOBODYS, *ids_of(rows), "object_id"}
    unknown = {name: op.id for op in operations() for name in op.names if name not in known}
    assert not unknown, "seed it in isolation_rows.py, or say in isolation_calls.py why it is nobody's"
    assert not set(ANSWERED) - {op.id for op in operations()}


async def test_every_guarded_table_has_a_row_of_hers(node: Node, rows: dict[str, Row]) -> None:
    async with node.database.transaction() as session:
        guarded = set((await session.scalars(GUARDED)).all())
    owned = {
        k.__table__.name
        for mixin in (Owned, OwnedFact, BelongsTo)
        for k in mixin.__subclasses__()
        if k is not OwnedFact
    }
    assert owned <= guarded <= set(rows)
    assert all((await written(node, rows)).values())


@pytest.mark.security("S6")
async def test_what_is_hers_is_not_there_for_him(
    running_node: Node, ask: httpx.AsyncClient, rows: dict[str, Row]
) -> None:
    ids = ids_of(rows)
    before = await written(running_node, rows)
    tried: set[str] = set()
    wrong: list[tuple[Any, ...]] = []
    for op in operations():
        for place in leads_to(op, ids):
            headers = {"X-Test-Caller": "ben", **HEADERS.get(op.id, {})}
            async with asyncio.timeout(20):
                answer = await ask.request(op.method, op.at(place), headers=headers, **op.sends())
            too_low = running_node.permissions[op.id] > BEN.role
            expected = 403 if too_low else ANSWERED.get(op.id, (404, ""))[0]
            if answer.status_code != expected or MARK in answer.text:
                wrong.append((op.id, place, answer.status_code, answer.text))
            tried.add(op.id)
            if op.method != "GET":
                assert await written(running_node, rows) == before, f"{op.id} changed something of hers"
            elif (
                op.id not in WITHOUT_BYTES
                and running_node.permissions[op.id] <= ADA.role
                and "x" not in op.at(place).split("/")
            ):
                answer = await ask.get(op.at(place), headers={"X-Test-Caller": "ada"})
                if answer.status_code != 200:
                    wrong.append((op.id, "as Ada", answer.status_code, answer.text))
    assert not wrong, "\n".join(map(str, wrong))
    named = {op.id for op in operations() if op.names and op.names[0] not in NOBODYS and "link" not in op.names}
    assert tried == named
    assert len(tried) >= 120


@pytest.mark.security("S6")
@pytest.mark.covers("V11")
async def test_no_list_shows_hers_to_him(running_node: Node, ask: httpx.AsyncClient, rows: dict[str, Row]) -> None:
    ids = ids_of(rows)
    secret = {value for name, values in ids.items() if name not in KNOWN for value in values}
    secret.add(rows["shares"].values["subject_id"])
    shown = set()
    wrong: list[tuple[Any, ...]] = []
    for op in operations():
        if op.method != "GET" or op.names or running_node.permissions[op.id] > BEN.role:
            continue
        for query in filters_of(op, ids):
            mine = await ask.get(op.path, params=query, headers={"X-Test-Caller": "ada"})
            if MARK in mine.text or any(value in mine.text for value in secret - set(query.values())):
                shown.add(op.id)
            is_json = mine.headers.get("content-type") == "application/json"
            found = mine.json() if is_json else None
            cursor = found.get("next_cursor") if isinstance(found, dict) else None
            for more in ({}, *([{"cursor": cursor}] if cursor else [])):
                his = await ask.get(op.path, params={**query, **more}, headers={"X-Test-Caller": "ben"})
                told = his.text.replace(MARK, "") if MARK in query.values() and his.status_code >= 400 else his.text
                if MARK in told or any(value in told for value in secret - set(query.values())):
                    wrong.append((op.id, query, told[:1000]))
    assert not wrong, "\n".join(map(str, wrong))
    lists = {
        *("alarm_list", "allocation_list", "collection_list", "credential_list", "dataset_list", "delivery_list"),
        *("event_list", "identity_list", "incident_list", "job_batch_list", "job_list", "profile_export_list"),
        *("profile_login_list", "schedule_list", "session_list", "share_list", "simulation_list", "source_list"),
        *("storage_list", "token_list", "transfer_list", "upload_list", "webhook_list"),
    }
    assert lists <= shown, lists - shown


@pytest.mark.security("S6")
async def test_naming_what_is_hers_in_a_body_takes_him_nowhere(
    running_node: Node, ask: httpx.AsyncClient, rows: dict[str, Row]
) -> None:
    def of(name: str) -> str:
        return ids_of(rows)[name][0]

    ben = {"X-Test-Caller": "ben"}
    own = (await ask.post("/api/v1/datasets", params={"name": "mine.txt"}, content=b"mine", headers=ben)).json()["id"]
    pot = (await ask.post("/api/v1/collections", json={"name": "pot"}, headers=ben)).json()["id"]
    place = {"storage_id": of("storage_id"), "path": "x.txt"}
    bucket = {"endpoint": "https://s3.example.org", "bucket": "b"}
    refused: list[tuple[str, dict[str, Any]]] = [
        (f"/collections/{pot}/put", {"json": {"dataset_ids": [of("dataset_id")]}}),
        ("/datasets", {"params": {"name": "a", "follows": of("dataset_id")}, "content": b"x"}),
        ("/datasets", {"params": {"name": "a", "made_from": of("dataset_id")}, "content": b"x"}),
        ("/datasets/adopt", {"json": place}),
        ("/datasets/fetch", {"json": {"url": "https://example.org/a", "follows": of("dataset_id")}}),
        (f"/datasets/{own}/copies", {"json": {"storage_ids": [of("storage_id")]}}),
        (f"/datasets/{own}/archive", {"json": {"storage_id": of("storage_id")}}),
        ("/storages", {"json": {"name": "s", "driver": "s3", "settings": bucket, "credential": of("credential_id")}}),
        ("/transfers", {"json": {"kind": "copy", "dataset_id": of("dataset_id"), "targets": [place]}}),
        ("/transfers", {"json": {"kind": "copy", "source": place, "targets": [place]}}),
        ("/transfers", {"json": {"kind": "move", "source": place, "folder": True, "targets": [place]}}),
        ("/uploads", {"json": {"name": "a", "bytes": 1, "follows": of("dataset_id")}}),
    ]
    before = await written(running_node, rows)
    wrong: list[tuple[Any, ...]] = []
    for path, sent in refused:
        answer = await ask.post(f"/api/v1{path}", headers=ben, **sent)
        if answer.status_code not in (404, 422) or MARK in answer.text:
            wrong.append((path, sent, answer.status_code, answer.text))
    assert not wrong, "\n".join(map(str, wrong))
    # Of many at once: those he does not see are not among them. Jobs are changed so by operators only, who see all.
    many = {"ids": [of("incident_id")], "reason": "x"}
    answer = await ask.post("/api/v1/incidents/cancellations", headers=ben, json=many)
    assert MARK not in answer.text
    assert await written(running_node, rows) == before


@pytest.mark.security("S6")
@pytest.mark.parametrize("after", ["0-0", None])
async def test_the_stream_tells_him_nothing_of_hers(node: Node, rows: dict[str, Row], after: str | None) -> None:
    hub = hub_of(node)

    def opened(incident_id: str) -> IncidentOpened:
        return IncidentOpened(subject_id=incident_id, incident_id=incident_id, name=MARK, workflow="w", version="1")

    async def told(principal: Principal) -> bytes:
        async def allowed() -> Principal:
            return principal

        sight = Sight(shared_of(node), principal)
        reader = Reader(hub, node.database, Clock(), after=after, incident_id=None, sight=sight, allowed=allowed)
        with hub.seat(reader):
            frames = reader.frames()
            said = await anext(frames)
            async with node.database.transaction() as session:
                publish(session, opened(rows["incidents"].values["id"]))
                publish(session, opened("inc_of_nobody"))
                await session.execute(
                    text(
                        "INSERT INTO incidents (id, name, workflow, workflow_version, state) VALUES"
                        " (:id, 'an end', 'w', '1', 'active')"
                    ),
                    {"id": "inc_" + principal.user_id},
                )
                publish(
                    session,
                    IncidentOpened(
                        subject_id="x", incident_id="inc_" + principal.user_id, name="an end", workflow="w", version="1"
                    ),
                )

            async def follow() -> None:  # a fact waits for every transaction before it, whoever's: an autovacuum's too
                while True:
                    await hub.tail()
                    await asyncio.sleep(0.05)

            following = asyncio.create_task(follow())
            while b"an end" not in said:
                said += await anext(frames)
            following.cancel()
        return said

    assert MARK.encode() not in await told(BEN)
    assert MARK.encode() in await told(ADA)
    assert MARK.encode() in await told(OLGA)


@pytest.mark.security("S6")
async def test_the_database_shows_him_nothing_of_hers_and_lets_him_change_none(
    node: Node, rows: dict[str, Row]
) -> None:
    async with node.database.transaction() as session:
        guarded = set((await session.scalars(GUARDED)).all())
    owned = {
        k.__table__.name
        for mixin in (Owned, OwnedFact, BelongsTo)
        for k in mixin.__subclasses__()
        if k is not OwnedFact
    }
    for name in sorted(guarded):
        row = rows[name]
        count = f"SELECT count(*) FROM {name} WHERE {row.where}"
        column = [name for name in row.values if row.table.c[name].identity is None][-1]
        changes = (f'UPDATE {name} SET "{column}" = "{column}"', f"DELETE FROM {name}")
        async with node.database.session_of(ADA) as session:
            assert await session.scalar(text(count), row.key) == 1, f"{name} is hidden from whose it is"
        async with node.database.session_of(OLGA) as session:
            assert name not in owned or await session.scalar(text(count), row.key) == 1, name
        async with node.database.session_of(BEN) as session:
            assert await session.scalar(text(count), row.key) == (name in SEEN), f"{name} is shown"
        for change in changes:
            async with node.database.session_of(BEN) as session:
                with suppress(IntegrityError):  # what is final says so whoever asks
                    found: Any = await session.execute(text(f"{change} WHERE {row.where}"), row.key)
                    assert found.rowcount == 0, change
        async with node.database.session_of(BEN) as session:
            given = {name: value for name, value in row.values.items() if row.table.c[name].identity is None}
            again = row.table.insert().values({**given, **another_key(row)})
            if name in WRITTEN:
                continue
            with pytest.raises(DBAPIError) as refused:
                await session.execute(again)
            assert getattr(refused.value.orig, "sqlstate", None) == "42501", (name, refused.value)


def another_key(row: Row) -> dict[str, Any]:
    """Return a key nobody has, with the foreign keys as they are; the same when it is all foreign keys."""
    for column in reversed(row.table.primary_key.columns.values()):
        value = row.values[column.name]
        if column.foreign_keys:
            continue
        if isinstance(value, str):
            return {column.name: value[:-1] + ("0" if value[-1] != "0" else "1")}
        if isinstance(value, datetime):
            return {column.name: value + timedelta(seconds=1)}
        if isinstance(value, bytes):
            return {column.name: bytes(reversed(value))}
        if column.identity is None:
            return {column.name: value + 1}
    return {}
