from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.log_list_level_type_0 import LogListLevelType0
from ...models.log_page import LogPage
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast
import datetime



def _get_kwargs(
    *,
    level: LogListLevelType0 | None | Unset = UNSET,
    module: None | str | Unset = UNSET,
    job_id: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    object_id: None | str | Unset = UNSET,
    node: None | str | Unset = UNSET,
    q: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_level: None | str | Unset
    if isinstance(level, Unset):
        json_level = UNSET
    elif isinstance(level, LogListLevelType0):
        json_level = level.value
    else:
        json_level = level
    params["level"] = json_level

    json_module: None | str | Unset
    if isinstance(module, Unset):
        json_module = UNSET
    else:
        json_module = module
    params["module"] = json_module

    json_job_id: None | str | Unset
    if isinstance(job_id, Unset):
        json_job_id = UNSET
    else:
        json_job_id = job_id
    params["job_id"] = json_job_id

    json_incident_id: None | str | Unset
    if isinstance(incident_id, Unset):
        json_incident_id = UNSET
    else:
        json_incident_id = incident_id
    params["incident_id"] = json_incident_id

    json_simulation_id: None | str | Unset
    if isinstance(simulation_id, Unset):
        json_simulation_id = UNSET
    else:
        json_simulation_id = simulation_id
    params["simulation_id"] = json_simulation_id

    json_request_id: None | str | Unset
    if isinstance(request_id, Unset):
        json_request_id = UNSET
    else:
        json_request_id = request_id
    params["request_id"] = json_request_id

    json_object_id: None | str | Unset
    if isinstance(object_id, Unset):
        json_object_id = UNSET
    else:
        json_object_id = object_id
    params["object_id"] = json_object_id

    json_node: None | str | Unset
    if isinstance(node, Unset):
        json_node = UNSET
    else:
        json_node = node
    params["node"] = json_node

    json_q: None | str | Unset
    if isinstance(q, Unset):
        json_q = UNSET
    else:
        json_q = q
    params["q"] = json_q

    json_since: None | str | Unset
    if isinstance(since, Unset):
        json_since = UNSET
    elif isinstance(since, datetime.datetime):
        json_since = since.isoformat()
    else:
        json_since = since
    params["since"] = json_since

    json_until: None | str | Unset
    if isinstance(until, Unset):
        json_until = UNSET
    elif isinstance(until, datetime.datetime):
        json_until = until.isoformat()
    else:
        json_until = until
    params["until"] = json_until

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["limit"] = limit


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/logs",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> LogPage | ProblemDocument:
    if response.status_code == 200:
        response_200 = LogPage.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[LogPage | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    level: LogListLevelType0 | None | Unset = UNSET,
    module: None | str | Unset = UNSET,
    job_id: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    object_id: None | str | Unset = UNSET,
    node: None | str | Unset = UNSET,
    q: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[LogPage | ProblemDocument]:
    """ List Logs

     Search the logs of all nodes newest first or, when asked for an event stream, send records as they
    are written.

    Operators see every record; others those about an incident, a simulation or a job they may see. A
    page can be short
    and still have a next one. `behind` names the nodes whose newest records have not reached this one,
    `not_searched`
    what could not be read, such as segments in a bucket that does not answer. The stream is of the node
    that answers:
    `hello` names it, each `record` is as in the list, `gap` counts records left out because more came
    than can be told.

    Args:
        level (LogListLevelType0 | None | Unset): Least severity
        module (None | str | Unset):
        job_id (None | str | Unset): What one job wrote; data.attempt says in which attempt
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        request_id (None | str | Unset):
        object_id (None | str | Unset): Any object's id, wherever in the record it is mentioned
        node (None | str | Unset): Only of this node, by its name
        q (None | str | Unset): Part of the message or data, in any case
        since (datetime.datetime | None | Unset): Not older than this; UTC when it names no offset
        until (datetime.datetime | None | Unset): Not newer than this; UTC when it names no offset
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LogPage | ProblemDocument]
     """


    kwargs = _get_kwargs(
        level=level,
module=module,
job_id=job_id,
incident_id=incident_id,
simulation_id=simulation_id,
request_id=request_id,
object_id=object_id,
node=node,
q=q,
since=since,
until=until,
cursor=cursor,
limit=limit,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    level: LogListLevelType0 | None | Unset = UNSET,
    module: None | str | Unset = UNSET,
    job_id: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    object_id: None | str | Unset = UNSET,
    node: None | str | Unset = UNSET,
    q: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> LogPage | ProblemDocument | None:
    """ List Logs

     Search the logs of all nodes newest first or, when asked for an event stream, send records as they
    are written.

    Operators see every record; others those about an incident, a simulation or a job they may see. A
    page can be short
    and still have a next one. `behind` names the nodes whose newest records have not reached this one,
    `not_searched`
    what could not be read, such as segments in a bucket that does not answer. The stream is of the node
    that answers:
    `hello` names it, each `record` is as in the list, `gap` counts records left out because more came
    than can be told.

    Args:
        level (LogListLevelType0 | None | Unset): Least severity
        module (None | str | Unset):
        job_id (None | str | Unset): What one job wrote; data.attempt says in which attempt
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        request_id (None | str | Unset):
        object_id (None | str | Unset): Any object's id, wherever in the record it is mentioned
        node (None | str | Unset): Only of this node, by its name
        q (None | str | Unset): Part of the message or data, in any case
        since (datetime.datetime | None | Unset): Not older than this; UTC when it names no offset
        until (datetime.datetime | None | Unset): Not newer than this; UTC when it names no offset
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        LogPage | ProblemDocument
     """


    return sync_detailed(
        client=client,
level=level,
module=module,
job_id=job_id,
incident_id=incident_id,
simulation_id=simulation_id,
request_id=request_id,
object_id=object_id,
node=node,
q=q,
since=since,
until=until,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    level: LogListLevelType0 | None | Unset = UNSET,
    module: None | str | Unset = UNSET,
    job_id: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    object_id: None | str | Unset = UNSET,
    node: None | str | Unset = UNSET,
    q: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[LogPage | ProblemDocument]:
    """ List Logs

     Search the logs of all nodes newest first or, when asked for an event stream, send records as they
    are written.

    Operators see every record; others those about an incident, a simulation or a job they may see. A
    page can be short
    and still have a next one. `behind` names the nodes whose newest records have not reached this one,
    `not_searched`
    what could not be read, such as segments in a bucket that does not answer. The stream is of the node
    that answers:
    `hello` names it, each `record` is as in the list, `gap` counts records left out because more came
    than can be told.

    Args:
        level (LogListLevelType0 | None | Unset): Least severity
        module (None | str | Unset):
        job_id (None | str | Unset): What one job wrote; data.attempt says in which attempt
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        request_id (None | str | Unset):
        object_id (None | str | Unset): Any object's id, wherever in the record it is mentioned
        node (None | str | Unset): Only of this node, by its name
        q (None | str | Unset): Part of the message or data, in any case
        since (datetime.datetime | None | Unset): Not older than this; UTC when it names no offset
        until (datetime.datetime | None | Unset): Not newer than this; UTC when it names no offset
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LogPage | ProblemDocument]
     """


    kwargs = _get_kwargs(
        level=level,
module=module,
job_id=job_id,
incident_id=incident_id,
simulation_id=simulation_id,
request_id=request_id,
object_id=object_id,
node=node,
q=q,
since=since,
until=until,
cursor=cursor,
limit=limit,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    level: LogListLevelType0 | None | Unset = UNSET,
    module: None | str | Unset = UNSET,
    job_id: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    object_id: None | str | Unset = UNSET,
    node: None | str | Unset = UNSET,
    q: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> LogPage | ProblemDocument | None:
    """ List Logs

     Search the logs of all nodes newest first or, when asked for an event stream, send records as they
    are written.

    Operators see every record; others those about an incident, a simulation or a job they may see. A
    page can be short
    and still have a next one. `behind` names the nodes whose newest records have not reached this one,
    `not_searched`
    what could not be read, such as segments in a bucket that does not answer. The stream is of the node
    that answers:
    `hello` names it, each `record` is as in the list, `gap` counts records left out because more came
    than can be told.

    Args:
        level (LogListLevelType0 | None | Unset): Least severity
        module (None | str | Unset):
        job_id (None | str | Unset): What one job wrote; data.attempt says in which attempt
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        request_id (None | str | Unset):
        object_id (None | str | Unset): Any object's id, wherever in the record it is mentioned
        node (None | str | Unset): Only of this node, by its name
        q (None | str | Unset): Part of the message or data, in any case
        since (datetime.datetime | None | Unset): Not older than this; UTC when it names no offset
        until (datetime.datetime | None | Unset): Not newer than this; UTC when it names no offset
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        LogPage | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
level=level,
module=module,
job_id=job_id,
incident_id=incident_id,
simulation_id=simulation_id,
request_id=request_id,
object_id=object_id,
node=node,
q=q,
since=since,
until=until,
cursor=cursor,
limit=limit,

    )).parsed
