"""The two walls from below: what a session is in the database, what it leaves behind, each wall without the other."""

import pytest
from sqlalchemy import event, make_url, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kernel.bus import Bus
from app.kernel.db import Database
from app.kernel.events import EventRow
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.roles import RolesMissing, become_owner, ensure_roles
from app.kernel.scoping import Caller
from app.modules.ingest.models import SourceRow
from tests.conftest import TestServer

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
