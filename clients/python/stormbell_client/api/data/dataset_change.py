from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.dataset_change import DatasetChange
from ...models.dataset_view import DatasetView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    dataset_id: str,
    *,
    body: DatasetChange,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/datasets/{dataset_id}".format(dataset_id=quote(str(dataset_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DatasetView | ProblemDocument:
    if response.status_code == 200:
        response_200 = DatasetView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DatasetView | ProblemDocument]:
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
    body: DatasetChange,

) -> Response[DatasetView | ProblemDocument]:
    """ Change Dataset

     Give a data set another name, type, comment, tags, area or time, pin it, or say how long it is kept.

    Args:
        dataset_id (str):
        body (DatasetChange): What to say of a data set from now on; the rest stays, and null
            takes away.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatasetView | ProblemDocument]
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
    body: DatasetChange,

) -> DatasetView | ProblemDocument | None:
    """ Change Dataset

     Give a data set another name, type, comment, tags, area or time, pin it, or say how long it is kept.

    Args:
        dataset_id (str):
        body (DatasetChange): What to say of a data set from now on; the rest stays, and null
            takes away.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatasetView | ProblemDocument
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
    body: DatasetChange,

) -> Response[DatasetView | ProblemDocument]:
    """ Change Dataset

     Give a data set another name, type, comment, tags, area or time, pin it, or say how long it is kept.

    Args:
        dataset_id (str):
        body (DatasetChange): What to say of a data set from now on; the rest stays, and null
            takes away.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatasetView | ProblemDocument]
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
    body: DatasetChange,

) -> DatasetView | ProblemDocument | None:
    """ Change Dataset

     Give a data set another name, type, comment, tags, area or time, pin it, or say how long it is kept.

    Args:
        dataset_id (str):
        body (DatasetChange): What to say of a data set from now on; the rest stays, and null
            takes away.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatasetView | ProblemDocument
     """


    return (await asyncio_detailed(
        dataset_id=dataset_id,
client=client,
body=body,

    )).parsed
