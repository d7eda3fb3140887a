from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.storage_file_get_cache import StorageFileGetCache
from ...types import File, FileTypes
from ...types import UNSET, Unset
from io import BytesIO
from typing import cast



def _get_kwargs(
    storage_id: str,
    path: str,
    *,
    cache: StorageFileGetCache | Unset = StorageFileGetCache.ON,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_cache: str | Unset = UNSET
    if not isinstance(cache, Unset):
        json_cache = cache.value

    params["cache"] = json_cache


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/storages/{storage_id}/files/{path}".format(storage_id=quote(str(storage_id), safe=""),path=quote(str(path), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | File | ProblemDocument:
    if response.status_code == 200:
        response_200 = File(
             payload = BytesIO(response.content)
        )



        return response_200

    if response.status_code == 206:
        response_206 = cast(Any, None)
        return response_206

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | File | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    storage_id: str,
    path: str,
    *,
    client: AuthenticatedClient | Client,
    cache: StorageFileGetCache | Unset = StorageFileGetCache.ON,

) -> Response[Any | File | ProblemDocument]:
    """ Read File

     Return a file, or the Range of it asked for.

    Args:
        storage_id (str):
        path (str):
        cache (StorageFileGetCache | Unset): off: read it from the storage even if a fresh copy is
            here Default: StorageFileGetCache.ON.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | File | ProblemDocument]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
path=path,
cache=cache,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    storage_id: str,
    path: str,
    *,
    client: AuthenticatedClient | Client,
    cache: StorageFileGetCache | Unset = StorageFileGetCache.ON,

) -> Any | File | ProblemDocument | None:
    """ Read File

     Return a file, or the Range of it asked for.

    Args:
        storage_id (str):
        path (str):
        cache (StorageFileGetCache | Unset): off: read it from the storage even if a fresh copy is
            here Default: StorageFileGetCache.ON.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | File | ProblemDocument
     """


    return sync_detailed(
        storage_id=storage_id,
path=path,
client=client,
cache=cache,

    ).parsed

async def asyncio_detailed(
    storage_id: str,
    path: str,
    *,
    client: AuthenticatedClient | Client,
    cache: StorageFileGetCache | Unset = StorageFileGetCache.ON,

) -> Response[Any | File | ProblemDocument]:
    """ Read File

     Return a file, or the Range of it asked for.

    Args:
        storage_id (str):
        path (str):
        cache (StorageFileGetCache | Unset): off: read it from the storage even if a fresh copy is
            here Default: StorageFileGetCache.ON.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | File | ProblemDocument]
     """


    kwargs = _get_kwargs(
        storage_id=storage_id,
path=path,
cache=cache,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    storage_id: str,
    path: str,
    *,
    client: AuthenticatedClient | Client,
    cache: StorageFileGetCache | Unset = StorageFileGetCache.ON,

) -> Any | File | ProblemDocument | None:
    """ Read File

     Return a file, or the Range of it asked for.

    Args:
        storage_id (str):
        path (str):
        cache (StorageFileGetCache | Unset): off: read it from the storage even if a fresh copy is
            here Default: StorageFileGetCache.ON.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | File | ProblemDocument
     """


    return (await asyncio_detailed(
        storage_id=storage_id,
path=path,
client=client,
cache=cache,

    )).parsed
