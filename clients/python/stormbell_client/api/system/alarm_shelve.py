from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.alarm_shelve import AlarmShelve
from ...models.alarm_view import AlarmView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    alarm_id: str,
    *,
    body: AlarmShelve,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/alarms/{alarm_id}/shelf".format(alarm_id=quote(str(alarm_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AlarmView | ProblemDocument:
    if response.status_code == 200:
        response_200 = AlarmView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[AlarmView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    alarm_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: AlarmShelve,

) -> Response[AlarmView | ProblemDocument]:
    """ Shelve Alarm

     Put the alarm aside for at most 24 h.

    Args:
        alarm_id (str):
        body (AlarmShelve): How long the alarm is put aside, and why.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AlarmView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        alarm_id=alarm_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    alarm_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: AlarmShelve,

) -> AlarmView | ProblemDocument | None:
    """ Shelve Alarm

     Put the alarm aside for at most 24 h.

    Args:
        alarm_id (str):
        body (AlarmShelve): How long the alarm is put aside, and why.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AlarmView | ProblemDocument
     """


    return sync_detailed(
        alarm_id=alarm_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    alarm_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: AlarmShelve,

) -> Response[AlarmView | ProblemDocument]:
    """ Shelve Alarm

     Put the alarm aside for at most 24 h.

    Args:
        alarm_id (str):
        body (AlarmShelve): How long the alarm is put aside, and why.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AlarmView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        alarm_id=alarm_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    alarm_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: AlarmShelve,

) -> AlarmView | ProblemDocument | None:
    """ Shelve Alarm

     Put the alarm aside for at most 24 h.

    Args:
        alarm_id (str):
        body (AlarmShelve): How long the alarm is put aside, and why.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AlarmView | ProblemDocument
     """


    return (await asyncio_detailed(
        alarm_id=alarm_id,
client=client,
body=body,

    )).parsed
