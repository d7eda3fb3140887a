from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.alarm_list_state import AlarmListState
from ...models.page_alarm_view import PageAlarmView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    state: AlarmListState | Unset = AlarmListState.OPEN,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state.value

    params["state"] = json_state

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["limit"] = limit


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/alarms",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageAlarmView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageAlarmView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageAlarmView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: AlarmListState | Unset = AlarmListState.OPEN,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageAlarmView | ProblemDocument]:
    """ List Alarms

     List alarms, newest first.

    Args:
        state (AlarmListState | Unset): open: standing, or gone and not seen Default:
            AlarmListState.OPEN.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAlarmView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        state=state,
cursor=cursor,
limit=limit,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    state: AlarmListState | Unset = AlarmListState.OPEN,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageAlarmView | ProblemDocument | None:
    """ List Alarms

     List alarms, newest first.

    Args:
        state (AlarmListState | Unset): open: standing, or gone and not seen Default:
            AlarmListState.OPEN.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAlarmView | ProblemDocument
     """


    return sync_detailed(
        client=client,
state=state,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: AlarmListState | Unset = AlarmListState.OPEN,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageAlarmView | ProblemDocument]:
    """ List Alarms

     List alarms, newest first.

    Args:
        state (AlarmListState | Unset): open: standing, or gone and not seen Default:
            AlarmListState.OPEN.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAlarmView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        state=state,
cursor=cursor,
limit=limit,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    state: AlarmListState | Unset = AlarmListState.OPEN,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageAlarmView | ProblemDocument | None:
    """ List Alarms

     List alarms, newest first.

    Args:
        state (AlarmListState | Unset): open: standing, or gone and not seen Default:
            AlarmListState.OPEN.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAlarmView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
state=state,
cursor=cursor,
limit=limit,

    )).parsed
