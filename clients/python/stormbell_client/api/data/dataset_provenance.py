from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.graph import Graph
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    dataset_id: str,
    *,
    depth: int | Unset = 5,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["depth"] = depth


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/datasets/{dataset_id}/provenance".format(dataset_id=quote(str(dataset_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Graph | ProblemDocument:
    if response.status_code == 200:
        response_200 = Graph.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Graph | ProblemDocument]:
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
    depth: int | Unset = 5,

) -> Response[Graph | ProblemDocument]:
    """ Get Provenance

     Return what a data set was made from and what was made of it, as a graph.

    Args:
        dataset_id (str):
        depth (int | Unset): So many steps up and down Default: 5.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Graph | ProblemDocument]
     """


    kwargs = _get_kwargs(
        dataset_id=dataset_id,
depth=depth,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,
    depth: int | Unset = 5,

) -> Graph | ProblemDocument | None:
    """ Get Provenance

     Return what a data set was made from and what was made of it, as a graph.

    Args:
        dataset_id (str):
        depth (int | Unset): So many steps up and down Default: 5.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Graph | ProblemDocument
     """


    return sync_detailed(
        dataset_id=dataset_id,
client=client,
depth=depth,

    ).parsed

async def asyncio_detailed(
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,
    depth: int | Unset = 5,

) -> Response[Graph | ProblemDocument]:
    """ Get Provenance

     Return what a data set was made from and what was made of it, as a graph.

    Args:
        dataset_id (str):
        depth (int | Unset): So many steps up and down Default: 5.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Graph | ProblemDocument]
     """


    kwargs = _get_kwargs(
        dataset_id=dataset_id,
depth=depth,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    dataset_id: str,
    *,
    client: AuthenticatedClient | Client,
    depth: int | Unset = 5,

) -> Graph | ProblemDocument | None:
    """ Get Provenance

     Return what a data set was made from and what was made of it, as a graph.

    Args:
        dataset_id (str):
        depth (int | Unset): So many steps up and down Default: 5.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Graph | ProblemDocument
     """


    return (await asyncio_detailed(
        dataset_id=dataset_id,
client=client,
depth=depth,

    )).parsed
