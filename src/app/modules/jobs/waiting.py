"""Why a live job has not ended yet, in a sentence, and when that is looked at next."""

import asyncpg

from app.modules.jobs.kinds import registered
from app.modules.jobs.schemas import Waiting


def waiting_of(job: asyncpg.Record, cause: str | None = None) -> Waiting:
    """Return what a live job's row waits for; ``now`` is a column of it.

    ``cause`` is what gates.py says of a held one, and for a due one why no node takes work.
    """
    state, now = job["state"], job["now"]
    if state == "running":
        if job["cancel_requested_at"] is not None:
            since, text = job["cancel_requested_at"], "Its handler was told to stop"
            return Waiting(kind="cancellation", since=since, text=text, next_check_at=job["lease_until"])
        text = f"Attempt {job['attempt']} is running"
        return Waiting(kind="handler", since=job["started_at"] or now, text=text, next_check_at=job["lease_until"])
    if job["run_at"] > now:
        if job["last_error"] is not None:
            text = f"Failed {job['failed_count']} of {job['max_attempts']} times; tries again: {job['last_error']}"
            since = job["started_at"] or job["created_at"]
            return Waiting(kind="retry", since=since, text=text, next_check_at=job["run_at"])
        return Waiting(kind="time", since=job["created_at"], text="Not due yet", next_check_at=job["run_at"])
    since = max(job["run_at"], job["created_at"])
    if state == "held":
        text = cause or "is let go in a moment"
        return Waiting(kind="gate", since=since, text=text[0].upper() + text[1:])
    if job["kind"] not in registered:
        return Waiting(kind="handler_missing", since=since, text=f"No handler for kind {job['kind']} on this node")
    if cause is not None:
        return Waiting(kind="node", since=since, text=f"Due, but no node takes work: {cause}")
    return Waiting(kind="slot", since=since, text="Due; waits for a free slot on a node")
