from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    storage_id: str,
    path: str,
    *,
    if_match: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["if-match"] = if_match



    

    

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/storages/{storage_id}/files/{path}".format(storage_id=quote(str(storage_id), safe=""),path=quote(str(path), safe=""),),
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | ProblemDocument:
    if response.status_code == 204:
        response_204 = cast(Any, None)
        return response_204

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    storage_id: str,
    path: str,
    *,
    client: AuthenticatedClient | Client,
    if_match: None | str | Unset = UNSET,

) -> Response[Any | ProblemDocument]:
    """ Delete File

     Remove a file for good.

    Args:
        storage_id (str):
        path (str):
        if_match (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
path=path,
if_match=if_match,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    storage_id: str,
    path: str,
    *,
    client: AuthenticatedClient | Client,
    if_match: None | str | Unset = UNSET,

) -> Any | ProblemDocument | None:
    """ Delete File

     Remove a file for good.

    Args:
        storage_id (str):
        path (str):
        if_match (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return sync_detailed(
        storage_id=storage_id,
path=path,
client=client,
if_match=if_match,

    ).parsed

async def asyncio_detailed(
    storage_id: str,
    path: str,
    *,
    client: AuthenticatedClient | Client,
    if_match: None | str | Unset = UNSET,

) -> Response[Any | ProblemDocument]:
    """ Delete File

     Remove a file for good.

    Args:
        storage_id (str):
        path (str):
        if_match (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
path=path,
if_match=if_match,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    storage_id: str,
    path: str,
    *,
    client: AuthenticatedClient | Client,
    if_match: None | str | Unset = UNSET,

) -> Any | ProblemDocument | None:
    """ Delete File

     Remove a file for good.

    Args:
        storage_id (str):
        path (str):
        if_match (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return (await asyncio_detailed(
        storage_id=storage_id,
path=path,
client=client,
if_match=if_match,

    )).parsed
