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
    upload_id: str,
    *,
    tus_resumable: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(tus_resumable, Unset):
        headers["tus-resumable"] = tus_resumable



    

    

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/uploads/{upload_id}".format(upload_id=quote(str(upload_id), safe=""),),
    }


    _kwargs["headers"] = headers
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
    upload_id: str,
    *,
    client: AuthenticatedClient | Client,
    tus_resumable: None | str | Unset = UNSET,

) -> Response[Any | ProblemDocument]:
    """ End Upload

     Forget an upload and what came of it; a data set it has become stays.

    Args:
        upload_id (str):
        tus_resumable (None | str | Unset): 1.0.0

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
     """


    kwargs = _get_kwargs(
        upload_id=upload_id,
tus_resumable=tus_resumable,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    upload_id: str,
    *,
    client: AuthenticatedClient | Client,
    tus_resumable: None | str | Unset = UNSET,

) -> Any | ProblemDocument | None:
    """ End Upload

     Forget an upload and what came of it; a data set it has become stays.

    Args:
        upload_id (str):
        tus_resumable (None | str | Unset): 1.0.0

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return sync_detailed(
        upload_id=upload_id,
client=client,
tus_resumable=tus_resumable,

    ).parsed

async def asyncio_detailed(
    upload_id: str,
    *,
    client: AuthenticatedClient | Client,
    tus_resumable: None | str | Unset = UNSET,

) -> Response[Any | ProblemDocument]:
    """ End Upload

     Forget an upload and what came of it; a data set it has become stays.

    Args:
        upload_id (str):
        tus_resumable (None | str | Unset): 1.0.0

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
     """


    kwargs = _get_kwargs(
        upload_id=upload_id,
tus_resumable=tus_resumable,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    upload_id: str,
    *,
    client: AuthenticatedClient | Client,
    tus_resumable: None | str | Unset = UNSET,

) -> Any | ProblemDocument | None:
    """ End Upload

     Forget an upload and what came of it; a data set it has become stays.

    Args:
        upload_id (str):
        tus_resumable (None | str | Unset): 1.0.0

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return (await asyncio_detailed(
        upload_id=upload_id,
client=client,
tus_resumable=tus_resumable,

    )).parsed
