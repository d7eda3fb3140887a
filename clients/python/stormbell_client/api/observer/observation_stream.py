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
    observation_id: str,
    *,
    after: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(last_event_id, Unset):
        headers["last-event-id"] = last_event_id



    

    params: dict[str, Any] = {}

    json_after: None | str | Unset
    if isinstance(after, Unset):
        json_after = UNSET
    else:
        json_after = after
    params["after"] = json_after


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/observations/{observation_id}/stream".format(observation_id=quote(str(observation_id), safe=""),),
        "params": params,
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | str:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    observation_id: str,
    *,
    client: AuthenticatedClient | Client,
    after: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,

) -> Response[ProblemDocument | str]:
    """ Stream Observation

     Send what an observation shows, as server-sent events.

    It begins with `hello`. Live: `snapshot` whenever something changed, at most four times a second,
    and `node_changed`
    for each change of a node's state. Periodic: `batch` every period. Manual: nothing but a comment
    every 15 s. `gap`
    after a resumption: what lies between is only in the history. Every snapshot is complete;
    `latency_ms` says how old
    it was when it was sent. A second stream of the same observation ends the first: one's own only.

    Args:
        observation_id (str):
        after (None | str | Unset): Resume after this event id
        last_event_id (None | str | Unset): As `after`, and wins over it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | str]
     """


    kwargs = _get_kwargs(
        observation_id=observation_id,
after=after,
last_event_id=last_event_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    observation_id: str,
    *,
    client: AuthenticatedClient | Client,
    after: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,

) -> ProblemDocument | str | None:
    """ Stream Observation

     Send what an observation shows, as server-sent events.

    It begins with `hello`. Live: `snapshot` whenever something changed, at most four times a second,
    and `node_changed`
    for each change of a node's state. Periodic: `batch` every period. Manual: nothing but a comment
    every 15 s. `gap`
    after a resumption: what lies between is only in the history. Every snapshot is complete;
    `latency_ms` says how old
    it was when it was sent. A second stream of the same observation ends the first: one's own only.

    Args:
        observation_id (str):
        after (None | str | Unset): Resume after this event id
        last_event_id (None | str | Unset): As `after`, and wins over it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | str
     """


    return sync_detailed(
        observation_id=observation_id,
client=client,
after=after,
last_event_id=last_event_id,

    ).parsed

async def asyncio_detailed(
    observation_id: str,
    *,
    client: AuthenticatedClient | Client,
    after: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,

) -> Response[ProblemDocument | str]:
    """ Stream Observation

     Send what an observation shows, as server-sent events.

    It begins with `hello`. Live: `snapshot` whenever something changed, at most four times a second,
    and `node_changed`
    for each change of a node's state. Periodic: `batch` every period. Manual: nothing but a comment
    every 15 s. `gap`
    after a resumption: what lies between is only in the history. Every snapshot is complete;
    `latency_ms` says how old
    it was when it was sent. A second stream of the same observation ends the first: one's own only.

    Args:
        observation_id (str):
        after (None | str | Unset): Resume after this event id
        last_event_id (None | str | Unset): As `after`, and wins over it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | str]
     """


    kwargs = _get_kwargs(
        observation_id=observation_id,
after=after,
last_event_id=last_event_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    observation_id: str,
    *,
    client: AuthenticatedClient | Client,
    after: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,

) -> ProblemDocument | str | None:
    """ Stream Observation

     Send what an observation shows, as server-sent events.

    It begins with `hello`. Live: `snapshot` whenever something changed, at most four times a second,
    and `node_changed`
    for each change of a node's state. Periodic: `batch` every period. Manual: nothing but a comment
    every 15 s. `gap`
    after a resumption: what lies between is only in the history. Every snapshot is complete;
    `latency_ms` says how old
    it was when it was sent. A second stream of the same observation ends the first: one's own only.

    Args:
        observation_id (str):
        after (None | str | Unset): Resume after this event id
        last_event_id (None | str | Unset): As `after`, and wins over it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | str
     """


    return (await asyncio_detailed(
        observation_id=observation_id,
client=client,
after=after,
last_event_id=last_event_id,

    )).parsed
