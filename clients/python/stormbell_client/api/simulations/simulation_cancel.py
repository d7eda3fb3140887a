from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.simulation_view import SimulationView
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    simulation_id: str,
    *,
    dry_run: bool | Unset = False,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/simulations/{simulation_id}/cancellation".format(simulation_id=quote(str(simulation_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | SimulationView:
    if response.status_code == 202:
        response_202 = SimulationView.from_dict(response.json())



        return response_202

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
    dry_run: bool | Unset = False,

) -> Response[ProblemDocument | SimulationView]:
    """ Cancel Simulation

     Cancel a simulation; it has ended once its state says so.

    Args:
        simulation_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationView]
     """


    kwargs = _get_kwargs(
        simulation_id=simulation_id,
dry_run=dry_run,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,

) -> ProblemDocument | SimulationView | None:
    """ Cancel Simulation

     Cancel a simulation; it has ended once its state says so.

    Args:
        simulation_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationView
     """


    return sync_detailed(
        simulation_id=simulation_id,
client=client,
dry_run=dry_run,

    ).parsed

async def asyncio_detailed(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,

) -> Response[ProblemDocument | SimulationView]:
    """ Cancel Simulation

     Cancel a simulation; it has ended once its state says so.

    Args:
        simulation_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationView]
     """


    kwargs = _get_kwargs(
        simulation_id=simulation_id,
dry_run=dry_run,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,

) -> ProblemDocument | SimulationView | None:
    """ Cancel Simulation

     Cancel a simulation; it has ended once its state says so.

    Args:
        simulation_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationView
     """


    return (await asyncio_detailed(
        simulation_id=simulation_id,
client=client,
dry_run=dry_run,

    )).parsed
