"""Two people, one house: nothing of one is shown to the other, by the program's own filter or by the database alone.

Generated from OpenAPI: an operation whose path names something new fails here until somebody says whose it is.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import func, text
from sqlalchemy.exc import IntegrityError

from app.kernel.bus import publish
from app.kernel.clock import Clock
from app.kernel.db import sessions_on
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.scoping import BelongsTo, Owned, OwnedFact
from app.main import create_app, openapi
from app.modules.data.models import Dataset, DatasetInput, Replica, Storage
from app.modules.ingest.models import DeliveryRow, SourceRow, SourceTally
from app.modules.logging.node_parts import hub_of, shared_of
from app.modules.logging.reader import Reader
from app.modules.logging.sight import Sight
from app.modules.simulation.models import Simulation
from app.modules.workflows.events import IncidentOpened
from app.modules.workflows.models import Gather, GatherMember, IncidentRow, StageRow
from tests.conftest import _client

ADA = Principal(user_id="usr_ada", name="Ada", role=Role.RUNNER)
BEN = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)
OLGA = Principal(user_id="usr_olga", name="Olga", role=Role.OPERATOR)
CALLERS = {"ada": ADA, "ben": BEN, "olga": OLGA}
MARK = "quillfeather"  # in the name of everything of Ada's

# What a path can name. Owned things are seeded below; what is the house's everybody may see; what is personal is
# looked up with the caller's own id, which the tests of its module show.
HOUSE_THINGS = {
    "machine_id": "machines are the house's",
    "alarm_id": "alarms are acted on by operators; which are listed is shown here",
    "node_id": "nodes are the house's",
    "loop": "of a node",
    "name": "of a queue, a limit or a library of the house",
    "scope": "of a limit",
    "observation_id": "what the observer shows is the house's queue",
    "workflow": "workflows are the house's",
    "storage_id": "storages are the house's",
}
PERSONAL_THINGS = {
    "session_id": "test_sessions.py",
    "token_id": "test_tokens.py",
    "user_id": "administrators' operations: test_users.py",
    "group_id": "test_groups.py",
    "subject_id": "test_shares.py",
    "invitation_id": "administrators' operations: test_invitations.py",
    "allocation_id": "test_allocations.py",
    "credential_id": "tests of credentials",
    "export_id": "test_profile.py",
    "identity_id": "test_oidc.py",
    "passkey_id": "test_passkeys.py",
    "method": "a way to log in",
    "provider": "a way to log in",
    "request_id": "test_sign_up.py",
    "login_id": "test_login.py",
    "number": "of the audit, which administrators read",
    "audit_id": "of the audit, which administrators read",
    "event_id": "of the audit, which administrators read",
    "key_id": "of the vault, which administrators keep",
}
OWNED_THINGS = {"incident_id", "simulation_id", "dataset_id", "source_id", "delivery_id"}
JOB_THINGS = {"job_id", "batch_id", "schedule_id"}  # tests/modules/jobs
BODIES: dict[str, Any] = {"share_set": {"level": "view"}, "incident_cancel": {"reason": "not mine"}}


@dataclass
class Operation:
    """One operation whose path names something."""

    id: str
    method: str
    path: str
    names: list[str]


@cache  # all applications are alike, and the document takes a second to write
def _document() -> dict[str, Any]:
    return openapi(create_app())


def operations() -> Iterator[Operation]:
    """Yield every operation of the document."""
    for path, methods in _document()["paths"].items():
        for method, described in methods.items():
            names = [p["name"] for p in described.get("parameters", []) if p["in"] == "path"]
            yield Operation(described["operationId"], method.upper(), path, names)


@pytest.fixture
async def hers(node: Node) -> dict[str, str]:
    """One of everything that can be owned, Ada's; by the name a path has for it."""
    ids = {
        "incident_id": new_id("inc"),
        "simulation_id": new_id("sim"),
        "dataset_id": new_id("dst"),
        "source_id": new_id("src"),
        "delivery_id": new_id("dlv"),
    }
    stage_id, gather_id, other_id, storage_id = new_id("stg"), new_id("gat"), new_id("dst"), new_id("sto")
    incident_id = ids["incident_id"]
    async with node.database.transaction() as session:
        session.add(
            IncidentRow(
                id=incident_id, name=MARK, workflow="w", workflow_version="1", state="active", owner_id=ADA.user_id
            )
        )
        session.add(Storage(id=storage_id, name="house", driver="local", node_name="elsewhere"))
        session.add(SourceRow(id=ids["source_id"], name=MARK, driver="push", settings={}, owner_id=ADA.user_id))
        await session.flush()
        session.add(StageRow(id=stage_id, incident_id=incident_id, name=MARK, message={}, originator=ADA.user_id))
        session.add(
            Simulation(
                id=ids["simulation_id"],
                incident_id=incident_id,
                owner_id=ADA.user_id,
                name=MARK,
                spec={"command": ["true"], "resources": {"walltime_seconds": 1, "cores": 1}},
                state="succeeded",
                finished_at=func.now(),
                max_attempts=1,
            )
        )
        for dataset_id in (ids["dataset_id"], other_id):
            values = {"media_type": "text/plain", "bytes": 1, "sha256": "0" * 64, "blake3": "0" * 64}
            session.add(Dataset(id=dataset_id, name=f"{MARK} {dataset_id}", owner_id=ADA.user_id, **values))
        session.add(
            DeliveryRow(
                id=ids["delivery_id"],
                source_id=ids["source_id"],
                item_key=MARK,
                revision=1,
                fingerprint=b"x",
                state="delivered",
                title=MARK,
                body=MARK.encode(),
                bytes=len(MARK),
            )
        )
        session.add(SourceTally(source_id=ids["source_id"], slot=1, deliveries=1))
        await session.flush()
        session.add(DatasetInput(dataset_id=ids["dataset_id"], input_id=other_id))
        session.add(Replica(dataset_id=ids["dataset_id"], storage_id=storage_id, path=MARK))
        session.add(Gather(id=gather_id, incident_id=incident_id, stage_id=stage_id, then="x", message={}))
        await session.flush()
        session.add(GatherMember(gather_id=gather_id, simulation_id=ids["simulation_id"]))
        publish(session, _opened(incident_id))
    return ids


def _opened(incident_id: str) -> IncidentOpened:
    return IncidentOpened(subject_id=incident_id, incident_id=incident_id, name=MARK, workflow="w", version="1")


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


def test_every_name_in_a_path_is_somebodys() -> None:
    known = {*HOUSE_THINGS, *PERSONAL_THINGS, *JOB_THINGS, *OWNED_THINGS, "object_id"}
    unknown = {name: op.id for op in operations() for name in op.names if name not in known}
    assert not unknown, "say whose these are, above"


@pytest.mark.security("S6")
async def test_what_is_hers_is_not_there_for_him(
    running_node: Node, ask: httpx.AsyncClient, hers: dict[str, str]
) -> None:
    tried = 0
    for op in operations():
        owned = [name for name in op.names if name in hers or name == "object_id"]
        if not owned:
            continue
        for value in hers.values() if "object_id" in owned else [hers[owned[0]]]:
            path = op.path.replace("{subject_id}", "everyone")
            for name in op.names:
                path = path.replace("{" + name + "}", value if name in ("object_id", owned[0]) else "x")
            content = {"json": BODIES.get(op.id, {})} if op.method in ("POST", "PUT", "PATCH") else {}
            answer = await ask.request(op.method, path, headers={"X-Test-Caller": "ben"}, **content)
            too_low = running_node.permissions[op.id] > BEN.role
            assert answer.status_code == (403 if too_low else 404), (op.id, answer.status_code, answer.text)
            assert MARK not in answer.text
            if op.method == "GET" and not op.path.endswith(("/output", "/content")):
                answer = await ask.get(path, headers={"X-Test-Caller": "ada"})
                assert answer.status_code == 200, (op.id, answer.text)
            tried += 1
    assert tried >= 15


@pytest.mark.security("S6")
@pytest.mark.covers("V11")
async def test_no_list_shows_hers_to_him(running_node: Node, ask: httpx.AsyncClient, hers: dict[str, str]) -> None:
    shown = set()
    for op in operations():
        if op.method != "GET" or op.names or running_node.permissions[op.id] > BEN.role:
            continue
        described = _document()["paths"][op.path]["get"].get("parameters", [])
        filters = [{}, *({p["name"]: hers[p["name"]]} for p in described if p["name"] in hers)]
        if any(p["name"] == "subject_id" for p in described):
            filters += [{"subject_id": value} for value in hers.values()]
        required = {p["name"]: hers["incident_id"] for p in described if p.get("required")}
        for query in filters:
            asked = {**required, **query}
            mine = await ask.get(op.path, params=asked, headers={"X-Test-Caller": "ada"})
            if MARK in mine.text:
                shown.add(op.id)
            cursor = mine.json().get("next_cursor") if mine.headers["content-type"] == "application/json" else None
            for more in ({}, *([{"cursor": cursor}] if cursor else [])):
                his = await ask.get(op.path, params={**asked, **more}, headers={"X-Test-Caller": "ben"})
                assert MARK not in his.text, (op.id, asked)
                if query or not required:
                    assert not [value for value in hers.values() if value in his.text and value not in asked.values()]
    assert {"incident_list", "simulation_list", "dataset_list", "source_list", "delivery_list", "event_list"} <= shown


@pytest.mark.security("S6")
@pytest.mark.parametrize("after", ["0-0", None])
async def test_the_stream_tells_him_nothing_of_hers(node: Node, hers: dict[str, str], after: str | None) -> None:
    hub = hub_of(node)

    async def told(principal: Principal) -> bytes:
        async def allowed() -> Principal:
            return principal

        sight = Sight(shared_of(node), principal)
        reader = Reader(hub, node.database, Clock(), after=after, incident_id=None, sight=sight, allowed=allowed)
        with hub.seat(reader):
            frames = reader.frames()
            said = await anext(frames)
            async with node.database.transaction() as session:
                publish(session, _opened(hers["incident_id"]))
                publish(session, _opened("inc_of_nobody"))
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
async def test_the_database_lets_him_change_nothing_of_hers(node: Node, hers: dict[str, str]) -> None:
    kinds = [k for mixin in (Owned, OwnedFact, BelongsTo) for k in mixin.__subclasses__() if hasattr(k, "__table__")]
    seeded = 0
    for kind in kinds:
        table = kind.__table__
        column = table.columns.keys()[-1] if table.name != "deliveries" else "title"
        for statement in (f"UPDATE {table.name} SET {column} = {column}", f"DELETE FROM {table.name}"):
            async with node.database.session_of(BEN) as session:
                with suppress(IntegrityError):  # what is final says so whoever asks
                    assert (await session.execute(text(statement))).rowcount == 0, statement
        async with node.database.transaction() as session:
            seeded += bool(await session.scalar(text(f"SELECT count(*) FROM {table.name}")))
    assert seeded >= 12
