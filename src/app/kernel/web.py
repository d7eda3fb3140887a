"""The one way modules speak HTTP: routers whose routes own their transaction and commit before they answer.

FastAPI leaves a ``yield`` dependency after the response was built, so a dependency that commits cannot put the answer
of an ``Idempotency-Key`` into the same commit as its effect. The route class can: see docs/decisions/0003.
"""

import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, idempotency
from app.kernel.errors import ProblemDocument
from app.kernel.late_routes import LateRoute
from app.kernel.principal import Principal, authorize
from app.kernel.query_names import names_of, refuse_unknown

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

API = "/api/v1"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Of a route with this as ``dry_run`` nothing is kept when it is true: no change, no answer for a key, no audit.
Rehearsal = Annotated[bool, Query(description="Change nothing: answer what is there, or why it would be refused")]
_BOOLEAN = TypeAdapter(bool)

PROBLEM_RESPONSE: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Problem",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        "model": ProblemDocument,
    }
}


class JsonRequest(Request):
    """A request whose JSON is read as strictly as a hot route reads it, and as quickly.

    At most 200 levels deep, no NaN, no half of a surrogate pair: what is taken can be stored and written again.
    """

    async def json(self) -> Any:
        """Return the body. Raises JSONDecodeError, which becomes BadRequest (400)."""
        try:
            return from_json(await self.body(), allow_inf_nan=False)
        except ValueError as error:
            raise json.JSONDecodeError(str(error), "", 0) from error


class TransactionRoute(LateRoute):
    """A route that is one transaction: opened lazily, committed before the response, rolled back by any problem."""

    def get_route_handler(self) -> Handler:
        """Wrap FastAPI's handler in the transaction."""
        inner = super().get_route_handler()
        self.query_names = names_of(self.dependant)
        keeps_answers = self.methods == {"POST"} and "secret" not in self.endpoint.__dict__
        rehearses = any(field.name == "dry_run" for field in self.dependant.query_params)
        audited = not SAFE_METHODS.issuperset(self.methods or ()) and "own_record" not in self.endpoint.__dict__

        async def in_transaction(request: Request) -> Response:
            # Also a dependency, but those come after the body was read and parsed, and a stored answer is given without
            # them. Here it comes before the session holds a connection: a request that takes two can starve the pool.
            request = JsonRequest(request.scope, request.receive)
            await authorize(request)
            caller = getattr(request.state, "principal", None)
            if caller is not None:  # to the addresses anybody may open, those who hand them on hang what they like
                refuse_unknown(request.query_params, self.query_names)
            async with request.app.state.node.database.session_of(caller) as session:
                request.state.session = session
                if rehearses and _is_true(request.query_params.get("dry_run")):
                    return await inner(request)
                answer = followed(request, session, inner) if audited else inner
                key = request.headers.get("Idempotency-Key") if keeps_answers else None
                if key is not None:
                    return await idempotency.once(session, key, request, answer)
                response = await answer(request)
                if response.status_code < 400:
                    await session.commit()
                return response

        return in_transaction


def _is_true(text: str | None) -> bool:
    try:
        return text is not None and _BOOLEAN.validate_python(text)
    except ValidationError:
        return False  # the route refuses it


def secret(endpoint: Endpoint) -> Endpoint:
    """Mark a route that takes or gives a secret: its Idempotency-Key is ignored.

    Keeping its answer, or a fast hash of its request, would store the secret.
    """
    endpoint.__dict__["secret"] = True
    return endpoint


def own_record(endpoint: Endpoint) -> Endpoint:
    """Mark a route whose effect is its own record, such as an arrival, or that has none: it is not audited as well."""
    endpoint.__dict__["own_record"] = True
    return endpoint


def followed(request: Request, session: AsyncSession, inner: Handler) -> Handler:
    """Return ``inner`` with what it changes written to the audit by its commit."""
    trail = audit.begin(session, asked_by(request, getattr(request.state, "principal", None)))

    async def answer(request: Request) -> Response:
        response = await inner(request)
        trail.answered(bytes(getattr(response, "body", b"")))
        return response

    return answer


def asked_by(request: Request, actor: Principal | None) -> audit.Asked:
    """Return the request as the audit shows it."""
    return audit.Asked(
        operation_id=getattr(request.scope.get("route"), "operation_id", None) or "unknown",
        path=request.path_params,
        actor=actor,
        ip=request.client.host if request.client else None,
        request_id=getattr(request.state, "request_id", None),
    )


def session_of(request: Request) -> AsyncSession:
    """Return the session of the request's transaction. Routes and services never commit it."""
    session: AsyncSession = request.state.session
    return session


SessionOf = Annotated[AsyncSession, Depends(session_of)]


def api_router(*tags: str, route_class: type[LateRoute] = TransactionRoute) -> APIRouter:
    """Return a router for a module: authorized, transactional, problems documented."""
    return APIRouter(
        prefix=API,
        route_class=route_class,
        dependencies=[Depends(authorize)],
        tags=[*tags],
        responses=PROBLEM_RESPONSE,
    )
