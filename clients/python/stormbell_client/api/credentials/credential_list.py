from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_credential_view import PageCredentialView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    kind: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_kind: None | str | Unset
    if isinstance(kind, Unset):
        json_kind = UNSET
    else:
        json_kind = kind
    params["kind"] = json_kind

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
        "url": "/api/v1/credentials",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageCredentialView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageCredentialView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageCredentialView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    kind: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageCredentialView | ProblemDocument]:
    """ List Credentials

     List the credentials you may see, newest first.

    Args:
        kind (None | str | Unset): Only of this kind
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageCredentialView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        kind=kind,
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
    kind: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageCredentialView | ProblemDocument | None:
    """ List Credentials

     List the credentials you may see, newest first.

    Args:
        kind (None | str | Unset): Only of this kind
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageCredentialView | ProblemDocument
     """


    return sync_detailed(
        client=client,
kind=kind,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    kind: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageCredentialView | ProblemDocument]:
    """ List Credentials

     List the credentials you may see, newest first.

    Args:
        kind (None | str | Unset): Only of this kind
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageCredentialView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        kind=kind,
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
    kind: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageCredentialView | ProblemDocument | None:
    """ List Credentials

     List the credentials you may see, newest first.

    Args:
        kind (None | str | Unset): Only of this kind
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageCredentialView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
kind=kind,
cursor=cursor,
limit=limit,

    )).parsed
