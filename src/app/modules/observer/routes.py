"""``/observer`` and ``/observations``: nodes and queue for those who only look."""

from typing import Annotated, Any

from fastapi import Header, Query, Request, Response
from starlette.types import Receive, Scope, Send

from app.kernel.event_streams import EventStreamResponse
from app.kernel.instants import Instant
from app.kernel.node import Node
from app.kernel.paging import Page
from app.kernel.principal import PRINCIPALS_TOPIC, Actor, Role, actor_of
from app.kernel.rate_limits import limits_of
from app.kernel.web import SessionOf, api_router
from app.modules.observer import history, observing
from app.modules.observer.node_parts import board_of
from app.modules.observer.schemas import (
    HistoryView,
    ObservationChange,
    ObservationStart,
    ObservationView,
    SnapshotView,
)
from app.modules.observer.settings import ObserverSettings
from app.modules.observer.stream import Stream

router = api_router("observer")

# Nothing here changes a node, so who may look may do all of it.
PERMISSIONS = {
    "observer_snapshot": Role.VIEWER,
    "observer_history": Role.VIEWER,
    "observation_list": Role.VIEWER,
    "observation_start": Role.VIEWER,
    "observation_get": Role.VIEWER,
    "observation_change": Role.VIEWER,
    "observation_end": Role.VIEWER,
    "observation_stream": Role.VIEWER,
}

_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The stream", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


class ObservationStream(EventStreamResponse):
    """Holds a seat at the node's board, and no session, for as long as it is sent."""

    def __init__(self, node: Node, request: Request, observation: ObservationView, after: str | None) -> None:
        async def allowed() -> bool:
            principal = await node.authenticate(request)
            return principal is not None and principal.may("observation_stream", PERMISSIONS["observation_stream"])

        self._board = board_of(node)
        self._limits = limits_of(node)
        self._bus = node.bus
        self._user_id = actor_of(request).user_id
        self._stream = Stream(self._board, node.clock, observation, after=after, allowed=allowed)
        super().__init__(self._stream.frames())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream. Raises StreamsTaken (429) before anything was sent."""
        with self._limits.stream(self._user_id), self._board.seat(self._stream):
            let_go = self._bus.on(PRINCIPALS_TOPIC, self._stream.ask_again)
            try:
                await super().__call__(scope, receive, send)
            finally:
                let_go()


def _node_of(request: Request) -> Node:
    node: Node = request.app.state.node
    return node


@router.get("/observer/snapshot", operation_id="observer_snapshot", response_model=SnapshotView)
async def get_snapshot(
    request: Request,
    session: SessionOf,
    actor: Actor,
    observation_id: Annotated[str | None, Query(description="Observation in mode manual this keeps alive")] = None,
) -> Response:
    """Return nodes and queue as they are now; at most a quarter of a second old, older when looking is slow."""
    if observation_id is not None:
        await observing.get_own(session, actor, observation_id)
        await observing.touch(session, [observation_id])
        await session.commit()  # the look takes a connection of its own
    shown = await board_of(_node_of(request)).current()
    return Response(shown.body, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/observer/history", operation_id="observer_history")
async def get_history(
    session: SessionOf,
    since: Annotated[Instant | None, Query(alias="from", description="Default: an hour before `to`")] = None,
    until: Annotated[Instant | None, Query(alias="to", description="Default: now")] = None,
    points: Annotated[int, Query(ge=2, le=1000, description="Most samples to return")] = 300,
) -> HistoryView:
    """Return kept samples, thinned out evenly: of each part of the time the last one."""
    return await history.history(session, since, until, points)


@router.get("/observations", operation_id="observation_list")
async def list_observations(session: SessionOf) -> Page[ObservationView]:
    """List who observes."""
    return Page(items=await observing.list_observations(session))


@router.post("/observations", operation_id="observation_start", status_code=201)
async def start_observation(
    request: Request, response: Response, session: SessionOf, actor: Actor, body: ObservationStart | None = None
) -> ObservationView:
    """Start to observe. It goes on while its stream is open or somebody asks, and ends after 60 s of silence."""
    node = _node_of(request)
    maximum = node.settings.of(ObserverSettings).maximum
    made = await observing.start(session, actor, node.boot_id, body or ObservationStart(), maximum)
    response.headers["Location"] = f"/api/v1/observations/{made.id}"
    return made


@router.get("/observations/{observation_id}", operation_id="observation_get")
async def get_observation(session: SessionOf, observation_id: str) -> ObservationView:
    """Return one observation."""
    return await observing.get(session, observation_id)


@router.patch("/observations/{observation_id}", operation_id="observation_change")
async def change_observation(
    session: SessionOf, actor: Actor, observation_id: str, body: ObservationChange
) -> ObservationView:
    """Switch between live, periodic and manual, or change the period. An open stream says `mode_switched`."""
    return await observing.change(session, actor, observation_id, body)


@router.delete("/observations/{observation_id}", operation_id="observation_end", status_code=204)
async def end_observation(session: SessionOf, actor: Actor, observation_id: str) -> None:
    """Stop observing. An open stream says `ended`."""
    await observing.end(session, actor, observation_id)


@router.get(
    "/observations/{observation_id}/stream",
    operation_id="observation_stream",
    response_class=Response,
    responses=_EVENTS,
)
async def stream_observation(
    request: Request,
    session: SessionOf,
    actor: Actor,
    observation_id: str,
    after: Annotated[str | None, Query(description="Resume after this event id")] = None,
    last_event_id: Annotated[str | None, Header(description="As `after`, and wins over it")] = None,
) -> Response:
    """Send what an observation shows, as server-sent events.

    It begins with `hello`. Live: `snapshot` whenever something changed, at most four times a second, and `node_changed`
    for each change of a node's state. Periodic: `batch` every period. Manual: nothing but a comment every 15 s. `gap`
    after a resumption: what lies between is only in the history. Every snapshot is complete; `latency_ms` says how old
    it was when it was sent. A second stream of the same observation ends the first: one's own only.
    """
    observation = await observing.get_own(session, actor, observation_id)
    return ObservationStream(_node_of(request), request, observation, last_event_id or after)
