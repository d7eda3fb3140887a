from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...types import File, FileTypes
from io import BytesIO
from typing import cast



def _get_kwargs(
    link: str,
    dataset_id: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/public/{link}/datasets/{dataset_id}".format(link=quote(str(link), safe=""),dataset_id=quote(str(dataset_id), safe=""),),
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
    link: str,
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[File | ProblemDocument]:
    """ Read a file that was published

    Args:
        link (str):
        dataset_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | ProblemDocument]
     """


    kwargs = _get_kwargs(
        link=link,
dataset_id=dataset_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    link: str,
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> File | ProblemDocument | None:
    """ Read a file that was published

    Args:
        link (str):
        dataset_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | ProblemDocument
     """


    return sync_detailed(
        link=link,
dataset_id=dataset_id,
client=client,

    ).parsed

async def asyncio_detailed(
    link: str,
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[File | ProblemDocument]:
    """ Read a file that was published

    Args:
        link (str):
        dataset_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | ProblemDocument]
     """


    kwargs = _get_kwargs(
        link=link,
dataset_id=dataset_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    link: str,
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> File | ProblemDocument | None:
    """ Read a file that was published

    Args:
        link (str):
        dataset_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | ProblemDocument
     """


    return (await asyncio_detailed(
        link=link,
dataset_id=dataset_id,
client=client,

    )).parsed
