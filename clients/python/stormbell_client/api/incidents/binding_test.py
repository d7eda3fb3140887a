from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.binding_test import BindingTest
from ...models.binding_trial import BindingTrial
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    source_id: str,
    *,
    body: BindingTest,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/sources/{source_id}/bindings/test".format(source_id=quote(str(source_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> BindingTrial | ProblemDocument:
    if response.status_code == 200:
        response_200 = BindingTrial.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[BindingTrial | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    source_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BindingTest,

) -> Response[BindingTrial | ProblemDocument]:
    """ Try Binding

     Say what a binding would do with a past delivery. Nothing is done.

    Args:
        source_id (str):
        body (BindingTest): A binding, one of the source's or one that is not kept, and a past
            delivery to try it on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BindingTrial | ProblemDocument]
     """


    kwargs = _get_kwargs(
        source_id=source_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    source_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BindingTest,

) -> BindingTrial | ProblemDocument | None:
    """ Try Binding

     Say what a binding would do with a past delivery. Nothing is done.

    Args:
        source_id (str):
        body (BindingTest): A binding, one of the source's or one that is not kept, and a past
            delivery to try it on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BindingTrial | ProblemDocument
     """


    return sync_detailed(
        source_id=source_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    source_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BindingTest,

) -> Response[BindingTrial | ProblemDocument]:
    """ Try Binding

     Say what a binding would do with a past delivery. Nothing is done.

    Args:
        source_id (str):
        body (BindingTest): A binding, one of the source's or one that is not kept, and a past
            delivery to try it on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BindingTrial | ProblemDocument]
     """


    kwargs = _get_kwargs(
        source_id=source_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    source_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BindingTest,

) -> BindingTrial | ProblemDocument | None:
    """ Try Binding

     Say what a binding would do with a past delivery. Nothing is done.

    Args:
        source_id (str):
        body (BindingTest): A binding, one of the source's or one that is not kept, and a past
            delivery to try it on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BindingTrial | ProblemDocument
     """


    return (await asyncio_detailed(
        source_id=source_id,
client=client,
body=body,

    )).parsed
