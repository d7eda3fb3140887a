from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.job_limit import JobLimit
from ...models.job_limit_set_scope import JobLimitSetScope
from ...models.limit_set import LimitSet
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    scope: JobLimitSetScope,
    name: str,
    *,
    body: LimitSet,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/job-limits/{scope}/{name}".format(scope=quote(str(scope), safe=""),name=quote(str(name), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> JobLimit | ProblemDocument:
    if response.status_code == 200:
        response_200 = JobLimit.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[JobLimit | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    scope: JobLimitSetScope,
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: LimitSet,

) -> Response[JobLimit | ProblemDocument]:
    """ Set Limit

     Set the limit of a kind, a queue or a key on all nodes together; machine:* is that of each key
    beginning so.

    Args:
        scope (JobLimitSetScope):
        name (str):
        body (LimitSet): A limit to set. At least one of ``concurrency`` and ``rate``.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobLimit | ProblemDocument]
     """


    kwargs = _get_kwargs(
        scope=scope,
name=name,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    scope: JobLimitSetScope,
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: LimitSet,

) -> JobLimit | ProblemDocument | None:
    """ Set Limit

     Set the limit of a kind, a queue or a key on all nodes together; machine:* is that of each key
    beginning so.

    Args:
        scope (JobLimitSetScope):
        name (str):
        body (LimitSet): A limit to set. At least one of ``concurrency`` and ``rate``.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobLimit | ProblemDocument
     """


    return sync_detailed(
        scope=scope,
name=name,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    scope: JobLimitSetScope,
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: LimitSet,

) -> Response[JobLimit | ProblemDocument]:
    """ Set Limit

     Set the limit of a kind, a queue or a key on all nodes together; machine:* is that of each key
    beginning so.

    Args:
        scope (JobLimitSetScope):
        name (str):
        body (LimitSet): A limit to set. At least one of ``concurrency`` and ``rate``.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobLimit | ProblemDocument]
     """


    kwargs = _get_kwargs(
        scope=scope,
name=name,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    scope: JobLimitSetScope,
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: LimitSet,

) -> JobLimit | ProblemDocument | None:
    """ Set Limit

     Set the limit of a kind, a queue or a key on all nodes together; machine:* is that of each key
    beginning so.

    Args:
        scope (JobLimitSetScope):
        name (str):
        body (LimitSet): A limit to set. At least one of ``concurrency`` and ``rate``.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobLimit | ProblemDocument
     """


    return (await asyncio_detailed(
        scope=scope,
name=name,
client=client,
body=body,

    )).parsed
