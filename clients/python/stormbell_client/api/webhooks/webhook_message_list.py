from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_webhook_message_view import PageWebhookMessageView
from ...models.problem_document import ProblemDocument
from ...models.webhook_message_list_state_item import WebhookMessageListStateItem
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    webhook_id: str,
    *,
    state: list[WebhookMessageListStateItem] | Unset = UNSET,
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
        "url": "/api/v1/webhooks/{webhook_id}/messages".format(webhook_id=quote(str(webhook_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageWebhookMessageView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageWebhookMessageView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageWebhookMessageView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    webhook_id: str,
    *,
    client: AuthenticatedClient | Client,
    state: list[WebhookMessageListStateItem] | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageWebhookMessageView | ProblemDocument]:
    """ List Messages

     List what was told to a webhook, newest first, with what its receiver answered.

    Args:
        webhook_id (str):
        state (list[WebhookMessageListStateItem] | Unset): Only messages in one of these states
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageWebhookMessageView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        webhook_id=webhook_id,
state=state,
cursor=cursor,
limit=limit,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    webhook_id: str,
    *,
    client: AuthenticatedClient | Client,
    state: list[WebhookMessageListStateItem] | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageWebhookMessageView | ProblemDocument | None:
    """ List Messages

     List what was told to a webhook, newest first, with what its receiver answered.

    Args:
        webhook_id (str):
        state (list[WebhookMessageListStateItem] | Unset): Only messages in one of these states
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageWebhookMessageView | ProblemDocument
     """


    return sync_detailed(
        webhook_id=webhook_id,
client=client,
state=state,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    webhook_id: str,
    *,
    client: AuthenticatedClient | Client,
    state: list[WebhookMessageListStateItem] | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageWebhookMessageView | ProblemDocument]:
    """ List Messages

     List what was told to a webhook, newest first, with what its receiver answered.

    Args:
        webhook_id (str):
        state (list[WebhookMessageListStateItem] | Unset): Only messages in one of these states
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageWebhookMessageView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        webhook_id=webhook_id,
state=state,
cursor=cursor,
limit=limit,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    webhook_id: str,
    *,
    client: AuthenticatedClient | Client,
    state: list[WebhookMessageListStateItem] | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageWebhookMessageView | ProblemDocument | None:
    """ List Messages

     List what was told to a webhook, newest first, with what its receiver answered.

    Args:
        webhook_id (str):
        state (list[WebhookMessageListStateItem] | Unset): Only messages in one of these states
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageWebhookMessageView | ProblemDocument
     """


    return (await asyncio_detailed(
        webhook_id=webhook_id,
client=client,
state=state,
cursor=cursor,
limit=limit,

    )).parsed
