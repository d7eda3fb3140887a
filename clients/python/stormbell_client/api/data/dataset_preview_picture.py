from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    dataset_id: str,
    *,
    variable: None | str | Unset = UNSET,
    step: int | Unset = 0,
    size: int | Unset = 640,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_variable: None | str | Unset
    if isinstance(variable, Unset):
        json_variable = UNSET
    else:
        json_variable = variable
    params["variable"] = json_variable

    params["step"] = step

    params["size"] = size


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/datasets/{dataset_id}/preview/picture".format(dataset_id=quote(str(dataset_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | ProblemDocument:
    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,
    variable: None | str | Unset = UNSET,
    step: int | Unset = 0,
    size: int | Unset = 640,

) -> Response[Any | ProblemDocument]:
    """ Read Preview

     Return a small picture of a data set: an image, a field of NetCDF or GeoTIFF over its scale, or a
    video's.

    Args:
        dataset_id (str):
        variable (None | str | Unset): Which field of a file that holds several
        step (int | Unset): Which one of fields that follow each other, from 0 Default: 0.
        size (int | Unset): Length of the longer side in pixels, or somewhat more Default: 640.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
     """


    kwargs = _get_kwargs(
        dataset_id=dataset_id,
variable=variable,
step=step,
size=size,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,
    variable: None | str | Unset = UNSET,
    step: int | Unset = 0,
    size: int | Unset = 640,

) -> Any | ProblemDocument | None:
    """ Read Preview

     Return a small picture of a data set: an image, a field of NetCDF or GeoTIFF over its scale, or a
    video's.

    Args:
        dataset_id (str):
        variable (None | str | Unset): Which field of a file that holds several
        step (int | Unset): Which one of fields that follow each other, from 0 Default: 0.
        size (int | Unset): Length of the longer side in pixels, or somewhat more Default: 640.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return sync_detailed(
        dataset_id=dataset_id,
client=client,
variable=variable,
step=step,
size=size,

    ).parsed

async def asyncio_detailed(
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,
    variable: None | str | Unset = UNSET,
    step: int | Unset = 0,
    size: int | Unset = 640,

) -> Response[Any | ProblemDocument]:
    """ Read Preview

     Return a small picture of a data set: an image, a field of NetCDF or GeoTIFF over its scale, or a
    video's.

    Args:
        dataset_id (str):
        variable (None | str | Unset): Which field of a file that holds several
        step (int | Unset): Which one of fields that follow each other, from 0 Default: 0.
        size (int | Unset): Length of the longer side in pixels, or somewhat more Default: 640.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
     """


    kwargs = _get_kwargs(
        dataset_id=dataset_id,
variable=variable,
step=step,
size=size,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,
    variable: None | str | Unset = UNSET,
    step: int | Unset = 0,
    size: int | Unset = 640,

) -> Any | ProblemDocument | None:
    """ Read Preview

     Return a small picture of a data set: an image, a field of NetCDF or GeoTIFF over its scale, or a
    video's.

    Args:
        dataset_id (str):
        variable (None | str | Unset): Which field of a file that holds several
        step (int | Unset): Which one of fields that follow each other, from 0 Default: 0.
        size (int | Unset): Length of the longer side in pixels, or somewhat more Default: 640.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return (await asyncio_detailed(
        dataset_id=dataset_id,
client=client,
variable=variable,
step=step,
size=size,

    )).parsed
