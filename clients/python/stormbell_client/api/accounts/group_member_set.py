from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.group_detail import GroupDetail
from ...models.group_member_set import GroupMemberSet
from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    group_id: str,
    user_id: str,
    *,
    body: GroupMemberSet,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/groups/{group_id}/members/{user_id}".format(group_id=quote(str(group_id), safe=""),user_id=quote(str(user_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> GroupDetail | ProblemDocument:
    if response.status_code == 200:
        response_200 = GroupDetail.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[GroupDetail | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    group_id: str,
    user_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: GroupMemberSet,

) -> Response[GroupDetail | ProblemDocument]:
    """ Set Member

     Put a user into a group you manage, or change how they are in it.

    Args:
        group_id (str):
        user_id (str):
        body (GroupMemberSet): How a user is in a group.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GroupDetail | ProblemDocument]
     """


    kwargs = _get_kwargs(
        group_id=group_id,
user_id=user_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    group_id: str,
    user_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: GroupMemberSet,

) -> GroupDetail | ProblemDocument | None:
    """ Set Member

     Put a user into a group you manage, or change how they are in it.

    Args:
        group_id (str):
        user_id (str):
        body (GroupMemberSet): How a user is in a group.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GroupDetail | ProblemDocument
     """


    return sync_detailed(
        group_id=group_id,
user_id=user_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    group_id: str,
    user_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: GroupMemberSet,

) -> Response[GroupDetail | ProblemDocument]:
    """ Set Member

     Put a user into a group you manage, or change how they are in it.

    Args:
        group_id (str):
        user_id (str):
        body (GroupMemberSet): How a user is in a group.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GroupDetail | ProblemDocument]
     """


    kwargs = _get_kwargs(
        group_id=group_id,
user_id=user_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    group_id: str,
    user_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: GroupMemberSet,

) -> GroupDetail | ProblemDocument | None:
    """ Set Member

     Put a user into a group you manage, or change how they are in it.

    Args:
        group_id (str):
        user_id (str):
        body (GroupMemberSet): How a user is in a group.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GroupDetail | ProblemDocument
     """


    return (await asyncio_detailed(
        group_id=group_id,
user_id=user_id,
client=client,
body=body,

    )).parsed
