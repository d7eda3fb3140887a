from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_object_view import PageObjectView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    storage_id: str,
    *,
    prefix: str | Unset = '',
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["prefix"] = prefix

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
        "url": "/api/v1/storages/{storage_id}/files".format(storage_id=quote(str(storage_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageObjectView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageObjectView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageObjectView | ProblemDocument]:
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
    prefix: str | Unset = '',
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageObjectView | ProblemDocument]:
    """ List Files

     List files in the order of their paths.

    Args:
        storage_id (str):
        prefix (str | Unset): Only files below this directory Default: ''.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageObjectView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
prefix=prefix,
cursor=cursor,
limit=limit,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    storage_id: str,
    *,
    client: AuthenticatedClient | Client,
    prefix: str | Unset = '',
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageObjectView | ProblemDocument | None:
    """ List Files

     List files in the order of their paths.

    Args:
        storage_id (str):
        prefix (str | Unset): Only files below this directory Default: ''.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageObjectView | ProblemDocument
     """


    return sync_detailed(
        storage_id=storage_id,
client=client,
prefix=prefix,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    storage_id: str,
    *,
    client: AuthenticatedClient | Client,
    prefix: str | Unset = '',
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageObjectView | ProblemDocument]:
    """ List Files

     List files in the order of their paths.

    Args:
        storage_id (str):
        prefix (str | Unset): Only files below this directory Default: ''.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageObjectView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
prefix=prefix,
cursor=cursor,
limit=limit,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    storage_id: str,
    *,
    client: AuthenticatedClient | Client,
    prefix: str | Unset = '',
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageObjectView | ProblemDocument | None:
    """ List Files

     List files in the order of their paths.

    Args:
        storage_id (str):
        prefix (str | Unset): Only files below this directory Default: ''.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageObjectView | ProblemDocument
     """


    return (await asyncio_detailed(
        storage_id=storage_id,
client=client,
prefix=prefix,
cursor=cursor,
limit=limit,

    )).parsed
