from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.copy_create import CopyCreate
from ...models.problem_document import ProblemDocument
from ...models.transfers_made import TransfersMade
from typing import cast



def _get_kwargs(
    dataset_id: str,
    *,
    body: CopyCreate,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/datasets/{dataset_id}/copies".format(dataset_id=quote(str(dataset_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | TransfersMade:
    if response.status_code == 202:
        response_202 = TransfersMade.from_dict(response.json())



        return response_202

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | TransfersMade]:
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
    body: CopyCreate,

) -> Response[ProblemDocument | TransfersMade]:
    """ Copy Dataset

     Have a data set in other storages as well (`replicate`), instead (`move`), or as one of its own
    (`copy`).

    Args:
        dataset_id (str):
        body (CopyCreate): Where a data set is to be as well, or instead.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | TransfersMade]
     """


    kwargs = _get_kwargs(
        dataset_id=dataset_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CopyCreate,

) -> ProblemDocument | TransfersMade | None:
    """ Copy Dataset

     Have a data set in other storages as well (`replicate`), instead (`move`), or as one of its own
    (`copy`).

    Args:
        dataset_id (str):
        body (CopyCreate): Where a data set is to be as well, or instead.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | TransfersMade
     """


    return sync_detailed(
        dataset_id=dataset_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CopyCreate,

) -> Response[ProblemDocument | TransfersMade]:
    """ Copy Dataset

     Have a data set in other storages as well (`replicate`), instead (`move`), or as one of its own
    (`copy`).

    Args:
        dataset_id (str):
        body (CopyCreate): Where a data set is to be as well, or instead.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | TransfersMade]
     """


    kwargs = _get_kwargs(
        dataset_id=dataset_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CopyCreate,

) -> ProblemDocument | TransfersMade | None:
    """ Copy Dataset

     Have a data set in other storages as well (`replicate`), instead (`move`), or as one of its own
    (`copy`).

    Args:
        dataset_id (str):
        body (CopyCreate): Where a data set is to be as well, or instead.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | TransfersMade
     """


    return (await asyncio_detailed(
        dataset_id=dataset_id,
client=client,
body=body,

    )).parsed
