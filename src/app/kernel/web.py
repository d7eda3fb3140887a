"""The one way modules speak HTTP: routers whose routes own their transaction and commit before they answer.

FastAPI leaves a ``yield`` dependency after the response was built, so a dependency that commits cannot put the answer
of an ``Idempotency-Key`` into the same commit as its effect. The route class can: see docs/decisions/0003.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import idempotency
from app.kernel.errors import ProblemDocument
from app.kernel.principal import authorize

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

PROBLEM_RESPONSE: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Problem",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        "model": ProblemDocument,
    }
}


class TransactionRoute(APIRoute):
    """A route that is one transaction: opened lazily, committed before the response, rolled back by any problem."""

    def get_route_handler(self) -> Handler:
        """Wrap FastAPI's handler in the transaction."""
        inner = super().get_route_handler()
        keeps_answers = self.methods == {"POST"} and "secret" not in self.endpoint.__dict__

        async def in_transaction(request: Request) -> Response:
            # Also a dependency, but those come after the body was read and parsed, and a stored answer is given without
            # them. Here it comes before the session holds a connection: a request that takes two can starve the pool.
            await authorize(request)
            async with request.app.state.node.database.sessions() as session:
                request.state.session = session
                key = request.headers.get("Idempotency-Key") if keeps_answers else None
                if key is not None:
                    return await idempotency.once(session, key, request, inner)
                response = await inner(request)
                if response.status_code < 400:
                    await session.commit()
                return response

        return in_transaction


def secret(endpoint: Endpoint) -> Endpoint:
    """Mark a route that takes or gives a secret: its Idempotency-Key is ignored.

    Keeping its answer, or a fast hash of its request, would store the secret.
    """
    endpoint.__dict__["secret"] = True
    return endpoint


def session_of(request: Request) -> AsyncSession:
    """Return the session of the request's transaction. Routes and services never commit it."""
    session: AsyncSession = request.state.session
    return session


SessionOf = Annotated[AsyncSession, Depends(session_of)]


def api_router(tag: str) -> APIRouter:
    """Return a router for a module: authorized, transactional, problems documented."""
    return APIRouter(
        route_class=TransactionRoute,
        dependencies=[Depends(authorize)],
        tags=[tag],
        responses=PROBLEM_RESPONSE,
    )
