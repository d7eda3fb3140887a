from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.observation_change import ObservationChange
from ...models.observation_view import ObservationView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    observation_id: str,
    *,
    body: ObservationChange,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/observations/{observation_id}".format(observation_id=quote(str(observation_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ObservationView | ProblemDocument:
    if response.status_code == 200:
        response_200 = ObservationView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ObservationView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    observation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ObservationChange,

) -> Response[ObservationView | ProblemDocument]:
    """ Change Observation

     Switch between live, periodic and manual, or change the period. An open stream says `mode_switched`.

    Args:
        observation_id (str):
        body (ObservationChange): Another mode, another period.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ObservationView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        observation_id=observation_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    observation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ObservationChange,

) -> ObservationView | ProblemDocument | None:
    """ Change Observation

     Switch between live, periodic and manual, or change the period. An open stream says `mode_switched`.

    Args:
        observation_id (str):
        body (ObservationChange): Another mode, another period.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ObservationView | ProblemDocument
     """


    return sync_detailed(
        observation_id=observation_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    observation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ObservationChange,

) -> Response[ObservationView | ProblemDocument]:
    """ Change Observation

     Switch between live, periodic and manual, or change the period. An open stream says `mode_switched`.

    Args:
        observation_id (str):
        body (ObservationChange): Another mode, another period.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ObservationView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        observation_id=observation_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    observation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ObservationChange,

) -> ObservationView | ProblemDocument | None:
    """ Change Observation

     Switch between live, periodic and manual, or change the period. An open stream says `mode_switched`.

    Args:
        observation_id (str):
        body (ObservationChange): Another mode, another period.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ObservationView | ProblemDocument
     """


    return (await asyncio_detailed(
        observation_id=observation_id,
client=client,
body=body,

    )).parsed
