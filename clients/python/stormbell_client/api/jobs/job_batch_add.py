from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.batch_jobs import BatchJobs
from ...models.batch_jobs_view import BatchJobsView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    batch_id: str,
    *,
    body: BatchJobs,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/job-batches/{batch_id}/jobs".format(batch_id=quote(str(batch_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> BatchJobsView | ProblemDocument:
    if response.status_code == 202:
        response_202 = BatchJobsView.from_dict(response.json())



        return response_202

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[BatchJobsView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    batch_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BatchJobs,

) -> Response[BatchJobsView | ProblemDocument]:
    """ Add Jobs

     Add jobs of one kind to a batch that is not sealed: all of them, or none.

    Args:
        batch_id (str):
        body (BatchJobs): Jobs of one kind for a batch.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BatchJobsView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        batch_id=batch_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    batch_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BatchJobs,

) -> BatchJobsView | ProblemDocument | None:
    """ Add Jobs

     Add jobs of one kind to a batch that is not sealed: all of them, or none.

    Args:
        batch_id (str):
        body (BatchJobs): Jobs of one kind for a batch.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BatchJobsView | ProblemDocument
     """


    return sync_detailed(
        batch_id=batch_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    batch_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BatchJobs,

) -> Response[BatchJobsView | ProblemDocument]:
    """ Add Jobs

     Add jobs of one kind to a batch that is not sealed: all of them, or none.

    Args:
        batch_id (str):
        body (BatchJobs): Jobs of one kind for a batch.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BatchJobsView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        batch_id=batch_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    batch_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BatchJobs,

) -> BatchJobsView | ProblemDocument | None:
    """ Add Jobs

     Add jobs of one kind to a batch that is not sealed: all of them, or none.

    Args:
        batch_id (str):
        body (BatchJobs): Jobs of one kind for a batch.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BatchJobsView | ProblemDocument
     """


    return (await asyncio_detailed(
        batch_id=batch_id,
client=client,
body=body,

    )).parsed
