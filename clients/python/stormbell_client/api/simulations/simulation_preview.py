from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.simulation_ask import SimulationAsk
from ...models.simulation_plan import SimulationPlan
from typing import cast



def _get_kwargs(
    *,
    body: SimulationAsk,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/simulations/preview",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | SimulationPlan:
    if response.status_code == 200:
        response_200 = SimulationPlan.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | SimulationPlan]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SimulationAsk,

) -> Response[ProblemDocument | SimulationPlan]:
    """ Preview Simulation

     Say where a run would go, why there, what would be submitted and what it would cost; nothing is
    changed.

    Args:
        body (SimulationAsk): A run of any command or script.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationPlan]
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
    body: SimulationAsk,

) -> ProblemDocument | SimulationPlan | None:
    """ Preview Simulation

     Say where a run would go, why there, what would be submitted and what it would cost; nothing is
    changed.

    Args:
        body (SimulationAsk): A run of any command or script.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationPlan
     """


    return sync_detailed(
        client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SimulationAsk,

) -> Response[ProblemDocument | SimulationPlan]:
    """ Preview Simulation

     Say where a run would go, why there, what would be submitted and what it would cost; nothing is
    changed.

    Args:
        body (SimulationAsk): A run of any command or script.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationPlan]
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
    body: SimulationAsk,

) -> ProblemDocument | SimulationPlan | None:
    """ Preview Simulation

     Say where a run would go, why there, what would be submitted and what it would cost; nothing is
    changed.

    Args:
        body (SimulationAsk): A run of any command or script.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationPlan
     """


    return (await asyncio_detailed(
        client=client,
body=body,

    )).parsed
