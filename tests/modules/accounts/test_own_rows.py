"""What is about one person, in the database alone: a request finds the rows of its caller, whoever the caller is."""

from typing import Any

import pytest
from people import add_user, run_sql
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.belongings import as_service, personal_columns
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import accounts
from app.modules.accounts import AllocationExhausted

WRITTEN = {
    "sessions": "(id, user_id, sha256, expires_at) VALUES ('ses_{0}', '{1}', sha256('{0}'), now() + interval '1 h')",
    "tokens": "(id, user_id, name, prefix, sha256, scopes) VALUES ('tok_{0}', '{1}', 't', '', sha256('{0}'), '{{}}')",
    "linked_identities": "(id, user_id, method, issuer, subject) VALUES ('idn_{0}', '{1}', 'uni', 'uni', '{0}')",
    "passkeys": "(id, user_id, name, credential_id, credential_data, relying_party, sign_count, transports)"
    " VALUES ('pky_{0}', '{1}', 'phone', '{0}', 'x', 'localhost', 0, '{{}}')",
    "account_exports": "(id, user_id, expires_at) VALUES ('exp_{0}', '{1}', now())",
}
READ_ONLY = {
    "login_history": "(id, user_id, method, outcome) VALUES ('lgn_{0}', '{1}', 'password', 'failed')",
    "account_export_parts": "(export_id, number, content) VALUES ('exp_{0}', 0, 'x')",
    "allocations": "(id, subject_kind, subject_id, resource, granted) VALUES ('alc_{0}', 'user', '{1}', 'bytes', 10)",
    "allocation_entries": "(reference_id, resource, allocation_id, user_id, state)"
    " VALUES ('upl_{0}', 'bytes', 'alc_{0}', '{1}', 'reserved')",
}
# Looked up by the hash of what somebody shows before anybody is known, or seen by whom a group concerns.
OTHERWISE = {"email_codes", "login_flows", "group_members"}


async def two_people(node: Node) -> tuple[Principal, Principal]:
    """Ada and Ben, with a row of each table."""
    people = []
    for name in ("ada", "ben"):
        user_id = await add_user(node, f"{name}@example.org", Role.RUNNER, name.title())
        people.append(Principal(user_id, name.title(), Role.RUNNER))
        for table, row in (WRITTEN | READ_ONLY).items():
            await run_sql(node, f"INSERT INTO {table} {row.format(name, user_id)}")
    return people[0], people[1]


async def counted(node: Node, caller: Principal | None, statement: str) -> int:
    async with node.database.session_of(caller) as session:
        result: Any = await session.execute(text(statement))
        return int(result.scalar_one() if result.returns_rows else result.rowcount)


@pytest.mark.security("S6")
async def test_what_is_about_one_person_only_they_find(running_node: Node) -> None:
    ada, ben = await two_people(running_node)
    olga = Principal("usr_olga", "Olga", Role.OWNER)  # administrators ask in operations that say so
    for table in (*WRITTEN, *READ_ONLY):
        seen = [await counted(running_node, who, f"SELECT count(*) FROM {table}") for who in (ada, ben, olga, None)]
        assert seen == [1, 1, 0, 0], table
        column = (await run_sql(running_node, f"SELECT * FROM {table} LIMIT 1"))[0]._fields[-1]
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            changed = [await counted(running_node, who, statement) for who in (ben, olga, None)]
            assert changed == [int(table in WRITTEN), 0, 0], statement
        for who in (ben, olga, None):
            async with running_node.database.session_of(who) as session:
                row = (WRITTEN | READ_ONLY)[table].format("eve", ada.user_id)
                adding = text(f"INSERT INTO {table} {row}")
                with pytest.raises(DBAPIError, match="row-level security"):
                    await session.execute(adding)


@pytest.mark.security("S6")
async def test_every_table_about_one_person_is_behind_the_wall(running_node: Node) -> None:
    walled = {
        name
        for (name,) in await run_sql(
            running_node, "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        )
    }
    about = {column.table.name for column in personal_columns()}
    assert {*WRITTEN, *READ_ONLY} <= walled
    assert about - walled - OTHERWISE == set()
    assert about - OTHERWISE == {*WRITTEN, "login_history"}, "this file tries each"


async def test_looking_up_who_sends_a_request_pays_nothing_for_the_wall(running_node: Node) -> None:
    _, ben = await two_people(running_node)
    for table in ("tokens", "sessions"):
        plan = f"EXPLAIN SELECT id FROM {table} WHERE sha256 = sha256('ben')"
        assert not [line for (line,) in await run_sql(running_node, plan) if "user_id" in line or "InitPlan" in line]
        async with running_node.database.session_of(ben) as session:
            lines = (await session.scalars(text(plan))).all()
        assert [line for line in lines if "InitPlan" in line]


@pytest.mark.security("S6")
async def test_what_others_may_use_is_counted_and_not_seen(running_node: Node) -> None:
    """Ben ends an upload that Ada let him act on: her allocation gets its bytes back, and he sees none of it."""
    ada, ben = await two_people(running_node)
    role = text("SELECT current_user::text, (SELECT count(*) FROM allocations)")
    async with running_node.database.transaction(ben) as session:
        await accounts.reserve(session, ada.user_id, "bytes", {"upl_more": 4})
        with pytest.raises(AllocationExhausted):
            await accounts.reserve(session, ada.user_id, "bytes", {"upl_much": 7})
        assert (await session.execute(role)).one() == ("stormbell_app", 1)
        async with session.begin_nested():
            await accounts.charge(session, "upl_more", "bytes", 3)
        await accounts.release(session, "upl_ada", "bytes")
        assert (await session.execute(role)).one() == ("stormbell_app", 1)
    [row] = await run_sql(running_node, "SELECT reserved, used FROM allocations WHERE id = 'alc_ada'")
    assert (int(row.reserved), int(row.used)) == (0, 3)


@pytest.mark.security("S6")
async def test_a_transaction_is_its_callers_again_whatever_happened_as_the_service(running_node: Node) -> None:
    _, ben = await two_people(running_node)
    count = text("SELECT count(*) FROM tokens")
    async with running_node.database.session_of(ben) as session:
        async with as_service(session):
            assert await session.scalar(count) == 2
        assert await session.scalar(count) == 1
        with pytest.raises(DBAPIError):
            async with session.begin_nested(), as_service(session):
                await session.execute(text("SELECT 1 / 0"))
        assert await session.scalar(count) == 1
        await session.rollback()
        assert await session.scalar(count) == 1
