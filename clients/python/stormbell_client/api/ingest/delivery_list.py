from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.delivery_list_state_item import DeliveryListStateItem
from ...models.page_delivery_view import PageDeliveryView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast
import datetime



def _get_kwargs(
    *,
    state: list[DeliveryListStateItem] | Unset = UNSET,
    source_id: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    item_key: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_state: list[str] | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = []
        for state_item_data in state:
            state_item = state_item_data.value
            json_state.append(state_item)


    params["state"] = json_state

    json_source_id: None | str | Unset
    if isinstance(source_id, Unset):
        json_source_id = UNSET
    else:
        json_source_id = source_id
    params["source_id"] = json_source_id

    json_incident_id: None | str | Unset
    if isinstance(incident_id, Unset):
        json_incident_id = UNSET
    else:
        json_incident_id = incident_id
    params["incident_id"] = json_incident_id

    json_item_key: None | str | Unset
    if isinstance(item_key, Unset):
        json_item_key = UNSET
    else:
        json_item_key = item_key
    params["item_key"] = json_item_key

    json_media_type: None | str | Unset
    if isinstance(media_type, Unset):
        json_media_type = UNSET
    else:
        json_media_type = media_type
    params["media_type"] = json_media_type

    json_since: None | str | Unset
    if isinstance(since, Unset):
        json_since = UNSET
    elif isinstance(since, datetime.datetime):
        json_since = since.isoformat()
    else:
        json_since = since
    params["since"] = json_since

    json_until: None | str | Unset
    if isinstance(until, Unset):
        json_until = UNSET
    elif isinstance(until, datetime.datetime):
        json_until = until.isoformat()
    else:
        json_until = until
    params["until"] = json_until

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
        "url": "/api/v1/deliveries",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageDeliveryView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageDeliveryView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageDeliveryView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: list[DeliveryListStateItem] | Unset = UNSET,
    source_id: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    item_key: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageDeliveryView | ProblemDocument]:
    """ List Deliveries

     List deliveries, newest first.

    Args:
        state (list[DeliveryListStateItem] | Unset): Only deliveries in one of these states;
            accepted: all but quarantined
        source_id (None | str | Unset):
        incident_id (None | str | Unset):
        item_key (None | str | Unset):
        media_type (None | str | Unset):
        since (datetime.datetime | None | Unset): Only what was received from then on
        until (datetime.datetime | None | Unset): Only what was received before
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDeliveryView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        state=state,
source_id=source_id,
incident_id=incident_id,
item_key=item_key,
media_type=media_type,
since=since,
until=until,
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
    state: list[DeliveryListStateItem] | Unset = UNSET,
    source_id: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    item_key: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageDeliveryView | ProblemDocument | None:
    """ List Deliveries

     List deliveries, newest first.

    Args:
        state (list[DeliveryListStateItem] | Unset): Only deliveries in one of these states;
            accepted: all but quarantined
        source_id (None | str | Unset):
        incident_id (None | str | Unset):
        item_key (None | str | Unset):
        media_type (None | str | Unset):
        since (datetime.datetime | None | Unset): Only what was received from then on
        until (datetime.datetime | None | Unset): Only what was received before
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDeliveryView | ProblemDocument
     """


    return sync_detailed(
        client=client,
state=state,
source_id=source_id,
incident_id=incident_id,
item_key=item_key,
media_type=media_type,
since=since,
until=until,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: list[DeliveryListStateItem] | Unset = UNSET,
    source_id: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    item_key: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageDeliveryView | ProblemDocument]:
    """ List Deliveries

     List deliveries, newest first.

    Args:
        state (list[DeliveryListStateItem] | Unset): Only deliveries in one of these states;
            accepted: all but quarantined
        source_id (None | str | Unset):
        incident_id (None | str | Unset):
        item_key (None | str | Unset):
        media_type (None | str | Unset):
        since (datetime.datetime | None | Unset): Only what was received from then on
        until (datetime.datetime | None | Unset): Only what was received before
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDeliveryView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        state=state,
source_id=source_id,
incident_id=incident_id,
item_key=item_key,
media_type=media_type,
since=since,
until=until,
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
    state: list[DeliveryListStateItem] | Unset = UNSET,
    source_id: None | str | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    item_key: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageDeliveryView | ProblemDocument | None:
    """ List Deliveries

     List deliveries, newest first.

    Args:
        state (list[DeliveryListStateItem] | Unset): Only deliveries in one of these states;
            accepted: all but quarantined
        source_id (None | str | Unset):
        incident_id (None | str | Unset):
        item_key (None | str | Unset):
        media_type (None | str | Unset):
        since (datetime.datetime | None | Unset): Only what was received from then on
        until (datetime.datetime | None | Unset): Only what was received before
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDeliveryView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
state=state,
source_id=source_id,
incident_id=incident_id,
item_key=item_key,
media_type=media_type,
since=since,
until=until,
cursor=cursor,
limit=limit,

    )).parsed
