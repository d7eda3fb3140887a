from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.audit_verification import AuditVerification
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    after: None | str | Unset = UNSET,
    seen: None | str | Unset = UNSET,
    limit: int | Unset = 2000,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_after: None | str | Unset
    if isinstance(after, Unset):
        json_after = UNSET
    else:
        json_after = after
    params["after"] = json_after

    json_seen: None | str | Unset
    if isinstance(seen, Unset):
        json_seen = UNSET
    else:
        json_seen = seen
    params["seen"] = json_seen

    params["limit"] = limit


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/audit/verify",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AuditVerification | ProblemDocument:
    if response.status_code == 200:
        response_200 = AuditVerification.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[AuditVerification | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    after: None | str | Unset = UNSET,
    seen: None | str | Unset = UNSET,
    limit: int | Unset = 2000,

) -> Response[AuditVerification | ProblemDocument]:
    """ Verify Audit

     Check the chain, a part at a time: finds what was changed, deleted, inserted or reordered.

    Args:
        after (None | str | Unset): Go on after this place: POSITION:SHA256 of the answer before
        seen (None | str | Unset): A head kept elsewhere that has to be in the chain
        limit (int | Unset): Most positions to check Default: 2000.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditVerification | ProblemDocument]
     """


    kwargs = _get_kwargs(
        after=after,
seen=seen,
limit=limit,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    after: None | str | Unset = UNSET,
    seen: None | str | Unset = UNSET,
    limit: int | Unset = 2000,

) -> AuditVerification | ProblemDocument | None:
    """ Verify Audit

     Check the chain, a part at a time: finds what was changed, deleted, inserted or reordered.

    Args:
        after (None | str | Unset): Go on after this place: POSITION:SHA256 of the answer before
        seen (None | str | Unset): A head kept elsewhere that has to be in the chain
        limit (int | Unset): Most positions to check Default: 2000.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditVerification | ProblemDocument
     """


    return sync_detailed(
        client=client,
after=after,
seen=seen,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    after: None | str | Unset = UNSET,
    seen: None | str | Unset = UNSET,
    limit: int | Unset = 2000,

) -> Response[AuditVerification | ProblemDocument]:
    """ Verify Audit

     Check the chain, a part at a time: finds what was changed, deleted, inserted or reordered.

    Args:
        after (None | str | Unset): Go on after this place: POSITION:SHA256 of the answer before
        seen (None | str | Unset): A head kept elsewhere that has to be in the chain
        limit (int | Unset): Most positions to check Default: 2000.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditVerification | ProblemDocument]
     """


    kwargs = _get_kwargs(
        after=after,
seen=seen,
limit=limit,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    after: None | str | Unset = UNSET,
    seen: None | str | Unset = UNSET,
    limit: int | Unset = 2000,

) -> AuditVerification | ProblemDocument | None:
    """ Verify Audit

     Check the chain, a part at a time: finds what was changed, deleted, inserted or reordered.

    Args:
        after (None | str | Unset): Go on after this place: POSITION:SHA256 of the answer before
        seen (None | str | Unset): A head kept elsewhere that has to be in the chain
        limit (int | Unset): Most positions to check Default: 2000.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditVerification | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
after=after,
seen=seen,
limit=limit,

    )).parsed
