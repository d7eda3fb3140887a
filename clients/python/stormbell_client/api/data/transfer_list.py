from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_transfer_view import PageTransferView
from ...models.problem_document import ProblemDocument
from ...models.transfer_list_kind_type_0 import TransferListKindType0
from ...models.transfer_list_state_item import TransferListStateItem
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    state: list[TransferListStateItem] | Unset = UNSET,
    kind: None | TransferListKindType0 | Unset = UNSET,
    dataset_id: None | str | Unset = UNSET,
    storage_id: None | str | Unset = UNSET,
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

    json_kind: None | str | Unset
    if isinstance(kind, Unset):
        json_kind = UNSET
    elif isinstance(kind, TransferListKindType0):
        json_kind = kind.value
    else:
        json_kind = kind
    params["kind"] = json_kind

    json_dataset_id: None | str | Unset
    if isinstance(dataset_id, Unset):
        json_dataset_id = UNSET
    else:
        json_dataset_id = dataset_id
    params["dataset_id"] = json_dataset_id

    json_storage_id: None | str | Unset
    if isinstance(storage_id, Unset):
        json_storage_id = UNSET
    else:
        json_storage_id = storage_id
    params["storage_id"] = json_storage_id

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
        "url": "/api/v1/transfers",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageTransferView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageTransferView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageTransferView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: list[TransferListStateItem] | Unset = UNSET,
    kind: None | TransferListKindType0 | Unset = UNSET,
    dataset_id: None | str | Unset = UNSET,
    storage_id: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageTransferView | ProblemDocument]:
    """ List Transfers

     List transfers, newest first, each with how far it is.

    Args:
        state (list[TransferListStateItem] | Unset): Only those in one of these states
        kind (None | TransferListKindType0 | Unset):
        dataset_id (None | str | Unset):
        storage_id (None | str | Unset): From or to this storage
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageTransferView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        state=state,
kind=kind,
dataset_id=dataset_id,
storage_id=storage_id,
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
    state: list[TransferListStateItem] | Unset = UNSET,
    kind: None | TransferListKindType0 | Unset = UNSET,
    dataset_id: None | str | Unset = UNSET,
    storage_id: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageTransferView | ProblemDocument | None:
    """ List Transfers

     List transfers, newest first, each with how far it is.

    Args:
        state (list[TransferListStateItem] | Unset): Only those in one of these states
        kind (None | TransferListKindType0 | Unset):
        dataset_id (None | str | Unset):
        storage_id (None | str | Unset): From or to this storage
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageTransferView | ProblemDocument
     """


    return sync_detailed(
        client=client,
state=state,
kind=kind,
dataset_id=dataset_id,
storage_id=storage_id,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: list[TransferListStateItem] | Unset = UNSET,
    kind: None | TransferListKindType0 | Unset = UNSET,
    dataset_id: None | str | Unset = UNSET,
    storage_id: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageTransferView | ProblemDocument]:
    """ List Transfers

     List transfers, newest first, each with how far it is.

    Args:
        state (list[TransferListStateItem] | Unset): Only those in one of these states
        kind (None | TransferListKindType0 | Unset):
        dataset_id (None | str | Unset):
        storage_id (None | str | Unset): From or to this storage
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageTransferView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        state=state,
kind=kind,
dataset_id=dataset_id,
storage_id=storage_id,
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
    state: list[TransferListStateItem] | Unset = UNSET,
    kind: None | TransferListKindType0 | Unset = UNSET,
    dataset_id: None | str | Unset = UNSET,
    storage_id: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageTransferView | ProblemDocument | None:
    """ List Transfers

     List transfers, newest first, each with how far it is.

    Args:
        state (list[TransferListStateItem] | Unset): Only those in one of these states
        kind (None | TransferListKindType0 | Unset):
        dataset_id (None | str | Unset):
        storage_id (None | str | Unset): From or to this storage
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageTransferView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
state=state,
kind=kind,
dataset_id=dataset_id,
storage_id=storage_id,
cursor=cursor,
limit=limit,

    )).parsed
