from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.application_run import ApplicationRun
from ...models.problem_document import ProblemDocument
from ...models.simulations_made import SimulationsMade
from typing import cast



def _get_kwargs(
    application_id: str,
    *,
    body: ApplicationRun,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/applications/{application_id}/runs".format(application_id=quote(str(application_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | SimulationsMade:
    if response.status_code == 201:
        response_201 = SimulationsMade.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | SimulationsMade]:
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

) -> Response[ProblemDocument | SimulationsMade]:
    """ Run Application

     Ask for a run of an application, for several each on another machine, or for a race.

    Args:
        application_id (str):
        body (ApplicationRun): One run of an application, or several on a machine each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationsMade]
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

) -> ProblemDocument | SimulationsMade | None:
    """ Run Application

     Ask for a run of an application, for several each on another machine, or for a race.

    Args:
        application_id (str):
        body (ApplicationRun): One run of an application, or several on a machine each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationsMade
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

) -> Response[ProblemDocument | SimulationsMade]:
    """ Run Application

     Ask for a run of an application, for several each on another machine, or for a race.

    Args:
        application_id (str):
        body (ApplicationRun): One run of an application, or several on a machine each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SimulationsMade]
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

) -> ProblemDocument | SimulationsMade | None:
    """ Run Application

     Ask for a run of an application, for several each on another machine, or for a race.

    Args:
        application_id (str):
        body (ApplicationRun): One run of an application, or several on a machine each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SimulationsMade
     """


    return (await asyncio_detailed(
        application_id=application_id,
client=client,
body=body,

    )).parsed
