"""Taking an output from the machine it is on: as it is when that is this host, else streamed here first.

Either way the content is what the run's receipt says, by size and SHA-256.
"""

import asyncio
import shutil
from pathlib import Path, PurePosixPath

from app.kernel.node import Node
from app.modules import data, machines
from app.modules.data import Placed, SourceChanged
from app.modules.machines import Machine, Output, Transport

_HERE = "local"


class OutputCutShort(ConnectionError):
    """An output came with another content than the run's receipt says: it is fetched again."""


def is_here(machine: Machine) -> bool:
    """Say whether the machine's files are this host's."""
    return machine.transport == _HERE


async def fetch_output(
    node: Node, machine: Machine, directory: str, output: Output, folder: str, marker: str
) -> Placed:
    """Bring one output into this node's storage, ready to be registered.

    Raises FileNotFoundError, PathRefused (422), SourceChanged (409) when it is not what the receipt says, StorageFull
    (507), and what the transport raises, OutputCutShort among it.
    """
    if is_here(machine):
        return await data.place_file(node, Path(directory, output.name), folder, sha256=output.sha256)
    spool = spool_of(node, marker)
    transport = await machines.transport_of(node, machine)
    source, target = f"{directory}/{output.name}", spool / PurePosixPath(output.name)
    await _fetch(transport, source, target, output)
    try:
        return await data.place_file(node, target, folder, sha256=output.sha256)
    except SourceChanged as changed:
        # As many bytes, and other ones. The machine's own sum tells who is wrong.
        await asyncio.to_thread(target.unlink, missing_ok=True)
        if await _sum_there(transport, source) == output.sha256:
            raise OutputCutShort(f"{output.name} did not come whole from {machine.name}") from changed
        raise


def spool_of(node: Node, marker: str) -> Path:
    """Return where the outputs of a run are kept on their way."""
    return node.settings.data_directory / "spool" / marker


async def clear_spool(node: Node, marker: str) -> None:
    """Remove what is left on the way."""
    await asyncio.to_thread(shutil.rmtree, spool_of(node, marker), ignore_errors=True)


async def _fetch(transport: Transport, source: str, target: Path, output: Output) -> None:
    found = await transport.stat(source)
    if found.bytes != output.bytes:
        raise SourceChanged(f"{output.name} has {found.bytes:,} bytes, and had {output.bytes:,} when the run ended")
    await transport.get(source, target)
    here = await asyncio.to_thread(lambda: target.stat().st_size)
    if here != output.bytes:
        raise OutputCutShort(f"{here:,} of {output.bytes:,} bytes of {output.name} came")


async def _sum_there(transport: Transport, path: str) -> str | None:
    done = await transport.run(["sha256sum", "--", path], timeout_seconds=3600)
    return done.stdout.decode(errors="replace").split(" ")[0] if done.exit_code == 0 else None
