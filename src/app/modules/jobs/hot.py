"""The connections of the queue's hot loops: out of the pool, with a planner that trusts its indexes."""

from app.kernel.db import Database
from app.kernel.hot import HotConnection

# Statistics of a table that is empty now and has a million rows a minute later are never right. With them the planner
# scans the table once per job of a batch (measured 4.8k against 8.7k stages/s), and once it knows a claim well enough
# to plan it without its arguments, it reads and sorts the whole backlog for every 500 jobs (measured 41 us a job
# against 10, with 50,000 waiting).
_SETTINGS = ("SET enable_seqscan = off", "SET enable_bitmapscan = off", "SET enable_sort = off")


def hot_connection(database: Database) -> HotConnection:
    """Return a connection for one loop's constant SQL on ``jobs``."""
    return HotConnection(database, settings=_SETTINGS)
