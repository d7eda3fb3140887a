from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    user_id: str,
    *,
    heir: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_heir: None | str | Unset
    if isinstance(heir, Unset):
        json_heir = UNSET
    else:
        json_heir = heir
    params["heir"] = json_heir


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/users/{user_id}".format(user_id=quote(str(user_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | ProblemDocument:
    if response.status_code == 204:
        response_204 = cast(Any, None)
        return response_204

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | ProblemDocument]:
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
    heir: None | str | Unset = UNSET,

) -> Response[Any | ProblemDocument]:
    """ Delete User

     Delete a person; what they own goes to the heir, and without one it has to be nothing.

    Args:
        user_id (str):
        heir (None | str | Unset): Id of the person who gets what this one owns

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
     """


    kwargs = _get_kwargs(
        user_id=user_id,
heir=heir,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    user_id: str,
    *,
    client: AuthenticatedClient | Client,
    heir: None | str | Unset = UNSET,

) -> Any | ProblemDocument | None:
    """ Delete User

     Delete a person; what they own goes to the heir, and without one it has to be nothing.

    Args:
        user_id (str):
        heir (None | str | Unset): Id of the person who gets what this one owns

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return sync_detailed(
        user_id=user_id,
client=client,
heir=heir,

    ).parsed

async def asyncio_detailed(
    user_id: str,
    *,
    client: AuthenticatedClient | Client,
    heir: None | str | Unset = UNSET,

) -> Response[Any | ProblemDocument]:
    """ Delete User

     Delete a person; what they own goes to the heir, and without one it has to be nothing.

    Args:
        user_id (str):
        heir (None | str | Unset): Id of the person who gets what this one owns

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
     """


    kwargs = _get_kwargs(
        user_id=user_id,
heir=heir,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    user_id: str,
    *,
    client: AuthenticatedClient | Client,
    heir: None | str | Unset = UNSET,

) -> Any | ProblemDocument | None:
    """ Delete User

     Delete a person; what they own goes to the heir, and without one it has to be nothing.

    Args:
        user_id (str):
        heir (None | str | Unset): Id of the person who gets what this one owns

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return (await asyncio_detailed(
        user_id=user_id,
client=client,
heir=heir,

    )).parsed
