from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.user_change import UserChange
from ...models.user_detail import UserDetail
from typing import cast



def _get_kwargs(
    user_id: str,
    *,
    body: UserChange,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/users/{user_id}".format(user_id=quote(str(user_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | UserDetail:
    if response.status_code == 200:
        response_200 = UserDetail.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | UserDetail]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    user_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UserChange,

) -> Response[ProblemDocument | UserDetail]:
    """ Change User

     Change a person's name, email, role, workflows, or whether they may log in.

    Args:
        user_id (str):
        body (UserChange): What to change about a person; what is left out stays. Another email,
            role or `enabled` ends all their logins.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | UserDetail]
     """


    kwargs = _get_kwargs(
        user_id=user_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    user_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UserChange,

) -> ProblemDocument | UserDetail | None:
    """ Change User

     Change a person's name, email, role, workflows, or whether they may log in.

    Args:
        user_id (str):
        body (UserChange): What to change about a person; what is left out stays. Another email,
            role or `enabled` ends all their logins.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | UserDetail
     """


    return sync_detailed(
        user_id=user_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    user_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UserChange,

) -> Response[ProblemDocument | UserDetail]:
    """ Change User

     Change a person's name, email, role, workflows, or whether they may log in.

    Args:
        user_id (str):
        body (UserChange): What to change about a person; what is left out stays. Another email,
            role or `enabled` ends all their logins.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | UserDetail]
     """


    kwargs = _get_kwargs(
        user_id=user_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    user_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UserChange,

) -> ProblemDocument | UserDetail | None:
    """ Change User

     Change a person's name, email, role, workflows, or whether they may log in.

    Args:
        user_id (str):
        body (UserChange): What to change about a person; what is left out stays. Another email,
            role or `enabled` ends all their logins.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | UserDetail
     """


    return (await asyncio_detailed(
        user_id=user_id,
client=client,
body=body,

    )).parsed
