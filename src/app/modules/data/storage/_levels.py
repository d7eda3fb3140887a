"""What one directory of a storage holds, without what lies deeper: asked in the way that is quick there."""

import asyncio
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.modules.data.errors import PathRefused
from app.modules.data.storage import ObjectStat, Storage
from app.modules.data.storage._confined import PART_PREFIX, parts_of
from app.modules.data.storage._local_walk import is_text, stat_of, top_of
from app.modules.data.storage._paths import Child

_LAST = "\U0010ffff"  # nothing sorts after it: past all that is below a directory


async def level(driver: Storage, directory: str, after: str, limit: int) -> list[Child]:
    """Return what is in ``directory``, ``""`` for the top, in the order of names, those past ``after``.

    A directory sorts as what is in it does, and its name ends with no slash: ``after`` says it with one. Raises what
    `list` raises; nothing is in a directory that is not there.
    """
    if directory:
        parts_of(directory)
    if "list" not in driver.capabilities:
        await driver.list(directory, limit=1)  # says that it cannot
    inner: Any = driver
    if "local" in driver.capabilities and isinstance(getattr(inner, "root", None), Path):
        children = await asyncio.to_thread(_scanned, inner.root, directory)
    elif hasattr(inner, "_children"):
        children = await inner._children(directory)
    else:
        return await _hopping(driver, directory, after, limit)
    shown = [child for child in children if not child.name.startswith(PART_PREFIX)]
    return sorted((child for child in shown if name_of(child) > after), key=name_of)[:limit]


def name_of(child: Child) -> str:
    """Return what an entry sorts by."""
    return child.name if child.stat is not None else child.name + "/"


def _scanned(root: Path, directory: str) -> Sequence[Child]:
    try:
        top = top_of(root, directory)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise PathRefused(f"{directory!r} cannot be opened: {error.strerror}") from error
    start = directory + "/" if directory else ""
    found: list[Child] = []
    try:
        with os.scandir(top) as entries:
            for entry in entries:
                if not is_text(entry.name):
                    continue
                try:
                    about = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if stat.S_ISDIR(about.st_mode):
                    found.append(Child(entry.name, None))
                elif stat.S_ISREG(about.st_mode):
                    found.append(Child(entry.name, stat_of(start + entry.name, about)))
    finally:
        os.close(top)
    return found


async def _hopping(driver: Storage, directory: str, after: str, limit: int) -> list[Child]:
    """Ask for the objects in the order of their paths, and hop over what is below a directory once it is known."""
    start = directory + "/" if directory else ""
    past = start + (after + _LAST if after.endswith("/") else after) if after else ""
    found: list[Child] = []
    while len(found) < limit:
        some: list[ObjectStat] = await driver.list(directory, after=past, limit=limit)
        for one in some:
            if one.path <= past:
                continue
            name, slash, _ = one.path[len(start) :].partition("/")
            past = f"{start}{name}/{_LAST}" if slash else one.path
            found.append(Child(name, None if slash else one))
        if len(some) < limit:
            break
    return found[:limit]
