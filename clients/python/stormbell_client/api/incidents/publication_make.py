from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.publication_made import PublicationMade
from ...models.publication_make import PublicationMake
from typing import cast



def _get_kwargs(
    incident_id: str,
    *,
    body: PublicationMake,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/incidents/{incident_id}/publications".format(incident_id=quote(str(incident_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | PublicationMade:
    if response.status_code == 201:
        response_201 = PublicationMade.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | PublicationMade]:
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
    body: PublicationMake,

) -> Response[ProblemDocument | PublicationMade]:
    """ Publish an alert, a catalogue item or a page; the link is shown this once

    Args:
        incident_id (str):
        body (PublicationMake): What is made public.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | PublicationMade]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: PublicationMake,

) -> ProblemDocument | PublicationMade | None:
    """ Publish an alert, a catalogue item or a page; the link is shown this once

    Args:
        incident_id (str):
        body (PublicationMake): What is made public.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | PublicationMade
     """


    return sync_detailed(
        incident_id=incident_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: PublicationMake,

) -> Response[ProblemDocument | PublicationMade]:
    """ Publish an alert, a catalogue item or a page; the link is shown this once

    Args:
        incident_id (str):
        body (PublicationMake): What is made public.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | PublicationMade]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: PublicationMake,

) -> ProblemDocument | PublicationMade | None:
    """ Publish an alert, a catalogue item or a page; the link is shown this once

    Args:
        incident_id (str):
        body (PublicationMake): What is made public.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | PublicationMade
     """


    return (await asyncio_detailed(
        incident_id=incident_id,
client=client,
body=body,

    )).parsed
