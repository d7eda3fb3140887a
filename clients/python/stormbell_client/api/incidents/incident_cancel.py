from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.incident_view import IncidentView
from ...models.problem_document import ProblemDocument
from ...models.reason import Reason
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    incident_id: str,
    *,
    body: Reason,
    dry_run: bool | Unset = False,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/incidents/{incident_id}/cancellation".format(incident_id=quote(str(incident_id), safe=""),),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> IncidentView | ProblemDocument:
    if response.status_code == 202:
        response_202 = IncidentView.from_dict(response.json())



        return response_202

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
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: Reason,
    dry_run: bool | Unset = False,

) -> Response[IncidentView | ProblemDocument]:
    """ Cancel an incident with its jobs and simulations

    Args:
        incident_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.
        body (Reason): Why.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[IncidentView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
body=body,
dry_run=dry_run,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: Reason,
    dry_run: bool | Unset = False,

) -> IncidentView | ProblemDocument | None:
    """ Cancel an incident with its jobs and simulations

    Args:
        incident_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.
        body (Reason): Why.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        IncidentView | ProblemDocument
     """


    return sync_detailed(
        incident_id=incident_id,
client=client,
body=body,
dry_run=dry_run,

    ).parsed

async def asyncio_detailed(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: Reason,
    dry_run: bool | Unset = False,

) -> Response[IncidentView | ProblemDocument]:
    """ Cancel an incident with its jobs and simulations

    Args:
        incident_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.
        body (Reason): Why.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[IncidentView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
body=body,
dry_run=dry_run,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: Reason,
    dry_run: bool | Unset = False,

) -> IncidentView | ProblemDocument | None:
    """ Cancel an incident with its jobs and simulations

    Args:
        incident_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.
        body (Reason): Why.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        IncidentView | ProblemDocument
     """


    return (await asyncio_detailed(
        incident_id=incident_id,
client=client,
body=body,
dry_run=dry_run,

    )).parsed
