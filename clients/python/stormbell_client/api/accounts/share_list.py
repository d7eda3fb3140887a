from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_share_view import PageShareView
from ...models.problem_document import ProblemDocument
from ...models.share_list_direction_type_0 import ShareListDirectionType0
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    object_id: None | str | Unset = UNSET,
    direction: None | ShareListDirectionType0 | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_object_id: None | str | Unset
    if isinstance(object_id, Unset):
        json_object_id = UNSET
    else:
        json_object_id = object_id
    params["object_id"] = json_object_id

    json_direction: None | str | Unset
    if isinstance(direction, Unset):
        json_direction = UNSET
    elif isinstance(direction, ShareListDirectionType0):
        json_direction = direction.value
    else:
        json_direction = direction
    params["direction"] = json_direction

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
        "url": "/api/v1/shares",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageShareView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageShareView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageShareView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    object_id: None | str | Unset = UNSET,
    direction: None | ShareListDirectionType0 | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageShareView | ProblemDocument]:
    """ List Shares

     List what you share and what is shared with you, newest first, or with whom one thing of yours is
    shared.

    Operators are told of everybody's.

    Args:
        object_id (None | str | Unset): Id of what is shared; without it, of everything
        direction (None | ShareListDirectionType0 | Unset): by_me: what is yours; with_me: what
            others let you see
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageShareView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        object_id=object_id,
direction=direction,
cursor=cursor,
limit=limit,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    object_id: None | str | Unset = UNSET,
    direction: None | ShareListDirectionType0 | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageShareView | ProblemDocument | None:
    """ List Shares

     List what you share and what is shared with you, newest first, or with whom one thing of yours is
    shared.

    Operators are told of everybody's.

    Args:
        object_id (None | str | Unset): Id of what is shared; without it, of everything
        direction (None | ShareListDirectionType0 | Unset): by_me: what is yours; with_me: what
            others let you see
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageShareView | ProblemDocument
     """


    return sync_detailed(
        client=client,
object_id=object_id,
direction=direction,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    object_id: None | str | Unset = UNSET,
    direction: None | ShareListDirectionType0 | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageShareView | ProblemDocument]:
    """ List Shares

     List what you share and what is shared with you, newest first, or with whom one thing of yours is
    shared.

    Operators are told of everybody's.

    Args:
        object_id (None | str | Unset): Id of what is shared; without it, of everything
        direction (None | ShareListDirectionType0 | Unset): by_me: what is yours; with_me: what
            others let you see
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageShareView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        object_id=object_id,
direction=direction,
cursor=cursor,
limit=limit,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    object_id: None | str | Unset = UNSET,
    direction: None | ShareListDirectionType0 | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageShareView | ProblemDocument | None:
    """ List Shares

     List what you share and what is shared with you, newest first, or with whom one thing of yours is
    shared.

    Operators are told of everybody's.

    Args:
        object_id (None | str | Unset): Id of what is shared; without it, of everything
        direction (None | ShareListDirectionType0 | Unset): by_me: what is yours; with_me: what
            others let you see
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageShareView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
object_id=object_id,
direction=direction,
cursor=cursor,
limit=limit,

    )).parsed
