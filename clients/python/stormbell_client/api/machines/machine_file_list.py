from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.file_list import FileList
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    machine_id: str,
    *,
    path: str | Unset = '.',

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["path"] = path


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/machines/{machine_id}/files".format(machine_id=quote(str(machine_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> FileList | ProblemDocument:
    if response.status_code == 200:
        response_200 = FileList.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[FileList | ProblemDocument]:
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
    path: str | Unset = '.',

) -> Response[FileList | ProblemDocument]:
    """ List Machine Files

     Return what a directory on a machine holds.

    Args:
        machine_id (str):
        path (str | Unset): On the machine; a relative one begins where a login there does
            Default: '.'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileList | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
path=path,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    path: str | Unset = '.',

) -> FileList | ProblemDocument | None:
    """ List Machine Files

     Return what a directory on a machine holds.

    Args:
        machine_id (str):
        path (str | Unset): On the machine; a relative one begins where a login there does
            Default: '.'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileList | ProblemDocument
     """


    return sync_detailed(
        machine_id=machine_id,
client=client,
path=path,

    ).parsed

async def asyncio_detailed(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    path: str | Unset = '.',

) -> Response[FileList | ProblemDocument]:
    """ List Machine Files

     Return what a directory on a machine holds.

    Args:
        machine_id (str):
        path (str | Unset): On the machine; a relative one begins where a login there does
            Default: '.'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileList | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
path=path,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    path: str | Unset = '.',

) -> FileList | ProblemDocument | None:
    """ List Machine Files

     Return what a directory on a machine holds.

    Args:
        machine_id (str):
        path (str | Unset): On the machine; a relative one begins where a login there does
            Default: '.'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileList | ProblemDocument
     """


    return (await asyncio_detailed(
        machine_id=machine_id,
client=client,
path=path,

    )).parsed
