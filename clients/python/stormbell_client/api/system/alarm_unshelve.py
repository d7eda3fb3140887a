from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.alarm_view import AlarmView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    alarm_id: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/alarms/{alarm_id}/shelf".format(alarm_id=quote(str(alarm_id), safe=""),),
    }


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

) -> Response[AlarmView | ProblemDocument]:
    """ Unshelve Alarm

     Take the alarm from the shelf.

    Args:
        alarm_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AlarmView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        alarm_id=alarm_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    alarm_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> AlarmView | ProblemDocument | None:
    """ Unshelve Alarm

     Take the alarm from the shelf.

    Args:
        alarm_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AlarmView | ProblemDocument
     """


    return sync_detailed(
        alarm_id=alarm_id,
client=client,

    ).parsed

async def asyncio_detailed(
    alarm_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[AlarmView | ProblemDocument]:
    """ Unshelve Alarm

     Take the alarm from the shelf.

    Args:
        alarm_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AlarmView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        alarm_id=alarm_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    alarm_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> AlarmView | ProblemDocument | None:
    """ Unshelve Alarm

     Take the alarm from the shelf.

    Args:
        alarm_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AlarmView | ProblemDocument
     """


    return (await asyncio_detailed(
        alarm_id=alarm_id,
client=client,

    )).parsed
