from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.ingest_push_json_body import IngestPushJsonBody
from ...models.ingest_push_json_body_item import IngestPushJsonBodyItem
from ...models.problem_document import ProblemDocument
from ...models.push_receipt import PushReceipt
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    body:    Any  |     IngestPushJsonBody  |     list[IngestPushJsonBodyItem]  | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["idempotency-key"] = idempotency_key



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/ingest",
    }

    if isinstance(body, Any):
        _kwargs["json"] = body

        headers["Content-Type"] = "application/json"
    if isinstance(body, IngestPushJsonBody):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/cloudevents+json"
    if isinstance(body, list[IngestPushJsonBodyItem]):
        _kwargs["json"] = []
        for body_item_data in body:
            body_item = body_item_data.to_dict()
            _kwargs["json"].append(body_item)



        headers["Content-Type"] = "application/cloudevents-batch+json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | PushReceipt:
    if response.status_code == 202:
        response_202 = PushReceipt.from_dict(response.json())



        return response_202

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | PushReceipt]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body:    Any  |     IngestPushJsonBody  |     list[IngestPushJsonBodyItem]  | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[ProblemDocument | PushReceipt]:
    """ Push From Address

     Send data to the source that takes it from your network address, if `ingest.by_address` is on.

    Args:
        idempotency_key (None | str | Unset): The item's key when the source's settings point to
            none
        body (Any):
        body (IngestPushJsonBody): A CloudEvent
        body (list[IngestPushJsonBodyItem]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | PushReceipt]
     """


    kwargs = _get_kwargs(
        body=body,
idempotency_key=idempotency_key,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    body:    Any  |     IngestPushJsonBody  |     list[IngestPushJsonBodyItem]  | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> ProblemDocument | PushReceipt | None:
    """ Push From Address

     Send data to the source that takes it from your network address, if `ingest.by_address` is on.

    Args:
        idempotency_key (None | str | Unset): The item's key when the source's settings point to
            none
        body (Any):
        body (IngestPushJsonBody): A CloudEvent
        body (list[IngestPushJsonBodyItem]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | PushReceipt
     """


    return sync_detailed(
        client=client,
body=body,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body:    Any  |     IngestPushJsonBody  |     list[IngestPushJsonBodyItem]  | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[ProblemDocument | PushReceipt]:
    """ Push From Address

     Send data to the source that takes it from your network address, if `ingest.by_address` is on.

    Args:
        idempotency_key (None | str | Unset): The item's key when the source's settings point to
            none
        body (Any):
        body (IngestPushJsonBody): A CloudEvent
        body (list[IngestPushJsonBodyItem]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | PushReceipt]
     """


    kwargs = _get_kwargs(
        body=body,
idempotency_key=idempotency_key,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body:    Any  |     IngestPushJsonBody  |     list[IngestPushJsonBodyItem]  | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> ProblemDocument | PushReceipt | None:
    """ Push From Address

     Send data to the source that takes it from your network address, if `ingest.by_address` is on.

    Args:
        idempotency_key (None | str | Unset): The item's key when the source's settings point to
            none
        body (Any):
        body (IngestPushJsonBody): A CloudEvent
        body (list[IngestPushJsonBodyItem]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | PushReceipt
     """


    return (await asyncio_detailed(
        client=client,
body=body,
idempotency_key=idempotency_key,

    )).parsed
