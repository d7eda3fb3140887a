from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.machine_setup import MachineSetup
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    name: str,
    credential_id: None | str | Unset = UNSET,
    driver: None | str | Unset = UNSET,
    run_directory: None | str | Unset = UNSET,
    source_address: list[str] | None | Unset = UNSET,
    is_jump: bool | Unset = False,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["name"] = name

    json_credential_id: None | str | Unset
    if isinstance(credential_id, Unset):
        json_credential_id = UNSET
    else:
        json_credential_id = credential_id
    params["credential_id"] = json_credential_id

    json_driver: None | str | Unset
    if isinstance(driver, Unset):
        json_driver = UNSET
    else:
        json_driver = driver
    params["driver"] = json_driver

    json_run_directory: None | str | Unset
    if isinstance(run_directory, Unset):
        json_run_directory = UNSET
    else:
        json_run_directory = run_directory
    params["run_directory"] = json_run_directory

    json_source_address: list[str] | None | Unset
    if isinstance(source_address, Unset):
        json_source_address = UNSET
    elif isinstance(source_address, list):
        json_source_address = source_address


    else:
        json_source_address = source_address
    params["source_address"] = json_source_address

    params["is_jump"] = is_jump


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/machines/setup-script",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> MachineSetup | ProblemDocument:
    if response.status_code == 200:
        response_200 = MachineSetup.from_dict(response.json())



        return response_200

    response_default = ProblemDocument.from_dict(response.json())



    return response_default



def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[MachineSetup | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    name: str,
    credential_id: None | str | Unset = UNSET,
    driver: None | str | Unset = UNSET,
    run_directory: None | str | Unset = UNSET,
    source_address: list[str] | None | Unset = UNSET,
    is_jump: bool | Unset = False,

) -> Response[MachineSetup | ProblemDocument]:
    """ Get Setup Script

     Return a shell script that prepares an account for us: run it there, then register the machine.

    Args:
        name (str):
        credential_id (None | str | Unset): SSH key or authority to let in; left out, no key is
            added
        driver (None | str | Unset): Its batch system, whose commands are looked for
        run_directory (None | str | Unset): Where runs have their directories
        source_address (list[str] | None | Unset): The key is good from these only; left out, from
            all
        is_jump (bool | Unset): It is on the way to other machines Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MachineSetup | ProblemDocument]
     """


    kwargs = _get_kwargs(
        name=name,
credential_id=credential_id,
driver=driver,
run_directory=run_directory,
source_address=source_address,
is_jump=is_jump,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    name: str,
    credential_id: None | str | Unset = UNSET,
    driver: None | str | Unset = UNSET,
    run_directory: None | str | Unset = UNSET,
    source_address: list[str] | None | Unset = UNSET,
    is_jump: bool | Unset = False,

) -> MachineSetup | ProblemDocument | None:
    """ Get Setup Script

     Return a shell script that prepares an account for us: run it there, then register the machine.

    Args:
        name (str):
        credential_id (None | str | Unset): SSH key or authority to let in; left out, no key is
            added
        driver (None | str | Unset): Its batch system, whose commands are looked for
        run_directory (None | str | Unset): Where runs have their directories
        source_address (list[str] | None | Unset): The key is good from these only; left out, from
            all
        is_jump (bool | Unset): It is on the way to other machines Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MachineSetup | ProblemDocument
     """


    return sync_detailed(
        client=client,
name=name,
credential_id=credential_id,
driver=driver,
run_directory=run_directory,
source_address=source_address,
is_jump=is_jump,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    name: str,
    credential_id: None | str | Unset = UNSET,
    driver: None | str | Unset = UNSET,
    run_directory: None | str | Unset = UNSET,
    source_address: list[str] | None | Unset = UNSET,
    is_jump: bool | Unset = False,

) -> Response[MachineSetup | ProblemDocument]:
    """ Get Setup Script

     Return a shell script that prepares an account for us: run it there, then register the machine.

    Args:
        name (str):
        credential_id (None | str | Unset): SSH key or authority to let in; left out, no key is
            added
        driver (None | str | Unset): Its batch system, whose commands are looked for
        run_directory (None | str | Unset): Where runs have their directories
        source_address (list[str] | None | Unset): The key is good from these only; left out, from
            all
        is_jump (bool | Unset): It is on the way to other machines Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MachineSetup | ProblemDocument]
     """


    kwargs = _get_kwargs(
        name=name,
credential_id=credential_id,
driver=driver,
run_directory=run_directory,
source_address=source_address,
is_jump=is_jump,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    name: str,
    credential_id: None | str | Unset = UNSET,
    driver: None | str | Unset = UNSET,
    run_directory: None | str | Unset = UNSET,
    source_address: list[str] | None | Unset = UNSET,
    is_jump: bool | Unset = False,

) -> MachineSetup | ProblemDocument | None:
    """ Get Setup Script

     Return a shell script that prepares an account for us: run it there, then register the machine.

    Args:
        name (str):
        credential_id (None | str | Unset): SSH key or authority to let in; left out, no key is
            added
        driver (None | str | Unset): Its batch system, whose commands are looked for
        run_directory (None | str | Unset): Where runs have their directories
        source_address (list[str] | None | Unset): The key is good from these only; left out, from
            all
        is_jump (bool | Unset): It is on the way to other machines Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MachineSetup | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
name=name,
credential_id=credential_id,
driver=driver,
run_directory=run_directory,
source_address=source_address,
is_jump=is_jump,

    )).parsed
