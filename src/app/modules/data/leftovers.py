"""What a process that was killed left half written on the disks of its node: hidden, of use to nobody, and as large."""

import asyncio
import os
import re
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy import select

from app.kernel.ids import made_at
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules.data.storage._confined import PART_PREFIX
from app.modules.data.storage_models import Storage
from app.modules.data.transfer_models import Transfer

log = structlog.get_logger(__name__)
_EVERY_SECONDS = 86_400.0
_AGE_SECONDS = 60.0  # more than a clock is put back by
# w: a write of one process. u: an upload in parts, which outlives it as long as a transfer knows it.
_HIDDEN = re.compile(re.escape(PART_PREFIX) + r"([wu]_[0-9A-Z]{26})(\..*)?")


def loop(node: Node) -> Loop:
    """Return the loop that removes them, on each disk that only this node writes to."""
    began = time.time()

    async def run() -> None:
        await remove_leftovers(node, before=began - _AGE_SECONDS)

    return Loop("leftovers", run, every_seconds=_EVERY_SECONDS, overdue_seconds=float("inf"), leisurely=True)


async def remove_leftovers(node: Node, *, before: float) -> None:
    """Remove what was begun before a time, in seconds since 1970, at which this process was not yet."""
    async with node.database.sessions() as session:
        mine = Storage.driver == "local", Storage.node_name == node.name, Storage.enabled, Storage.read_only.is_(False)
        disks = (await session.execute(select(Storage.name, Storage.settings).where(*mine))).all()
        known = set(await session.scalars(select(Transfer.upload["token"].astext).where(Transfer.upload.is_not(None))))
    for name, settings in disks:
        try:
            count, size = await asyncio.to_thread(_remove, Path(settings["directory"]), known, before)
        except OSError as error:  # the storage's own checks say so
            log.info("disk not looked through", storage=name, error=str(error))
            continue
        if count:
            log.warning("what a killed process left was removed", storage=name, files=count, bytes=size)


def _remove(root: Path, known: Collection[str], before: float) -> tuple[int, int]:
    count = size = 0
    for _, _, names, directory in os.fwalk(root):  # links are not followed
        for name in names:
            found = _HIDDEN.fullmatch(name)
            if found is None or found[1] in known or made_at(found[1]) >= before:
                continue
            with suppress(FileNotFoundError):
                size += os.stat(name, dir_fd=directory, follow_symlinks=False).st_size
                os.unlink(name, dir_fd=directory)
                count += 1
    return count, size
