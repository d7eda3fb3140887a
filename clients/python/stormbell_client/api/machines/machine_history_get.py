from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.machine_history import MachineHistory
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    machine_id: str,
    *,
    span_seconds: int | Unset = 86400,
    points: int | Unset = 240,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["span_seconds"] = span_seconds

    params["points"] = points


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/machines/{machine_id}/history".format(machine_id=quote(str(machine_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> MachineHistory | ProblemDocument:
    if response.status_code == 200:
        response_200 = MachineHistory.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[MachineHistory | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    span_seconds: int | Unset = 86400,
    points: int | Unset = 240,

) -> Response[MachineHistory | ProblemDocument]:
    """ Get Machine History

     Return how a machine was: whether it answered, how busy it was, and with how many runs of ours.

    Args:
        machine_id (str):
        span_seconds (int | Unset): How far back Default: 86400.
        points (int | Unset): Most to return Default: 240.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MachineHistory | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
span_seconds=span_seconds,
points=points,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    span_seconds: int | Unset = 86400,
    points: int | Unset = 240,

) -> MachineHistory | ProblemDocument | None:
    """ Get Machine History

     Return how a machine was: whether it answered, how busy it was, and with how many runs of ours.

    Args:
        machine_id (str):
        span_seconds (int | Unset): How far back Default: 86400.
        points (int | Unset): Most to return Default: 240.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MachineHistory | ProblemDocument
     """


    return sync_detailed(
        machine_id=machine_id,
client=client,
span_seconds=span_seconds,
points=points,

    ).parsed

async def asyncio_detailed(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    span_seconds: int | Unset = 86400,
    points: int | Unset = 240,

) -> Response[MachineHistory | ProblemDocument]:
    """ Get Machine History

     Return how a machine was: whether it answered, how busy it was, and with how many runs of ours.

    Args:
        machine_id (str):
        span_seconds (int | Unset): How far back Default: 86400.
        points (int | Unset): Most to return Default: 240.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MachineHistory | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
span_seconds=span_seconds,
points=points,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    span_seconds: int | Unset = 86400,
    points: int | Unset = 240,

) -> MachineHistory | ProblemDocument | None:
    """ Get Machine History

     Return how a machine was: whether it answered, how busy it was, and with how many runs of ours.

    Args:
        machine_id (str):
        span_seconds (int | Unset): How far back Default: 86400.
        points (int | Unset): Most to return Default: 240.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MachineHistory | ProblemDocument
     """


    return (await asyncio_detailed(
        machine_id=machine_id,
client=client,
span_seconds=span_seconds,
points=points,

    )).parsed
