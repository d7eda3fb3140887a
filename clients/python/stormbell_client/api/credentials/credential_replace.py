from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.credential import Credential
from ...models.credential_replace import CredentialReplace
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    credential_id: str,
    *,
    body: CredentialReplace,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/credentials/{credential_id}/secret".format(credential_id=quote(str(credential_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Credential | ProblemDocument:
    if response.status_code == 200:
        response_200 = Credential.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Credential | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    credential_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CredentialReplace,

) -> Response[Credential | ProblemDocument]:
    """ Replace Credential

     Put another secret of the same kind in its place.

    Args:
        credential_id (str):
        body (CredentialReplace): What takes the place of the secret; the kind stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Credential | ProblemDocument]
     """


    kwargs = _get_kwargs(
        credential_id=credential_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    credential_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CredentialReplace,

) -> Credential | ProblemDocument | None:
    """ Replace Credential

     Put another secret of the same kind in its place.

    Args:
        credential_id (str):
        body (CredentialReplace): What takes the place of the secret; the kind stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Credential | ProblemDocument
     """


    return sync_detailed(
        credential_id=credential_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    credential_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CredentialReplace,

) -> Response[Credential | ProblemDocument]:
    """ Replace Credential

     Put another secret of the same kind in its place.

    Args:
        credential_id (str):
        body (CredentialReplace): What takes the place of the secret; the kind stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Credential | ProblemDocument]
     """


    kwargs = _get_kwargs(
        credential_id=credential_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    credential_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CredentialReplace,

) -> Credential | ProblemDocument | None:
    """ Replace Credential

     Put another secret of the same kind in its place.

    Args:
        credential_id (str):
        body (CredentialReplace): What takes the place of the secret; the kind stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Credential | ProblemDocument
     """


    return (await asyncio_detailed(
        credential_id=credential_id,
client=client,
body=body,

    )).parsed
