from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.schedule_preview import SchedulePreview
from ...models.schedule_times import ScheduleTimes
from typing import cast



def _get_kwargs(
    *,
    body: ScheduleTimes,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/schedules/preview",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | SchedulePreview:
    if response.status_code == 200:
        response_200 = SchedulePreview.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | SchedulePreview]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ScheduleTimes,

) -> Response[ProblemDocument | SchedulePreview]:
    """ Preview Schedule

     Show the next 10 times of a schedule that need not exist; nothing is changed.

    Args:
        body (ScheduleTimes): When a schedule is due: a cron line or an interval.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SchedulePreview]
     """


    kwargs = _get_kwargs(
        body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    body: ScheduleTimes,

) -> ProblemDocument | SchedulePreview | None:
    """ Preview Schedule

     Show the next 10 times of a schedule that need not exist; nothing is changed.

    Args:
        body (ScheduleTimes): When a schedule is due: a cron line or an interval.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SchedulePreview
     """


    return sync_detailed(
        client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ScheduleTimes,

) -> Response[ProblemDocument | SchedulePreview]:
    """ Preview Schedule

     Show the next 10 times of a schedule that need not exist; nothing is changed.

    Args:
        body (ScheduleTimes): When a schedule is due: a cron line or an interval.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SchedulePreview]
     """


    kwargs = _get_kwargs(
        body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: ScheduleTimes,

) -> ProblemDocument | SchedulePreview | None:
    """ Preview Schedule

     Show the next 10 times of a schedule that need not exist; nothing is changed.

    Args:
        body (ScheduleTimes): When a schedule is due: a cron line or an interval.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SchedulePreview
     """


    return (await asyncio_detailed(
        client=client,
body=body,

    )).parsed
