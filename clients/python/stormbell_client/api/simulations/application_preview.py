from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.application_run import ApplicationRun
from ...models.problem_document import ProblemDocument
from ...models.simulation_plan import SimulationPlan
from typing import cast



def _get_kwargs(
    application_id: str,
    *,
    body: ApplicationRun,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/applications/{application_id}/preview".format(application_id=quote(str(application_id), safe=""),),
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
    application_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ApplicationRun,

) -> Response[ProblemDocument | SimulationPlan]:
    """ Preview Application

     Say where a run would go, why there, what would be submitted and what it would cost; nothing is
    changed.

    Args:
        application_id (str):
        body (ApplicationRun): One run of an application, or several on a machine each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationPlan]
     """


    kwargs = _get_kwargs(
        application_id=application_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    application_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ApplicationRun,

) -> ProblemDocument | SimulationPlan | None:
    """ Preview Application

     Say where a run would go, why there, what would be submitted and what it would cost; nothing is
    changed.

    Args:
        application_id (str):
        body (ApplicationRun): One run of an application, or several on a machine each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationPlan
     """


    return sync_detailed(
        application_id=application_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    application_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ApplicationRun,

) -> Response[ProblemDocument | SimulationPlan]:
    """ Preview Application

     Say where a run would go, why there, what would be submitted and what it would cost; nothing is
    changed.

    Args:
        application_id (str):
        body (ApplicationRun): One run of an application, or several on a machine each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationPlan]
     """


    kwargs = _get_kwargs(
        application_id=application_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    application_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ApplicationRun,

) -> ProblemDocument | SimulationPlan | None:
    """ Preview Application

     Say where a run would go, why there, what would be submitted and what it would cost; nothing is
    changed.

    Args:
        application_id (str):
        body (ApplicationRun): One run of an application, or several on a machine each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationPlan
     """


    return (await asyncio_detailed(
        application_id=application_id,
client=client,
body=body,

    )).parsed
