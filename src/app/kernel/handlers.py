"""Turns whatever a request raises into a problem document."""

import contextlib
from collections.abc import Awaitable, Callable

import asyncpg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app.kernel.audit import Refusals
from app.kernel.errors import (
    BadRequest,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooLarge,
    Unauthenticated,
    Unavailable,
    items_of,
)
from app.kernel.web import asked_by

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


class MethodNotAllowed(Problem):
    """This address does not take this method.

    The `Allow` header names the methods of this address.
    """

    status = 405
    code = "method_not_allowed"


class DatabaseUnavailable(Unavailable):
    """The database does not answer.

    Nothing was changed; try again. If it stays, look at `/readyz`, and at `postgres/postgres.log` in the data directory
    or at the external server.
    """

    code = "database_unavailable"


_BY_STATUS: dict[int, type[Problem]] = {
    400: BadRequest,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
}


def install(app: FastAPI) -> None:
    """Register the handlers on ``app``."""
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)


async def answer_to(request: Request, error: Exception) -> Response:
    """Return the response for whatever was raised, as the application would."""
    handler = next(_HANDLERS[kind] for kind in type(error).__mro__ if kind in _HANDLERS)
    return await handler(request, error)


def answer(request: Request, problem: Problem) -> JSONResponse:
    """Return the response for ``problem``."""
    request_id = getattr(request.state, "request_id", None)
    return JSONResponse(problem.document(request_id), problem.status, problem.headers, media_type=MEDIA_TYPE)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    if error.status in (401, 403):
        await _note_refusal(request, error)
    return answer(request, error)


async def _note_refusal(request: Request, problem: Problem) -> None:
    """Have the audit say that somebody known was refused; authentication remembers who just asked."""
    node = getattr(request.app.state, "node", None)
    actor = getattr(request.state, "principal", None)
    if node is None:
        return
    with contextlib.suppress(Problem):  # of another site: nobody known
        actor = actor or await node.authenticate(request)
        await node.part(Refusals, Refusals).write(asked_by(request, actor), problem)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    items = items_of(error.errors())
    if any(e["type"] == "json_invalid" for e in error.errors()):
        return answer(request, BadRequest("The body is not valid JSON", errors=items))
    return answer(request, Invalid("; ".join(f"{i.pointer}: {i.message}" for i in items[:3]), errors=items))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(error.status_code)
    if kind is None:
        kind = type(
            "OtherProblem",
            (Problem,),
            {"status": error.status_code, "code": "http", "__doc__": str(error.detail)},
        )
    problem = kind(None if error.detail in ("Not Found", "Method Not Allowed") else str(error.detail))
    problem.headers.update(error.headers or {})
    return answer(request, problem)


async def _database(request: Request, error: Exception) -> Response:
    log.warning("database unavailable", error=f"{type(error).__name__}: {error}"[:300])
    return answer(request, DatabaseUnavailable("Nothing was changed; try again shortly", retry_after=1))


async def _dbapi(request: Request, error: Exception) -> Response:
    assert isinstance(error, DBAPIError)
    cause = getattr(error.orig, "__cause__", None)
    if error.connection_invalidated or isinstance(
        cause, asyncpg.PostgresConnectionError | asyncpg.CannotConnectNowError
    ):
        return await _database(request, error)
    if isinstance(cause, asyncpg.DeadlockDetectedError | asyncpg.LockNotAvailableError | asyncpg.SerializationError):
        log.warning("request lost a lock", path=request.url.path, error=type(cause).__name__)
        return answer(request, Unavailable("Others are changing the same; nothing was changed", retry_after=1))
    if isinstance(cause, asyncpg.DataError):
        return answer(request, Invalid("A value is out of the range the database can hold"))
    return await unexpected(request, error)


async def unexpected(request: Request, error: Exception) -> Response:
    """Answer an error nobody thought of: what it was goes to the log, never to the caller."""
    log.error("request failed", path=request.url.path, exc_info=error)
    return answer(request, Problem("The server's log has the details under this request id"))


_HANDLERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    Problem: _problem,
    RequestValidationError: _validation,
    HTTPException: _http,
    OperationalError: _database,
    InterfaceError: _database,
    PoolTimeout: _database,
    ConnectionError: _database,
    asyncpg.PostgresConnectionError: _database,
    # What asyncpg 0.32 raises when the server dies in the middle of a statement.
    asyncpg.InternalClientError: _database,
    DBAPIError: _dbapi,
    Exception: unexpected,
}
