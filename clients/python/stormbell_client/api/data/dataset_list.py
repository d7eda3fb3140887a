from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_dataset_view import PageDatasetView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    role: None | str | Unset = UNSET,
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

    json_simulation_id: None | str | Unset
    if isinstance(simulation_id, Unset):
        json_simulation_id = UNSET
    else:
        json_simulation_id = simulation_id
    params["simulation_id"] = json_simulation_id

    json_name: None | str | Unset
    if isinstance(name, Unset):
        json_name = UNSET
    else:
        json_name = name
    params["name"] = json_name

    json_media_type: None | str | Unset
    if isinstance(media_type, Unset):
        json_media_type = UNSET
    else:
        json_media_type = media_type
    params["media_type"] = json_media_type

    json_role: None | str | Unset
    if isinstance(role, Unset):
        json_role = UNSET
    else:
        json_role = role
    params["role"] = json_role

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
        "url": "/api/v1/datasets",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageDatasetView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageDatasetView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageDatasetView | ProblemDocument]:
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
    simulation_id: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    role: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageDatasetView | ProblemDocument]:
    """ List Datasets

     Return data sets, newest first.

    Args:
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        name (None | str | Unset):
        media_type (None | str | Unset):
        role (None | str | Unset):
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDatasetView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
simulation_id=simulation_id,
name=name,
media_type=media_type,
role=role,
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
    simulation_id: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    role: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageDatasetView | ProblemDocument | None:
    """ List Datasets

     Return data sets, newest first.

    Args:
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        name (None | str | Unset):
        media_type (None | str | Unset):
        role (None | str | Unset):
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDatasetView | ProblemDocument
     """


    return sync_detailed(
        client=client,
incident_id=incident_id,
simulation_id=simulation_id,
name=name,
media_type=media_type,
role=role,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    role: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageDatasetView | ProblemDocument]:
    """ List Datasets

     Return data sets, newest first.

    Args:
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        name (None | str | Unset):
        media_type (None | str | Unset):
        role (None | str | Unset):
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDatasetView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
simulation_id=simulation_id,
name=name,
media_type=media_type,
role=role,
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
    simulation_id: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    role: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageDatasetView | ProblemDocument | None:
    """ List Datasets

     Return data sets, newest first.

    Args:
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        name (None | str | Unset):
        media_type (None | str | Unset):
        role (None | str | Unset):
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDatasetView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
incident_id=incident_id,
simulation_id=simulation_id,
name=name,
media_type=media_type,
role=role,
cursor=cursor,
limit=limit,

    )).parsed
