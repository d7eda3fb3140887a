from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.manual_data_view import ManualDataView
from ...models.problem_document import ProblemDocument
from ...types import File, FileTypes
from ...types import UNSET, Unset
from io import BytesIO
from typing import cast



def _get_kwargs(
    incident_id: str,
    *,
    body: File,
    name: str | Unset = 'data',
    type_: None | str | Unset = UNSET,
    comment: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    params: dict[str, Any] = {}

    params["name"] = name

    json_type_: None | str | Unset
    if isinstance(type_, Unset):
        json_type_ = UNSET
    else:
        json_type_ = type_
    params["type"] = json_type_

    json_comment: None | str | Unset
    if isinstance(comment, Unset):
        json_comment = UNSET
    else:
        json_comment = comment
    params["comment"] = json_comment


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/incidents/{incident_id}/data".format(incident_id=quote(str(incident_id), safe=""),),
        "params": params,
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "application/octet-stream"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ManualDataView | ProblemDocument:
    if response.status_code == 202:
        response_202 = ManualDataView.from_dict(response.json())



        return response_202

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ManualDataView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
    name: str | Unset = 'data',
    type_: None | str | Unset = UNSET,
    comment: None | str | Unset = UNSET,

) -> Response[ManualDataView | ProblemDocument]:
    """ Give a file to a running incident; the body is the file

    Args:
        incident_id (str):
        name (str | Unset): File name Default: 'data'.
        type_ (None | str | Unset): What it is; the data set's role
        comment (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ManualDataView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
body=body,
name=name,
type_=type_,
comment=comment,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
    name: str | Unset = 'data',
    type_: None | str | Unset = UNSET,
    comment: None | str | Unset = UNSET,

) -> ManualDataView | ProblemDocument | None:
    """ Give a file to a running incident; the body is the file

    Args:
        incident_id (str):
        name (str | Unset): File name Default: 'data'.
        type_ (None | str | Unset): What it is; the data set's role
        comment (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ManualDataView | ProblemDocument
     """


    return sync_detailed(
        incident_id=incident_id,
client=client,
body=body,
name=name,
type_=type_,
comment=comment,

    ).parsed

async def asyncio_detailed(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
    name: str | Unset = 'data',
    type_: None | str | Unset = UNSET,
    comment: None | str | Unset = UNSET,

) -> Response[ManualDataView | ProblemDocument]:
    """ Give a file to a running incident; the body is the file

    Args:
        incident_id (str):
        name (str | Unset): File name Default: 'data'.
        type_ (None | str | Unset): What it is; the data set's role
        comment (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ManualDataView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        incident_id=incident_id,
body=body,
name=name,
type_=type_,
comment=comment,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    incident_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
    name: str | Unset = 'data',
    type_: None | str | Unset = UNSET,
    comment: None | str | Unset = UNSET,

) -> ManualDataView | ProblemDocument | None:
    """ Give a file to a running incident; the body is the file

    Args:
        incident_id (str):
        name (str | Unset): File name Default: 'data'.
        type_ (None | str | Unset): What it is; the data set's role
        comment (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ManualDataView | ProblemDocument
     """


    return (await asyncio_detailed(
        incident_id=incident_id,
client=client,
body=body,
name=name,
type_=type_,
comment=comment,

    )).parsed
