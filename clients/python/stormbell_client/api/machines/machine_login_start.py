from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.machine_login import MachineLogin
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    machine_id: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/machines/{machine_id}/logins".format(machine_id=quote(str(machine_id), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> MachineLogin | ProblemDocument:
    if response.status_code == 201:
        response_201 = MachineLogin.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[MachineLogin | ProblemDocument]:
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

) -> Response[MachineLogin | ProblemDocument]:
    """ Start Machine Login

     Log in to a machine; the answer is what it asks. One that is open already is returned instead.

    Args:
        machine_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MachineLogin | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> MachineLogin | ProblemDocument | None:
    """ Start Machine Login

     Log in to a machine; the answer is what it asks. One that is open already is returned instead.

    Args:
        machine_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MachineLogin | ProblemDocument
     """


    return sync_detailed(
        machine_id=machine_id,
client=client,

    ).parsed

async def asyncio_detailed(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[MachineLogin | ProblemDocument]:
    """ Start Machine Login

     Log in to a machine; the answer is what it asks. One that is open already is returned instead.

    Args:
        machine_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MachineLogin | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> MachineLogin | ProblemDocument | None:
    """ Start Machine Login

     Log in to a machine; the answer is what it asks. One that is open already is returned instead.

    Args:
        machine_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MachineLogin | ProblemDocument
     """


    return (await asyncio_detailed(
        machine_id=machine_id,
client=client,

    )).parsed
