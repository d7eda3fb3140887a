from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.consent_begin import ConsentBegin
from ...models.consent_begun import ConsentBegun
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    credential_id: str,
    *,
    body: ConsentBegin,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/credentials/{credential_id}/consents".format(credential_id=quote(str(credential_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ConsentBegun | ProblemDocument:
    if response.status_code == 201:
        response_201 = ConsentBegun.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ConsentBegun | ProblemDocument]:
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
    body: ConsentBegin,

) -> Response[ConsentBegun | ProblemDocument]:
    """ Begin

     Begin to connect a credential at its service, in this browser or with a program that listens on this
    machine.

    Args:
        credential_id (str):
        body (ConsentBegin): A consent to ask for. A browser sends nothing; a program says where
            it waits for the answer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ConsentBegun | ProblemDocument]
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
    body: ConsentBegin,

) -> ConsentBegun | ProblemDocument | None:
    """ Begin

     Begin to connect a credential at its service, in this browser or with a program that listens on this
    machine.

    Args:
        credential_id (str):
        body (ConsentBegin): A consent to ask for. A browser sends nothing; a program says where
            it waits for the answer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ConsentBegun | ProblemDocument
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
    body: ConsentBegin,

) -> Response[ConsentBegun | ProblemDocument]:
    """ Begin

     Begin to connect a credential at its service, in this browser or with a program that listens on this
    machine.

    Args:
        credential_id (str):
        body (ConsentBegin): A consent to ask for. A browser sends nothing; a program says where
            it waits for the answer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ConsentBegun | ProblemDocument]
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
    body: ConsentBegin,

) -> ConsentBegun | ProblemDocument | None:
    """ Begin

     Begin to connect a credential at its service, in this browser or with a program that listens on this
    machine.

    Args:
        credential_id (str):
        body (ConsentBegin): A consent to ask for. A browser sends nothing; a program says where
            it waits for the answer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ConsentBegun | ProblemDocument
     """


    return (await asyncio_detailed(
        credential_id=credential_id,
client=client,
body=body,

    )).parsed
