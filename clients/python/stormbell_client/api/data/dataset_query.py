from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.dataset_making import DatasetMaking
from ...models.problem_document import ProblemDocument
from ...models.query_begin import QueryBegin
from typing import cast



def _get_kwargs(
    *,
    body: QueryBegin,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/datasets/query",
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
    body: QueryBegin,

) -> Response[DatasetMaking | ProblemDocument]:
    """ Query Dataset

     Have the answer to a query of a database elsewhere made a data set, by a job. Nothing is changed
    there.

    Args:
        body (QueryBegin): A query whose answer is to be a data set.

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
    body: QueryBegin,

) -> DatasetMaking | ProblemDocument | None:
    """ Query Dataset

     Have the answer to a query of a database elsewhere made a data set, by a job. Nothing is changed
    there.

    Args:
        body (QueryBegin): A query whose answer is to be a data set.

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
    body: QueryBegin,

) -> Response[DatasetMaking | ProblemDocument]:
    """ Query Dataset

     Have the answer to a query of a database elsewhere made a data set, by a job. Nothing is changed
    there.

    Args:
        body (QueryBegin): A query whose answer is to be a data set.

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
    body: QueryBegin,

) -> DatasetMaking | ProblemDocument | None:
    """ Query Dataset

     Have the answer to a query of a database elsewhere made a data set, by a job. Nothing is changed
    there.

    Args:
        body (QueryBegin): A query whose answer is to be a data set.

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
