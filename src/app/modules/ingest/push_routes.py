"""``POST /sources/{id}/deliveries`` and ``POST /ingest``, without FastAPI's machinery."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Header, Request, Response
from starlette.types import Scope

from app.kernel.hot_routes import HotRoute, Take
from app.kernel.node import Node
from app.kernel.principal import authorize
from app.kernel.web import api_router
from app.modules import accounts
from app.modules.ingest import pushing
from app.modules.ingest.arrivals import Outcome
from app.modules.ingest.schemas import PushReceipt

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {}},
            "application/x-ndjson": {"schema": {"type": "string", "description": "One JSON document a line"}},
            "application/cloudevents+json": {"schema": {"type": "object", "description": "A CloudEvent"}},
            "application/cloudevents-batch+json": {"schema": {"type": "array", "items": {"type": "object"}}},
            "*/*": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


class PushRoute(HotRoute):
    """A hot route that reads the body itself and finds out who sends: a login, a token of the source, a signature."""

    varying = frozenset({pushing.KEY})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers."""
        endpoint = self.endpoint

        async def answer(request: Request) -> Response:
            response: Response = await endpoint(request, **request.scope["path_params"])
            return response

        return answer

    def taker(self, scope: Scope) -> Take | None:
        """Return what takes plain pushes with the source's own token."""
        node: Node = scope["app"].state.node
        source_id = scope["path_params"].get("source_id")
        return None if source_id is None else pushing.taker(node, source_id, scope)


router = api_router("ingest", route_class=PushRoute)

IdempotencyKey = Annotated[
    str | None, Header(max_length=200, description="The item's key when the source's settings point to none")
]


@router.post(
    "/sources/{source_id}/deliveries",
    operation_id="delivery_push",
    status_code=202,
    response_model=PushReceipt,
    openapi_extra=_BODY,
)
async def push_delivery(request: Request, source_id: str, idempotency_key: IdempotencyKey = None) -> Response:
    """Send data to a source: a document, lines, CloudEvents, files, or anything. Answered once it is committed.

    Who sends is logged in, has the source's own token, or signs as Standard Webhooks says.
    """
    return _answer(await pushing.push(request, source_id))


@router.post("/ingest", operation_id="ingest_push", status_code=202, response_model=PushReceipt, openapi_extra=_BODY)
async def push_from_address(request: Request, idempotency_key: IdempotencyKey = None) -> Response:
    """Send data to the source that takes it from your network address, if `ingest.by_address` is on."""
    await authorize(request)
    # A page of another site in a browser at a sender's address is no sender.
    accounts.require_same_origin(request, browser=False)
    return _answer(await pushing.push_from_address(request))


def _answer(outcome: Outcome) -> Response:
    return Response(pushing.receipt_of(outcome), 202, media_type="application/json")
