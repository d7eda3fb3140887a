from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.job import Job
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    job_id: str,
    *,
    dry_run: bool | Unset = False,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/jobs/{job_id}/cancellation".format(job_id=quote(str(job_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Job | ProblemDocument:
    if response.status_code == 202:
        response_202 = Job.from_dict(response.json())



        return response_202

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Job | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,

) -> Response[Job | ProblemDocument]:
    """ Cancel Job

     Cancel a job: a queued one at once, a running one as soon as its handler has stopped.

    Args:
        job_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Job | ProblemDocument]
     """


    kwargs = _get_kwargs(
        job_id=job_id,
dry_run=dry_run,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,

) -> Job | ProblemDocument | None:
    """ Cancel Job

     Cancel a job: a queued one at once, a running one as soon as its handler has stopped.

    Args:
        job_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Job | ProblemDocument
     """


    return sync_detailed(
        job_id=job_id,
client=client,
dry_run=dry_run,

    ).parsed

async def asyncio_detailed(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,

) -> Response[Job | ProblemDocument]:
    """ Cancel Job

     Cancel a job: a queued one at once, a running one as soon as its handler has stopped.

    Args:
        job_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Job | ProblemDocument]
     """


    kwargs = _get_kwargs(
        job_id=job_id,
dry_run=dry_run,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,

) -> Job | ProblemDocument | None:
    """ Cancel Job

     Cancel a job: a queued one at once, a running one as soon as its handler has stopped.

    Args:
        job_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Job | ProblemDocument
     """


    return (await asyncio_detailed(
        job_id=job_id,
client=client,
dry_run=dry_run,

    )).parsed
