from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_simulation_view import PageSimulationView
from ...models.problem_document import ProblemDocument
from ...models.simulation_list_state_type_0_item import SimulationListStateType0Item
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    incident_id: None | str | Unset = UNSET,
    state: list[SimulationListStateType0Item] | None | Unset = UNSET,
    machine: None | str | Unset = UNSET,
    application: None | str | Unset = UNSET,
    group_id: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_incident_id: None | str | Unset
    if isinstance(incident_id, Unset):
        json_incident_id = UNSET
    else:
        json_incident_id = incident_id
    params["incident_id"] = json_incident_id

    json_state: list[str] | None | Unset
    if isinstance(state, Unset):
        json_state = UNSET
    elif isinstance(state, list):
        json_state = []
        for state_type_0_item_data in state:
            state_type_0_item = state_type_0_item_data.value
            json_state.append(state_type_0_item)


    else:
        json_state = state
    params["state"] = json_state

    json_machine: None | str | Unset
    if isinstance(machine, Unset):
        json_machine = UNSET
    else:
        json_machine = machine
    params["machine"] = json_machine

    json_application: None | str | Unset
    if isinstance(application, Unset):
        json_application = UNSET
    else:
        json_application = application
    params["application"] = json_application

    json_group_id: None | str | Unset
    if isinstance(group_id, Unset):
        json_group_id = UNSET
    else:
        json_group_id = group_id
    params["group_id"] = json_group_id

    json_name: None | str | Unset
    if isinstance(name, Unset):
        json_name = UNSET
    else:
        json_name = name
    params["name"] = json_name

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
        "url": "/api/v1/simulations",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageSimulationView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageSimulationView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageSimulationView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    incident_id: None | str | Unset = UNSET,
    state: list[SimulationListStateType0Item] | None | Unset = UNSET,
    machine: None | str | Unset = UNSET,
    application: None | str | Unset = UNSET,
    group_id: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageSimulationView | ProblemDocument]:
    """ List Simulations

     Return simulations, newest first.

    Args:
        incident_id (None | str | Unset):
        state (list[SimulationListStateType0Item] | None | Unset):
        machine (None | str | Unset): Name of the machine
        application (None | str | Unset): Name or id of the application
        group_id (None | str | Unset):
        name (None | str | Unset): Part of the name
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageSimulationView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
state=state,
machine=machine,
application=application,
group_id=group_id,
name=name,
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
    incident_id: None | str | Unset = UNSET,
    state: list[SimulationListStateType0Item] | None | Unset = UNSET,
    machine: None | str | Unset = UNSET,
    application: None | str | Unset = UNSET,
    group_id: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageSimulationView | ProblemDocument | None:
    """ List Simulations

     Return simulations, newest first.

    Args:
        incident_id (None | str | Unset):
        state (list[SimulationListStateType0Item] | None | Unset):
        machine (None | str | Unset): Name of the machine
        application (None | str | Unset): Name or id of the application
        group_id (None | str | Unset):
        name (None | str | Unset): Part of the name
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageSimulationView | ProblemDocument
     """


    return sync_detailed(
        client=client,
incident_id=incident_id,
state=state,
machine=machine,
application=application,
group_id=group_id,
name=name,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    incident_id: None | str | Unset = UNSET,
    state: list[SimulationListStateType0Item] | None | Unset = UNSET,
    machine: None | str | Unset = UNSET,
    application: None | str | Unset = UNSET,
    group_id: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageSimulationView | ProblemDocument]:
    """ List Simulations

     Return simulations, newest first.

    Args:
        incident_id (None | str | Unset):
        state (list[SimulationListStateType0Item] | None | Unset):
        machine (None | str | Unset): Name of the machine
        application (None | str | Unset): Name or id of the application
        group_id (None | str | Unset):
        name (None | str | Unset): Part of the name
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageSimulationView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
state=state,
machine=machine,
application=application,
group_id=group_id,
name=name,
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
    incident_id: None | str | Unset = UNSET,
    state: list[SimulationListStateType0Item] | None | Unset = UNSET,
    machine: None | str | Unset = UNSET,
    application: None | str | Unset = UNSET,
    group_id: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageSimulationView | ProblemDocument | None:
    """ List Simulations

     Return simulations, newest first.

    Args:
        incident_id (None | str | Unset):
        state (list[SimulationListStateType0Item] | None | Unset):
        machine (None | str | Unset): Name of the machine
        application (None | str | Unset): Name or id of the application
        group_id (None | str | Unset):
        name (None | str | Unset): Part of the name
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageSimulationView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
incident_id=incident_id,
state=state,
machine=machine,
application=application,
group_id=group_id,
name=name,
cursor=cursor,
limit=limit,

    )).parsed
