from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.upload import Upload
from ...models.upload_begin import UploadBegin
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    body: None | Unset | UploadBegin = UNSET,
    tus_resumable: None | str | Unset = UNSET,
    upload_length: None | str | Unset = UNSET,
    upload_metadata: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(tus_resumable, Unset):
        headers["tus-resumable"] = tus_resumable

    if not isinstance(upload_length, Unset):
        headers["upload-length"] = upload_length

    if not isinstance(upload_metadata, Unset):
        headers["upload-metadata"] = upload_metadata



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/uploads",
    }

    
    if isinstance(body, UploadBegin):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | Upload:
    if response.status_code == 201:
        response_201 = Upload.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | Upload]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: None | Unset | UploadBegin = UNSET,
    tus_resumable: None | str | Unset = UNSET,
    upload_length: None | str | Unset = UNSET,
    upload_metadata: None | str | Unset = UNSET,

) -> Response[ProblemDocument | Upload]:
    """ Begin Upload

     Begin an upload in parts; send them with PATCH to the address in Location.

    Args:
        tus_resumable (None | str | Unset): 1.0.0
        upload_length (None | str | Unset): Instead of a body, as tus says it
        upload_metadata (None | str | Unset): Instead of a body, as tus says it
        body (None | Unset | UploadBegin):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | Upload]
     """


    kwargs = _get_kwargs(
        body=body,
tus_resumable=tus_resumable,
upload_length=upload_length,
upload_metadata=upload_metadata,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    body: None | Unset | UploadBegin = UNSET,
    tus_resumable: None | str | Unset = UNSET,
    upload_length: None | str | Unset = UNSET,
    upload_metadata: None | str | Unset = UNSET,

) -> ProblemDocument | Upload | None:
    """ Begin Upload

     Begin an upload in parts; send them with PATCH to the address in Location.

    Args:
        tus_resumable (None | str | Unset): 1.0.0
        upload_length (None | str | Unset): Instead of a body, as tus says it
        upload_metadata (None | str | Unset): Instead of a body, as tus says it
        body (None | Unset | UploadBegin):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | Upload
     """


    return sync_detailed(
        client=client,
body=body,
tus_resumable=tus_resumable,
upload_length=upload_length,
upload_metadata=upload_metadata,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: None | Unset | UploadBegin = UNSET,
    tus_resumable: None | str | Unset = UNSET,
    upload_length: None | str | Unset = UNSET,
    upload_metadata: None | str | Unset = UNSET,

) -> Response[ProblemDocument | Upload]:
    """ Begin Upload

     Begin an upload in parts; send them with PATCH to the address in Location.

    Args:
        tus_resumable (None | str | Unset): 1.0.0
        upload_length (None | str | Unset): Instead of a body, as tus says it
        upload_metadata (None | str | Unset): Instead of a body, as tus says it
        body (None | Unset | UploadBegin):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | Upload]
     """


    kwargs = _get_kwargs(
        body=body,
tus_resumable=tus_resumable,
upload_length=upload_length,
upload_metadata=upload_metadata,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: None | Unset | UploadBegin = UNSET,
    tus_resumable: None | str | Unset = UNSET,
    upload_length: None | str | Unset = UNSET,
    upload_metadata: None | str | Unset = UNSET,

) -> ProblemDocument | Upload | None:
    """ Begin Upload

     Begin an upload in parts; send them with PATCH to the address in Location.

    Args:
        tus_resumable (None | str | Unset): 1.0.0
        upload_length (None | str | Unset): Instead of a body, as tus says it
        upload_metadata (None | str | Unset): Instead of a body, as tus says it
        body (None | Unset | UploadBegin):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | Upload
     """


    return (await asyncio_detailed(
        client=client,
body=body,
tus_resumable=tus_resumable,
upload_length=upload_length,
upload_metadata=upload_metadata,

    )).parsed
