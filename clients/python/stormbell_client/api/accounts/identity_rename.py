from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.identity_change import IdentityChange
from ...models.identity_view import IdentityView
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    identity_id: str,
    *,
    body: IdentityChange,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/identities/{identity_id}".format(identity_id=quote(str(identity_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> IdentityView | ProblemDocument:
    if response.status_code == 200:
        response_200 = IdentityView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[IdentityView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    identity_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: IdentityChange,

) -> Response[IdentityView | ProblemDocument]:
    """ Rename Identity

     Give a passkey of the caller another name.

    Args:
        identity_id (str):
        body (IdentityChange): Another name for a passkey.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[IdentityView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        identity_id=identity_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    identity_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: IdentityChange,

) -> IdentityView | ProblemDocument | None:
    """ Rename Identity

     Give a passkey of the caller another name.

    Args:
        identity_id (str):
        body (IdentityChange): Another name for a passkey.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        IdentityView | ProblemDocument
     """


    return sync_detailed(
        identity_id=identity_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    identity_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: IdentityChange,

) -> Response[IdentityView | ProblemDocument]:
    """ Rename Identity

     Give a passkey of the caller another name.

    Args:
        identity_id (str):
        body (IdentityChange): Another name for a passkey.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[IdentityView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        identity_id=identity_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    identity_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: IdentityChange,

) -> IdentityView | ProblemDocument | None:
    """ Rename Identity

     Give a passkey of the caller another name.

    Args:
        identity_id (str):
        body (IdentityChange): Another name for a passkey.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        IdentityView | ProblemDocument
     """


    return (await asyncio_detailed(
        identity_id=identity_id,
client=client,
body=body,

    )).parsed
