from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.transfer import Transfer
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    transfer_id: str,
    *,
    dry_run: bool | Unset = False,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/transfers/{transfer_id}/cancel".format(transfer_id=quote(str(transfer_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | Transfer:
    if response.status_code == 200:
        response_200 = Transfer.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | Transfer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    transfer_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,

) -> Response[ProblemDocument | Transfer]:
    """ Cancel Transfer

     Stop a transfer; what has arrived of it is taken away.

    Args:
        transfer_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | Transfer]
     """


    kwargs = _get_kwargs(
        transfer_id=transfer_id,
dry_run=dry_run,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    transfer_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,

) -> ProblemDocument | Transfer | None:
    """ Cancel Transfer

     Stop a transfer; what has arrived of it is taken away.

    Args:
        transfer_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | Transfer
     """


    return sync_detailed(
        transfer_id=transfer_id,
client=client,
dry_run=dry_run,

    ).parsed

async def asyncio_detailed(
    transfer_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,

) -> Response[ProblemDocument | Transfer]:
    """ Cancel Transfer

     Stop a transfer; what has arrived of it is taken away.

    Args:
        transfer_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | Transfer]
     """


    kwargs = _get_kwargs(
        transfer_id=transfer_id,
dry_run=dry_run,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    transfer_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,

) -> ProblemDocument | Transfer | None:
    """ Cancel Transfer

     Stop a transfer; what has arrived of it is taken away.

    Args:
        transfer_id (str):
        dry_run (bool | Unset): Change nothing: answer what is there, or why it would be refused
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | Transfer
     """


    return (await asyncio_detailed(
        transfer_id=transfer_id,
client=client,
dry_run=dry_run,

    )).parsed
