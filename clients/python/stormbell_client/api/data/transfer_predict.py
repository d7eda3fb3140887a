from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.prediction import Prediction
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    *,
    source_storage_id: str,
    target_storage_id: str,
    bytes_: int,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["source_storage_id"] = source_storage_id

    params["target_storage_id"] = target_storage_id

    params["bytes"] = bytes_


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/transfers/prediction",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Prediction | ProblemDocument:
    if response.status_code == 200:
        response_200 = Prediction.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Prediction | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    source_storage_id: str,
    target_storage_id: str,
    bytes_: int,

) -> Response[Prediction | ProblemDocument]:
    """ Predict Transfer

     Say how long a transfer would take, from those you see that went the same way.

    Args:
        source_storage_id (str):
        target_storage_id (str):
        bytes_ (int): How many

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Prediction | ProblemDocument]
     """


    kwargs = _get_kwargs(
        source_storage_id=source_storage_id,
target_storage_id=target_storage_id,
bytes_=bytes_,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    source_storage_id: str,
    target_storage_id: str,
    bytes_: int,

) -> Prediction | ProblemDocument | None:
    """ Predict Transfer

     Say how long a transfer would take, from those you see that went the same way.

    Args:
        source_storage_id (str):
        target_storage_id (str):
        bytes_ (int): How many

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Prediction | ProblemDocument
     """


    return sync_detailed(
        client=client,
source_storage_id=source_storage_id,
target_storage_id=target_storage_id,
bytes_=bytes_,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    source_storage_id: str,
    target_storage_id: str,
    bytes_: int,

) -> Response[Prediction | ProblemDocument]:
    """ Predict Transfer

     Say how long a transfer would take, from those you see that went the same way.

    Args:
        source_storage_id (str):
        target_storage_id (str):
        bytes_ (int): How many

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Prediction | ProblemDocument]
     """


    kwargs = _get_kwargs(
        source_storage_id=source_storage_id,
target_storage_id=target_storage_id,
bytes_=bytes_,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    source_storage_id: str,
    target_storage_id: str,
    bytes_: int,

) -> Prediction | ProblemDocument | None:
    """ Predict Transfer

     Say how long a transfer would take, from those you see that went the same way.

    Args:
        source_storage_id (str):
        target_storage_id (str):
        bytes_ (int): How many

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Prediction | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
source_storage_id=source_storage_id,
target_storage_id=target_storage_id,
bytes_=bytes_,

    )).parsed
