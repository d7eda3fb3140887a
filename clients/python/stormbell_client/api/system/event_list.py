from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_event_view import PageEventView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    incident_id: None | str | Unset = UNSET,
    subject_id: None | str | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    after: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    last_event_id: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(last_event_id, Unset):
        headers["last-event-id"] = last_event_id



    

    params: dict[str, Any] = {}

    json_incident_id: None | str | Unset
    if isinstance(incident_id, Unset):
        json_incident_id = UNSET
    else:
        json_incident_id = incident_id
    params["incident_id"] = json_incident_id

    json_subject_id: None | str | Unset
    if isinstance(subject_id, Unset):
        json_subject_id = UNSET
    else:
        json_subject_id = subject_id
    params["subject_id"] = json_subject_id

    json_type_: None | str | Unset
    if isinstance(type_, Unset):
        json_type_ = UNSET
    else:
        json_type_ = type_
    params["type"] = json_type_

    json_after: None | str | Unset
    if isinstance(after, Unset):
        json_after = UNSET
    else:
        json_after = after
    params["after"] = json_after

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
        "url": "/api/v1/events",
        "params": params,
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageEventView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageEventView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageEventView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    incident_id: None | str | Unset = UNSET,
    subject_id: None | str | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    after: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    last_event_id: None | str | Unset = UNSET,

) -> Response[PageEventView | ProblemDocument]:
    """ List Events

     List facts newest first or, when asked for an event stream, send each as it happens.

    The stream begins with `hello`. `gap` means that facts before its cursor can no longer be told:
    fetch again what you
    show. A comment every 15 s keeps it open. It ends when the server stops, when you may no longer
    read, and when you
    read too slowly; resume with the last id.

    Args:
        incident_id (None | str | Unset):
        subject_id (None | str | Unset):
        type_ (None | str | Unset): Such as incident.opened or incident.*
        after (None | str | Unset): Stream only: resume after this event id
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.
        last_event_id (None | str | Unset): Stream only: as `after`, and wins over it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageEventView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
subject_id=subject_id,
type_=type_,
after=after,
cursor=cursor,
limit=limit,
last_event_id=last_event_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    incident_id: None | str | Unset = UNSET,
    subject_id: None | str | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    after: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    last_event_id: None | str | Unset = UNSET,

) -> PageEventView | ProblemDocument | None:
    """ List Events

     List facts newest first or, when asked for an event stream, send each as it happens.

    The stream begins with `hello`. `gap` means that facts before its cursor can no longer be told:
    fetch again what you
    show. A comment every 15 s keeps it open. It ends when the server stops, when you may no longer
    read, and when you
    read too slowly; resume with the last id.

    Args:
        incident_id (None | str | Unset):
        subject_id (None | str | Unset):
        type_ (None | str | Unset): Such as incident.opened or incident.*
        after (None | str | Unset): Stream only: resume after this event id
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.
        last_event_id (None | str | Unset): Stream only: as `after`, and wins over it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageEventView | ProblemDocument
     """


    return sync_detailed(
        client=client,
incident_id=incident_id,
subject_id=subject_id,
type_=type_,
after=after,
cursor=cursor,
limit=limit,
last_event_id=last_event_id,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    incident_id: None | str | Unset = UNSET,
    subject_id: None | str | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    after: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    last_event_id: None | str | Unset = UNSET,

) -> Response[PageEventView | ProblemDocument]:
    """ List Events

     List facts newest first or, when asked for an event stream, send each as it happens.

    The stream begins with `hello`. `gap` means that facts before its cursor can no longer be told:
    fetch again what you
    show. A comment every 15 s keeps it open. It ends when the server stops, when you may no longer
    read, and when you
    read too slowly; resume with the last id.

    Args:
        incident_id (None | str | Unset):
        subject_id (None | str | Unset):
        type_ (None | str | Unset): Such as incident.opened or incident.*
        after (None | str | Unset): Stream only: resume after this event id
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.
        last_event_id (None | str | Unset): Stream only: as `after`, and wins over it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageEventView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
subject_id=subject_id,
type_=type_,
after=after,
cursor=cursor,
limit=limit,
last_event_id=last_event_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    incident_id: None | str | Unset = UNSET,
    subject_id: None | str | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    after: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    last_event_id: None | str | Unset = UNSET,

) -> PageEventView | ProblemDocument | None:
    """ List Events

     List facts newest first or, when asked for an event stream, send each as it happens.

    The stream begins with `hello`. `gap` means that facts before its cursor can no longer be told:
    fetch again what you
    show. A comment every 15 s keeps it open. It ends when the server stops, when you may no longer
    read, and when you
    read too slowly; resume with the last id.

    Args:
        incident_id (None | str | Unset):
        subject_id (None | str | Unset):
        type_ (None | str | Unset): Such as incident.opened or incident.*
        after (None | str | Unset): Stream only: resume after this event id
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.
        last_event_id (None | str | Unset): Stream only: as `after`, and wins over it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageEventView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
incident_id=incident_id,
subject_id=subject_id,
type_=type_,
after=after,
cursor=cursor,
limit=limit,
last_event_id=last_event_id,

    )).parsed
