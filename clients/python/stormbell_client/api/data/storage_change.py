from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.storage_change import StorageChange
from ...models.storage_view import StorageView
from typing import cast



def _get_kwargs(
    storage_id: str,
    *,
    body: StorageChange,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/storages/{storage_id}".format(storage_id=quote(str(storage_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | StorageView:
    if response.status_code == 200:
        response_200 = StorageView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | StorageView]:
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
    body: StorageChange,

) -> Response[ProblemDocument | StorageView]:
    """ Change Storage

     Rename a storage, switch it on or off, or give it other settings, another credential or other
    limits.

    Args:
        storage_id (str):
        body (StorageChange): What of a storage changes; what is left out stays, null takes a
            limit away.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | StorageView]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    storage_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: StorageChange,

) -> ProblemDocument | StorageView | None:
    """ Change Storage

     Rename a storage, switch it on or off, or give it other settings, another credential or other
    limits.

    Args:
        storage_id (str):
        body (StorageChange): What of a storage changes; what is left out stays, null takes a
            limit away.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | StorageView
     """


    return sync_detailed(
        storage_id=storage_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    storage_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: StorageChange,

) -> Response[ProblemDocument | StorageView]:
    """ Change Storage

     Rename a storage, switch it on or off, or give it other settings, another credential or other
    limits.

    Args:
        storage_id (str):
        body (StorageChange): What of a storage changes; what is left out stays, null takes a
            limit away.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | StorageView]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    storage_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: StorageChange,

) -> ProblemDocument | StorageView | None:
    """ Change Storage

     Rename a storage, switch it on or off, or give it other settings, another credential or other
    limits.

    Args:
        storage_id (str):
        body (StorageChange): What of a storage changes; what is left out stays, null takes a
            limit away.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | StorageView
     """


    return (await asyncio_detailed(
        storage_id=storage_id,
client=client,
body=body,

    )).parsed
