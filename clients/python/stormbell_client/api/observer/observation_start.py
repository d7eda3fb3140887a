from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.observation_start import ObservationStart
from ...models.observation_view import ObservationView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    body: None | ObservationStart | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/observations",
    }

    
    if isinstance(body, ObservationStart):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ObservationView | ProblemDocument:
    if response.status_code == 201:
        response_201 = ObservationView.from_dict(response.json())



        return response_201

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
    *,
    client: AuthenticatedClient | Client,
    body: None | ObservationStart | Unset = UNSET,

) -> Response[ObservationView | ProblemDocument]:
    """ Start Observation

     Start to observe. It goes on while its stream is open or somebody asks, and ends after 60 s of
    silence.

    Args:
        body (None | ObservationStart | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ObservationView | ProblemDocument]
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
    body: None | ObservationStart | Unset = UNSET,

) -> ObservationView | ProblemDocument | None:
    """ Start Observation

     Start to observe. It goes on while its stream is open or somebody asks, and ends after 60 s of
    silence.

    Args:
        body (None | ObservationStart | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ObservationView | ProblemDocument
     """


    return sync_detailed(
        client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: None | ObservationStart | Unset = UNSET,

) -> Response[ObservationView | ProblemDocument]:
    """ Start Observation

     Start to observe. It goes on while its stream is open or somebody asks, and ends after 60 s of
    silence.

    Args:
        body (None | ObservationStart | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ObservationView | ProblemDocument]
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
    body: None | ObservationStart | Unset = UNSET,

) -> ObservationView | ProblemDocument | None:
    """ Start Observation

     Start to observe. It goes on while its stream is open or somebody asks, and ends after 60 s of
    silence.

    Args:
        body (None | ObservationStart | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ObservationView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
body=body,

    )).parsed
