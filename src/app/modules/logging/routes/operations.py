"""``/events``, ``/logs``, ``/alarms``, ``/health``, ``/version``, ``/openapi.json``, ``/drivers``."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from fastapi import Header, Query, Request, Response

from app.kernel.instants import WrittenOut
from app.kernel.node import Node
from app.kernel.paging import Cursor, Limit, LongCursor, Page
from app.kernel.principal import Actor
from app.kernel.web import SessionOf, api_router
from app.modules.logging import alarms, facts
from app.modules.logging.board import board
from app.modules.logging.driver_list import list_drivers
from app.modules.logging.log_query import LogQuery
from app.modules.logging.log_search import search_as
from app.modules.logging.positions import list_nodes
from app.modules.logging.routes.log_stream import LogStream
from app.modules.logging.routes.streaming import EventStream
from app.modules.logging.schemas import (
    AlarmAcknowledge,
    AlarmShelve,
    AlarmView,
    DriverList,
    EventView,
    HealthView,
    Level,
    LogNodeList,
    LogPage,
    VersionView,
)
from app.modules.logging.version import version_of

router = api_router("system")

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A page of facts, or the stream of them with `Accept: text/event-stream`",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


_TAIL: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A page of records, or with `Accept: text/event-stream` those being written",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


_CONTRACT: dict[int | str, dict[str, Any]] = {
    200: {"description": "An OpenAPI document", "content": {"application/json": {"schema": {"type": "object"}}}}
}


def _node_of(request: Request) -> Node:
    node: Node = request.app.state.node
    return node


@router.get("/events", operation_id="event_list", response_model=Page[EventView], responses=_STREAM)
async def list_events(
    request: Request,
    session: SessionOf,
    incident_id: str | None = None,
    subject_id: str | None = None,
    type: Annotated[str | None, Query(description="Such as incident.opened or incident.*")] = None,  # noqa: A002
    after: Annotated[str | None, Query(description="Stream only: resume after this event id")] = None,
    last_event_id: Annotated[str | None, Header(description="Stream only: as `after`, and wins over it")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response | Page[EventView]:
    """List facts newest first or, when asked for an event stream, send each as it happens.

    The stream begins with `hello`. `gap` means that facts before its cursor can no longer be told: fetch again what you
    show. A comment every 15 s keeps it open. It ends when the server stops, when you may no longer read, and when you
    read too slowly; resume with the last id.
    """
    if "text/event-stream" in request.headers.get("Accept", ""):
        return EventStream(_node_of(request), request, after=last_event_id or after, incident_id=incident_id)
    return await facts.list_events(
        session, incident_id=incident_id, subject_id=subject_id, type_=type, cursor=cursor, limit=limit
    )


@router.get("/logs", operation_id="log_list", response_model=LogPage, responses=_TAIL)
async def list_logs(
    request: Request,
    actor: Actor,
    level: Annotated[Level | None, Query(description="Least severity")] = None,
    module: str | None = None,
    job_id: Annotated[str | None, Query(description="What one job wrote; data.attempt says in which attempt")] = None,
    incident_id: str | None = None,
    simulation_id: str | None = None,
    request_id: str | None = None,
    object_id: Annotated[
        str | None, Query(max_length=200, description="Any object's id, wherever in the record it is mentioned")
    ] = None,
    node: Annotated[str | None, Query(description="Only of this node, by its name")] = None,
    q: Annotated[str | None, Query(max_length=200, description="Part of the message or data, in any case")] = None,
    since: Annotated[
        datetime | None, WrittenOut, Query(description="Not older than this; UTC when it names no offset")
    ] = None,
    until: Annotated[
        datetime | None, WrittenOut, Query(description="Not newer than this; UTC when it names no offset")
    ] = None,
    cursor: LongCursor = None,
    limit: Limit = 50,
) -> Response | LogPage:
    """Search the logs of all nodes newest first or, when asked for an event stream, send records as they are written.

    Operators see every record; others those about an incident, a simulation or a job they may see. A page can be short
    and still have a next one. `behind` names the nodes whose newest records have not reached this one, `not_searched`
    what could not be read, such as segments in a bucket that does not answer. The stream is of the node that answers:
    `hello` names it, each `record` is as in the list, `gap` counts records left out because more came than can be told.
    """
    query = LogQuery(
        level=level,
        module=module,
        job_id=job_id,
        incident_id=incident_id,
        simulation_id=simulation_id,
        request_id=request_id,
        objects=(object_id,) if object_id else (),
        text=q,
        since=since,
        until=until,
        owned=not actor.sees_all,
    )
    if "text/event-stream" in request.headers.get("Accept", ""):
        return LogStream(_node_of(request), request, query)
    return await search_as(_node_of(request), actor, query, only=node, cursor=cursor, limit=limit)


@router.get("/logs/nodes", operation_id="log_node_list")
async def list_log_nodes(request: Request, session: SessionOf) -> LogNodeList:
    """List every node that has a log, how far it can be read here, and what has not been shipped yet."""
    return LogNodeList(items=await list_nodes(session, _node_of(request)))


@router.get("/health", operation_id="health_get")
async def get_health(request: Request, session: SessionOf) -> HealthView:
    """Return how this node is: every module and its loops; machines; the last test of each workflow."""
    return await board(_node_of(request), session)


@router.get("/version", operation_id="version_get")
async def get_version(request: Request) -> VersionView:
    """Return which version runs here."""
    return await version_of(_node_of(request))


@router.get("/openapi.json", operation_id="contract_get", responses=_CONTRACT)
async def get_contract(request: Request) -> Response:
    """Return the contract of this API as OpenAPI 3.1: every operation, what it takes and what it answers."""
    state, application = request.app.state, request.app
    if not hasattr(state, "contract"):  # most of a second, so made once, however many ask meanwhile
        state.contract = asyncio.ensure_future(asyncio.to_thread(lambda: orjson.dumps(application.openapi())))
    return Response(await asyncio.shield(state.contract), media_type="application/json")


@router.get("/drivers", operation_id="driver_list")
async def get_drivers() -> DriverList:
    """List every driver with the JSON Schema of its settings; a broken one with its error."""
    return await asyncio.to_thread(list_drivers)


@router.get("/alarms", operation_id="alarm_list")
async def list_alarms(
    session: SessionOf,
    state: Annotated[Literal["open", "all"], Query(description="open: standing, or gone and not seen")] = "open",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AlarmView]:
    """List alarms, newest first."""
    return await alarms.list_alarms(session, state=state, cursor=cursor, limit=limit)


@router.post("/alarms/{alarm_id}/acknowledgement", operation_id="alarm_acknowledge")
async def acknowledge_alarm(
    session: SessionOf, actor: Actor, alarm_id: str, body: AlarmAcknowledge | None = None
) -> AlarmView:
    """Say that you saw the alarm. It does not close anything."""
    return await alarms.acknowledge(session, actor, alarm_id, body.note if body else None)


@router.delete("/alarms/{alarm_id}/acknowledgement", operation_id="alarm_take_back")
async def take_back_alarm(session: SessionOf, actor: Actor, alarm_id: str) -> AlarmView:
    """Undo an acknowledgement."""
    return await alarms.take_back(session, actor, alarm_id)


@router.post("/alarms/{alarm_id}/shelf", operation_id="alarm_shelve")
async def shelve_alarm(session: SessionOf, actor: Actor, alarm_id: str, body: AlarmShelve) -> AlarmView:
    """Put the alarm aside for at most 24 h."""
    return await alarms.shelve(session, actor, alarm_id, body.until, body.reason)


@router.delete("/alarms/{alarm_id}/shelf", operation_id="alarm_unshelve")
async def unshelve_alarm(session: SessionOf, actor: Actor, alarm_id: str) -> AlarmView:
    """Take the alarm from the shelf."""
    return await alarms.unshelve(session, actor, alarm_id)
