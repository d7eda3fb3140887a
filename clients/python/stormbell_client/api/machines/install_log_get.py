from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.install_log import InstallLog
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    machine_id: str,
    install_id: str,
    *,
    start: int | Unset = 0,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["start"] = start


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/machines/{machine_id}/installs/{install_id}/log".format(machine_id=quote(str(machine_id), safe=""),install_id=quote(str(install_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> InstallLog | ProblemDocument:
    if response.status_code == 200:
        response_200 = InstallLog.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[InstallLog | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    machine_id: str,
    install_id: str,
    *,
    client: AuthenticatedClient | Client,
    start: int | Unset = 0,

) -> Response[InstallLog | ProblemDocument]:
    """ Get Install Log

     Return what a recipe's run wrote, while it runs and after.

    Args:
        machine_id (str):
        install_id (str):
        start (int | Unset): Character to begin with: `next_start` of before Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[InstallLog | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
install_id=install_id,
start=start,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    machine_id: str,
    install_id: str,
    *,
    client: AuthenticatedClient | Client,
    start: int | Unset = 0,

) -> InstallLog | ProblemDocument | None:
    """ Get Install Log

     Return what a recipe's run wrote, while it runs and after.

    Args:
        machine_id (str):
        install_id (str):
        start (int | Unset): Character to begin with: `next_start` of before Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        InstallLog | ProblemDocument
     """


    return sync_detailed(
        machine_id=machine_id,
install_id=install_id,
client=client,
start=start,

    ).parsed

async def asyncio_detailed(
    machine_id: str,
    install_id: str,
    *,
    client: AuthenticatedClient | Client,
    start: int | Unset = 0,

) -> Response[InstallLog | ProblemDocument]:
    """ Get Install Log

     Return what a recipe's run wrote, while it runs and after.

    Args:
        machine_id (str):
        install_id (str):
        start (int | Unset): Character to begin with: `next_start` of before Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[InstallLog | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
install_id=install_id,
start=start,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    machine_id: str,
    install_id: str,
    *,
    client: AuthenticatedClient | Client,
    start: int | Unset = 0,

) -> InstallLog | ProblemDocument | None:
    """ Get Install Log

     Return what a recipe's run wrote, while it runs and after.

    Args:
        machine_id (str):
        install_id (str):
        start (int | Unset): Character to begin with: `next_start` of before Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        InstallLog | ProblemDocument
     """


    return (await asyncio_detailed(
        machine_id=machine_id,
install_id=install_id,
client=client,
start=start,

    )).parsed
