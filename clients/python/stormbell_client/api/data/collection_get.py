from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.collection import Collection
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    collection_id: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/collections/{collection_id}".format(collection_id=quote(str(collection_id), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Collection | ProblemDocument:
    if response.status_code == 200:
        response_200 = Collection.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Collection | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    collection_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[Collection | ProblemDocument]:
    """ Get Collection

     Return a collection; GET /datasets?collection_id=… lists what is in it.

    Args:
        collection_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Collection | ProblemDocument]
     """


    kwargs = _get_kwargs(
        collection_id=collection_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    collection_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Collection | ProblemDocument | None:
    """ Get Collection

     Return a collection; GET /datasets?collection_id=… lists what is in it.

    Args:
        collection_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Collection | ProblemDocument
     """


    return sync_detailed(
        collection_id=collection_id,
client=client,

    ).parsed

async def asyncio_detailed(
    collection_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[Collection | ProblemDocument]:
    """ Get Collection

     Return a collection; GET /datasets?collection_id=… lists what is in it.

    Args:
        collection_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Collection | ProblemDocument]
     """


    kwargs = _get_kwargs(
        collection_id=collection_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    collection_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Collection | ProblemDocument | None:
    """ Get Collection

     Return a collection; GET /datasets?collection_id=… lists what is in it.

    Args:
        collection_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Collection | ProblemDocument
     """


    return (await asyncio_detailed(
        collection_id=collection_id,
client=client,

    )).parsed
