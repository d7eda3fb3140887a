from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.machine_list_state_type_0_item import MachineListStateType0Item
from ...models.page_machine_view import PageMachineView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    name: None | str | Unset = UNSET,
    driver: None | str | Unset = UNSET,
    transport: None | str | Unset = UNSET,
    state: list[MachineListStateType0Item] | None | Unset = UNSET,
    enabled: bool | None | Unset = UNSET,
    cordoned: bool | None | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_name: None | str | Unset
    if isinstance(name, Unset):
        json_name = UNSET
    else:
        json_name = name
    params["name"] = json_name

    json_driver: None | str | Unset
    if isinstance(driver, Unset):
        json_driver = UNSET
    else:
        json_driver = driver
    params["driver"] = json_driver

    json_transport: None | str | Unset
    if isinstance(transport, Unset):
        json_transport = UNSET
    else:
        json_transport = transport
    params["transport"] = json_transport

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

    json_enabled: bool | None | Unset
    if isinstance(enabled, Unset):
        json_enabled = UNSET
    else:
        json_enabled = enabled
    params["enabled"] = json_enabled

    json_cordoned: bool | None | Unset
    if isinstance(cordoned, Unset):
        json_cordoned = UNSET
    else:
        json_cordoned = cordoned
    params["cordoned"] = json_cordoned


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/machines",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageMachineView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageMachineView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageMachineView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    name: None | str | Unset = UNSET,
    driver: None | str | Unset = UNSET,
    transport: None | str | Unset = UNSET,
    state: list[MachineListStateType0Item] | None | Unset = UNSET,
    enabled: bool | None | Unset = UNSET,
    cordoned: bool | None | Unset = UNSET,

) -> Response[PageMachineView | ProblemDocument]:
    """ List Machines

     Return machines by name.

    Args:
        name (None | str | Unset): Part of the name
        driver (None | str | Unset):
        transport (None | str | Unset):
        state (list[MachineListStateType0Item] | None | Unset):
        enabled (bool | None | Unset):
        cordoned (bool | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageMachineView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        name=name,
driver=driver,
transport=transport,
state=state,
enabled=enabled,
cordoned=cordoned,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    name: None | str | Unset = UNSET,
    driver: None | str | Unset = UNSET,
    transport: None | str | Unset = UNSET,
    state: list[MachineListStateType0Item] | None | Unset = UNSET,
    enabled: bool | None | Unset = UNSET,
    cordoned: bool | None | Unset = UNSET,

) -> PageMachineView | ProblemDocument | None:
    """ List Machines

     Return machines by name.

    Args:
        name (None | str | Unset): Part of the name
        driver (None | str | Unset):
        transport (None | str | Unset):
        state (list[MachineListStateType0Item] | None | Unset):
        enabled (bool | None | Unset):
        cordoned (bool | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageMachineView | ProblemDocument
     """


    return sync_detailed(
        client=client,
name=name,
driver=driver,
transport=transport,
state=state,
enabled=enabled,
cordoned=cordoned,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    name: None | str | Unset = UNSET,
    driver: None | str | Unset = UNSET,
    transport: None | str | Unset = UNSET,
    state: list[MachineListStateType0Item] | None | Unset = UNSET,
    enabled: bool | None | Unset = UNSET,
    cordoned: bool | None | Unset = UNSET,

) -> Response[PageMachineView | ProblemDocument]:
    """ List Machines

     Return machines by name.

    Args:
        name (None | str | Unset): Part of the name
        driver (None | str | Unset):
        transport (None | str | Unset):
        state (list[MachineListStateType0Item] | None | Unset):
        enabled (bool | None | Unset):
        cordoned (bool | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageMachineView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        name=name,
driver=driver,
transport=transport,
state=state,
enabled=enabled,
cordoned=cordoned,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    name: None | str | Unset = UNSET,
    driver: None | str | Unset = UNSET,
    transport: None | str | Unset = UNSET,
    state: list[MachineListStateType0Item] | None | Unset = UNSET,
    enabled: bool | None | Unset = UNSET,
    cordoned: bool | None | Unset = UNSET,

) -> PageMachineView | ProblemDocument | None:
    """ List Machines

     Return machines by name.

    Args:
        name (None | str | Unset): Part of the name
        driver (None | str | Unset):
        transport (None | str | Unset):
        state (list[MachineListStateType0Item] | None | Unset):
        enabled (bool | None | Unset):
        cordoned (bool | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageMachineView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
name=name,
driver=driver,
transport=transport,
state=state,
enabled=enabled,
cordoned=cordoned,

    )).parsed
