from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.collection import Collection
from ...models.collection_change import CollectionChange
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    collection_id: str,
    *,
    body: CollectionChange,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/collections/{collection_id}".format(collection_id=quote(str(collection_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
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
    body: CollectionChange,

) -> Response[Collection | ProblemDocument]:
    """ Change Collection

     Rename a collection or comment it.

    Args:
        collection_id (str):
        body (CollectionChange): What to say of a collection from now on; the rest stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Collection | ProblemDocument]
     """


    kwargs = _get_kwargs(
        collection_id=collection_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    collection_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CollectionChange,

) -> Collection | ProblemDocument | None:
    """ Change Collection

     Rename a collection or comment it.

    Args:
        collection_id (str):
        body (CollectionChange): What to say of a collection from now on; the rest stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Collection | ProblemDocument
     """


    return sync_detailed(
        collection_id=collection_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    collection_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CollectionChange,

) -> Response[Collection | ProblemDocument]:
    """ Change Collection

     Rename a collection or comment it.

    Args:
        collection_id (str):
        body (CollectionChange): What to say of a collection from now on; the rest stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Collection | ProblemDocument]
     """


    kwargs = _get_kwargs(
        collection_id=collection_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    collection_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CollectionChange,

) -> Collection | ProblemDocument | None:
    """ Change Collection

     Rename a collection or comment it.

    Args:
        collection_id (str):
        body (CollectionChange): What to say of a collection from now on; the rest stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Collection | ProblemDocument
     """


    return (await asyncio_detailed(
        collection_id=collection_id,
client=client,
body=body,

    )).parsed
