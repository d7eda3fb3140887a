from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_user_detail import PageUserDetail
from ...models.problem_document import ProblemDocument
from ...models.user_list_role_type_0 import UserListRoleType0
from ...models.user_list_state_type_0 import UserListStateType0
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    search: None | str | Unset = UNSET,
    role: None | Unset | UserListRoleType0 = UNSET,
    state: None | Unset | UserListStateType0 = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_search: None | str | Unset
    if isinstance(search, Unset):
        json_search = UNSET
    else:
        json_search = search
    params["search"] = json_search

    json_role: None | str | Unset
    if isinstance(role, Unset):
        json_role = UNSET
    elif isinstance(role, UserListRoleType0):
        json_role = role.value
    else:
        json_role = role
    params["role"] = json_role

    json_state: None | str | Unset
    if isinstance(state, Unset):
        json_state = UNSET
    elif isinstance(state, UserListStateType0):
        json_state = state.value
    else:
        json_state = state
    params["state"] = json_state

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["limit"] = limit


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/users",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageUserDetail | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageUserDetail.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageUserDetail | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    search: None | str | Unset = UNSET,
    role: None | Unset | UserListRoleType0 = UNSET,
    state: None | Unset | UserListStateType0 = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageUserDetail | ProblemDocument]:
    """ List Users

     List people, newest first.

    Args:
        search (None | str | Unset): Part of a name or email address
        role (None | Unset | UserListRoleType0):
        state (None | Unset | UserListStateType0): `waiting`: signed up, to be approved
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageUserDetail | ProblemDocument]
     """


    kwargs = _get_kwargs(
        search=search,
role=role,
state=state,
cursor=cursor,
limit=limit,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    search: None | str | Unset = UNSET,
    role: None | Unset | UserListRoleType0 = UNSET,
    state: None | Unset | UserListStateType0 = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageUserDetail | ProblemDocument | None:
    """ List Users

     List people, newest first.

    Args:
        search (None | str | Unset): Part of a name or email address
        role (None | Unset | UserListRoleType0):
        state (None | Unset | UserListStateType0): `waiting`: signed up, to be approved
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageUserDetail | ProblemDocument
     """


    return sync_detailed(
        client=client,
search=search,
role=role,
state=state,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    search: None | str | Unset = UNSET,
    role: None | Unset | UserListRoleType0 = UNSET,
    state: None | Unset | UserListStateType0 = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageUserDetail | ProblemDocument]:
    """ List Users

     List people, newest first.

    Args:
        search (None | str | Unset): Part of a name or email address
        role (None | Unset | UserListRoleType0):
        state (None | Unset | UserListStateType0): `waiting`: signed up, to be approved
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageUserDetail | ProblemDocument]
     """


    kwargs = _get_kwargs(
        search=search,
role=role,
state=state,
cursor=cursor,
limit=limit,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    search: None | str | Unset = UNSET,
    role: None | Unset | UserListRoleType0 = UNSET,
    state: None | Unset | UserListStateType0 = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageUserDetail | ProblemDocument | None:
    """ List Users

     List people, newest first.

    Args:
        search (None | str | Unset): Part of a name or email address
        role (None | Unset | UserListRoleType0):
        state (None | Unset | UserListStateType0): `waiting`: signed up, to be approved
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageUserDetail | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
search=search,
role=role,
state=state,
cursor=cursor,
limit=limit,

    )).parsed
