from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.collection import Collection
from ...models.collection_members import CollectionMembers
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    collection_id: str,
    *,
    body: CollectionMembers,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/collections/{collection_id}/take-out".format(collection_id=quote(str(collection_id), safe=""),),
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
    body: CollectionMembers,

) -> Response[Collection | ProblemDocument]:
    """ Take Out Of Collection

     Take data sets out of a collection.

    Args:
        collection_id (str):
        body (CollectionMembers): Data sets to put into a collection or take out of it.

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
    body: CollectionMembers,

) -> Collection | ProblemDocument | None:
    """ Take Out Of Collection

     Take data sets out of a collection.

    Args:
        collection_id (str):
        body (CollectionMembers): Data sets to put into a collection or take out of it.

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
    body: CollectionMembers,

) -> Response[Collection | ProblemDocument]:
    """ Take Out Of Collection

     Take data sets out of a collection.

    Args:
        collection_id (str):
        body (CollectionMembers): Data sets to put into a collection or take out of it.

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
    body: CollectionMembers,

) -> Collection | ProblemDocument | None:
    """ Take Out Of Collection

     Take data sets out of a collection.

    Args:
        collection_id (str):
        body (CollectionMembers): Data sets to put into a collection or take out of it.

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
