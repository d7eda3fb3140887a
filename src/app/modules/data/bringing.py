"""Data sets as files of this host, for programs that want a path: a copy's own file, or one brought for a while."""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules.data.content import open_content, path_of
from app.modules.data.digests import Sums
from app.modules.data.errors import ContentMissing, StorageFull
from app.modules.data.finding import get
from app.modules.data.models import Dataset
from app.modules.data.schemas import DataSettings

_LEFT_SECONDS = 7 * 86400.0  # by a server that was killed; no stage and no staging takes so long


@asynccontextmanager
async def files_of(node: Node, dataset_ids: Collection[str]) -> AsyncIterator[dict[str, Path]]:
    """Give files that hold data sets, by id, not to be changed; what lies elsewhere is brought and goes afterwards.

    What is brought is checked against its SHA-256. Raises DatasetNotFound (404), ContentMissing (503) when no copy in
    reach is whole, StorageFull (507), and what the storage raises.
    """
    found: dict[str, Path] = {}
    coming: list[tuple[Dataset, AsyncIterator[bytes]]] = []
    async with node.database.sessions() as session:
        for dataset_id in dataset_ids:
            try:
                found[dataset_id] = await path_of(session, node, dataset_id)
            except ContentMissing:
                dataset = await get(session, dataset_id)
                coming.append((dataset, await open_content(session, node, dataset)))
    async with AsyncExitStack() as stack:
        if coming:
            room = await asyncio.to_thread(_room, node.settings.data_directory / "scratch" / "brought")
            stack.push_async_callback(asyncio.to_thread, shutil.rmtree, room, ignore_errors=True)
            await asyncio.to_thread(_require_space, node, room, sum(dataset.bytes for dataset, _ in coming))
            for dataset, reading in coming:
                found[dataset.id] = await _bring(dataset, reading, room / dataset.id)
        yield found


async def _bring(dataset: Dataset, reading: Any, file: Path) -> Path:
    sums = Sums()
    opened = await asyncio.to_thread(file.open, "xb")
    try:
        async with aclosing(reading):
            async for chunk in reading:
                await asyncio.to_thread(_append, opened, sums, chunk)
    finally:
        await asyncio.to_thread(opened.close)
    if sums.digest().sha256 != dataset.sha256:
        raise ContentMissing(f"The copy of {dataset.name} ({dataset.id}) that is in reach holds something else")
    return file


def _append(opened: Any, sums: Sums, chunk: bytes) -> None:
    opened.write(chunk)
    sums.update(chunk)


def _room(place: Path) -> Path:
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in place.iterdir():
        if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    room = place / new_id("w")
    room.mkdir(mode=0o700)
    return room


def _require_space(node: Node, room: Path, wanted: int) -> None:
    status, kept = os.statvfs(room), node.settings.of(DataSettings).reserve_bytes
    free = status.f_bavail * status.f_frsize
    if free - wanted < kept:
        raise StorageFull(
            f"{free:,} bytes are free under {room.parent}, {kept:,} of them reserved (data.reserve_bytes), and "
            f"{wanted:,} are wanted to read what lies elsewhere; free some room"
        )
