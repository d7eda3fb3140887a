from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.dataset_link_made import DatasetLinkMade
from ...models.link_make import LinkMake
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    dataset_id: str,
    *,
    body: LinkMake,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/datasets/{dataset_id}/links".format(dataset_id=quote(str(dataset_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DatasetLinkMade | ProblemDocument:
    if response.status_code == 201:
        response_201 = DatasetLinkMade.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DatasetLinkMade | ProblemDocument]:
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
    body: LinkMake,

) -> Response[DatasetLinkMade | ProblemDocument]:
    """ Make Link

     Make an address by which a data set is read without a login, for a time. It is in this answer only.

    Args:
        dataset_id (str):
        body (LinkMake): How long a link leads somewhere.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatasetLinkMade | ProblemDocument]
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
    body: LinkMake,

) -> DatasetLinkMade | ProblemDocument | None:
    """ Make Link

     Make an address by which a data set is read without a login, for a time. It is in this answer only.

    Args:
        dataset_id (str):
        body (LinkMake): How long a link leads somewhere.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatasetLinkMade | ProblemDocument
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
    body: LinkMake,

) -> Response[DatasetLinkMade | ProblemDocument]:
    """ Make Link

     Make an address by which a data set is read without a login, for a time. It is in this answer only.

    Args:
        dataset_id (str):
        body (LinkMake): How long a link leads somewhere.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatasetLinkMade | ProblemDocument]
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
    body: LinkMake,

) -> DatasetLinkMade | ProblemDocument | None:
    """ Make Link

     Make an address by which a data set is read without a login, for a time. It is in this answer only.

    Args:
        dataset_id (str):
        body (LinkMake): How long a link leads somewhere.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatasetLinkMade | ProblemDocument
     """


    return (await asyncio_detailed(
        dataset_id=dataset_id,
client=client,
body=body,

    )).parsed
