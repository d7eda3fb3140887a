from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.storage_tried import StorageTried
from typing import cast



def _get_kwargs(
    storage_id: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/storages/{storage_id}/test".format(storage_id=quote(str(storage_id), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | StorageTried:
    if response.status_code == 200:
        response_200 = StorageTried.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | StorageTried]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    storage_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[ProblemDocument | StorageTried]:
    """ Test Storage

     Ask a storage now whether it answers.

    Args:
        storage_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | StorageTried]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    storage_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> ProblemDocument | StorageTried | None:
    """ Test Storage

     Ask a storage now whether it answers.

    Args:
        storage_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | StorageTried
     """


    return sync_detailed(
        storage_id=storage_id,
client=client,

    ).parsed

async def asyncio_detailed(
    storage_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[ProblemDocument | StorageTried]:
    """ Test Storage

     Ask a storage now whether it answers.

    Args:
        storage_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | StorageTried]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    storage_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> ProblemDocument | StorageTried | None:
    """ Test Storage

     Ask a storage now whether it answers.

    Args:
        storage_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | StorageTried
     """


    return (await asyncio_detailed(
        storage_id=storage_id,
client=client,

    )).parsed
