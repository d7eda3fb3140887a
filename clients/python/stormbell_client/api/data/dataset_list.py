from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.page_dataset_view import PageDatasetView
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast
import datetime



def _get_kwargs(
    *,
    q: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    role: None | str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    machine: None | str | Unset = UNSET,
    storage_id: None | str | Unset = UNSET,
    path: None | str | Unset = UNSET,
    sha256: None | str | Unset = UNSET,
    area: None | str | Unset = UNSET,
    valid_from: datetime.datetime | None | Unset = UNSET,
    valid_until: datetime.datetime | None | Unset = UNSET,
    created_from: datetime.datetime | None | Unset = UNSET,
    created_until: datetime.datetime | None | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    made_from: None | str | Unset = UNSET,
    series_id: None | str | Unset = UNSET,
    collection_id: None | str | Unset = UNSET,
    owner_id: None | str | Unset = UNSET,
    pinned: bool | None | Unset = UNSET,
    deleted: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_q: None | str | Unset
    if isinstance(q, Unset):
        json_q = UNSET
    else:
        json_q = q
    params["q"] = json_q

    json_name: None | str | Unset
    if isinstance(name, Unset):
        json_name = UNSET
    else:
        json_name = name
    params["name"] = json_name

    json_media_type: None | str | Unset
    if isinstance(media_type, Unset):
        json_media_type = UNSET
    else:
        json_media_type = media_type
    params["media_type"] = json_media_type

    json_role: None | str | Unset
    if isinstance(role, Unset):
        json_role = UNSET
    else:
        json_role = role
    params["role"] = json_role

    json_tag: list[str] | Unset = UNSET
    if not isinstance(tag, Unset):
        json_tag = tag


    params["tag"] = json_tag

    json_machine: None | str | Unset
    if isinstance(machine, Unset):
        json_machine = UNSET
    else:
        json_machine = machine
    params["machine"] = json_machine

    json_storage_id: None | str | Unset
    if isinstance(storage_id, Unset):
        json_storage_id = UNSET
    else:
        json_storage_id = storage_id
    params["storage_id"] = json_storage_id

    json_path: None | str | Unset
    if isinstance(path, Unset):
        json_path = UNSET
    else:
        json_path = path
    params["path"] = json_path

    json_sha256: None | str | Unset
    if isinstance(sha256, Unset):
        json_sha256 = UNSET
    else:
        json_sha256 = sha256
    params["sha256"] = json_sha256

    json_area: None | str | Unset
    if isinstance(area, Unset):
        json_area = UNSET
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

    json_created_from: None | str | Unset
    if isinstance(created_from, Unset):
        json_created_from = UNSET
    elif isinstance(created_from, datetime.datetime):
        json_created_from = created_from.isoformat()
    else:
        json_created_from = created_from
    params["created_from"] = json_created_from

    json_created_until: None | str | Unset
    if isinstance(created_until, Unset):
        json_created_until = UNSET
    elif isinstance(created_until, datetime.datetime):
        json_created_until = created_until.isoformat()
    else:
        json_created_until = created_until
    params["created_until"] = json_created_until

    json_incident_id: None | str | Unset
    if isinstance(incident_id, Unset):
        json_incident_id = UNSET
    else:
        json_incident_id = incident_id
    params["incident_id"] = json_incident_id

    json_simulation_id: None | str | Unset
    if isinstance(simulation_id, Unset):
        json_simulation_id = UNSET
    else:
        json_simulation_id = simulation_id
    params["simulation_id"] = json_simulation_id

    json_made_from: None | str | Unset
    if isinstance(made_from, Unset):
        json_made_from = UNSET
    else:
        json_made_from = made_from
    params["made_from"] = json_made_from

    json_series_id: None | str | Unset
    if isinstance(series_id, Unset):
        json_series_id = UNSET
    else:
        json_series_id = series_id
    params["series_id"] = json_series_id

    json_collection_id: None | str | Unset
    if isinstance(collection_id, Unset):
        json_collection_id = UNSET
    else:
        json_collection_id = collection_id
    params["collection_id"] = json_collection_id

    json_owner_id: None | str | Unset
    if isinstance(owner_id, Unset):
        json_owner_id = UNSET
    else:
        json_owner_id = owner_id
    params["owner_id"] = json_owner_id

    json_pinned: bool | None | Unset
    if isinstance(pinned, Unset):
        json_pinned = UNSET
    else:
        json_pinned = pinned
    params["pinned"] = json_pinned

    params["deleted"] = deleted

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
        "url": "/api/v1/datasets",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageDatasetView | ProblemDocument:
    if response.status_code == 200:
        response_200 = PageDatasetView.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageDatasetView | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    q: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    role: None | str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    machine: None | str | Unset = UNSET,
    storage_id: None | str | Unset = UNSET,
    path: None | str | Unset = UNSET,
    sha256: None | str | Unset = UNSET,
    area: None | str | Unset = UNSET,
    valid_from: datetime.datetime | None | Unset = UNSET,
    valid_until: datetime.datetime | None | Unset = UNSET,
    created_from: datetime.datetime | None | Unset = UNSET,
    created_until: datetime.datetime | None | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    made_from: None | str | Unset = UNSET,
    series_id: None | str | Unset = UNSET,
    collection_id: None | str | Unset = UNSET,
    owner_id: None | str | Unset = UNSET,
    pinned: bool | None | Unset = UNSET,
    deleted: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageDatasetView | ProblemDocument]:
    """ List Datasets

     Return data sets that fit all that is given, newest first.

    Args:
        q (None | str | Unset): Words that all occur in name, comment, role or tags
        name (None | str | Unset): Its name; * stands for any characters
        media_type (None | str | Unset): Its media type; * stands for any characters: image/*
        role (None | str | Unset):
        tag (list[str] | Unset): Every one of these tags
        machine (None | str | Unset):
        storage_id (None | str | Unset):
        path (None | str | Unset): Of a copy; * stands for any characters
        sha256 (None | str | Unset):
        area (None | str | Unset): west,south,east,north in degrees: its area meets this
        valid_from (datetime.datetime | None | Unset):
        valid_until (datetime.datetime | None | Unset):
        created_from (datetime.datetime | None | Unset):
        created_until (datetime.datetime | None | Unset):
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        made_from (None | str | Unset): Id of a data set it was made from
        series_id (None | str | Unset):
        collection_id (None | str | Unset):
        owner_id (None | str | Unset):
        pinned (bool | None | Unset):
        deleted (bool | Unset): Those that were deleted instead Default: False.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDatasetView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        q=q,
name=name,
media_type=media_type,
role=role,
tag=tag,
machine=machine,
storage_id=storage_id,
path=path,
sha256=sha256,
area=area,
valid_from=valid_from,
valid_until=valid_until,
created_from=created_from,
created_until=created_until,
incident_id=incident_id,
simulation_id=simulation_id,
made_from=made_from,
series_id=series_id,
collection_id=collection_id,
owner_id=owner_id,
pinned=pinned,
deleted=deleted,
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
    q: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    role: None | str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    machine: None | str | Unset = UNSET,
    storage_id: None | str | Unset = UNSET,
    path: None | str | Unset = UNSET,
    sha256: None | str | Unset = UNSET,
    area: None | str | Unset = UNSET,
    valid_from: datetime.datetime | None | Unset = UNSET,
    valid_until: datetime.datetime | None | Unset = UNSET,
    created_from: datetime.datetime | None | Unset = UNSET,
    created_until: datetime.datetime | None | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    made_from: None | str | Unset = UNSET,
    series_id: None | str | Unset = UNSET,
    collection_id: None | str | Unset = UNSET,
    owner_id: None | str | Unset = UNSET,
    pinned: bool | None | Unset = UNSET,
    deleted: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageDatasetView | ProblemDocument | None:
    """ List Datasets

     Return data sets that fit all that is given, newest first.

    Args:
        q (None | str | Unset): Words that all occur in name, comment, role or tags
        name (None | str | Unset): Its name; * stands for any characters
        media_type (None | str | Unset): Its media type; * stands for any characters: image/*
        role (None | str | Unset):
        tag (list[str] | Unset): Every one of these tags
        machine (None | str | Unset):
        storage_id (None | str | Unset):
        path (None | str | Unset): Of a copy; * stands for any characters
        sha256 (None | str | Unset):
        area (None | str | Unset): west,south,east,north in degrees: its area meets this
        valid_from (datetime.datetime | None | Unset):
        valid_until (datetime.datetime | None | Unset):
        created_from (datetime.datetime | None | Unset):
        created_until (datetime.datetime | None | Unset):
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        made_from (None | str | Unset): Id of a data set it was made from
        series_id (None | str | Unset):
        collection_id (None | str | Unset):
        owner_id (None | str | Unset):
        pinned (bool | None | Unset):
        deleted (bool | Unset): Those that were deleted instead Default: False.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDatasetView | ProblemDocument
     """


    return sync_detailed(
        client=client,
q=q,
name=name,
media_type=media_type,
role=role,
tag=tag,
machine=machine,
storage_id=storage_id,
path=path,
sha256=sha256,
area=area,
valid_from=valid_from,
valid_until=valid_until,
created_from=created_from,
created_until=created_until,
incident_id=incident_id,
simulation_id=simulation_id,
made_from=made_from,
series_id=series_id,
collection_id=collection_id,
owner_id=owner_id,
pinned=pinned,
deleted=deleted,
cursor=cursor,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    q: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    role: None | str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    machine: None | str | Unset = UNSET,
    storage_id: None | str | Unset = UNSET,
    path: None | str | Unset = UNSET,
    sha256: None | str | Unset = UNSET,
    area: None | str | Unset = UNSET,
    valid_from: datetime.datetime | None | Unset = UNSET,
    valid_until: datetime.datetime | None | Unset = UNSET,
    created_from: datetime.datetime | None | Unset = UNSET,
    created_until: datetime.datetime | None | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    made_from: None | str | Unset = UNSET,
    series_id: None | str | Unset = UNSET,
    collection_id: None | str | Unset = UNSET,
    owner_id: None | str | Unset = UNSET,
    pinned: bool | None | Unset = UNSET,
    deleted: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> Response[PageDatasetView | ProblemDocument]:
    """ List Datasets

     Return data sets that fit all that is given, newest first.

    Args:
        q (None | str | Unset): Words that all occur in name, comment, role or tags
        name (None | str | Unset): Its name; * stands for any characters
        media_type (None | str | Unset): Its media type; * stands for any characters: image/*
        role (None | str | Unset):
        tag (list[str] | Unset): Every one of these tags
        machine (None | str | Unset):
        storage_id (None | str | Unset):
        path (None | str | Unset): Of a copy; * stands for any characters
        sha256 (None | str | Unset):
        area (None | str | Unset): west,south,east,north in degrees: its area meets this
        valid_from (datetime.datetime | None | Unset):
        valid_until (datetime.datetime | None | Unset):
        created_from (datetime.datetime | None | Unset):
        created_until (datetime.datetime | None | Unset):
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        made_from (None | str | Unset): Id of a data set it was made from
        series_id (None | str | Unset):
        collection_id (None | str | Unset):
        owner_id (None | str | Unset):
        pinned (bool | None | Unset):
        deleted (bool | Unset): Those that were deleted instead Default: False.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDatasetView | ProblemDocument]
     """


    kwargs = _get_kwargs(
        q=q,
name=name,
media_type=media_type,
role=role,
tag=tag,
machine=machine,
storage_id=storage_id,
path=path,
sha256=sha256,
area=area,
valid_from=valid_from,
valid_until=valid_until,
created_from=created_from,
created_until=created_until,
incident_id=incident_id,
simulation_id=simulation_id,
made_from=made_from,
series_id=series_id,
collection_id=collection_id,
owner_id=owner_id,
pinned=pinned,
deleted=deleted,
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
    q: None | str | Unset = UNSET,
    name: None | str | Unset = UNSET,
    media_type: None | str | Unset = UNSET,
    role: None | str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    machine: None | str | Unset = UNSET,
    storage_id: None | str | Unset = UNSET,
    path: None | str | Unset = UNSET,
    sha256: None | str | Unset = UNSET,
    area: None | str | Unset = UNSET,
    valid_from: datetime.datetime | None | Unset = UNSET,
    valid_until: datetime.datetime | None | Unset = UNSET,
    created_from: datetime.datetime | None | Unset = UNSET,
    created_until: datetime.datetime | None | Unset = UNSET,
    incident_id: None | str | Unset = UNSET,
    simulation_id: None | str | Unset = UNSET,
    made_from: None | str | Unset = UNSET,
    series_id: None | str | Unset = UNSET,
    collection_id: None | str | Unset = UNSET,
    owner_id: None | str | Unset = UNSET,
    pinned: bool | None | Unset = UNSET,
    deleted: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,

) -> PageDatasetView | ProblemDocument | None:
    """ List Datasets

     Return data sets that fit all that is given, newest first.

    Args:
        q (None | str | Unset): Words that all occur in name, comment, role or tags
        name (None | str | Unset): Its name; * stands for any characters
        media_type (None | str | Unset): Its media type; * stands for any characters: image/*
        role (None | str | Unset):
        tag (list[str] | Unset): Every one of these tags
        machine (None | str | Unset):
        storage_id (None | str | Unset):
        path (None | str | Unset): Of a copy; * stands for any characters
        sha256 (None | str | Unset):
        area (None | str | Unset): west,south,east,north in degrees: its area meets this
        valid_from (datetime.datetime | None | Unset):
        valid_until (datetime.datetime | None | Unset):
        created_from (datetime.datetime | None | Unset):
        created_until (datetime.datetime | None | Unset):
        incident_id (None | str | Unset):
        simulation_id (None | str | Unset):
        made_from (None | str | Unset): Id of a data set it was made from
        series_id (None | str | Unset):
        collection_id (None | str | Unset):
        owner_id (None | str | Unset):
        pinned (bool | None | Unset):
        deleted (bool | Unset): Those that were deleted instead Default: False.
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset): Most items to return Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDatasetView | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
q=q,
name=name,
media_type=media_type,
role=role,
tag=tag,
machine=machine,
storage_id=storage_id,
path=path,
sha256=sha256,
area=area,
valid_from=valid_from,
valid_until=valid_until,
created_from=created_from,
created_until=created_until,
incident_id=incident_id,
simulation_id=simulation_id,
made_from=made_from,
series_id=series_id,
collection_id=collection_id,
owner_id=owner_id,
pinned=pinned,
deleted=deleted,
cursor=cursor,
limit=limit,

    )).parsed
