from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.machine_login import MachineLogin
from ...models.machine_login_answer import MachineLoginAnswer
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    machine_id: str,
    login_id: str,
    *,
    body: MachineLoginAnswer,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/machines/{machine_id}/logins/{login_id}/answers".format(machine_id=quote(str(machine_id), safe=""),login_id=quote(str(login_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> MachineLogin | ProblemDocument:
    if response.status_code == 202:
        response_202 = MachineLogin.from_dict(response.json())



        return response_202

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
    login_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: MachineLoginAnswer,

) -> Response[MachineLogin | ProblemDocument]:
    """ Answer Machine Login

     Answer what a machine asks, whichever node holds the connection; then look at the login again.

    Args:
        machine_id (str):
        login_id (str):
        body (MachineLoginAnswer): The answers to one round of prompts. They are sealed until the
            connection takes them, and then gone.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MachineLogin | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
login_id=login_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    machine_id: str,
    login_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: MachineLoginAnswer,

) -> MachineLogin | ProblemDocument | None:
    """ Answer Machine Login

     Answer what a machine asks, whichever node holds the connection; then look at the login again.

    Args:
        machine_id (str):
        login_id (str):
        body (MachineLoginAnswer): The answers to one round of prompts. They are sealed until the
            connection takes them, and then gone.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MachineLogin | ProblemDocument
     """


    return sync_detailed(
        machine_id=machine_id,
login_id=login_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    machine_id: str,
    login_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: MachineLoginAnswer,

) -> Response[MachineLogin | ProblemDocument]:
    """ Answer Machine Login

     Answer what a machine asks, whichever node holds the connection; then look at the login again.

    Args:
        machine_id (str):
        login_id (str):
        body (MachineLoginAnswer): The answers to one round of prompts. They are sealed until the
            connection takes them, and then gone.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MachineLogin | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
login_id=login_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    machine_id: str,
    login_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: MachineLoginAnswer,

) -> MachineLogin | ProblemDocument | None:
    """ Answer Machine Login

     Answer what a machine asks, whichever node holds the connection; then look at the login again.

    Args:
        machine_id (str):
        login_id (str):
        body (MachineLoginAnswer): The answers to one round of prompts. They are sealed until the
            connection takes them, and then gone.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MachineLogin | ProblemDocument
     """


    return (await asyncio_detailed(
        machine_id=machine_id,
login_id=login_id,
client=client,
body=body,

    )).parsed
