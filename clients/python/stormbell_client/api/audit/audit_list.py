from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.audit_list_outcome_type_0 import AuditListOutcomeType0
from ...models.page_audit_view import PageAuditView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast
import datetime



def _get_kwargs(
    *,
    actor: None | str | Unset = UNSET,
    object_id: None | str | Unset = UNSET,
    action: None | str | Unset = UNSET,
    outcome: AuditListOutcomeType0 | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    oldest_first: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_actor: None | str | Unset
    if isinstance(actor, Unset):
        json_actor = UNSET
    else:
        json_actor = actor
    params["actor"] = json_actor

    json_object_id: None | str | Unset
    if isinstance(object_id, Unset):
        json_object_id = UNSET
    else:
        json_object_id = object_id
    params["object_id"] = json_object_id

    json_action: None | str | Unset
    if isinstance(action, Unset):
        json_action = UNSET
    else:
        json_action = action
    params["action"] = json_action

    json_outcome: None | str | Unset
    if isinstance(outcome, Unset):
        json_outcome = UNSET
    elif isinstance(outcome, AuditListOutcomeType0):
        json_outcome = outcome.value
    else:
        json_outcome = outcome
    params["outcome"] = json_outcome

    json_request_id: None | str | Unset
    if isinstance(request_id, Unset):
        json_request_id = UNSET
    else:
        json_request_id = request_id
    params["request_id"] = json_request_id

    json_since: None | str | Unset
    if isinstance(since, Unset):
        json_since = UNSET
    elif isinstance(since, datetime.datetime):
        json_since = since.isoformat()
    else:
        json_since = since
    params["since"] = json_since

    json_until: None | str | Unset
    if isinstance(until, Unset):
        json_until = UNSET
    elif isinstance(until, datetime.datetime):
        json_until = until.isoformat()
    else:
        json_until = until
    params["until"] = json_until

    params["oldest_first"] = oldest_first

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
        "url": "/api/v1/audit",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageAuditView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageAuditView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageAuditView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    actor: None | str | Unset = UNSET,
    object_id: None | str | Unset = UNSET,
    action: None | str | Unset = UNSET,
    outcome: AuditListOutcomeType0 | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    oldest_first: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageAuditView | ProblemDocument]:
    """ List Audit

     List who did what, newest first.

    Args:
        actor (None | str | Unset): Who did it: an id or a name
        object_id (None | str | Unset): What it touched
        action (None | str | Unset): Such as source_change or source_*
        outcome (AuditListOutcomeType0 | None | Unset):
        request_id (None | str | Unset):
        since (datetime.datetime | None | Unset): Not older than this
        until (datetime.datetime | None | Unset): Older than this
        oldest_first (bool | Unset):  Default: False.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAuditView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        actor=actor,
object_id=object_id,
action=action,
outcome=outcome,
request_id=request_id,
since=since,
until=until,
oldest_first=oldest_first,
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
    actor: None | str | Unset = UNSET,
    object_id: None | str | Unset = UNSET,
    action: None | str | Unset = UNSET,
    outcome: AuditListOutcomeType0 | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    oldest_first: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageAuditView | ProblemDocument | None:
    """ List Audit

     List who did what, newest first.

    Args:
        actor (None | str | Unset): Who did it: an id or a name
        object_id (None | str | Unset): What it touched
        action (None | str | Unset): Such as source_change or source_*
        outcome (AuditListOutcomeType0 | None | Unset):
        request_id (None | str | Unset):
        since (datetime.datetime | None | Unset): Not older than this
        until (datetime.datetime | None | Unset): Older than this
        oldest_first (bool | Unset):  Default: False.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAuditView | ProblemDocument
     """


    return sync_detailed(
        client=client,
actor=actor,
object_id=object_id,
action=action,
outcome=outcome,
request_id=request_id,
since=since,
until=until,
oldest_first=oldest_first,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    actor: None | str | Unset = UNSET,
    object_id: None | str | Unset = UNSET,
    action: None | str | Unset = UNSET,
    outcome: AuditListOutcomeType0 | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    oldest_first: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageAuditView | ProblemDocument]:
    """ List Audit

     List who did what, newest first.

    Args:
        actor (None | str | Unset): Who did it: an id or a name
        object_id (None | str | Unset): What it touched
        action (None | str | Unset): Such as source_change or source_*
        outcome (AuditListOutcomeType0 | None | Unset):
        request_id (None | str | Unset):
        since (datetime.datetime | None | Unset): Not older than this
        until (datetime.datetime | None | Unset): Older than this
        oldest_first (bool | Unset):  Default: False.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAuditView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        actor=actor,
object_id=object_id,
action=action,
outcome=outcome,
request_id=request_id,
since=since,
until=until,
oldest_first=oldest_first,
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
    actor: None | str | Unset = UNSET,
    object_id: None | str | Unset = UNSET,
    action: None | str | Unset = UNSET,
    outcome: AuditListOutcomeType0 | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    oldest_first: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageAuditView | ProblemDocument | None:
    """ List Audit

     List who did what, newest first.

    Args:
        actor (None | str | Unset): Who did it: an id or a name
        object_id (None | str | Unset): What it touched
        action (None | str | Unset): Such as source_change or source_*
        outcome (AuditListOutcomeType0 | None | Unset):
        request_id (None | str | Unset):
        since (datetime.datetime | None | Unset): Not older than this
        until (datetime.datetime | None | Unset): Older than this
        oldest_first (bool | Unset):  Default: False.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAuditView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
actor=actor,
object_id=object_id,
action=action,
outcome=outcome,
request_id=request_id,
since=since,
until=until,
oldest_first=oldest_first,
cursor=cursor,
limit=limit,

    )).parsed
