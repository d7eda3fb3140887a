from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.job_counts import JobCounts
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    kind: None | str | Unset = UNSET,
    queue: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    batch_id: None | str | Unset = UNSET,
    origin: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_kind: None | str | Unset
    if isinstance(kind, Unset):
        json_kind = UNSET
    else:
        json_kind = kind
    params["kind"] = json_kind

    json_queue: None | str | Unset
    if isinstance(queue, Unset):
        json_queue = UNSET
    else:
        json_queue = queue
    params["queue"] = json_queue

    json_incident_id: None | str | Unset
    if isinstance(incident_id, Unset):
        json_incident_id = UNSET
    else:
        json_incident_id = incident_id
    params["incident_id"] = json_incident_id

    json_batch_id: None | str | Unset
    if isinstance(batch_id, Unset):
        json_batch_id = UNSET
    else:
        json_batch_id = batch_id
    params["batch_id"] = json_batch_id

    json_origin: None | str | Unset
    if isinstance(origin, Unset):
        json_origin = UNSET
    else:
        json_origin = origin
    params["origin"] = json_origin


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/job-counts",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> JobCounts | ProblemDocument:
    if response.status_code == 200:
        response_200 = JobCounts.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[JobCounts | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    kind: None | str | Unset = UNSET,
    queue: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    batch_id: None | str | Unset = UNSET,
    origin: None | str | Unset = UNSET,

) -> Response[JobCounts | ProblemDocument]:
    """ Count Jobs

     Count jobs, live and ended, by state: those `GET /jobs` lists with the same filters.

    Args:
        kind (None | str | Unset):
        queue (None | str | Unset):
        incident_id (None | str | Unset):
        batch_id (None | str | Unset):
        origin (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobCounts | ProblemDocument]
     """


    kwargs = _get_kwargs(
        kind=kind,
queue=queue,
incident_id=incident_id,
batch_id=batch_id,
origin=origin,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    kind: None | str | Unset = UNSET,
    queue: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    batch_id: None | str | Unset = UNSET,
    origin: None | str | Unset = UNSET,

) -> JobCounts | ProblemDocument | None:
    """ Count Jobs

     Count jobs, live and ended, by state: those `GET /jobs` lists with the same filters.

    Args:
        kind (None | str | Unset):
        queue (None | str | Unset):
        incident_id (None | str | Unset):
        batch_id (None | str | Unset):
        origin (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobCounts | ProblemDocument
     """


    return sync_detailed(
        client=client,
kind=kind,
queue=queue,
incident_id=incident_id,
batch_id=batch_id,
origin=origin,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    kind: None | str | Unset = UNSET,
    queue: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    batch_id: None | str | Unset = UNSET,
    origin: None | str | Unset = UNSET,

) -> Response[JobCounts | ProblemDocument]:
    """ Count Jobs

     Count jobs, live and ended, by state: those `GET /jobs` lists with the same filters.

    Args:
        kind (None | str | Unset):
        queue (None | str | Unset):
        incident_id (None | str | Unset):
        batch_id (None | str | Unset):
        origin (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobCounts | ProblemDocument]
     """


    kwargs = _get_kwargs(
        kind=kind,
queue=queue,
incident_id=incident_id,
batch_id=batch_id,
origin=origin,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    kind: None | str | Unset = UNSET,
    queue: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    batch_id: None | str | Unset = UNSET,
    origin: None | str | Unset = UNSET,

) -> JobCounts | ProblemDocument | None:
    """ Count Jobs

     Count jobs, live and ended, by state: those `GET /jobs` lists with the same filters.

    Args:
        kind (None | str | Unset):
        queue (None | str | Unset):
        incident_id (None | str | Unset):
        batch_id (None | str | Unset):
        origin (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobCounts | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
kind=kind,
queue=queue,
incident_id=incident_id,
batch_id=batch_id,
origin=origin,

    )).parsed
