from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.dataset_view import DatasetView
from ...models.problem_document import ProblemDocument
from ...types import File, FileTypes
from ...types import UNSET, Unset
from io import BytesIO
from typing import cast
import datetime



def _get_kwargs(
    *,
    body: File,
    name: str,
    role: None | str | Unset = UNSET,
    comment: None | str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    area: list[float] | None | Unset = UNSET,
    valid_from: datetime.datetime | None | Unset = UNSET,
    valid_until: datetime.datetime | None | Unset = UNSET,
    keep_until: datetime.datetime | None | Unset = UNSET,
    follows: None | str | Unset = UNSET,
    made_from: list[str] | Unset = UNSET,
    sha256: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    params: dict[str, Any] = {}

    params["name"] = name

    json_role: None | str | Unset
    if isinstance(role, Unset):
        json_role = UNSET
    else:
        json_role = role
    params["role"] = json_role

    json_comment: None | str | Unset
    if isinstance(comment, Unset):
        json_comment = UNSET
    else:
        json_comment = comment
    params["comment"] = json_comment

    json_tag: list[str] | Unset = UNSET
    if not isinstance(tag, Unset):
        json_tag = tag


    params["tag"] = json_tag

    json_area: list[float] | None | Unset
    if isinstance(area, Unset):
        json_area = UNSET
    elif isinstance(area, list):
        json_area = area


    else:
        json_area = area
    params["area"] = json_area

    json_valid_from: None | str | Unset
    if isinstance(valid_from, Unset):
        json_valid_from = UNSET
    elif isinstance(valid_from, datetime.datetime):
        json_valid_from = valid_from.isoformat()
    else:
        json_valid_from = valid_from
    params["valid_from"] = json_valid_from

    json_valid_until: None | str | Unset
    if isinstance(valid_until, Unset):
        json_valid_until = UNSET
    elif isinstance(valid_until, datetime.datetime):
        json_valid_until = valid_until.isoformat()
    else:
        json_valid_until = valid_until
    params["valid_until"] = json_valid_until

    json_keep_until: None | str | Unset
    if isinstance(keep_until, Unset):
        json_keep_until = UNSET
    elif isinstance(keep_until, datetime.datetime):
        json_keep_until = keep_until.isoformat()
    else:
        json_keep_until = keep_until
    params["keep_until"] = json_keep_until

    json_follows: None | str | Unset
    if isinstance(follows, Unset):
        json_follows = UNSET
    else:
        json_follows = follows
    params["follows"] = json_follows

    json_made_from: list[str] | Unset = UNSET
    if not isinstance(made_from, Unset):
        json_made_from = made_from


    params["made_from"] = json_made_from

    json_sha256: None | str | Unset
    if isinstance(sha256, Unset):
        json_sha256 = UNSET
    else:
        json_sha256 = sha256
    params["sha256"] = json_sha256


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/datasets",
        "params": params,
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "application/octet-stream"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DatasetView | ProblemDocument:
    if response.status_code == 201:
        response_201 = DatasetView.from_dict(response.json())



        return response_201

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DatasetView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: File,
    name: str,
    role: None | str | Unset = UNSET,
    comment: None | str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    area: list[float] | None | Unset = UNSET,
    valid_from: datetime.datetime | None | Unset = UNSET,
    valid_until: datetime.datetime | None | Unset = UNSET,
    keep_until: datetime.datetime | None | Unset = UNSET,
    follows: None | str | Unset = UNSET,
    made_from: list[str] | Unset = UNSET,
    sha256: None | str | Unset = UNSET,

) -> Response[DatasetView | ProblemDocument]:
    """ Upload a data set; the body is its content

    Args:
        name (str):
        role (None | str | Unset):
        comment (None | str | Unset):
        tag (list[str] | Unset):
        area (list[float] | None | Unset): West, south, east, north in degrees
        valid_from (datetime.datetime | None | Unset):
        valid_until (datetime.datetime | None | Unset):
        keep_until (datetime.datetime | None | Unset):
        follows (None | str | Unset): It is the next version of this one
        made_from (list[str] | Unset):
        sha256 (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatasetView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        body=body,
name=name,
role=role,
comment=comment,
tag=tag,
area=area,
valid_from=valid_from,
valid_until=valid_until,
keep_until=keep_until,
follows=follows,
made_from=made_from,
sha256=sha256,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    body: File,
    name: str,
    role: None | str | Unset = UNSET,
    comment: None | str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    area: list[float] | None | Unset = UNSET,
    valid_from: datetime.datetime | None | Unset = UNSET,
    valid_until: datetime.datetime | None | Unset = UNSET,
    keep_until: datetime.datetime | None | Unset = UNSET,
    follows: None | str | Unset = UNSET,
    made_from: list[str] | Unset = UNSET,
    sha256: None | str | Unset = UNSET,

) -> DatasetView | ProblemDocument | None:
    """ Upload a data set; the body is its content

    Args:
        name (str):
        role (None | str | Unset):
        comment (None | str | Unset):
        tag (list[str] | Unset):
        area (list[float] | None | Unset): West, south, east, north in degrees
        valid_from (datetime.datetime | None | Unset):
        valid_until (datetime.datetime | None | Unset):
        keep_until (datetime.datetime | None | Unset):
        follows (None | str | Unset): It is the next version of this one
        made_from (list[str] | Unset):
        sha256 (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatasetView | ProblemDocument
     """


    return sync_detailed(
        client=client,
body=body,
name=name,
role=role,
comment=comment,
tag=tag,
area=area,
valid_from=valid_from,
valid_until=valid_until,
keep_until=keep_until,
follows=follows,
made_from=made_from,
sha256=sha256,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: File,
    name: str,
    role: None | str | Unset = UNSET,
    comment: None | str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    area: list[float] | None | Unset = UNSET,
    valid_from: datetime.datetime | None | Unset = UNSET,
    valid_until: datetime.datetime | None | Unset = UNSET,
    keep_until: datetime.datetime | None | Unset = UNSET,
    follows: None | str | Unset = UNSET,
    made_from: list[str] | Unset = UNSET,
    sha256: None | str | Unset = UNSET,

) -> Response[DatasetView | ProblemDocument]:
    """ Upload a data set; the body is its content

    Args:
        name (str):
        role (None | str | Unset):
        comment (None | str | Unset):
        tag (list[str] | Unset):
        area (list[float] | None | Unset): West, south, east, north in degrees
        valid_from (datetime.datetime | None | Unset):
        valid_until (datetime.datetime | None | Unset):
        keep_until (datetime.datetime | None | Unset):
        follows (None | str | Unset): It is the next version of this one
        made_from (list[str] | Unset):
        sha256 (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatasetView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        body=body,
name=name,
role=role,
comment=comment,
tag=tag,
area=area,
valid_from=valid_from,
valid_until=valid_until,
keep_until=keep_until,
follows=follows,
made_from=made_from,
sha256=sha256,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: File,
    name: str,
    role: None | str | Unset = UNSET,
    comment: None | str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    area: list[float] | None | Unset = UNSET,
    valid_from: datetime.datetime | None | Unset = UNSET,
    valid_until: datetime.datetime | None | Unset = UNSET,
    keep_until: datetime.datetime | None | Unset = UNSET,
    follows: None | str | Unset = UNSET,
    made_from: list[str] | Unset = UNSET,
    sha256: None | str | Unset = UNSET,

) -> DatasetView | ProblemDocument | None:
    """ Upload a data set; the body is its content

    Args:
        name (str):
        role (None | str | Unset):
        comment (None | str | Unset):
        tag (list[str] | Unset):
        area (list[float] | None | Unset): West, south, east, north in degrees
        valid_from (datetime.datetime | None | Unset):
        valid_until (datetime.datetime | None | Unset):
        keep_until (datetime.datetime | None | Unset):
        follows (None | str | Unset): It is the next version of this one
        made_from (list[str] | Unset):
        sha256 (None | str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatasetView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
body=body,
name=name,
role=role,
comment=comment,
tag=tag,
area=area,
valid_from=valid_from,
valid_until=valid_until,
keep_until=keep_until,
follows=follows,
made_from=made_from,
sha256=sha256,

    )).parsed
