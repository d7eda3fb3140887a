from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.dataset_making import DatasetMaking
from ...models.fetch_begin import FetchBegin
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    *,
    body: FetchBegin,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/datasets/fetch",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DatasetMaking | ProblemDocument:
    if response.status_code == 202:
        response_202 = DatasetMaking.from_dict(response.json())



        return response_202

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DatasetMaking | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: FetchBegin,

) -> Response[DatasetMaking | ProblemDocument]:
    """ Fetch Dataset

     Have a file fetched from an address by a job that goes on after cuts; its id is that of the data set
    to come.

    With `machine`, or the id of a storage over SSH, that machine fetches it itself, and it stays there.

    Args:
        body (FetchBegin): A file to be fetched from an address.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatasetMaking | ProblemDocument]
     """


    kwargs = _get_kwargs(
        body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    body: FetchBegin,

) -> DatasetMaking | ProblemDocument | None:
    """ Fetch Dataset

     Have a file fetched from an address by a job that goes on after cuts; its id is that of the data set
    to come.

    With `machine`, or the id of a storage over SSH, that machine fetches it itself, and it stays there.

    Args:
        body (FetchBegin): A file to be fetched from an address.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatasetMaking | ProblemDocument
     """


    return sync_detailed(
        client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: FetchBegin,

) -> Response[DatasetMaking | ProblemDocument]:
    """ Fetch Dataset

     Have a file fetched from an address by a job that goes on after cuts; its id is that of the data set
    to come.

    With `machine`, or the id of a storage over SSH, that machine fetches it itself, and it stays there.

    Args:
        body (FetchBegin): A file to be fetched from an address.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatasetMaking | ProblemDocument]
     """


    kwargs = _get_kwargs(
        body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: FetchBegin,

) -> DatasetMaking | ProblemDocument | None:
    """ Fetch Dataset

     Have a file fetched from an address by a job that goes on after cuts; its id is that of the data set
    to come.

    With `machine`, or the id of a storage over SSH, that machine fetches it itself, and it stays there.

    Args:
        body (FetchBegin): A file to be fetched from an address.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatasetMaking | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
body=body,

    )).parsed
