"""Finished segments whose copy on their node is gone or not what was packed: passed over, so that the rest goes on.

Each is marked in its row, said in the log by name, counted, and told by one alarm a node until retention has forgotten
it or its files are back.
"""

import asyncio
import errno
import hashlib
from collections.abc import Sequence

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.figures import Figure
from app.kernel.node import Node
from app.modules.logging.models import LogSegment
from app.modules.logging.sink import Parcel

log = structlog.get_logger(__name__)

# Others (too many open files) are of the process or the whole disk: those pass, and a mark would stay.
_OF_THE_FILE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EIO, errno.EACCES, errno.EPERM})


def fault_of(parcel: Parcel) -> str | None:
    """Say what is wrong with the node's copy of a segment; ``None`` when it is what was packed. Blocks.

    Raises OSError when that cannot be found out now.
    """
    for path, sha256 in ((parcel.path, parcel.sha256), (parcel.index_path, parcel.index_sha256)):
        try:
            with path.open("rb") as file:
                there = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return f"{path.name} is gone"
        except OSError as error:
            if not is_of_the_file(error):
                raise
            return f"{path.name} cannot be read: {error.strerror}"
        if there != sha256:
            return f"{path.name} is not what was packed"
    return None


def is_of_the_file(error: OSError) -> bool:
    """Say whether an error is about the file that was read, and not about the process or the whole disk."""
    return error.errno in _OF_THE_FILE


async def pass_over(session: AsyncSession, node: str, stem: str, fault: str) -> None:
    """Mark a segment that no sink can get any more, and say so."""
    await session.execute(update(LogSegment).where(LogSegment.stem == stem).values(fault=fault))
    log.error("log segment passed over", segment=stem, fault=fault)
    number = await count(session, node)
    await raise_alarm(
        session,
        _key(node),
        priority="high",
        title=f"{node} lost {number} {'segment' if number == 1 else 'segments'} of its log",
        consequence=f"No sink gets what was in {stem}: {fault}",
        action=f"Look at the disk of {node}. Bring the files back and restart it, or acknowledge this",
    )


async def look_again(node: Node, parcels: Sequence[Parcel]) -> None:
    """Ship what is in order again: somebody brought the files back."""
    found = [parcel.stem for parcel in parcels if await asyncio.to_thread(fault_of, parcel) is None]
    async with node.database.transaction() as session:
        if found:
            await session.execute(update(LogSegment).where(LogSegment.stem.in_(found)).values(fault=None))
            log.info("log segments are back", segments=found)
        await settle(session, node.name)


async def settle(session: AsyncSession, node: str) -> None:
    """Clear the alarm when nothing is passed over any more."""
    if not await count(session, node):
        await clear_alarm(session, _key(node))


async def count(session: AsyncSession, node: str) -> int:
    """Return how many of a node's segments are passed over."""
    passed = select(func.count()).where(LogSegment.node == node, LogSegment.fault.is_not(None), LogSegment.on_node)
    return (await session.execute(passed)).scalar_one()


async def figures(node: Node) -> Sequence[Figure]:
    """Return the number of this node's segments that are passed over, for whoever scrapes it."""
    async with node.database.transaction() as session:
        passed = await count(session, node.name)
    return (Figure("stormbell_log_segments_lost", "Gone or damaged before every sink had them", {(): passed}),)


def _key(node: str) -> str:
    return f"logging.segments.{node}"
