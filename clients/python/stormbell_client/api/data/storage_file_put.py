from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.object_stored import ObjectStored
from ...models.problem_document import ProblemDocument
from ...types import File, FileTypes
from ...types import UNSET, Unset
from io import BytesIO
from typing import cast



def _get_kwargs(
    storage_id: str,
    path: str,
    *,
    body: File,
    if_match: None | str | Unset = UNSET,
    if_none_match: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["if-match"] = if_match

    if not isinstance(if_none_match, Unset):
        headers["if-none-match"] = if_none_match



    

    

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/storages/{storage_id}/files/{path}".format(storage_id=quote(str(storage_id), safe=""),path=quote(str(path), safe=""),),
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "application/octet-stream"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ObjectStored | ProblemDocument:
    if response.status_code == 200:
        response_200 = ObjectStored.from_dict(response.json())



        return response_200

    if response.status_code == 201:
        response_201 = ObjectStored.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ObjectStored | ProblemDocument]:
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
    body: File,
    if_match: None | str | Unset = UNSET,
    if_none_match: None | str | Unset = UNSET,

) -> Response[ObjectStored | ProblemDocument]:
    """ Write File

     Store a file, replacing what was there; it is seen only once it is whole.

    Args:
        storage_id (str):
        path (str):
        if_match (None | str | Unset):
        if_none_match (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ObjectStored | ProblemDocument]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
path=path,
body=body,
if_match=if_match,
if_none_match=if_none_match,

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
    body: File,
    if_match: None | str | Unset = UNSET,
    if_none_match: None | str | Unset = UNSET,

) -> ObjectStored | ProblemDocument | None:
    """ Write File

     Store a file, replacing what was there; it is seen only once it is whole.

    Args:
        storage_id (str):
        path (str):
        if_match (None | str | Unset):
        if_none_match (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ObjectStored | ProblemDocument
     """


    return sync_detailed(
        storage_id=storage_id,
path=path,
client=client,
body=body,
if_match=if_match,
if_none_match=if_none_match,

    ).parsed

async def asyncio_detailed(
    storage_id: str,
    path: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
    if_match: None | str | Unset = UNSET,
    if_none_match: None | str | Unset = UNSET,

) -> Response[ObjectStored | ProblemDocument]:
    """ Write File

     Store a file, replacing what was there; it is seen only once it is whole.

    Args:
        storage_id (str):
        path (str):
        if_match (None | str | Unset):
        if_none_match (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ObjectStored | ProblemDocument]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
path=path,
body=body,
if_match=if_match,
if_none_match=if_none_match,

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
    body: File,
    if_match: None | str | Unset = UNSET,
    if_none_match: None | str | Unset = UNSET,

) -> ObjectStored | ProblemDocument | None:
    """ Write File

     Store a file, replacing what was there; it is seen only once it is whole.

    Args:
        storage_id (str):
        path (str):
        if_match (None | str | Unset):
        if_none_match (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ObjectStored | ProblemDocument
     """


    return (await asyncio_detailed(
        storage_id=storage_id,
path=path,
client=client,
body=body,
if_match=if_match,
if_none_match=if_none_match,

    )).parsed
