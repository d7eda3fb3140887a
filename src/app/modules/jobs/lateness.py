"""Jobs whose time is over before they began: they end as timed out, with what their kind's owner does about it."""

from typing import TYPE_CHECKING, Literal

import structlog
from sqlalchemy.exc import DBAPIError

from app.kernel.bus import hint
from app.modules.jobs import queries
from app.modules.jobs.dependencies import FORGET_ALL
from app.modules.jobs.endings import OwnerStumbled, end_in_failure
from app.modules.jobs.insertion import fetch_on
from app.modules.jobs.kinds import exhausted_callbacks
from app.modules.jobs.new_jobs import GATES_TOPIC

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

AT_ONCE = 500
_EXPIRED = "it expired before it started"
_PAST_DEADLINE = "its deadline passed while it waited"

_LATE = """
SELECT id, kind, state, coalesce(expires_at <= now() AND NOT begun, false) AS expired FROM jobs
WHERE least(expires_at, deadline_at) <= now() AND (expires_at IS NOT NULL OR deadline_at IS NOT NULL)
    AND state <> 'running' AND (deadline_at <= now() OR NOT begun)
ORDER BY least(expires_at, deadline_at) LIMIT 500 FOR UPDATE SKIP LOCKED
"""


async def end_late(node: "Node", stumbles: dict[str, int]) -> int:
    """End what is too late; return how many jobs that were. ``stumbles`` counts how often owners of jobs raised."""
    async with node.database.transaction() as session:
        fetch = fetch_on(session)
        late = sorted(await fetch(_LATE), key=lambda row: str(row.id))
        alone = [row for row in late if row.kind in exhausted_callbacks]
        for state in ("queued", "held"):
            rows = [row for row in late if row.state == state and row.kind not in exhausted_callbacks]
            if rows:
                none = [None] * len(rows)
                texts = [_EXPIRED if row.expired else _PAST_DEADLINE for row in rows]
                ids = [row.id for row in rows]
                await fetch(queries.FINISH, ids, none, ["timed_out"] * len(rows), texts, state, none)
                await fetch(FORGET_ALL, ids)
        if late:
            hint(session, GATES_TOPIC)
    ended = len(late) - len(alone)
    for row in alone:
        error = _EXPIRED if row.expired else _PAST_DEADLINE
        try:
            await _end_with_owner(node, row.id, row.state, error, stumbles.get(row.id, 0))
        except DBAPIError as error:  # it met somebody who holds what its owner needs
            log.warning("late job could not be ended yet", job_id=row.id, kind=row.kind, error=str(error.orig))
        except OwnerStumbled:  # one job's owner may not keep the others from their end; it is asked again
            stumbles[row.id] = stumbles.get(row.id, 0) + 1
            log.exception("late job could not be ended", job_id=row.id, kind=row.kind)
        else:
            stumbles.pop(row.id, None)
            ended += 1
    return ended


async def _end_with_owner(node: "Node", job_id: str, was: Literal["queued", "held"], error: str, tries: int) -> None:
    async with node.database.transaction() as session:
        if await end_in_failure(session, job_id, None, "timed_out", error, tries=tries, was=was) is not None:
            await fetch_on(session)(FORGET_ALL, [job_id])
            hint(session, GATES_TOPIC)
