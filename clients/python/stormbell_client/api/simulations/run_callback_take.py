from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.run_callback import RunCallback
from typing import cast



def _get_kwargs(
    *,
    body: RunCallback,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/run-callbacks",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | ProblemDocument:
    if response.status_code == 202:
        response_202 = cast(Any, None)
        return response_202

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: RunCallback,

) -> Response[Any | ProblemDocument]:
    """ Take Run Callback

     Take the word of a run that it began or ended, signed with its own key, as a hint to ask its
    machine.

    Args:
        body (RunCallback): What a run says of itself. The signature is HMAC-SHA256, in hex, of
            `run callback 1 <marker> <state> <at>`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
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
    body: RunCallback,

) -> Any | ProblemDocument | None:
    """ Take Run Callback

     Take the word of a run that it began or ended, signed with its own key, as a hint to ask its
    machine.

    Args:
        body (RunCallback): What a run says of itself. The signature is HMAC-SHA256, in hex, of
            `run callback 1 <marker> <state> <at>`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return sync_detailed(
        client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: RunCallback,

) -> Response[Any | ProblemDocument]:
    """ Take Run Callback

     Take the word of a run that it began or ended, signed with its own key, as a hint to ask its
    machine.

    Args:
        body (RunCallback): What a run says of itself. The signature is HMAC-SHA256, in hex, of
            `run callback 1 <marker> <state> <at>`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
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
    body: RunCallback,

) -> Any | ProblemDocument | None:
    """ Take Run Callback

     Take the word of a run that it began or ended, signed with its own key, as a hint to ask its
    machine.

    Args:
        body (RunCallback): What a run says of itself. The signature is HMAC-SHA256, in hex, of
            `run callback 1 <marker> <state> <at>`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
body=body,

    )).parsed
