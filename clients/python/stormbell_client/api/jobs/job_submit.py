from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.job_receipt import JobReceipt
from ...models.job_submit import JobSubmit
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    *,
    body: JobSubmit,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/jobs",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> JobReceipt | ProblemDocument:
    if response.status_code == 202:
        response_202 = JobReceipt.from_dict(response.json())



        return response_202

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[JobReceipt | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: JobSubmit,

) -> Response[JobReceipt | ProblemDocument]:
    """ Submit Job

     Submit a job of a kind that is submittable. Answered once it is committed.

    With an `Idempotency-Key` the same request makes one job for ever, and is answered with it each
    time.

    Args:
        body (JobSubmit): A job to be done.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobReceipt | ProblemDocument]
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
    body: JobSubmit,

) -> JobReceipt | ProblemDocument | None:
    """ Submit Job

     Submit a job of a kind that is submittable. Answered once it is committed.

    With an `Idempotency-Key` the same request makes one job for ever, and is answered with it each
    time.

    Args:
        body (JobSubmit): A job to be done.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobReceipt | ProblemDocument
     """


    return sync_detailed(
        client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: JobSubmit,

) -> Response[JobReceipt | ProblemDocument]:
    """ Submit Job

     Submit a job of a kind that is submittable. Answered once it is committed.

    With an `Idempotency-Key` the same request makes one job for ever, and is answered with it each
    time.

    Args:
        body (JobSubmit): A job to be done.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobReceipt | ProblemDocument]
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
    body: JobSubmit,

) -> JobReceipt | ProblemDocument | None:
    """ Submit Job

     Submit a job of a kind that is submittable. Answered once it is committed.

    With an `Idempotency-Key` the same request makes one job for ever, and is answered with it each
    time.

    Args:
        body (JobSubmit): A job to be done.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobReceipt | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
body=body,

    )).parsed
