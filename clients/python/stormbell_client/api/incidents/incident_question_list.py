from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_question_view import PageQuestionView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    incident_id: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/incidents/{incident_id}/questions".format(incident_id=quote(str(incident_id), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageQuestionView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageQuestionView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageQuestionView | ProblemDocument]:
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

) -> Response[PageQuestionView | ProblemDocument]:
    """ List what an incident asks people

    Args:
        incident_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageQuestionView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> PageQuestionView | ProblemDocument | None:
    """ List what an incident asks people

    Args:
        incident_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageQuestionView | ProblemDocument
     """


    return sync_detailed(
        incident_id=incident_id,
client=client,

    ).parsed

async def asyncio_detailed(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[PageQuestionView | ProblemDocument]:
    """ List what an incident asks people

    Args:
        incident_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageQuestionView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> PageQuestionView | ProblemDocument | None:
    """ List what an incident asks people

    Args:
        incident_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageQuestionView | ProblemDocument
     """


    return (await asyncio_detailed(
        incident_id=incident_id,
client=client,

    )).parsed
