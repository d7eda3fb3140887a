from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.allocation_grant import AllocationGrant
from ...models.allocation_view import AllocationView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    *,
    body: AllocationGrant,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/allocations",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AllocationView | ProblemDocument:
    if response.status_code == 201:
        response_201 = AllocationView.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[AllocationView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: AllocationGrant,

) -> Response[AllocationView | ProblemDocument]:
    """ Grant Allocation

     Grant somebody an amount, beside what they have.

    Args:
        body (AllocationGrant): How much of what somebody may use, and in which time.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AllocationView | ProblemDocument]
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
    body: AllocationGrant,

) -> AllocationView | ProblemDocument | None:
    """ Grant Allocation

     Grant somebody an amount, beside what they have.

    Args:
        body (AllocationGrant): How much of what somebody may use, and in which time.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AllocationView | ProblemDocument
     """


    return sync_detailed(
        client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: AllocationGrant,

) -> Response[AllocationView | ProblemDocument]:
    """ Grant Allocation

     Grant somebody an amount, beside what they have.

    Args:
        body (AllocationGrant): How much of what somebody may use, and in which time.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AllocationView | ProblemDocument]
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
    body: AllocationGrant,

) -> AllocationView | ProblemDocument | None:
    """ Grant Allocation

     Grant somebody an amount, beside what they have.

    Args:
        body (AllocationGrant): How much of what somebody may use, and in which time.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AllocationView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
body=body,

    )).parsed
