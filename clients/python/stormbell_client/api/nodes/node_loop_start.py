from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.node_loops_view import NodeLoopsView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    node_id: str,
    loop: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/nodes/{node_id}/loops/{loop}/start".format(node_id=quote(str(node_id), safe=""),loop=quote(str(loop), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> NodeLoopsView | ProblemDocument:
    if response.status_code == 202:
        response_202 = NodeLoopsView.from_dict(response.json())



        return response_202

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[NodeLoopsView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    node_id: str,
    loop: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[NodeLoopsView | ProblemDocument]:
    """ Start Loop

     Start a loop or role again.

    Args:
        node_id (str):
        loop (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NodeLoopsView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        node_id=node_id,
loop=loop,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    node_id: str,
    loop: str,
    *,
    client: AuthenticatedClient | Client,

) -> NodeLoopsView | ProblemDocument | None:
    """ Start Loop

     Start a loop or role again.

    Args:
        node_id (str):
        loop (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NodeLoopsView | ProblemDocument
     """


    return sync_detailed(
        node_id=node_id,
loop=loop,
client=client,

    ).parsed

async def asyncio_detailed(
    node_id: str,
    loop: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[NodeLoopsView | ProblemDocument]:
    """ Start Loop

     Start a loop or role again.

    Args:
        node_id (str):
        loop (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NodeLoopsView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        node_id=node_id,
loop=loop,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    node_id: str,
    loop: str,
    *,
    client: AuthenticatedClient | Client,

) -> NodeLoopsView | ProblemDocument | None:
    """ Start Loop

     Start a loop or role again.

    Args:
        node_id (str):
        loop (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NodeLoopsView | ProblemDocument
     """


    return (await asyncio_detailed(
        node_id=node_id,
loop=loop,
client=client,

    )).parsed
