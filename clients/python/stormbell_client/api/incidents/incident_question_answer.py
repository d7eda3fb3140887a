from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.question_answer import QuestionAnswer
from ...models.question_view import QuestionView
from typing import cast



def _get_kwargs(
    incident_id: str,
    question_id: str,
    *,
    body: QuestionAnswer,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/incidents/{incident_id}/questions/{question_id}/answer".format(incident_id=quote(str(incident_id), safe=""),question_id=quote(str(question_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | QuestionView:
    if response.status_code == 200:
        response_200 = QuestionView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | QuestionView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    incident_id: str,
    question_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: QuestionAnswer,

) -> Response[ProblemDocument | QuestionView]:
    """ Answer a question of an incident

    Args:
        incident_id (str):
        question_id (str):
        body (QuestionAnswer): What somebody answers.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | QuestionView]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
question_id=question_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    incident_id: str,
    question_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: QuestionAnswer,

) -> ProblemDocument | QuestionView | None:
    """ Answer a question of an incident

    Args:
        incident_id (str):
        question_id (str):
        body (QuestionAnswer): What somebody answers.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | QuestionView
     """


    return sync_detailed(
        incident_id=incident_id,
question_id=question_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    incident_id: str,
    question_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: QuestionAnswer,

) -> Response[ProblemDocument | QuestionView]:
    """ Answer a question of an incident

    Args:
        incident_id (str):
        question_id (str):
        body (QuestionAnswer): What somebody answers.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | QuestionView]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
question_id=question_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    incident_id: str,
    question_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: QuestionAnswer,

) -> ProblemDocument | QuestionView | None:
    """ Answer a question of an incident

    Args:
        incident_id (str):
        question_id (str):
        body (QuestionAnswer): What somebody answers.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | QuestionView
     """


    return (await asyncio_detailed(
        incident_id=incident_id,
question_id=question_id,
client=client,
body=body,

    )).parsed
