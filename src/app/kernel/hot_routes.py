"""Operations called thousands of times a second: declared like any other, answered without FastAPI's machinery.

Authorized, validated and refused the same way, but the endpoint takes no dependencies and opens what it needs itself.
Of one that comes again and again only the first is read: docs/decisions/0018-a-head-that-comes-again-is-read-once.md.
"""

import inspect
import re
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence, Set
from functools import cached_property
from http import HTTPStatus
from typing import Any, Protocol, get_args, get_origin

from fastapi import FastAPI, Request, Response
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ValidationError
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kernel import handlers
from app.kernel.errors import BadRequest, Invalid, items_of
from app.kernel.http_protocol import MORE, RAISED, Answer, Failed
from app.kernel.ids import new_id
from app.kernel.late_routes import LateRoute
from app.kernel.principal import authorize
from app.kernel.query_names import refuse_unknown

# A taker's own part: gets the body and what differs of the head; says the answer's body and further headers, or what it
# came to.
Said = Callable[..., None]
Take = Callable[[bytes, Mapping[bytes, bytes], Said, Failed], bool]

_WELL = "answered_well"  # in the scope's state
_DIFFERENT = b"%bcontent-length: %d\r\nx-request-id: %b\r\n"

Answering = Callable[[Request], Coroutine[Any, Any, Response]]


class HotRoute(LateRoute):
    """A route whose endpoint is ``async (request, body) -> Response``; ``body``'s annotation is its model.

    Of a GET it is the query: annotate it ``Annotated[Model, Query()]``.
    """

    # Headers that may differ among requests that are alike, beside the body's length.
    varying: frozenset[bytes] = frozenset()

    def taker(self, _scope: Scope) -> Take | None:
        """Return what takes requests like this one, which was answered well, without anything in between.

        Asked of requests every middleware vouches for; it lets nobody in whom the door would not, then or now.
        """
        return None

    @cached_property
    def answer(self) -> Answering:
        """Return what :meth:`get_route_handler` does, made once."""
        return self.get_route_handler()

    def get_route_handler(self) -> Answering:
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
            if request.scope["query_string"]:
                refuse_unknown(request.query_params, ())
            response: Response = await endpoint(request, _body(model, request, await request.body()))
            return response

        return answer


class Vouching(Protocol):
    """A middleware that can say beforehand that it has nothing to do to a request."""

    def vouches(self, scope: Scope) -> bool:
        """Say whether it would only pass this request on."""


class Dressing(Vouching, Protocol):
    """One that does something to answers."""

    def dress(self, scope: Scope, head: Message) -> None:
        """Do to the head of an answer what it does to every one."""


class Counting(Vouching, Protocol):
    """One that notes requests."""

    def count(self, scope: Scope, status: int, began_at: float) -> None:
        """Note that a request like this was answered; ``began_at`` is by ``time.perf_counter``."""


class House(FastAPI):
    """The application, with a door of their own for hot operations.

    They pass the same middlewares as all others and none of Starlette's eight layers between them and the route, which
    cost a third of answering, and are found by their path: asking two hundred routes costs more than answering.
    """

    def open_door(self, *middlewares: Callable[[ASGIApp], ASGIApp]) -> None:
        """Let hot operations in past ``middlewares``, outermost first. To be called when all routes are there."""
        guarded: ASGIApp = _answer
        self._vouching: list[Any] = []
        for middleware in reversed(middlewares):
            guarded = middleware(guarded)
            self._vouching.insert(0, guarded)
        self._guarded = guarded
        self._are_vouching = all(hasattr(one, "vouches") for one in self._vouching)
        self._exact: dict[tuple[str, str], HotRoute] = {}
        self._patterns: list[tuple[str, str, re.Pattern[str], HotRoute]] = []
        for context in iter_route_contexts(self.routes):
            route, path = context.original_route, str(context.path)
            if not isinstance(route, HotRoute):
                continue
            method = "".join(route.methods or ())  # a hot route has one
            if "{" in path:
                self._patterns.append((method, path.partition("{")[0], compile_path(path)[0], route))
            else:
                self._exact[method, path] = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and self._is_hot(scope):
            scope["app"] = self
            await self._guarded(scope, receive, send)
            self._offer(scope)
        else:
            await super().__call__(scope, receive, send)

    def _offer(self, scope: Scope) -> None:
        """Offer to take more requests like one that was answered well, where nothing stands between them and us."""
        more = scope.get("extensions", {}).get(MORE)
        if more is None or not scope["state"].pop(_WELL, False) or not self._are_vouching:
            return
        route: HotRoute = scope["route"]
        if (take := route.taker(scope)) is not None and all(one.vouches(scope) for one in self._vouching):
            more(scope, _Door(scope, self._vouching, take, route.status_code or 200), route.varying)

    def _is_hot(self, scope: Scope) -> bool:
        """Say whether a hot route has this method and path, as it was sent, and note which in the scope."""
        method, path = scope["method"], scope["path"]
        route, parameters = self._exact.get((method, path)), {}
        if route is None:
            for takes, head, pattern, one in self._patterns:
                # The part up to the first parameter first: most requests are for something else.
                if method == takes and path.startswith(head) and (found := pattern.match(path)) is not None:
                    route, parameters = one, found.groupdict()
                    break
            else:
                return False
        scope.update(route=route, endpoint=route.endpoint, path_params=parameters)
        return True


class _Door:
    """Takes requests like one that was answered: the same head, so the same route and the same middlewares."""

    def __init__(self, scope: Scope, vouching: Sequence[Any], take: Take, status: int) -> None:
        self._scope = scope
        self._vouching = vouching
        self._counting: list[Counting] = [one for one in vouching if hasattr(one, "count")]
        self._take = take
        self._status = status
        head: Message = {"status": status, "headers": [(b"content-type", b"application/json")]}
        dressing: list[Dressing] = [one for one in reversed(vouching) if hasattr(one, "dress")]
        for one in dressing:
            one.dress(scope, head)
        # Ours, or checked by who made them. What differs comes last, and before it what the route adds.
        lines = [
            b"%d %b" % (status, HTTPStatus(status).phrase.encode()),
            *[b"%b: %b" % pair for pair in head["headers"]],
        ]
        self._form = b"".join([line.replace(b"%", b"%%") + b"\r\n" for line in lines]) + _DIFFERENT

    def __call__(self, body: bytes, values: Mapping[bytes, bytes], answer: Answer, failed: Failed) -> bool:
        """Take a request, if every middleware still vouches for it."""
        scope, counting = self._scope, self._counting
        for one in self._vouching:
            if not one.vouches(scope):
                return False
        began_at = time.perf_counter()

        def said(what: bytes, headers: bytes = b"") -> None:
            for meter in counting:
                meter.count(scope, self._status, began_at)
            answer(self._form % (headers, len(what), new_id("req").encode()), what)

        return self._take(body, values, said, failed)


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive, send)
    try:
        if (raised := scope.get("extensions", {}).get(RAISED)) is not None:
            raise raised
        response = await scope["route"].answer(request)
        scope.setdefault("state", {})[_WELL] = response.status_code < 300
    except Exception as error:  # noqa: BLE001 (as Starlette does for all others)
        response = await handlers.answer_to(request, error)
    await response(scope, receive, send)


def _query(model: type[BaseModel], lists: Set[str], request: Request) -> BaseModel:
    parameters = request.query_params
    refuse_unknown(parameters, model.model_fields)
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
