from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.share_set import ShareSet
from ...models.share_view import ShareView
from typing import cast



def _get_kwargs(
    object_id: str,
    subject_id: str,
    *,
    body: ShareSet,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/shares/{object_id}/{subject_id}".format(object_id=quote(str(object_id), safe=""),subject_id=quote(str(subject_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | ShareView:
    if response.status_code == 200:
        response_200 = ShareView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | ShareView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    object_id: str,
    subject_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ShareSet,

) -> Response[ProblemDocument | ShareView]:
    """ Set Share

     Share something of yours with a user, a group or `everyone`, or change how far.

    Args:
        object_id (str):
        subject_id (str):
        body (ShareSet): How far something is shared.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | ShareView]
     """


    kwargs = _get_kwargs(
        object_id=object_id,
subject_id=subject_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    object_id: str,
    subject_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ShareSet,

) -> ProblemDocument | ShareView | None:
    """ Set Share

     Share something of yours with a user, a group or `everyone`, or change how far.

    Args:
        object_id (str):
        subject_id (str):
        body (ShareSet): How far something is shared.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | ShareView
     """


    return sync_detailed(
        object_id=object_id,
subject_id=subject_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    object_id: str,
    subject_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ShareSet,

) -> Response[ProblemDocument | ShareView]:
    """ Set Share

     Share something of yours with a user, a group or `everyone`, or change how far.

    Args:
        object_id (str):
        subject_id (str):
        body (ShareSet): How far something is shared.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | ShareView]
     """


    kwargs = _get_kwargs(
        object_id=object_id,
subject_id=subject_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    object_id: str,
    subject_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ShareSet,

) -> ProblemDocument | ShareView | None:
    """ Set Share

     Share something of yours with a user, a group or `everyone`, or change how far.

    Args:
        object_id (str):
        subject_id (str):
        body (ShareSet): How far something is shared.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | ShareView
     """


    return (await asyncio_detailed(
        object_id=object_id,
subject_id=subject_id,
client=client,
body=body,

    )).parsed
