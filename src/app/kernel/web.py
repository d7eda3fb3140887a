"""The one way modules speak HTTP: routers whose routes own their transaction and commit before they answer.

FastAPI leaves a ``yield`` dependency after the response was built, so a dependency that commits cannot put the answer
of an ``Idempotency-Key`` into the same commit as its effect. The route class can: see docs/decisions/0003.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import idempotency
from app.kernel.errors import ProblemDocument
from app.kernel.principal import authorize

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

PROBLEM_RESPONSE: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Problem",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        "model": ProblemDocument,
    }
}


class TransactionRoute(APIRoute):
    """A route that is one transaction: opened lazily, committed before the response, rolled back by any problem."""

    keeps_answers: ClassVar[bool] = True

    def get_route_handler(self) -> Handler:
        """Wrap FastAPI's handler in the transaction."""
        inner = super().get_route_handler()

        async def in_transaction(request: Request) -> Response:
            # Also a dependency, but those come after the body was read and parsed, and a stored answer is given without
            # them. Here it comes before the session holds a connection: a request that takes two can starve the pool.
            await authorize(request)
            async with request.app.state.node.database.sessions() as session:
                request.state.session = session
                key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
                if key is not None and self.keeps_answers:
                    return await idempotency.once(session, key, request, inner)
                response = await inner(request)
                if response.status_code < 400:
                    await session.commit()
                return response

        return in_transaction


class SecretRoute(TransactionRoute):
    """One whose request or answer holds a secret: an Idempotency-Key may not make us store either, hashed or not."""

    keeps_answers: ClassVar[bool] = False


def session_of(request: Request) -> AsyncSession:
    """Return the session of the request's transaction. Routes and services never commit it."""
    session: AsyncSession = request.state.session
    return session


SessionOf = Annotated[AsyncSession, Depends(session_of)]


def api_router(tag: str, *, keeps_answers: bool = True) -> APIRouter:
    """Return a router for a module: authorized, transactional, problems documented.

    ``keeps_answers=False`` is for routes that take or give secrets: their Idempotency-Key is ignored.
    """
    return APIRouter(
        route_class=TransactionRoute if keeps_answers else SecretRoute,
        dependencies=[Depends(authorize)],
        tags=[tag],
        responses=PROBLEM_RESPONSE,
    )
