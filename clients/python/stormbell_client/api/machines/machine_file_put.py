from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.file_written import FileWritten
from ...models.problem_document import ProblemDocument
from ...types import File, FileTypes
from io import BytesIO
from typing import cast



def _get_kwargs(
    machine_id: str,
    *,
    body: File,
    path: str,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    params: dict[str, Any] = {}

    params["path"] = path


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/machines/{machine_id}/files/content".format(machine_id=quote(str(machine_id), safe=""),),
        "params": params,
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "application/octet-stream"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> FileWritten | ProblemDocument:
    if response.status_code == 200:
        response_200 = FileWritten.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[FileWritten | ProblemDocument]:
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
    body: File,
    path: str,

) -> Response[FileWritten | ProblemDocument]:
    """ Put Machine File

     Write a file on a machine, replacing what was there; it appears whole.

    Args:
        machine_id (str):
        path (str): On the machine; a relative one begins where a login there does
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileWritten | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
body=body,
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
    body: File,
    path: str,

) -> FileWritten | ProblemDocument | None:
    """ Put Machine File

     Write a file on a machine, replacing what was there; it appears whole.

    Args:
        machine_id (str):
        path (str): On the machine; a relative one begins where a login there does
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileWritten | ProblemDocument
     """


    return sync_detailed(
        machine_id=machine_id,
client=client,
body=body,
path=path,

    ).parsed

async def asyncio_detailed(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
    path: str,

) -> Response[FileWritten | ProblemDocument]:
    """ Put Machine File

     Write a file on a machine, replacing what was there; it appears whole.

    Args:
        machine_id (str):
        path (str): On the machine; a relative one begins where a login there does
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileWritten | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
body=body,
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
    body: File,
    path: str,

) -> FileWritten | ProblemDocument | None:
    """ Put Machine File

     Write a file on a machine, replacing what was there; it appears whole.

    Args:
        machine_id (str):
        path (str): On the machine; a relative one begins where a login there does
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileWritten | ProblemDocument
     """


    return (await asyncio_detailed(
        machine_id=machine_id,
client=client,
body=body,
path=path,

    )).parsed
