from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.incident_list_state_item import IncidentListStateItem
from ...models.incident_list_urgency_type_0 import IncidentListUrgencyType0
from ...models.page_incident_view import PageIncidentView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast
import datetime



def _get_kwargs(
    *,
    state: list[IncidentListStateItem] | Unset = UNSET,
    workflow: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    owned: bool | None | Unset = UNSET,
    exercise: bool | None | Unset = UNSET,
    urgency: IncidentListUrgencyType0 | None | Unset = UNSET,
    opened_after: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_state: list[str] | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = []
        for state_item_data in state:
            state_item = state_item_data.value
            json_state.append(state_item)


    params["state"] = json_state

    json_workflow: None | str | Unset
    if isinstance(workflow, Unset):
        json_workflow = UNSET
    else:
        json_workflow = workflow
    params["workflow"] = json_workflow

    json_name: None | str | Unset
    if isinstance(name, Unset):
        json_name = UNSET
    else:
        json_name = name
    params["name"] = json_name

    json_owned: bool | None | Unset
    if isinstance(owned, Unset):
        json_owned = UNSET
    else:
        json_owned = owned
    params["owned"] = json_owned

    json_exercise: bool | None | Unset
    if isinstance(exercise, Unset):
        json_exercise = UNSET
    else:
        json_exercise = exercise
    params["exercise"] = json_exercise

    json_urgency: None | str | Unset
    if isinstance(urgency, Unset):
        json_urgency = UNSET
    elif isinstance(urgency, IncidentListUrgencyType0):
        json_urgency = urgency.value
    else:
        json_urgency = urgency
    params["urgency"] = json_urgency

    json_opened_after: None | str | Unset
    if isinstance(opened_after, Unset):
        json_opened_after = UNSET
    elif isinstance(opened_after, datetime.datetime):
        json_opened_after = opened_after.isoformat()
    else:
        json_opened_after = opened_after
    params["opened_after"] = json_opened_after

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
        "url": "/api/v1/incidents",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageIncidentView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageIncidentView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageIncidentView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: list[IncidentListStateItem] | Unset = UNSET,
    workflow: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    owned: bool | None | Unset = UNSET,
    exercise: bool | None | Unset = UNSET,
    urgency: IncidentListUrgencyType0 | None | Unset = UNSET,
    opened_after: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageIncidentView | ProblemDocument]:
    """ List incidents, newest first

    Args:
        state (list[IncidentListStateItem] | Unset): Any of these states; none means all
        workflow (None | str | Unset):
        name (None | str | Unset): A part of the name
        owned (bool | None | Unset): true: only your own; false: only others' you may see
        exercise (bool | None | Unset):
        urgency (IncidentListUrgencyType0 | None | Unset):
        opened_after (datetime.datetime | None | Unset):
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageIncidentView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        state=state,
workflow=workflow,
name=name,
owned=owned,
exercise=exercise,
urgency=urgency,
opened_after=opened_after,
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
    state: list[IncidentListStateItem] | Unset = UNSET,
    workflow: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    owned: bool | None | Unset = UNSET,
    exercise: bool | None | Unset = UNSET,
    urgency: IncidentListUrgencyType0 | None | Unset = UNSET,
    opened_after: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageIncidentView | ProblemDocument | None:
    """ List incidents, newest first

    Args:
        state (list[IncidentListStateItem] | Unset): Any of these states; none means all
        workflow (None | str | Unset):
        name (None | str | Unset): A part of the name
        owned (bool | None | Unset): true: only your own; false: only others' you may see
        exercise (bool | None | Unset):
        urgency (IncidentListUrgencyType0 | None | Unset):
        opened_after (datetime.datetime | None | Unset):
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageIncidentView | ProblemDocument
     """


    return sync_detailed(
        client=client,
state=state,
workflow=workflow,
name=name,
owned=owned,
exercise=exercise,
urgency=urgency,
opened_after=opened_after,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: list[IncidentListStateItem] | Unset = UNSET,
    workflow: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    owned: bool | None | Unset = UNSET,
    exercise: bool | None | Unset = UNSET,
    urgency: IncidentListUrgencyType0 | None | Unset = UNSET,
    opened_after: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageIncidentView | ProblemDocument]:
    """ List incidents, newest first

    Args:
        state (list[IncidentListStateItem] | Unset): Any of these states; none means all
        workflow (None | str | Unset):
        name (None | str | Unset): A part of the name
        owned (bool | None | Unset): true: only your own; false: only others' you may see
        exercise (bool | None | Unset):
        urgency (IncidentListUrgencyType0 | None | Unset):
        opened_after (datetime.datetime | None | Unset):
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageIncidentView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        state=state,
workflow=workflow,
name=name,
owned=owned,
exercise=exercise,
urgency=urgency,
opened_after=opened_after,
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
    state: list[IncidentListStateItem] | Unset = UNSET,
    workflow: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    owned: bool | None | Unset = UNSET,
    exercise: bool | None | Unset = UNSET,
    urgency: IncidentListUrgencyType0 | None | Unset = UNSET,
    opened_after: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageIncidentView | ProblemDocument | None:
    """ List incidents, newest first

    Args:
        state (list[IncidentListStateItem] | Unset): Any of these states; none means all
        workflow (None | str | Unset):
        name (None | str | Unset): A part of the name
        owned (bool | None | Unset): true: only your own; false: only others' you may see
        exercise (bool | None | Unset):
        urgency (IncidentListUrgencyType0 | None | Unset):
        opened_after (datetime.datetime | None | Unset):
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageIncidentView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
state=state,
workflow=workflow,
name=name,
owned=owned,
exercise=exercise,
urgency=urgency,
opened_after=opened_after,
cursor=cursor,
limit=limit,

    )).parsed
