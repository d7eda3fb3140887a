from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.queue import Queue
from ...models.queue_change import QueueChange
from typing import cast



def _get_kwargs(
    name: str,
    *,
    body: QueueChange,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/queues/{name}".format(name=quote(str(name), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | Queue:
    if response.status_code == 200:
        response_200 = Queue.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | Queue]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: QueueChange,

) -> Response[ProblemDocument | Queue]:
    """ Change Queue

     Work a queue off in strict order, one job of a section after the other, or by priority; makes it,
    too.

    Args:
        name (str):
        body (QueueChange): How a queue is worked off.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | Queue]
     """


    kwargs = _get_kwargs(
        name=name,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: QueueChange,

) -> ProblemDocument | Queue | None:
    """ Change Queue

     Work a queue off in strict order, one job of a section after the other, or by priority; makes it,
    too.

    Args:
        name (str):
        body (QueueChange): How a queue is worked off.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | Queue
     """


    return sync_detailed(
        name=name,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: QueueChange,

) -> Response[ProblemDocument | Queue]:
    """ Change Queue

     Work a queue off in strict order, one job of a section after the other, or by priority; makes it,
    too.

    Args:
        name (str):
        body (QueueChange): How a queue is worked off.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | Queue]
     """


    kwargs = _get_kwargs(
        name=name,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: QueueChange,

) -> ProblemDocument | Queue | None:
    """ Change Queue

     Work a queue off in strict order, one job of a section after the other, or by priority; makes it,
    too.

    Args:
        name (str):
        body (QueueChange): How a queue is worked off.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | Queue
     """


    return (await asyncio_detailed(
        name=name,
client=client,
body=body,

    )).parsed
