from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...types import File, FileTypes
from ...types import UNSET, Unset
from io import BytesIO
from typing import cast



def _get_kwargs(
    machine_id: str,
    *,
    path: str,
    start: int | Unset = 0,
    tail_bytes: int | None | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["path"] = path

    params["start"] = start

    json_tail_bytes: int | None | Unset
    if isinstance(tail_bytes, Unset):
        json_tail_bytes = UNSET
    else:
        json_tail_bytes = tail_bytes
    params["tail_bytes"] = json_tail_bytes


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/machines/{machine_id}/files/content".format(machine_id=quote(str(machine_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> File | ProblemDocument:
    if response.status_code == 200:
        response_200 = File(
             payload = BytesIO(response.content)
        )



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[File | ProblemDocument]:
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
    path: str,
    start: int | Unset = 0,
    tail_bytes: int | None | Unset = UNSET,

) -> Response[File | ProblemDocument]:
    """ Get Machine File

     Return a file's bytes, as a download that no browser runs.

    Args:
        machine_id (str):
        path (str): On the machine; a relative one begins where a login there does
        start (int | Unset): From this byte on Default: 0.
        tail_bytes (int | None | Unset): Only this many, from the end

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
path=path,
start=start,
tail_bytes=tail_bytes,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    path: str,
    start: int | Unset = 0,
    tail_bytes: int | None | Unset = UNSET,

) -> File | ProblemDocument | None:
    """ Get Machine File

     Return a file's bytes, as a download that no browser runs.

    Args:
        machine_id (str):
        path (str): On the machine; a relative one begins where a login there does
        start (int | Unset): From this byte on Default: 0.
        tail_bytes (int | None | Unset): Only this many, from the end

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | ProblemDocument
     """


    return sync_detailed(
        machine_id=machine_id,
client=client,
path=path,
start=start,
tail_bytes=tail_bytes,

    ).parsed

async def asyncio_detailed(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    path: str,
    start: int | Unset = 0,
    tail_bytes: int | None | Unset = UNSET,

) -> Response[File | ProblemDocument]:
    """ Get Machine File

     Return a file's bytes, as a download that no browser runs.

    Args:
        machine_id (str):
        path (str): On the machine; a relative one begins where a login there does
        start (int | Unset): From this byte on Default: 0.
        tail_bytes (int | None | Unset): Only this many, from the end

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | ProblemDocument]
     """


    kwargs = _get_kwargs(
        machine_id=machine_id,
path=path,
start=start,
tail_bytes=tail_bytes,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    machine_id: str,
    *,
    client: AuthenticatedClient | Client,
    path: str,
    start: int | Unset = 0,
    tail_bytes: int | None | Unset = UNSET,

) -> File | ProblemDocument | None:
    """ Get Machine File

     Return a file's bytes, as a download that no browser runs.

    Args:
        machine_id (str):
        path (str): On the machine; a relative one begins where a login there does
        start (int | Unset): From this byte on Default: 0.
        tail_bytes (int | None | Unset): Only this many, from the end

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | ProblemDocument
     """


    return (await asyncio_detailed(
        machine_id=machine_id,
client=client,
path=path,
start=start,
tail_bytes=tail_bytes,

    )).parsed
