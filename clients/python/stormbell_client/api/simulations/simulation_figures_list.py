from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.simulation_figures import SimulationFigures
from typing import cast



def _get_kwargs(
    simulation_id: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/simulations/{simulation_id}/figures".format(simulation_id=quote(str(simulation_id), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | SimulationFigures:
    if response.status_code == 200:
        response_200 = SimulationFigures.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | SimulationFigures]:
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

) -> Response[ProblemDocument | SimulationFigures]:
    """ List Simulation Figures

     Return the performance figures that were told of a simulation, by kind.

    Args:
        simulation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationFigures]
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

) -> ProblemDocument | SimulationFigures | None:
    """ List Simulation Figures

     Return the performance figures that were told of a simulation, by kind.

    Args:
        simulation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationFigures
     """


    return sync_detailed(
        simulation_id=simulation_id,
client=client,

    ).parsed

async def asyncio_detailed(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[ProblemDocument | SimulationFigures]:
    """ List Simulation Figures

     Return the performance figures that were told of a simulation, by kind.

    Args:
        simulation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationFigures]
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

) -> ProblemDocument | SimulationFigures | None:
    """ List Simulation Figures

     Return the performance figures that were told of a simulation, by kind.

    Args:
        simulation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationFigures
     """


    return (await asyncio_detailed(
        simulation_id=simulation_id,
client=client,

    )).parsed
