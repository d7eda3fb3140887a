from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.incident_view import IncidentView
from ...models.problem_document import ProblemDocument
from ...models.workflow_test import WorkflowTest
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    name: str,
    *,
    body: WorkflowTest | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/workflows/{name}/tests".format(name=quote(str(name), safe=""),),
    }

    
    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> IncidentView | ProblemDocument:
    if response.status_code == 201:
        response_201 = IncidentView.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[IncidentView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: WorkflowTest | Unset = UNSET,

) -> Response[IncidentView | ProblemDocument]:
    """ Test a workflow by an exercise of it; the health board shows how it went

    Args:
        name (str):
        body (WorkflowTest | Unset): What a test of a workflow begins with.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[IncidentView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        name=name,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: WorkflowTest | Unset = UNSET,

) -> IncidentView | ProblemDocument | None:
    """ Test a workflow by an exercise of it; the health board shows how it went

    Args:
        name (str):
        body (WorkflowTest | Unset): What a test of a workflow begins with.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        IncidentView | ProblemDocument
     """


    return sync_detailed(
        name=name,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: WorkflowTest | Unset = UNSET,

) -> Response[IncidentView | ProblemDocument]:
    """ Test a workflow by an exercise of it; the health board shows how it went

    Args:
        name (str):
        body (WorkflowTest | Unset): What a test of a workflow begins with.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[IncidentView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        name=name,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    body: WorkflowTest | Unset = UNSET,

) -> IncidentView | ProblemDocument | None:
    """ Test a workflow by an exercise of it; the health board shows how it went

    Args:
        name (str):
        body (WorkflowTest | Unset): What a test of a workflow begins with.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        IncidentView | ProblemDocument
     """


    return (await asyncio_detailed(
        name=name,
client=client,
body=body,

    )).parsed
