"""Pictures of data sets: drawn by a program of their own, kept on this node's disk by the checksum of the content."""

import asyncio
import hashlib
import json
import os
import sys
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.kernel.errors import NotFound, Unavailable
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules.data import preview_drawing
from app.modules.data.bringing import files_of
from app.modules.data.content import path_of
from app.modules.data.errors import ContentMissing
from app.modules.data.models import Dataset
from app.modules.data.preview_schemas import SIZES, PreviewView
from app.modules.data.schemas import DataSettings

_EDITION = "1"  # of the drawing: another one draws anew
_AT_ONCE = 2
_MOST_WAITING = 32
_MEMORY_BYTES = 3 * 1024**3  # of address space; what numpy and HDF5 map alone is a gigabyte
_LARGEST_PICTURE = 32 * 1024**2
_TIFFS = ("image/tiff", "image/geotiff", "image/x-geotiff")
_NETCDFS = ("application/netcdf", "application/x-netcdf", "application/x-hdf5", "application/x-hdf")
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/x-ms-bmp")
_TABLES = ("application/vnd.apache.parquet", "application/x-parquet", "application/parquet")
_UNTOLD = {".nc": "netcdf", ".nc4": "netcdf", ".h5": "netcdf", ".tif": "tiff", ".tiff": "tiff", ".mp4": "video"}
_UNTOLD |= {".parquet": "table"}


class PreviewMissing(NotFound):
    """No picture of this data set can be made.

    `detail` says why. `stormbell datasets get ID` fetches the content itself.
    """

    code = "preview_missing"


class PreviewBusy(Unavailable):
    """Many pictures are being made.

    Ask again in some seconds; those that were made are kept.
    """

    code = "preview_busy"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which picture."""

    size: int = 640
    variable: str | None = None
    step: int = 0


@dataclass(frozen=True)
class Drawn:
    """A picture and what it shows; no bytes when there is none."""

    view: PreviewView
    picture: bytes
    etag: str


def kind_of(media_type: str, name: str) -> str | None:
    """Return how a content is drawn, ``None`` when it is not."""
    if media_type in _IMAGES:
        return "image"
    if media_type in _TIFFS:
        return "tiff"
    if media_type in _NETCDFS:
        return "netcdf"
    if media_type in _TABLES:
        return "table"
    if media_type.startswith("video/"):
        return "video"
    return _UNTOLD.get(Path(name.lower()).suffix) if media_type == "application/octet-stream" else None


class Previews:
    """The pictures one node has made; the least used go when there is no more room."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._settings = node.settings.of(DataSettings).previews
        self._directory = node.settings.data_directory / "cache" / "previews"
        self._kept: OrderedDict[str, int] | None = None  # the one used last at the end
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._making: dict[str, asyncio.Task[bytes]] = {}
        self.made = 0

    async def of(self, dataset: Dataset, wanted: Wanted) -> Drawn:
        """Return the picture of a data set its reader may have. Raises PreviewBusy, ContentMissing (503).

        However many ask at once, it is drawn once.
        """
        kind = kind_of(dataset.media_type, dataset.name)
        wanted = replace(wanted, size=min(size for size in SIZES if size >= wanted.size))
        if kind == "table":
            wanted = Wanted()  # it is the same whatever is asked for
        said = (_EDITION, dataset.sha256, str(kind), str(wanted.size), wanted.variable or "", str(wanted.step))
        key = hashlib.sha256("\n".join(said).encode()).hexdigest()
        if kind is None:
            why = f"no picture is made of {dataset.media_type}"
            return Drawn(PreviewView(kind="none", why=why), b"", key)
        entry = await self._read(key)
        if entry is None:
            task = self._making.get(key)
            if task is None:
                if len(self._making) >= _MOST_WAITING:
                    raise PreviewBusy(f"{len(self._making)} pictures are being made", retry_after=5)
                task = self._making[key] = asyncio.create_task(self._make(key, kind, dataset, wanted), name="preview")
                task.add_done_callback(lambda _: self._making.pop(key, None))
            entry = await asyncio.shield(task)  # who leaves does not take it from the others
        line, _, picture = entry.partition(b"\n")
        found = {name: value for name, value in json.loads(line).items() if name != "passing"}
        return Drawn(PreviewView.model_validate({"kind": "none", **found}), picture, key)

    async def _make(self, key: str, kind: str, dataset: Dataset, wanted: Wanted) -> bytes:
        async with self._gate:
            await self._prepared()
            async with self._file(dataset) as (path, why):
                if path is None:
                    return json.dumps({"why": why}).encode() + b"\n"
                order = {"path": str(path), "kind": kind, "size": wanted.size, "variable": wanted.variable}
                entry = await self._draw({**order, "step": wanted.step})
        self.made += 1
        if not json.loads(entry.partition(b"\n")[0]).get("passing"):
            await self._keep(key, entry)
        return entry

    @asynccontextmanager
    async def _file(self, dataset: Dataset) -> AsyncIterator[tuple[Path | None, str | None]]:
        """Give a file with the content: the copy on this host, or one that is fetched and goes again."""
        here = True
        async with self._node.database.sessions() as session:
            try:
                await path_of(session, self._node, dataset.id)
            except ContentMissing:
                here = False
        if not here and dataset.bytes > (most := self._settings.fetch_bytes):
            yield None, f"it lies on another machine and has {dataset.bytes:,} bytes; at most {most:,} are fetched"
            return
        async with files_of(self._node, [dataset.id]) as files:
            yield files[dataset.id], None

    async def _draw(self, order: dict[str, Any]) -> bytes:
        seconds = self._settings.seconds
        order |= {"memory_bytes": _MEMORY_BYTES, "seconds": seconds}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(preview_drawing.__file__)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": "/nonexistent",
                "LC_ALL": "C.UTF-8",
                "OPENBLAS_NUM_THREADS": "1",
                "HDF5_PLUGIN_PATH": "/nonexistent",  # a file may name a filter to be loaded as a library
            },
        )
        try:
            # It ends itself after so many seconds of work; a busy host gives it those slowly.
            async with asyncio.timeout(3 * seconds):
                out, _ = await process.communicate(json.dumps(order).encode())
        except TimeoutError:
            return json.dumps({"why": f"it takes longer than {seconds} s to draw"}).encode() + b"\n"
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, 9)
                await process.wait()
        if process.returncode != 0 or len(out) > _LARGEST_PICTURE:
            return json.dumps({"why": "it could not be drawn: the file is broken, or too large"}).encode() + b"\n"
        return out

    async def _prepared(self) -> OrderedDict[str, int]:
        if self._kept is None:
            kept = await asyncio.to_thread(_found, self._directory)
            if self._kept is None:
                self._kept = kept
        return self._kept

    async def _read(self, key: str) -> bytes | None:
        kept = await self._prepared()
        if key not in kept:
            return None
        try:
            entry = await asyncio.to_thread((self._directory / key).read_bytes)
        except OSError:
            kept.pop(key, None)
            return None
        if key in kept:
            kept.move_to_end(key)
        return entry

    async def _keep(self, key: str, entry: bytes) -> None:
        kept = await self._prepared()
        if len(entry) > self._settings.cache_bytes:
            return
        try:
            await asyncio.to_thread(_write, self._directory / key, entry)
        except OSError:
            return  # a full disk: it is drawn again the next time
        kept[key] = len(entry)
        while sum(kept.values()) > self._settings.cache_bytes:
            oldest, _ = kept.popitem(last=False)
            await asyncio.to_thread((self._directory / oldest).unlink, missing_ok=True)


def _found(directory: Path) -> OrderedDict[str, int]:
    """Return what earlier lives of this node kept, the oldest first, and remove what they left half done."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    found: list[tuple[float, str, int]] = []
    for path in directory.iterdir():
        if len(path.name) == 64:
            about = path.stat()
            found.append((about.st_mtime, path.name, about.st_size))
        else:
            path.unlink(missing_ok=True)
    return OrderedDict((name, size) for _, name, size in sorted(found))


def _write(path: Path, entry: bytes) -> None:
    part = path.with_name(new_id("w"))
    try:
        part.write_bytes(entry)
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
