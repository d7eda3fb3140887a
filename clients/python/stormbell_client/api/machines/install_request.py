from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.install import Install
from ...models.install_ask import InstallAsk
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    machine_id: str,
    *,
    body: InstallAsk,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/machines/{machine_id}/installs".format(machine_id=quote(str(machine_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Install | ProblemDocument:
    if response.status_code == 201:
        response_201 = Install.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Install | ProblemDocument]:
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
    body: InstallAsk,

) -> Response[Install | ProblemDocument]:
    """ Request Install

     Have a recipe run on a machine, once, by a job that outlives this server.

    Args:
        machine_id (str):
        body (InstallAsk): What to install.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Install | ProblemDocument]
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
    body: InstallAsk,

) -> Install | ProblemDocument | None:
    """ Request Install

     Have a recipe run on a machine, once, by a job that outlives this server.

    Args:
        machine_id (str):
        body (InstallAsk): What to install.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Install | ProblemDocument
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
    body: InstallAsk,

) -> Response[Install | ProblemDocument]:
    """ Request Install

     Have a recipe run on a machine, once, by a job that outlives this server.

    Args:
        machine_id (str):
        body (InstallAsk): What to install.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Install | ProblemDocument]
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
    body: InstallAsk,

) -> Install | ProblemDocument | None:
    """ Request Install

     Have a recipe run on a machine, once, by a job that outlives this server.

    Args:
        machine_id (str):
        body (InstallAsk): What to install.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Install | ProblemDocument
     """


    return (await asyncio_detailed(
        machine_id=machine_id,
client=client,
body=body,

    )).parsed
