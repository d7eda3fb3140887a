from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.history_view import HistoryView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast
import datetime



def _get_kwargs(
    *,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    points: int | Unset = 300,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_from_: None | str | Unset
    if isinstance(from_, Unset):
        json_from_ = UNSET
    elif isinstance(from_, datetime.datetime):
        json_from_ = from_.isoformat()
    else:
        json_from_ = from_
    params["from"] = json_from_

    json_to: None | str | Unset
    if isinstance(to, Unset):
        json_to = UNSET
    elif isinstance(to, datetime.datetime):
        json_to = to.isoformat()
    else:
        json_to = to
    params["to"] = json_to

    params["points"] = points


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/observer/history",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> HistoryView | ProblemDocument:
    if response.status_code == 200:
        response_200 = HistoryView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[HistoryView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    points: int | Unset = 300,

) -> Response[HistoryView | ProblemDocument]:
    """ Get History

     Return kept samples, thinned out evenly: of each part of the time the last one.

    Args:
        from_ (datetime.datetime | None | Unset): Default: an hour before `to`
        to (datetime.datetime | None | Unset): Default: now
        points (int | Unset): Most samples to return Default: 300.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HistoryView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        from_=from_,
to=to,
points=points,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    points: int | Unset = 300,

) -> HistoryView | ProblemDocument | None:
    """ Get History

     Return kept samples, thinned out evenly: of each part of the time the last one.

    Args:
        from_ (datetime.datetime | None | Unset): Default: an hour before `to`
        to (datetime.datetime | None | Unset): Default: now
        points (int | Unset): Most samples to return Default: 300.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HistoryView | ProblemDocument
     """


    return sync_detailed(
        client=client,
from_=from_,
to=to,
points=points,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    points: int | Unset = 300,

) -> Response[HistoryView | ProblemDocument]:
    """ Get History

     Return kept samples, thinned out evenly: of each part of the time the last one.

    Args:
        from_ (datetime.datetime | None | Unset): Default: an hour before `to`
        to (datetime.datetime | None | Unset): Default: now
        points (int | Unset): Most samples to return Default: 300.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HistoryView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        from_=from_,
to=to,
points=points,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    points: int | Unset = 300,

) -> HistoryView | ProblemDocument | None:
    """ Get History

     Return kept samples, thinned out evenly: of each part of the time the last one.

    Args:
        from_ (datetime.datetime | None | Unset): Default: an hour before `to`
        to (datetime.datetime | None | Unset): Default: now
        points (int | Unset): Most samples to return Default: 300.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HistoryView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
from_=from_,
to=to,
points=points,

    )).parsed
