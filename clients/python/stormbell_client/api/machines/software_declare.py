from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.software import Software
from ...models.software_declare import SoftwareDeclare
from typing import cast



def _get_kwargs(
    machine_id: str,
    *,
    body: SoftwareDeclare,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/machines/{machine_id}/software".format(machine_id=quote(str(machine_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | Software:
    if response.status_code == 201:
        response_201 = Software.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | Software]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: SoftwareDeclare,

) -> Response[ProblemDocument | Software]:
    """ Declare Software

     Say that something is on a machine and how runs reach it, in place of what was known of that
    version.

    Args:
        machine_id (str):
        body (SoftwareDeclare): Software that is there, and how runs reach it; with none of that,
            it is simply on the PATH.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | Software]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: SoftwareDeclare,

) -> ProblemDocument | Software | None:
    """ Declare Software

     Say that something is on a machine and how runs reach it, in place of what was known of that
    version.

    Args:
        machine_id (str):
        body (SoftwareDeclare): Software that is there, and how runs reach it; with none of that,
            it is simply on the PATH.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | Software
     """


    return sync_detailed(
        machine_id=machine_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: SoftwareDeclare,

) -> Response[ProblemDocument | Software]:
    """ Declare Software

     Say that something is on a machine and how runs reach it, in place of what was known of that
    version.

    Args:
        machine_id (str):
        body (SoftwareDeclare): Software that is there, and how runs reach it; with none of that,
            it is simply on the PATH.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | Software]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: SoftwareDeclare,

) -> ProblemDocument | Software | None:
    """ Declare Software

     Say that something is on a machine and how runs reach it, in place of what was known of that
    version.

    Args:
        machine_id (str):
        body (SoftwareDeclare): Software that is there, and how runs reach it; with none of that,
            it is simply on the PATH.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | Software
     """


    return (await asyncio_detailed(
        machine_id=machine_id,
client=client,
body=body,

    )).parsed
