from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.binding import Binding
from ...models.binding_submit import BindingSubmit
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    source_id: str,
    *,
    body: BindingSubmit,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/sources/{source_id}/bindings".format(source_id=quote(str(source_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Binding | ProblemDocument:
    if response.status_code == 201:
        response_201 = Binding.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Binding | ProblemDocument]:
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
    body: BindingSubmit,

) -> Response[Binding | ProblemDocument]:
    """ Create Binding

     Say what becomes of a source's deliveries: a new incident, news for a running one, or a message to a
    stage.

    Args:
        source_id (str):
        body (BindingSubmit): A rule about a source's deliveries. Expressions are JMESPath over
            ``body``, ``key``, ``event`` and others.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Binding | ProblemDocument]
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
    body: BindingSubmit,

) -> Binding | ProblemDocument | None:
    """ Create Binding

     Say what becomes of a source's deliveries: a new incident, news for a running one, or a message to a
    stage.

    Args:
        source_id (str):
        body (BindingSubmit): A rule about a source's deliveries. Expressions are JMESPath over
            ``body``, ``key``, ``event`` and others.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Binding | ProblemDocument
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
    body: BindingSubmit,

) -> Response[Binding | ProblemDocument]:
    """ Create Binding

     Say what becomes of a source's deliveries: a new incident, news for a running one, or a message to a
    stage.

    Args:
        source_id (str):
        body (BindingSubmit): A rule about a source's deliveries. Expressions are JMESPath over
            ``body``, ``key``, ``event`` and others.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Binding | ProblemDocument]
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
    body: BindingSubmit,

) -> Binding | ProblemDocument | None:
    """ Create Binding

     Say what becomes of a source's deliveries: a new incident, news for a running one, or a message to a
    stage.

    Args:
        source_id (str):
        body (BindingSubmit): A rule about a source's deliveries. Expressions are JMESPath over
            ``body``, ``key``, ``event`` and others.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Binding | ProblemDocument
     """


    return (await asyncio_detailed(
        source_id=source_id,
client=client,
body=body,

    )).parsed
