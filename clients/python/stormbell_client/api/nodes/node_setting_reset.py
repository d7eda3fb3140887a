from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.node_settings import NodeSettings
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    node_id: str,
    name: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/nodes/{node_id}/settings/{name}".format(node_id=quote(str(node_id), safe=""),name=quote(str(name), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> NodeSettings | ProblemDocument:
    if response.status_code == 202:
        response_202 = NodeSettings.from_dict(response.json())



        return response_202

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[NodeSettings | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    node_id: str,
    name: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[NodeSettings | ProblemDocument]:
    """ Reset Setting

     Let a setting be what the node was started with.

    Args:
        node_id (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NodeSettings | ProblemDocument]
     """


    kwargs = _get_kwargs(
        node_id=node_id,
name=name,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    node_id: str,
    name: str,
    *,
    client: AuthenticatedClient | Client,

) -> NodeSettings | ProblemDocument | None:
    """ Reset Setting

     Let a setting be what the node was started with.

    Args:
        node_id (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NodeSettings | ProblemDocument
     """


    return sync_detailed(
        node_id=node_id,
name=name,
client=client,

    ).parsed

async def asyncio_detailed(
    node_id: str,
    name: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[NodeSettings | ProblemDocument]:
    """ Reset Setting

     Let a setting be what the node was started with.

    Args:
        node_id (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NodeSettings | ProblemDocument]
     """


    kwargs = _get_kwargs(
        node_id=node_id,
name=name,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    node_id: str,
    name: str,
    *,
    client: AuthenticatedClient | Client,

) -> NodeSettings | ProblemDocument | None:
    """ Reset Setting

     Let a setting be what the node was started with.

    Args:
        node_id (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NodeSettings | ProblemDocument
     """


    return (await asyncio_detailed(
        node_id=node_id,
name=name,
client=client,

    )).parsed
