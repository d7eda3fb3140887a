from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.file_changes import FileChanges
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    storage_id: str,
    *,
    since: None | str | Unset = UNSET,
    prefix: str | Unset = '',
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_since: None | str | Unset
    if isinstance(since, Unset):
        json_since = UNSET
    else:
        json_since = since
    params["since"] = json_since

    params["prefix"] = prefix

    params["limit"] = limit


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/storages/{storage_id}/changes".format(storage_id=quote(str(storage_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> FileChanges | ProblemDocument:
    if response.status_code == 200:
        response_200 = FileChanges.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[FileChanges | ProblemDocument]:
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
    since: None | str | Unset = UNSET,
    prefix: str | Unset = '',
    limit: int | Unset = 50,

) -> Response[FileChanges | ProblemDocument]:
    """ List Changes

     List which files changed, came or went since a cursor; without one, which are there.

    Args:
        storage_id (str):
        since (None | str | Unset): `cursor` of the answer before
        prefix (str | Unset): Only files below this directory Default: ''.
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileChanges | ProblemDocument]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
since=since,
prefix=prefix,
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
    since: None | str | Unset = UNSET,
    prefix: str | Unset = '',
    limit: int | Unset = 50,

) -> FileChanges | ProblemDocument | None:
    """ List Changes

     List which files changed, came or went since a cursor; without one, which are there.

    Args:
        storage_id (str):
        since (None | str | Unset): `cursor` of the answer before
        prefix (str | Unset): Only files below this directory Default: ''.
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileChanges | ProblemDocument
     """


    return sync_detailed(
        storage_id=storage_id,
client=client,
since=since,
prefix=prefix,
limit=limit,

    ).parsed

async def asyncio_detailed(
    storage_id: str,
    *,
    client: AuthenticatedClient | Client,
    since: None | str | Unset = UNSET,
    prefix: str | Unset = '',
    limit: int | Unset = 50,

) -> Response[FileChanges | ProblemDocument]:
    """ List Changes

     List which files changed, came or went since a cursor; without one, which are there.

    Args:
        storage_id (str):
        since (None | str | Unset): `cursor` of the answer before
        prefix (str | Unset): Only files below this directory Default: ''.
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileChanges | ProblemDocument]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
since=since,
prefix=prefix,
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
    since: None | str | Unset = UNSET,
    prefix: str | Unset = '',
    limit: int | Unset = 50,

) -> FileChanges | ProblemDocument | None:
    """ List Changes

     List which files changed, came or went since a cursor; without one, which are there.

    Args:
        storage_id (str):
        since (None | str | Unset): `cursor` of the answer before
        prefix (str | Unset): Only files below this directory Default: ''.
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileChanges | ProblemDocument
     """


    return (await asyncio_detailed(
        storage_id=storage_id,
client=client,
since=since,
prefix=prefix,
limit=limit,

    )).parsed
