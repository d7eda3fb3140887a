from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.workflow_graph_format import WorkflowGraphFormat
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    name: str,
    *,
    format_: WorkflowGraphFormat | Unset = WorkflowGraphFormat.JSON,
    version: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_.value

    params["format"] = json_format_

    json_version: None | str | Unset
    if isinstance(version, Unset):
        json_version = UNSET
    else:
        json_version = version
    params["version"] = json_version


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/workflows/{name}/graph".format(name=quote(str(name), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument:
    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    format_: WorkflowGraphFormat | Unset = WorkflowGraphFormat.JSON,
    version: None | str | Unset = UNSET,

) -> Response[ProblemDocument]:
    """ Show the graph its stages say they take

    Args:
        name (str):
        format_ (WorkflowGraphFormat | Unset): dot is for Graphviz, svg and png are drawn Default:
            WorkflowGraphFormat.JSON.
        version (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument]
     """


    kwargs = _get_kwargs(
        name=name,
format_=format_,
version=version,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    format_: WorkflowGraphFormat | Unset = WorkflowGraphFormat.JSON,
    version: None | str | Unset = UNSET,

) -> ProblemDocument | None:
    """ Show the graph its stages say they take

    Args:
        name (str):
        format_ (WorkflowGraphFormat | Unset): dot is for Graphviz, svg and png are drawn Default:
            WorkflowGraphFormat.JSON.
        version (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument
     """


    return sync_detailed(
        name=name,
client=client,
format_=format_,
version=version,

    ).parsed

async def asyncio_detailed(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    format_: WorkflowGraphFormat | Unset = WorkflowGraphFormat.JSON,
    version: None | str | Unset = UNSET,

) -> Response[ProblemDocument]:
    """ Show the graph its stages say they take

    Args:
        name (str):
        format_ (WorkflowGraphFormat | Unset): dot is for Graphviz, svg and png are drawn Default:
            WorkflowGraphFormat.JSON.
        version (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument]
     """


    kwargs = _get_kwargs(
        name=name,
format_=format_,
version=version,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    format_: WorkflowGraphFormat | Unset = WorkflowGraphFormat.JSON,
    version: None | str | Unset = UNSET,

) -> ProblemDocument | None:
    """ Show the graph its stages say they take

    Args:
        name (str):
        format_ (WorkflowGraphFormat | Unset): dot is for Graphviz, svg and png are drawn Default:
            WorkflowGraphFormat.JSON.
        version (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument
     """


    return (await asyncio_detailed(
        name=name,
client=client,
format_=format_,
version=version,

    )).parsed
