"""The database roles behind the login: who owns, who serves, who asks.

The login owns the schema and migrates. Its pool works as ``stormbell_service``, which may read and write every row and
change no table; the transaction of a request is ``stormbell_app``, from which row-level security hides what its caller
may not see. See docs/decisions/0010-two-walls.md.
"""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.kernel.errors import StartProblem

SERVICE = "stormbell_service"
APP = "stormbell_app"

# Roles belong to the whole server, so another database's migration may be making the same ones now.
_MAKE = """
DO $$ BEGIN
  CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
_GRANT = """
DO $$ BEGIN
  IF NOT pg_has_role(session_user, '{role}', '{right}') THEN
    EXECUTE format('GRANT {role} TO %I', current_user);
  END IF;
END $$
"""
# One number for all: two grants of one role at once end in "tuple concurrently updated".
_ALONE = "SELECT pg_advisory_xact_lock(7305513)"
_STATE = text(
    "SELECT session_user::text AS login, current_setting('server_version_num')::int >= 160000 AS has_set_right,"
    " (SELECT count(*) FROM pg_roles WHERE rolname = ANY(ARRAY[:service, :app])) AS made"
)
# What is made at run time (a day of history) belongs to whom the rest of the schema belongs to, whoever logged in.
_AS_OWNER = text(
    "SELECT set_config('role', pg_get_userbyid(relowner)::text, true) FROM pg_class"
    " WHERE oid = to_regclass('alembic_version')"
)


class RolesMissing(StartProblem):
    """The login may not make the roles Stormbell works as; the message is the SQL an administrator has to run."""


async def ensure_roles(engine: AsyncEngine) -> None:
    """Make the roles that are missing, and let the login become them. Raises RolesMissing."""
    async with engine.begin() as connection:
        state = (await connection.execute(_STATE, {"service": SERVICE, "app": APP})).one()
        right = "SET" if state.has_set_right else "MEMBER"
        if state.made == 2 and await _may_become(connection, right):
            return
    try:
        async with engine.begin() as connection:
            # In one session, so the lock holds over both; of one database only, hence the next attempt below.
            await connection.exec_driver_sql(_ALONE)
            for role in (SERVICE, APP):
                await connection.exec_driver_sql(_MAKE.format(role=role))
                await connection.exec_driver_sql(_GRANT.format(role=role, right=right))
    except DBAPIError as error:
        async with engine.begin() as connection:
            made = (await connection.execute(_STATE, {"service": SERVICE, "app": APP})).one().made == 2
            if made and await _may_become(connection, right):
                return  # somebody else made them in this moment
        raise RolesMissing(
            f"the database login {state.login} may not make or use the roles Stormbell works as ({_cause(error)}): "
            f"have an administrator of that server run  CREATE ROLE {SERVICE} NOLOGIN; CREATE ROLE {APP} NOLOGIN; "
            f'GRANT {SERVICE}, {APP} TO "{state.login}";  (leave out a role that exists) and start again'
        ) from error


async def become_owner(connection: AsyncConnection) -> None:
    """Let the rest of the transaction own the schema, to change its tables."""
    await connection.execute(_AS_OWNER)


async def _may_become(connection: AsyncConnection, right: str) -> bool:
    asked = " AND ".join(f"pg_has_role(session_user, '{role}', '{right}')" for role in (SERVICE, APP))
    return bool((await connection.exec_driver_sql(f"SELECT {asked}")).scalar_one())


def _cause(error: DBAPIError) -> str:
    return str(error.orig.__cause__ if error.orig is not None and error.orig.__cause__ is not None else error)
