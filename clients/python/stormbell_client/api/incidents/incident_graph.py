from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.incident_graph_format import IncidentGraphFormat
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    incident_id: str,
    *,
    format_: IncidentGraphFormat | Unset = IncidentGraphFormat.JSON,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_.value

    params["format"] = json_format_


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/incidents/{incident_id}/graph".format(incident_id=quote(str(incident_id), safe=""),),
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
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    format_: IncidentGraphFormat | Unset = IncidentGraphFormat.JSON,

) -> Response[ProblemDocument]:
    """ Show the graph it took, with seconds per stage

    Args:
        incident_id (str):
        format_ (IncidentGraphFormat | Unset): dot is for Graphviz, svg and png are drawn Default:
            IncidentGraphFormat.JSON.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
format_=format_,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    format_: IncidentGraphFormat | Unset = IncidentGraphFormat.JSON,

) -> ProblemDocument | None:
    """ Show the graph it took, with seconds per stage

    Args:
        incident_id (str):
        format_ (IncidentGraphFormat | Unset): dot is for Graphviz, svg and png are drawn Default:
            IncidentGraphFormat.JSON.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument
     """


    return sync_detailed(
        incident_id=incident_id,
client=client,
format_=format_,

    ).parsed

async def asyncio_detailed(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    format_: IncidentGraphFormat | Unset = IncidentGraphFormat.JSON,

) -> Response[ProblemDocument]:
    """ Show the graph it took, with seconds per stage

    Args:
        incident_id (str):
        format_ (IncidentGraphFormat | Unset): dot is for Graphviz, svg and png are drawn Default:
            IncidentGraphFormat.JSON.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
format_=format_,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    format_: IncidentGraphFormat | Unset = IncidentGraphFormat.JSON,

) -> ProblemDocument | None:
    """ Show the graph it took, with seconds per stage

    Args:
        incident_id (str):
        format_ (IncidentGraphFormat | Unset): dot is for Graphviz, svg and png are drawn Default:
            IncidentGraphFormat.JSON.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument
     """


    return (await asyncio_detailed(
        incident_id=incident_id,
client=client,
format_=format_,

    )).parsed
