"""Operations called thousands of times a second: declared like any other, answered without FastAPI's machinery.

Authorized, validated and refused the same way, but the endpoint takes no dependencies and opens what it needs itself.
Measured for POST /jobs: see docs/reference/benchmarks.md.
"""

import inspect
from collections.abc import Callable, Coroutine, Sequence, Set
from typing import Any, cast, get_args, get_origin

from fastapi import Request, Response
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, ValidationError
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from app.kernel.errors import BadRequest, Invalid, items_of
from app.kernel.principal import authorize

Answer = Callable[[Request], Coroutine[Any, Any, Response]]


class HotRoute(APIRoute):
    """A route whose endpoint is ``async (request, body) -> Response``; ``body``'s annotation is its model.

    Of a GET it is the query: annotate it ``Annotated[Model, Query()]``.
    """

    def get_route_handler(self) -> Answer:
        """Return what authorizes the request, reads its body and calls the endpoint."""
        parameters = list(inspect.signature(self.endpoint).parameters.values())
        annotation = parameters[1].annotation
        endpoint = self.endpoint
        if self.methods == {"GET"}:
            asked: type[BaseModel] = get_args(annotation)[0]
            lists = {name for name, field in asked.model_fields.items() if get_origin(field.annotation) is list}

            async def answer_query(request: Request) -> Response:
                await authorize(request)
                response: Response = await endpoint(request, _query(asked, lists, request))
                return response

            return answer_query
        model: type[BaseModel] = annotation

        async def answer(request: Request) -> Response:
            await authorize(request)
            response: Response = await endpoint(request, _body(model, request, await request.body()))
            return response

        return answer


class Shortcut(BaseRoute):
    """Stands before all routers and takes requests for exactly one path and method to its hot route.

    Asking every route before it costs more than answering: there are about two hundred.
    """

    def __init__(self, path: str, route: HotRoute) -> None:
        self.path = self.path_format = path
        self.route = route
        self._method = "".join(route.methods or ())
        self._answer = route.get_route_handler()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match the path as it was sent, and nothing that only resembles it."""
        if scope["type"] == "http" and scope["path"] == self.path and scope["method"] == self._method:
            return Match.FULL, {"route": self.route, "endpoint": self.route.endpoint, "path_params": {}}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; problems are turned into documents where those of all routes are."""
        response = await self._answer(Request(scope, receive, send))
        await response(scope, receive, send)


def shortcuts(routes: Sequence[BaseRoute]) -> list[Shortcut]:
    """Return a shortcut to each hot route among ``routes`` and the routers they include."""
    contexts = [context for context in iter_route_contexts(routes) if isinstance(context.original_route, HotRoute)]
    return [Shortcut(str(context.path), cast(HotRoute, context.original_route)) for context in contexts]


def _query(model: type[BaseModel], lists: Set[str], request: Request) -> BaseModel:
    parameters = request.query_params
    values = {name: parameters.getlist(name) if name in lists else parameters[name] for name in parameters}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        items = items_of(error.errors(include_url=False), "query")
        raise Invalid("; ".join(f"{i.pointer}: {i.message}" for i in items[:3]), errors=items) from error


def _body(model: type[BaseModel], request: Request, content: bytes) -> BaseModel:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise Invalid(f"Send the body as application/json, not as {media_type or 'nothing in particular'}")
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        items = items_of(error.errors(include_url=False), "body")
        if any(e["type"] == "json_invalid" for e in error.errors(include_url=False)):
            raise BadRequest("The body is not valid JSON", errors=items) from error
        raise Invalid("; ".join(f"{i.pointer}: {i.message}" for i in items[:3]), errors=items) from error
