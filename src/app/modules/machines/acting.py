"""Files and commands on machines, asked for by people; each deed is in the audit before it is done."""

import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import aiofiles

from app.kernel import audit
from app.kernel.errors import TooLarge
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.modules.machines.asking import told
from app.modules.machines.connections import transport_of
from app.modules.machines.errors import CommandInvalid, CommandTimeout, MachineFileRefused, MachineIsServer
from app.modules.machines.models import Machine
from app.modules.machines.rows import get
from app.modules.machines.schemas import CommandEnded, CommandRun, FileEntry, FileList, FileWritten
from app.modules.machines.settings import MachinesSettings
from app.modules.machines.transport import Transport

T = TypeVar("T")

MOST_ENTRIES = 10_000
_IN_DIRECTORY = ("/bin/sh", "-c", 'cd -- "$0" && exec "$@"')


async def list_files(node: Node, machine_id: str, path: str) -> FileList:
    """Return what a directory holds. Raises as :func:`reached`, MachineFileNotFound (404)."""
    machine, transport = await reached(node, machine_id)
    with told(machine.name):
        found = await transport.entries(path)
    items = [FileEntry.model_validate(entry) for entry in found[:MOST_ENTRIES]]
    return FileList(path=path, items=items, omitted_count=max(0, len(found) - MOST_ENTRIES))


async def open_file(
    node: Node, machine_id: str, path: str, *, start: int, tail_bytes: int | None, actor: Principal
) -> tuple[int, AsyncIterator[bytes]]:
    """Return how many bytes follow, and the bytes of a file from ``start``, or its last ones."""
    machine, transport = await reached(node, machine_id)
    await _note(node, machine, "read", actor, {"path": path})
    with told(machine.name):
        entry = await transport.stat(path)
    if entry.kind != "file":
        raise MachineFileRefused(f"{path} is a {entry.kind}, not a file")
    begin = max(0, entry.bytes - tail_bytes) if tail_bytes is not None else min(start, entry.bytes)

    async def content() -> AsyncIterator[bytes]:
        with told(machine.name):
            async for chunk in transport.read(path, start=begin, end=entry.bytes):
                yield chunk

    return entry.bytes - begin, content()


async def put_file(
    node: Node, machine_id: str, path: str, content: AsyncIterator[bytes], *, actor: Principal
) -> FileWritten:
    """Write a file, replacing what was there; it appears whole. Raises TooLarge (413), and as :func:`reached`."""
    machine, transport = await reached(node, machine_id)
    most = node.settings.of(MachinesSettings).file_bytes
    folder = node.settings.data_directory / "machines" / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    spool = folder / new_id("put")
    try:
        size, digest = await _spool(content, spool, most)
        await _note(node, machine, "put", actor, {"path": path, "bytes": size, "sha256": digest})
        with told(machine.name):
            await transport.put(spool, path)
    finally:
        with suppress(FileNotFoundError):
            spool.unlink()
    return FileWritten(path=path, bytes=size, sha256=digest)


async def make_directory(node: Node, machine_id: str, path: str, *, actor: Principal) -> None:
    """Make a directory, and those above it."""
    await _done(node, machine_id, "make_directory", actor, {"path": path}, lambda t: t.make_directory(path))


async def move_file(node: Node, machine_id: str, source: str, target: str, *, actor: Principal) -> None:
    """Give a file or directory another path. Raises MachineFileExists (409): nothing is replaced."""
    data = {"source": source, "target": target}
    await _done(node, machine_id, "move", actor, data, lambda t: t.move(source, target))


async def copy_file(node: Node, machine_id: str, source: str, target: str, *, actor: Principal) -> None:
    """Copy a file or directory. Raises MachineFileExists (409): nothing is replaced."""
    data = {"source": source, "target": target}
    await _done(node, machine_id, "copy", actor, data, lambda t: t.copy(source, target))


async def remove_file(node: Node, machine_id: str, path: str, *, recursive: bool, actor: Principal) -> None:
    """Remove a file or directory."""
    if recursive and path.strip("/.~") == "":
        raise MachineFileRefused(f"{path} and all below it is not removed at once; name what is in it")
    data = {"path": path, "recursive": recursive}
    await _done(node, machine_id, "remove", actor, data, lambda t: t.remove(path, recursive=recursive))


async def run_command(node: Node, machine_id: str, wanted: CommandRun, *, actor: Principal) -> CommandEnded:
    """Run a short command to its end.

    Raises CommandInvalid (422), CommandTimeout (504), CommandOutputTooLarge (502), and as :func:`reached`.
    """
    machine, transport = await reached(node, machine_id)
    command = [*wanted.command]
    if wanted.environment:
        if "=" in command[0]:
            raise CommandInvalid("with an environment, the program's name holds no '='")
        command = ["env", *[f"{name}={value}" for name, value in wanted.environment.items()], *command]
    if wanted.directory is not None:
        command = [*_IN_DIRECTORY, wanted.directory, *command]
    told_data = {"command": wanted.command, "directory": wanted.directory, "environment": [*wanted.environment]}
    await _note(node, machine, "run", actor, told_data)
    began = time.monotonic()
    with told(machine.name):
        try:
            done = await transport.run(command, content=wanted.stdin.encode(), timeout_seconds=wanted.timeout_seconds)
        except TimeoutError as error:
            if error.args:  # it was the connection
                raise
            raise CommandTimeout(f"it had not ended after {wanted.timeout_seconds:g} s") from error
    return CommandEnded(
        exit_code=done.exit_code,
        stdout=done.stdout.decode(errors="replace"),
        stderr=done.stderr.decode(errors="replace"),
        seconds=round(time.monotonic() - began, 3),
    )


async def _done(
    node: Node,
    machine_id: str,
    what: str,
    actor: Principal,
    data: dict[str, Any],
    act: Callable[[Transport], Awaitable[T]],
) -> T:
    machine, transport = await reached(node, machine_id)
    await _note(node, machine, what, actor, data)
    with told(machine.name):
        return await act(transport)


async def reached(node: Node, machine_id: str) -> tuple[Machine, Transport]:
    """Return a machine and its transport.

    Raises MachineNotFound (404), MachineElsewhere, MachineUnreachable (503), HostKeyUnknown, MachineLoginRefused (409),
    MachineFileRefused (409), MachineIsServer (403).
    """
    async with node.database.sessions() as session:
        machine = await get(session, machine_id)
    require_commands(node, machine)
    return machine, await transport_of(node, machine)


def require_commands(node: Node, machine: Machine) -> None:
    """Raise MachineFileRefused (409), MachineIsServer (403) where nothing is done for people."""
    if machine.test_mode:
        raise MachineFileRefused(f"{machine.name} is in test mode: nothing is sent there")
    if machine.transport == "local" and not node.settings.of(MachinesSettings).local_commands:
        raise MachineIsServer(f"{machine.name} is the node {machine.node_name} of this installation")


async def _note(node: Node, machine: Machine, what: str, actor: Principal, data: dict[str, Any]) -> None:
    async with node.database.transaction() as session:
        audit.note(
            session,
            f"machine.{what}",
            object_id=machine.id,
            actor=actor,
            data={name: value for name, value in data.items() if value is not None},
        )


async def _spool(content: AsyncIterator[bytes], spool: Path, most: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    async with aiofiles.open(spool, "wb") as file:
        async for chunk in content:
            size += len(chunk)
            if size > most:
                raise TooLarge(f"the file is larger than {most:,} bytes (machines.file_bytes)")
            digest.update(chunk)
            await file.write(chunk)
    return size, digest.hexdigest()
