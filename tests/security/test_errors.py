"""When something breaks, the answer fails closed and says nothing of the inside."""

import re

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.web import SessionOf, api_router
from tests.conftest import TestServer
from tests.security.operations import CALLER, operations

INSIDE = re.compile(
    r"Traceback|File \"|\.py\b|/work|/tmp|site-packages|sqlalchemy|asyncpg|SELECT |INSERT |\$1|hunter2|postgresql\+?",
    re.IGNORECASE,
)
# They look at what this process has in memory or on disk.
WITHOUT_DATABASE = {
    "contract_get",
    "ping_get",
    "deep_ping_get",
    "version_get",
    "health_get",
    "driver_list",
    "log_list",
    "job_kind_list",
    "login_method_list",
    "upload_options",  # which versions of tus are spoken, and the most bytes the settings allow
    "workflow_list",
}

router = api_router("broken")
PERMISSIONS = dict.fromkeys(("broken_bug", "broken_sql", "broken_path", "broken_exit", "broken_memory"), Role.VIEWER)


@router.get("/broken/bug", operation_id="broken_bug")
async def bug() -> None:
    password = "hunter2"
    raise RuntimeError(f"the password is {password}")


@router.get("/broken/sql", operation_id="broken_sql")
async def sql(session: SessionOf) -> None:
    await session.execute(text("SELECT nothing FROM nowhere WHERE secret = 'hunter2'"))


@router.get("/broken/path", operation_id="broken_path")
async def path() -> None:
    open("/tmp/hunter2/nowhere").close()  # noqa: PTH123


@router.get("/broken/exit", operation_id="broken_exit")
async def group() -> None:
    raise ExceptionGroup("hunter2", [ValueError("hunter2"), KeyError("/tmp/hunter2")])


@router.get("/broken/memory", operation_id="broken_memory")
async def memory() -> None:
    raise MemoryError("hunter2")


@pytest.mark.security("S27")
async def test_no_error_says_what_it_was(node: Node, app: FastAPI, http: httpx.AsyncClient) -> None:
    node.permissions = {**node.permissions, **PERMISSIONS}
    routes = len(app.router.routes)
    app.include_router(router)
    app.router.routes[:0] = app.router.routes[routes:]  # before the pages, which take every address
    for name in ("bug", "sql", "path", "exit", "memory"):
        answer = await http.get(f"/api/v1/broken/{name}", headers={CALLER: "owner"})
        assert (answer.status_code, answer.json()["code"]) == (500, "internal"), name
        assert not INSIDE.search(answer.text), answer.text
        assert answer.json()["request_id"] == answer.headers["x-request-id"], "whoever runs it finds it in the log"


@pytest.mark.security("S27")
async def test_without_a_database_nothing_is_answered_as_if_there_were_one(
    server: TestServer, database_url: str, running_node: Node, app: FastAPI, http: httpx.AsyncClient
) -> None:
    name = database_url.partition("?")[0].rpartition("/")[2]
    ending = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    await server.execute(
        f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false",
        ending,
        f"ALTER DATABASE {name} RENAME TO {name}_gone",
        superuser=True,
    )
    try:
        answered = set()
        for operation in operations(app):
            if operation.path.endswith("/stream"):
                continue
            headers = {CALLER: "owner", "Content-Type": "application/json"}
            answer = await http.request(operation.method, operation.target(), headers=headers)
            # What is answered all the same, the contract or the list of drivers, may speak of PostgreSQL.
            assert answer.status_code < 300 or not INSIDE.search(answer.text), (operation.id, answer.text)
            assert answer.status_code < 300 or answer.status_code in (400, 401, 404, 409, 415, 422, 503), (
                operation.id,
                answer.status_code,
            )
            if answer.status_code < 300:
                answered.add(operation.id)
            if answer.status_code == 503 and "database_unavailable" in answer.text:
                assert int(answer.headers["retry-after"]) >= 1
        assert answered <= WITHOUT_DATABASE, answered
        assert (await http.get("/readyz")).status_code == 503
        real = await http.get("/api/v1/jobs", headers={"Authorization": "Bearer sb_" + "0" * 43})
        assert real.status_code == 503, "who cannot be looked up is not let in"
    finally:
        await server.execute(
            f"ALTER DATABASE {name}_gone RENAME TO {name}",
            f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true",
            superuser=True,
        )


@pytest.mark.security("S27")
async def test_an_authenticator_that_breaks_lets_nobody_in(
    running_node: Node, app: FastAPI, anonymous: httpx.AsyncClient
) -> None:
    async def broken(_request: object) -> Principal | None:
        raise RuntimeError("hunter2")

    running_node.authenticate = broken
    for operation in operations(app):
        if running_node.permissions[operation.id] is not Role.PUBLIC:
            answer = await anonymous.request(operation.method, operation.target())
            assert answer.status_code == 500, operation.id
            assert not INSIDE.search(answer.text)
