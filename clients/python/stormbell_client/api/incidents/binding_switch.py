from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.binding import Binding
from ...models.binding_change import BindingChange
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    binding_id: str,
    *,
    body: BindingChange,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/bindings/{binding_id}".format(binding_id=quote(str(binding_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Binding | ProblemDocument:
    if response.status_code == 200:
        response_200 = Binding.from_dict(response.json())



        return response_200

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
    binding_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BindingChange,

) -> Response[Binding | ProblemDocument]:
    """ Switch Binding

     Switch a binding on or off.

    Args:
        binding_id (str):
        body (BindingChange): Switch a binding on or off. To change more, remove it and create
            another.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Binding | ProblemDocument]
     """


    kwargs = _get_kwargs(
        binding_id=binding_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    binding_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BindingChange,

) -> Binding | ProblemDocument | None:
    """ Switch Binding

     Switch a binding on or off.

    Args:
        binding_id (str):
        body (BindingChange): Switch a binding on or off. To change more, remove it and create
            another.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Binding | ProblemDocument
     """


    return sync_detailed(
        binding_id=binding_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    binding_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BindingChange,

) -> Response[Binding | ProblemDocument]:
    """ Switch Binding

     Switch a binding on or off.

    Args:
        binding_id (str):
        body (BindingChange): Switch a binding on or off. To change more, remove it and create
            another.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Binding | ProblemDocument]
     """


    kwargs = _get_kwargs(
        binding_id=binding_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    binding_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: BindingChange,

) -> Binding | ProblemDocument | None:
    """ Switch Binding

     Switch a binding on or off.

    Args:
        binding_id (str):
        body (BindingChange): Switch a binding on or off. To change more, remove it and create
            another.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Binding | ProblemDocument
     """


    return (await asyncio_detailed(
        binding_id=binding_id,
client=client,
body=body,

    )).parsed
