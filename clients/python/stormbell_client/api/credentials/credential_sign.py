from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.certificate_view import CertificateView
from ...models.certificate_wanted import CertificateWanted
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    credential_id: str,
    *,
    body: CertificateWanted,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/credentials/{credential_id}/certificates".format(credential_id=quote(str(credential_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CertificateView | ProblemDocument:
    if response.status_code == 201:
        response_201 = CertificateView.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[CertificateView | ProblemDocument]:
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
    body: CertificateWanted,

) -> Response[CertificateView | ProblemDocument]:
    """ Sign Certificate

     Sign your public key with an SSH certificate authority that is yours or shared with you for use.

    Args:
        credential_id (str):
        body (CertificateWanted): A certificate to sign with a credential of the kind ssh_ca.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CertificateView | ProblemDocument]
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
    body: CertificateWanted,

) -> CertificateView | ProblemDocument | None:
    """ Sign Certificate

     Sign your public key with an SSH certificate authority that is yours or shared with you for use.

    Args:
        credential_id (str):
        body (CertificateWanted): A certificate to sign with a credential of the kind ssh_ca.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CertificateView | ProblemDocument
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
    body: CertificateWanted,

) -> Response[CertificateView | ProblemDocument]:
    """ Sign Certificate

     Sign your public key with an SSH certificate authority that is yours or shared with you for use.

    Args:
        credential_id (str):
        body (CertificateWanted): A certificate to sign with a credential of the kind ssh_ca.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CertificateView | ProblemDocument]
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
    body: CertificateWanted,

) -> CertificateView | ProblemDocument | None:
    """ Sign Certificate

     Sign your public key with an SSH certificate authority that is yours or shared with you for use.

    Args:
        credential_id (str):
        body (CertificateWanted): A certificate to sign with a credential of the kind ssh_ca.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CertificateView | ProblemDocument
     """


    return (await asyncio_detailed(
        credential_id=credential_id,
client=client,
body=body,

    )).parsed
