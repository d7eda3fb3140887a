"""Paths of storages on other machines, and their objects in the order of the paths."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.modules.data.errors import PathRefused
from app.modules.data.storage import ObjectStat
from app.modules.data.storage._confined import PART_PREFIX, parts_of


def plain_parts(path: str) -> list[str]:
    """Split a path for another machine. Raises PathRefused (422) for what some system would read as more than a name.

    A backslash parts names on Windows, a control character ends a line of a protocol.
    """
    parts = parts_of(path)
    if any(c == "\\" or c < " " or "\x7f" <= c <= "\x9f" or "\ufffe" <= c <= "\uffff" for c in path):
        raise PathRefused(f"{path!r} holds a backslash or a control character")
    return parts


@dataclass(frozen=True)
class Child:
    """What a directory holds under ``name``; a directory has no ``stat``."""

    name: str
    stat: ObjectStat | None


Children = Callable[[str], Awaitable[Sequence[Child]]]


async def tree(children: Children, prefix: str, after: str, limit: int) -> list[ObjectStat]:
    """Return objects below the directory ``prefix`` past ``after``, asking only for the directories that may hold some.

    ``children(directory)`` returns what is in a directory, ``""`` for the top, nothing for one that is not there.
    """
    found: list[ObjectStat] = []
    async for stat in _below(children, prefix, after):
        found.append(stat)
        if len(found) == limit:
            break
    return found


async def _below(children: Children, directory: str, after: str) -> AsyncIterator[ObjectStat]:
    start = directory + "/" if directory else ""
    # A directory sorts as what is in it does: "a.txt" before "a/1".
    entries = sorted(
        ((child.name if child.stat else child.name + "/", child) for child in await children(directory)),
        key=lambda entry: entry[0],
    )
    for name, child in entries:
        path = start + name
        if child.name.startswith(PART_PREFIX) or (path <= after and not after.startswith(path)):
            continue
        if child.stat is None:
            async for stat in _below(children, path[:-1], after):
                yield stat
        elif path > after:
            yield child.stat
