from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.simulation_resolve import SimulationResolve
from ...models.simulation_view import SimulationView
from typing import cast



def _get_kwargs(
    simulation_id: str,
    *,
    body: SimulationResolve,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/simulations/{simulation_id}/resolution".format(simulation_id=quote(str(simulation_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | SimulationView:
    if response.status_code == 200:
        response_200 = SimulationView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | SimulationView]:
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
    body: SimulationResolve,

) -> Response[ProblemDocument | SimulationView]:
    """ Resolve Simulation

     Say what became of a simulation whose state is unknown.

    Args:
        simulation_id (str):
        body (SimulationResolve): What became of a simulation in doubt, by who knows.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationView]
     """


    kwargs = _get_kwargs(
        simulation_id=simulation_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: SimulationResolve,

) -> ProblemDocument | SimulationView | None:
    """ Resolve Simulation

     Say what became of a simulation whose state is unknown.

    Args:
        simulation_id (str):
        body (SimulationResolve): What became of a simulation in doubt, by who knows.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationView
     """


    return sync_detailed(
        simulation_id=simulation_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: SimulationResolve,

) -> Response[ProblemDocument | SimulationView]:
    """ Resolve Simulation

     Say what became of a simulation whose state is unknown.

    Args:
        simulation_id (str):
        body (SimulationResolve): What became of a simulation in doubt, by who knows.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationView]
     """


    kwargs = _get_kwargs(
        simulation_id=simulation_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: SimulationResolve,

) -> ProblemDocument | SimulationView | None:
    """ Resolve Simulation

     Say what became of a simulation whose state is unknown.

    Args:
        simulation_id (str):
        body (SimulationResolve): What became of a simulation in doubt, by who knows.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationView
     """


    return (await asyncio_detailed(
        simulation_id=simulation_id,
client=client,
body=body,

    )).parsed
