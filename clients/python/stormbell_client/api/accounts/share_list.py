from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_share_view import PageShareView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    *,
    object_id: str,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["object_id"] = object_id


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
    object_id: str,

) -> Response[PageShareView | ProblemDocument]:
    """ List Shares

     Say with whom something of yours is shared.

    Args:
        object_id (str): Id of what is shared

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageShareView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        object_id=object_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    object_id: str,

) -> PageShareView | ProblemDocument | None:
    """ List Shares

     Say with whom something of yours is shared.

    Args:
        object_id (str): Id of what is shared

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageShareView | ProblemDocument
     """


    return sync_detailed(
        client=client,
object_id=object_id,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    object_id: str,

) -> Response[PageShareView | ProblemDocument]:
    """ List Shares

     Say with whom something of yours is shared.

    Args:
        object_id (str): Id of what is shared

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageShareView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        object_id=object_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    object_id: str,

) -> PageShareView | ProblemDocument | None:
    """ List Shares

     Say with whom something of yours is shared.

    Args:
        object_id (str): Id of what is shared

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageShareView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
object_id=object_id,

    )).parsed
