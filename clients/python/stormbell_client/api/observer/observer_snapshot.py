from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.snapshot_view import SnapshotView
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    observation_id: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_observation_id: None | str | Unset
    if isinstance(observation_id, Unset):
        json_observation_id = UNSET
    else:
        json_observation_id = observation_id
    params["observation_id"] = json_observation_id


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/observer/snapshot",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | SnapshotView:
    if response.status_code == 200:
        response_200 = SnapshotView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | SnapshotView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    observation_id: None | str | Unset = UNSET,

) -> Response[ProblemDocument | SnapshotView]:
    """ Get Snapshot

     Return nodes and queue as they are now; at most a quarter of a second old, older when looking is
    slow.

    Args:
        observation_id (None | str | Unset): Observation in mode manual this keeps alive

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SnapshotView]
     """


    kwargs = _get_kwargs(
        observation_id=observation_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    observation_id: None | str | Unset = UNSET,

) -> ProblemDocument | SnapshotView | None:
    """ Get Snapshot

     Return nodes and queue as they are now; at most a quarter of a second old, older when looking is
    slow.

    Args:
        observation_id (None | str | Unset): Observation in mode manual this keeps alive

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SnapshotView
     """


    return sync_detailed(
        client=client,
observation_id=observation_id,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    observation_id: None | str | Unset = UNSET,

) -> Response[ProblemDocument | SnapshotView]:
    """ Get Snapshot

     Return nodes and queue as they are now; at most a quarter of a second old, older when looking is
    slow.

    Args:
        observation_id (None | str | Unset): Observation in mode manual this keeps alive

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SnapshotView]
     """


    kwargs = _get_kwargs(
        observation_id=observation_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    observation_id: None | str | Unset = UNSET,

) -> ProblemDocument | SnapshotView | None:
    """ Get Snapshot

     Return nodes and queue as they are now; at most a quarter of a second old, older when looking is
    slow.

    Args:
        observation_id (None | str | Unset): Observation in mode manual this keeps alive

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SnapshotView
     """


    return (await asyncio_detailed(
        client=client,
observation_id=observation_id,

    )).parsed
