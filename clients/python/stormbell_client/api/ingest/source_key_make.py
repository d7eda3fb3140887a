from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.source_key import SourceKey
from ...models.source_key_wanted import SourceKeyWanted
from typing import cast



def _get_kwargs(
    source_id: str,
    *,
    body: SourceKeyWanted,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/sources/{source_id}/keys".format(source_id=quote(str(source_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | SourceKey:
    if response.status_code == 201:
        response_201 = SourceKey.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | SourceKey]:
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
    body: SourceKeyWanted,

) -> Response[ProblemDocument | SourceKey]:
    """ Make Source Key

     Give a source a new token, or a new secret its sender signs with. It is shown this once; the old one
    ends.

    Args:
        source_id (str):
        body (SourceKeyWanted): A key to make for senders without a login, in the place of the one
            there is.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SourceKey]
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
    body: SourceKeyWanted,

) -> ProblemDocument | SourceKey | None:
    """ Make Source Key

     Give a source a new token, or a new secret its sender signs with. It is shown this once; the old one
    ends.

    Args:
        source_id (str):
        body (SourceKeyWanted): A key to make for senders without a login, in the place of the one
            there is.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SourceKey
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
    body: SourceKeyWanted,

) -> Response[ProblemDocument | SourceKey]:
    """ Make Source Key

     Give a source a new token, or a new secret its sender signs with. It is shown this once; the old one
    ends.

    Args:
        source_id (str):
        body (SourceKeyWanted): A key to make for senders without a login, in the place of the one
            there is.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SourceKey]
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
    body: SourceKeyWanted,

) -> ProblemDocument | SourceKey | None:
    """ Make Source Key

     Give a source a new token, or a new secret its sender signs with. It is shown this once; the old one
    ends.

    Args:
        source_id (str):
        body (SourceKeyWanted): A key to make for senders without a login, in the place of the one
            there is.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SourceKey
     """


    return (await asyncio_detailed(
        source_id=source_id,
client=client,
body=body,

    )).parsed
