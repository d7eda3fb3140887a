"""Bringing what an array needs to its machine: what all its members share once, small files of each in one stream."""

import asyncio
import io
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from pydantic_core import to_json

from app.kernel.ids import is_id
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import BatchSystem, Machine, Transport
from app.modules.simulation.arrays import count_of, number_of
from app.modules.simulation.models import Simulation
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.staging import Staged, stage_dataset

_STREAM_BYTES = 4 * 1024**2
_SECONDS = 300.0


async def stage_array(
    node: Node, machine: Machine, batch: BatchSystem, array: str, rows: Sequence[Simulation]
) -> Mapping[str, Staged]:
    """Bring the files of an array's members there; a data set that all have is brought once, and linked.

    A member nobody wants any more gets a file that ends it as it begins. Raises what the transport raises, and
    DatasetNotFound (404), ContentMissing (503).
    """
    transport = await machines.transport_of(node, machine)
    began = time.monotonic()
    shared_directory = await batch.prepare(array)
    root = PurePosixPath(shared_directory).parents[1]
    given = {number_of(str(row.marker)): SimulationSubmit.model_validate(row.spec).files for row in rows}
    wanted = {number_of(str(row.marker)) for row in rows if row.cancel_requested_at is None}
    shared = _shared(given)
    files: list[tuple[str, bytes | None]] = []  # None: a link to what is shared
    sizes: Counter[int] = Counter()
    for name, dataset_id in shared.items():
        size = await stage_dataset(node, transport, dataset_id, f"{shared_directory}/{name}")
        sizes[min(given)] += size  # it was brought once
    for number, of_member in given.items():
        for name, content in of_member.items():
            path = f"{array}.{number}/work/{name}"
            if name in shared:
                files.append((path, None))
            elif isinstance(content, str) and is_id(content, "dst"):
                sizes[number] += await stage_dataset(node, transport, content, str(root / path))
            else:
                text = content.encode() if isinstance(content, str) else to_json(content)
                sizes[number] += len(text)
                files.append((path, text))
    files += [(f"{array}.{number}/cancel", b"") for number in range(count_of(array)) if number not in wanted]
    for packed in await asyncio.to_thread(lambda: list(_packed(array, files))):
        await _unpack(transport, root, packed)
    seconds = (time.monotonic() - began) / len(rows)
    return {
        row.id: Staged(batch.working_directory(str(row.marker)), sizes[number_of(str(row.marker))], seconds)
        for row in rows
    }


def _shared(given: Mapping[int, Mapping[str, object]]) -> dict[str, str]:
    """Return the data sets that every member has under the same name."""
    counts = Counter(
        (name, content)
        for files in given.values()
        for name, content in files.items()
        if isinstance(content, str) and is_id(content, "dst")
    )
    return {name: content for (name, content), count in counts.items() if count == len(given) > 1}


def _packed(array: str, files: Sequence[tuple[str, bytes | None]]) -> Iterator[bytes]:
    """Yield archives that hold the files, none much larger than what is sent at once."""
    made: set[str] = set()
    portion: list[tuple[str, bytes | None]] = []
    held = 0
    for file in files:
        portion.append(file)
        held += 2048 + len(file[1] or b"")  # with what an archive adds
        if held >= _STREAM_BYTES:
            yield _archive(array, portion, made)
            portion, held = [], 0
    if portion:
        yield _archive(array, portion, made)


def _archive(array: str, files: Sequence[tuple[str, bytes | None]], made: set[str]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path, content in files:
            for folder in reversed(PurePosixPath(path).parents):
                if str(folder) != "." and str(folder) not in made:
                    made.add(str(folder))
                    archive.addfile(_entry(str(folder), tarfile.DIRTYPE, 0o750))
            if content is None:
                link = _entry(path, tarfile.SYMTYPE, 0o777)
                _, _, *inside = PurePosixPath(path).parts
                link.linkname = "/".join([*[".."] * (len(inside) + 1), array, "work", *inside])
                archive.addfile(link)
            else:
                file = _entry(path, tarfile.REGTYPE, 0o640)
                file.size = len(content)
                archive.addfile(file, io.BytesIO(content))
    return stream.getvalue()


def _entry(name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.mtime = kind, mode, int(time.time())
    return entry


async def _unpack(transport: Transport, root: PurePosixPath, packed: bytes) -> None:
    command = ("tar", "--extract", "--no-same-owner", "--directory", str(root), "--file", "-")
    done = await transport.run(command, content=packed, timeout_seconds=_SECONDS)
    if done.exit_code != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise ConnectionError(f"the files of an array could not be unpacked: {said[-1][:300] if said else 'no reason'}")
