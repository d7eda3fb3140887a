from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.figures_report import FiguresReport
from ...models.problem_document import ProblemDocument
from ...models.simulation_figures import SimulationFigures
from typing import cast



def _get_kwargs(
    simulation_id: str,
    *,
    body: FiguresReport,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/simulations/{simulation_id}/figures".format(simulation_id=quote(str(simulation_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
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
    body: FiguresReport,

) -> Response[ProblemDocument | SimulationFigures]:
    """ Add Simulation Figures

     Keep performance figures with a simulation; a run may push its own, with a token that has this scope
    alone.

    Args:
        simulation_id (str):
        body (FiguresReport): Figures of one kind; those of the same kind before are replaced.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationFigures]
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
    body: FiguresReport,

) -> ProblemDocument | SimulationFigures | None:
    """ Add Simulation Figures

     Keep performance figures with a simulation; a run may push its own, with a token that has this scope
    alone.

    Args:
        simulation_id (str):
        body (FiguresReport): Figures of one kind; those of the same kind before are replaced.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationFigures
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
    body: FiguresReport,

) -> Response[ProblemDocument | SimulationFigures]:
    """ Add Simulation Figures

     Keep performance figures with a simulation; a run may push its own, with a token that has this scope
    alone.

    Args:
        simulation_id (str):
        body (FiguresReport): Figures of one kind; those of the same kind before are replaced.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationFigures]
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
    body: FiguresReport,

) -> ProblemDocument | SimulationFigures | None:
    """ Add Simulation Figures

     Keep performance figures with a simulation; a run may push its own, with a token that has this scope
    alone.

    Args:
        simulation_id (str):
        body (FiguresReport): Figures of one kind; those of the same kind before are replaced.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationFigures
     """


    return (await asyncio_detailed(
        simulation_id=simulation_id,
client=client,
body=body,

    )).parsed
