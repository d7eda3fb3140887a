from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_state_view import PageStateView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    simulation_id: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/simulations/{simulation_id}/states".format(simulation_id=quote(str(simulation_id), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageStateView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageStateView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageStateView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[PageStateView | ProblemDocument]:
    """ List Simulation States

     Return every state a simulation was in and since when, oldest first.

    Args:
        simulation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageStateView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        simulation_id=simulation_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> PageStateView | ProblemDocument | None:
    """ List Simulation States

     Return every state a simulation was in and since when, oldest first.

    Args:
        simulation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageStateView | ProblemDocument
     """


    return sync_detailed(
        simulation_id=simulation_id,
client=client,

    ).parsed

async def asyncio_detailed(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[PageStateView | ProblemDocument]:
    """ List Simulation States

     Return every state a simulation was in and since when, oldest first.

    Args:
        simulation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageStateView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        simulation_id=simulation_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> PageStateView | ProblemDocument | None:
    """ List Simulation States

     Return every state a simulation was in and since when, oldest first.

    Args:
        simulation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageStateView | ProblemDocument
     """


    return (await asyncio_detailed(
        simulation_id=simulation_id,
client=client,

    )).parsed
