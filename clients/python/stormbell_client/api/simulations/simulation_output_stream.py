from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.simulation_output_stream_stream import SimulationOutputStreamStream
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    simulation_id: str,
    *,
    stream: SimulationOutputStreamStream | Unset = SimulationOutputStreamStream.STDOUT,
    tail_bytes: int | Unset = 65536,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_stream: str | Unset = UNSET
    if not isinstance(stream, Unset):
        json_stream = stream.value

    params["stream"] = json_stream

    params["tail_bytes"] = tail_bytes


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/simulations/{simulation_id}/output/stream".format(simulation_id=quote(str(simulation_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | str:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | str]:
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
    stream: SimulationOutputStreamStream | Unset = SimulationOutputStreamStream.STDOUT,
    tail_bytes: int | Unset = 65536,

) -> Response[ProblemDocument | str]:
    """ Stream Output

     Return what the present attempt writes, as it is written (server-sent events), until it ends.

    Args:
        simulation_id (str):
        stream (SimulationOutputStreamStream | Unset):  Default:
            SimulationOutputStreamStream.STDOUT.
        tail_bytes (int | Unset): Begin with this much of the end Default: 65536.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | str]
     """


    kwargs = _get_kwargs(
        simulation_id=simulation_id,
stream=stream,
tail_bytes=tail_bytes,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,
    stream: SimulationOutputStreamStream | Unset = SimulationOutputStreamStream.STDOUT,
    tail_bytes: int | Unset = 65536,

) -> ProblemDocument | str | None:
    """ Stream Output

     Return what the present attempt writes, as it is written (server-sent events), until it ends.

    Args:
        simulation_id (str):
        stream (SimulationOutputStreamStream | Unset):  Default:
            SimulationOutputStreamStream.STDOUT.
        tail_bytes (int | Unset): Begin with this much of the end Default: 65536.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | str
     """


    return sync_detailed(
        simulation_id=simulation_id,
client=client,
stream=stream,
tail_bytes=tail_bytes,

    ).parsed

async def asyncio_detailed(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,
    stream: SimulationOutputStreamStream | Unset = SimulationOutputStreamStream.STDOUT,
    tail_bytes: int | Unset = 65536,

) -> Response[ProblemDocument | str]:
    """ Stream Output

     Return what the present attempt writes, as it is written (server-sent events), until it ends.

    Args:
        simulation_id (str):
        stream (SimulationOutputStreamStream | Unset):  Default:
            SimulationOutputStreamStream.STDOUT.
        tail_bytes (int | Unset): Begin with this much of the end Default: 65536.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | str]
     """


    kwargs = _get_kwargs(
        simulation_id=simulation_id,
stream=stream,
tail_bytes=tail_bytes,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    simulation_id: str,
    *,
    client: AuthenticatedClient | Client,
    stream: SimulationOutputStreamStream | Unset = SimulationOutputStreamStream.STDOUT,
    tail_bytes: int | Unset = 65536,

) -> ProblemDocument | str | None:
    """ Stream Output

     Return what the present attempt writes, as it is written (server-sent events), until it ends.

    Args:
        simulation_id (str):
        stream (SimulationOutputStreamStream | Unset):  Default:
            SimulationOutputStreamStream.STDOUT.
        tail_bytes (int | Unset): Begin with this much of the end Default: 65536.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | str
     """


    return (await asyncio_detailed(
        simulation_id=simulation_id,
client=client,
stream=stream,
tail_bytes=tail_bytes,

    )).parsed
