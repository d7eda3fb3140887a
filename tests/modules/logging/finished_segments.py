"""Log segments as boots leave them, for the tests of what is done with them."""

from itertools import count
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select

from app.kernel import logs
from app.kernel.node import Node

log = structlog.get_logger("app.modules.jobs.worker")
_boots = count(1)


def finish_a_segment(tmp_path: Path, *messages: str, **fields: Any) -> logs.LogWriter:
    """Write a segment and end it, as a boot of its own does; return the writer of the next boot, which has none yet."""
    boot = next(_boots)
    writer = logs.configure("info", tmp_path / "logs", console=False, node_name="heron", boot_id=f"boot_{boot}")
    for message in messages:
        log.info(message, **fields)
    writer.close()
    return logs.configure("info", tmp_path / "logs", console=False, node_name="heron", boot_id=f"boot_{boot}_next")


async def rows(node: Node, model: type[Any]) -> list[Any]:
    """Return all rows of a table."""
    async with node.database.transaction() as session:
        return list((await session.scalars(select(model))).all())
