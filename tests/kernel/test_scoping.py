"""The two walls from below: what a session is in the database, what it leaves behind, each wall without the other."""

from functools import partial

import pytest
from sqlalchemy import event, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kernel.bus import Bus
from app.kernel.db import Database
from app.kernel.events import EventRow
from app.kernel.migrate import migrate, upgrade
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.roles import RolesMissing, become_owner, ensure_roles
from app.kernel.scoping import EXTRA_DDL, Caller, Owned, OwnedFact
from app.modules.ingest.models import SourceRow
from tests.conftest import TestServer

[SCOPE_OF] = EXTRA_DDL
ADA = Principal(user_id="usr_ada", name="Ada", role=Role.VIEWER, group_ids=frozenset({"grp_1"}))
WHO = text(
    "SELECT session_user::text, current_user::text, current_setting('stormbell.user_id', true),"
    " current_setting('stormbell.subjects', true)"
)


@pytest.mark.security("S6")
async def test_a_callers_transaction_is_the_callers_and_the_next_is_nobodys(database_url: str) -> None:
    database = Database(database_url, Bus(), pool_size=1)
    try:
        for _ in range(2):
            async with database.transaction(ADA) as session:
                row = tuple((await session.execute(WHO)).one())
                assert row == ("stormbell", "stormbell_app", "usr_ada", '{"usr_ada","grp_1","everyone"}')
            async with database.session_of(None) as session:
                assert (await session.execute(WHO)).one()[1:3] == ("stormbell_app", "")
                await session.rollback()
                assert (await session.execute(WHO)).one()[1] == "stormbell_app", "a second transaction is, too"
            async with database.transaction() as session:
                assert (await session.execute(WHO)).one()[1:3] == ("stormbell_service", "")
                await become_owner(await session.connection())
                assert (await session.execute(WHO)).one()[1] == "stormbell"
            async with database.connection() as connection:
                assert (await connection.execute(WHO)).one()[1] == "stormbell_service"
    finally:
        await database.close()


@pytest.mark.security("S6")
async def test_a_transaction_that_never_began_leaves_nothing_to_the_next(database_url: str) -> None:
    database = Database(database_url, Bus(), pool_size=1)
    try:
        async with database.session_of(ADA) as session:
            await session.connection()  # has a connection, and says nothing
        async with database.engine.begin() as connection:
            assert (await connection.execute(WHO)).one()[1:3] == ("stormbell_service", None)
    finally:
        await database.close()


async def test_saying_who_calls_is_no_statement_of_its_own(node: Node) -> None:
    sent: list[str] = []
    event.listen(node.database.engine.sync_engine, "before_cursor_execute", lambda *a: sent.append(a[2]))
    async with node.database.transaction(ADA) as session:
        await session.execute(select(EventRow.number))
    assert len(sent) == 1


def test_an_id_that_is_none_of_ours_is_never_written_into_sql() -> None:
    with pytest.raises(ValueError, match="none of ours"):
        Caller.of(Principal(user_id="usr_'); DROP TABLE users", name="Bobby", role=Role.VIEWER))


@pytest.mark.security("S6")
async def test_each_wall_holds_without_the_other(node: Node) -> None:
    async with node.database.transaction() as session:
        for owner_id in ("usr_ada", "usr_ben", "usr_system"):
            session.add(SourceRow(id=f"src_{owner_id}", name=owner_id, driver="push", settings={}, owner_id=owner_id))
    seen = ["usr_ada", "usr_system"]
    async with node.database.session_of(ADA) as session:
        assert list(await session.scalars(text("SELECT name FROM sources ORDER BY name"))) == seen, "the database alone"
        await session.execute(text("SET LOCAL ROLE stormbell_service"))
        assert list(await session.scalars(text("SELECT name FROM sources ORDER BY name"))) == [
            "usr_ada",
            "usr_ben",
            "usr_system",
        ]
        names = await session.scalars(select(SourceRow.name).order_by(SourceRow.name))
        assert list(names) == seen, "the filter alone"
        assert await session.get(SourceRow, "src_usr_ben") is None


@pytest.mark.security("S6")
async def test_a_fact_is_whose_its_subject_is(node: Node) -> None:
    async with node.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO jobs (id, kind, queue, max_attempts, payload, owner_id) VALUES"
                " ('job_hers', 'k', 'default', 1, '{}', 'usr_ada'), ('job_house', 'k', 'default', 1, '{}', NULL)"
            )
        )
        session.add(SourceRow(id="src_hers", name="hers", driver="push", settings={}, owner_id="usr_ada"))
        await session.flush()
        for subject, owner_id in {
            "src_hers": "usr_ada",
            "job_hers": "usr_ada",
            "job_house": None,
            "job_deleted": "nobody",
            "usr_ada": "usr_ada",
            "local": None,
        }.items():
            asked = text("SELECT owner_id FROM scope_of(:subject, NULL)")
            assert await session.scalar(asked, {"subject": subject}) == owner_id, subject
        assert await session.scalar(text("SELECT owner_id FROM scope_of('x', 'inc_gone')")) == "nobody"


@pytest.mark.security("S6")
async def test_facts_stay_as_they_are(node: Node) -> None:
    async with node.database.transaction() as session:
        await session.execute(text("INSERT INTO events (type, subject_id, text, data) VALUES ('x', 'x', 'x', '{}')"))
    olga = Principal(user_id="usr_olga", name="Olga", role=Role.OWNER)
    for statement in ("UPDATE events SET text = 'y'", "DELETE FROM events"):
        async with node.database.session_of(olga) as session:
            assert (await session.execute(text(statement))).rowcount == 0


SHARED = (
    "INSERT INTO shares (object_id, subject_id, level, shared_by) VALUES ('src_hers', 'usr_ben', 'view', 'usr_ada')"
)


@pytest.mark.security("S6")
async def test_who_may_only_look_writes_nothing_in_the_database(node: Node) -> None:
    ben = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)
    async with node.database.transaction() as session:
        session.add(SourceRow(id="src_hers", name="hers", driver="push", settings={}, owner_id="usr_ada"))
        session.add(SourceRow(id="src_bens", name="bens", driver="push", settings={}, owner_id="usr_ben"))
        await session.flush()
        await session.execute(text(SHARED))
        await session.execute(text("INSERT INTO source_tallies (source_id, slot) VALUES ('src_hers', 1)"))
        await session.execute(text("INSERT INTO source_checks (source_id, every_seconds) VALUES ('src_hers', 60)"))
        await session.execute(
            text(
                "INSERT INTO bindings (id, source_id, name, target, workflow, stage, created_by)"
                " VALUES ('bnd_hers', 'src_hers', 'hers', 'open', 'gauge', 'assess', 'usr_ada')"
            )
        )
        await session.execute(
            text(
                "INSERT INTO job_batches (id, name, owner_id)"
                " VALUES ('bat_1', 'hers', 'usr_ada'), ('bat_2', 'house', NULL)"
            )
        )
        await session.execute(text(SHARED.replace("src_hers", "bat_1")))
    writing = (
        "UPDATE sources SET name = 'mine' WHERE id = 'src_hers'",
        "UPDATE sources SET owner_id = 'usr_ben' WHERE id = 'src_hers'",
        "DELETE FROM sources WHERE id = 'src_hers'",
        "UPDATE source_tallies SET source_id = source_id",
        "DELETE FROM source_tallies",
        "INSERT INTO source_tallies (source_id, slot) VALUES ('src_hers', 2)",
        "UPDATE source_tallies SET source_id = 'src_bens'",
        "UPDATE source_checks SET every_seconds = 1",
        "DELETE FROM bindings",
        "INSERT INTO push_signatures (source_id, digest) VALUES ('src_hers', 'x')",
        "UPDATE job_batches SET owner_id = 'usr_ben' WHERE id = 'bat_1'",
    )
    for statement in writing:
        async with node.database.session_of(ben) as session:
            with pytest.raises(DBAPIError, match="by who may not act"):
                await session.execute(text(statement))
    async with node.database.session_of(ben) as session:  # or who may see and not act would be told 404
        locked = text("SELECT name FROM sources WHERE id = 'src_hers' FOR UPDATE")
        assert await session.scalar(locked) == "hers"
        given = await session.execute(text("UPDATE shares SET level = 'act'"))
        assert given.rowcount == 0, "nobody lets themselves act"
    async with node.database.transaction(ADA) as session:
        given = "UPDATE shares SET level = 'act' WHERE object_id = 'src_hers'"
        assert (await session.execute(text(given))).rowcount == 1
    async with node.database.transaction(ben) as session:
        assert (await session.execute(text(writing[0]))).rowcount == 1
        assert (await session.execute(text(writing[3]))).rowcount == 1
        assert (await session.execute(text("DELETE FROM bindings"))).rowcount == 1
        # One without an owner is the house's.
        assert (await session.execute(text("DELETE FROM job_batches WHERE id = 'bat_2'"))).rowcount == 1


@pytest.mark.security("S6")
async def test_shares_and_groups_are_seen_and_changed_by_whom_they_concern(node: Node) -> None:
    ben = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)
    eve = Principal(user_id="usr_eve", name="Eve", role=Role.RUNNER)
    async with node.database.transaction() as session:
        session.add(SourceRow(id="src_hers", name="hers", driver="push", settings={}, owner_id="usr_ada"))
        for name in ("ada", "ben", "eve"):
            values = {"id": f"usr_{name}", "email": f"{name}@example.org", "name": name, "role": "runner"}
            await session.execute(
                text("INSERT INTO users (id, email, name, role) VALUES (:id, :email, :name, :role)"), values
            )
        await session.flush()
        await session.execute(text(SHARED))
        await session.execute(text("INSERT INTO groups (id, name) VALUES ('grp_1', 'Fire'), ('grp_2', 'Flood')"))
        await session.execute(
            text(
                "INSERT INTO group_members (group_id, user_id, manages) "
                " VALUES ('grp_1', 'usr_ada', true), ('grp_1', 'usr_ben', false)"
            )
        )
    ben_of_1 = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER, group_ids=frozenset({"grp_1"}))
    for caller, shares, members in ((ADA, 1, 2), (ben, 1, 1), (ben_of_1, 1, 2), (eve, 0, 0)):
        async with node.database.session_of(caller) as session:
            assert await session.scalar(text("SELECT count(*) FROM shares")) == shares, caller
            assert await session.scalar(text("SELECT count(*) FROM group_members")) == members, caller
            assert await session.scalar(text("SELECT group_size('grp_1')")) == 2
    refused = (
        "INSERT INTO shares (object_id, subject_id, level, shared_by) VALUES ('src_hers', 'everyone', 'act', '')",
        "INSERT INTO group_members (group_id, user_id) VALUES ('grp_1', 'usr_eve')",
        "INSERT INTO groups (id, name) VALUES ('grp_3', 'Mine')",
    )
    for statement in refused:
        async with node.database.session_of(ben_of_1) as session:
            with pytest.raises(DBAPIError, match="row-level security"):
                await session.execute(text(statement))
    for statement in (
        "UPDATE group_members SET manages = true",
        "UPDATE groups SET name = 'Mine'",
        "DELETE FROM groups",
        "DELETE FROM shares",
    ):
        async with node.database.session_of(ben_of_1) as session:
            assert (await session.execute(text(statement))).rowcount == 0, statement
    async with node.database.transaction(ben_of_1) as session:
        assert (await session.execute(text("DELETE FROM group_members"))).rowcount == 1, "anybody may leave"
    async with node.database.transaction(ADA) as session:
        assert (await session.execute(text("UPDATE groups SET name = 'Fires'"))).rowcount == 1


def test_whatever_can_be_shared_has_an_owner_the_database_finds() -> None:
    for kind in (*Owned.__subclasses__(), *OwnedFact.__subclasses__()):
        assert kind.id_prefix is None or f"WHEN '{kind.id_prefix}'" in SCOPE_OF, kind


async def test_a_login_that_may_not_make_roles_is_told_what_to_run(server: TestServer, database_url: str) -> None:
    url = make_url(database_url)
    login = f"limited_{url.database}"
    await server.execute(f"CREATE ROLE {login} LOGIN", superuser=True)
    try:
        url = url.set(username=login) if url.username else url.update_query_dict({"user": login})
        engine = create_async_engine(url, poolclass=NullPool)
        with pytest.raises(RolesMissing, match=rf'GRANT stormbell_service, stormbell_app TO "{login}"'):
            await ensure_roles(engine)
        await server.execute(f"GRANT stormbell_service, stormbell_app TO {login}", superuser=True)
        await ensure_roles(engine)
        await engine.dispose()
    finally:
        await server.execute(f"DROP ROLE {login}", superuser=True)


@pytest.mark.security("S6")
async def test_facts_from_before_there_were_owners_are_for_operators(server: TestServer) -> None:
    """A database of revision 0002, with an event and an alarm about nobody, becomes today's."""
    name = "before_owners"
    await server.execute(f"CREATE DATABASE {name}")
    engine = create_async_engine(server.url_of(name), poolclass=NullPool)
    database = Database(server.url_of(name), Bus(), pool_size=1)
    try:
        await ensure_roles(engine)
        async with engine.connect() as connection:
            await connection.run_sync(partial(upgrade, to="0002"))
            await connection.execute(
                text("INSERT INTO events (type, subject_id, text, data) VALUES ('x', 'heron', 'x', '{}')")
            )
            await connection.execute(
                text(
                    "INSERT INTO alarms (id, key, priority, title, consequence, action)"
                    " VALUES ('alm_1', 'k', 'low', 'old', 'none', 'none')"
                )
            )
            await connection.commit()
        await migrate(engine)
        olga = Principal(user_id="usr_olga", name="Olga", role=Role.OPERATOR)
        counting = text("SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM alarms)")
        for caller, seen in ((ADA, (0, 0)), (olga, (1, 1))):
            async with database.session_of(caller) as session:
                assert tuple((await session.execute(counting)).one()) == seen, caller
    finally:
        await database.close()
        await engine.dispose()
        await server.execute(f"DROP DATABASE {name} (FORCE)")
