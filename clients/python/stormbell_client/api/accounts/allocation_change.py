from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.allocation_change import AllocationChange
from ...models.allocation_view import AllocationView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    allocation_id: str,
    *,
    body: AllocationChange,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/allocations/{allocation_id}".format(allocation_id=quote(str(allocation_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AllocationView | ProblemDocument:
    if response.status_code == 200:
        response_200 = AllocationView.from_dict(response.json())



        return response_200

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
    allocation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: AllocationChange,

) -> Response[AllocationView | ProblemDocument]:
    """ Change Allocation

     Change the amount, the end or the note of an allocation.

    Args:
        allocation_id (str):
        body (AllocationChange): What to change about an allocation; what is left out stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AllocationView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        allocation_id=allocation_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    allocation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: AllocationChange,

) -> AllocationView | ProblemDocument | None:
    """ Change Allocation

     Change the amount, the end or the note of an allocation.

    Args:
        allocation_id (str):
        body (AllocationChange): What to change about an allocation; what is left out stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AllocationView | ProblemDocument
     """


    return sync_detailed(
        allocation_id=allocation_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    allocation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: AllocationChange,

) -> Response[AllocationView | ProblemDocument]:
    """ Change Allocation

     Change the amount, the end or the note of an allocation.

    Args:
        allocation_id (str):
        body (AllocationChange): What to change about an allocation; what is left out stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AllocationView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        allocation_id=allocation_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    allocation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: AllocationChange,

) -> AllocationView | ProblemDocument | None:
    """ Change Allocation

     Change the amount, the end or the note of an allocation.

    Args:
        allocation_id (str):
        body (AllocationChange): What to change about an allocation; what is left out stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AllocationView | ProblemDocument
     """


    return (await asyncio_detailed(
        allocation_id=allocation_id,
client=client,
body=body,

    )).parsed
