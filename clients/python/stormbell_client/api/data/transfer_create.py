from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.transfer_create import TransferCreate
from ...models.transfers_made import TransfersMade
from typing import cast



def _get_kwargs(
    *,
    body: TransferCreate,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/transfers",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | TransfersMade:
    if response.status_code == 202:
        response_202 = TransfersMade.from_dict(response.json())



        return response_202

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | TransfersMade]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: TransferCreate,

) -> Response[ProblemDocument | TransfersMade]:
    """ Create Transfer

     Copy, move, replicate or verify; with `dry_run` only say what that comes to.

    Args:
        body (TransferCreate): Bytes to be moved, those of a data set or those under a path of a
            storage you may act on.

            A copy of a data set is a data set of its own; a replica is one more copy of the same; a
            move keeps the id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | TransfersMade]
     """


    kwargs = _get_kwargs(
        body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    body: TransferCreate,

) -> ProblemDocument | TransfersMade | None:
    """ Create Transfer

     Copy, move, replicate or verify; with `dry_run` only say what that comes to.

    Args:
        body (TransferCreate): Bytes to be moved, those of a data set or those under a path of a
            storage you may act on.

            A copy of a data set is a data set of its own; a replica is one more copy of the same; a
            move keeps the id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | TransfersMade
     """


    return sync_detailed(
        client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: TransferCreate,

) -> Response[ProblemDocument | TransfersMade]:
    """ Create Transfer

     Copy, move, replicate or verify; with `dry_run` only say what that comes to.

    Args:
        body (TransferCreate): Bytes to be moved, those of a data set or those under a path of a
            storage you may act on.

            A copy of a data set is a data set of its own; a replica is one more copy of the same; a
            move keeps the id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | TransfersMade]
     """


    kwargs = _get_kwargs(
        body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: TransferCreate,

) -> ProblemDocument | TransfersMade | None:
    """ Create Transfer

     Copy, move, replicate or verify; with `dry_run` only say what that comes to.

    Args:
        body (TransferCreate): Bytes to be moved, those of a data set or those under a path of a
            storage you may act on.

            A copy of a data set is a data set of its own; a replica is one more copy of the same; a
            move keeps the id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | TransfersMade
     """


    return (await asyncio_detailed(
        client=client,
body=body,

    )).parsed
