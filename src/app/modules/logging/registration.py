"""Registers a packed segment, from what its index begins with; one whose index says nothing is passed over."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from app.kernel.node import Node
from app.modules.logging import faults
from app.modules.logging.index import Header, Index
from app.modules.logging.models import LogSegment


async def register(node: Node, index_path: Path) -> None:
    """Register the segment ``index_path`` is of; one that is registered stays as it is. Raises OSError."""
    fault = None
    try:
        row = await asyncio.to_thread(_row_of, index_path, node.name)
    except (ValueError, TypeError, OverflowError) as error:
        row, fault = _row_of_stem(index_path.stem, node.name), f"{index_path.name} is damaged: {error}"
    except OSError as error:
        if not faults.is_of_the_file(error):
            raise
        row, fault = _row_of_stem(index_path.stem, node.name), f"{index_path.name}: {error.strerror}"
    async with node.database.transaction() as session:
        await session.execute(insert(LogSegment).values(row).on_conflict_do_nothing())
        if fault is not None:
            await faults.pass_over(session, node.name, index_path.stem, fault)


def _row_of(index_path: Path, node: str) -> dict[str, Any]:
    header: Header = Index(index_path).header
    if header.stem != index_path.stem:
        raise ValueError(f"it says that it is of {header.stem}")
    return {
        "stem": header.stem,
        "node": node,
        "boot_id": header.stem.partition("-")[2],
        "first_at": _moment(header.first_at),
        "last_at": _moment(min(header.last_at, 2**53)),
        "record_count": header.records,
        "raw_bytes": header.raw_bytes,
        "packed_bytes": header.packed_bytes,
        "sha256": header.sha256,
        "index_sha256": hashlib.sha256(index_path.read_bytes()).hexdigest(),
        "torn_bytes": header.torn_bytes,
    }


def _row_of_stem(stem: str, node: str) -> dict[str, Any]:
    try:
        at = datetime.strptime(stem[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        at = datetime.now(UTC)
    row: dict[str, Any] = {"stem": stem, "node": node, "boot_id": stem.partition("-")[2]}
    row |= {"first_at": at, "last_at": at, "sha256": "", "index_sha256": ""}
    return row | dict.fromkeys(("record_count", "raw_bytes", "packed_bytes", "torn_bytes"), 0)


def _moment(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
