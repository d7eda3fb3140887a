"""A connection kept for constant SQL."""

from app.kernel.bus import Bus
from app.kernel.db import Database
from app.kernel.hot import HotConnection


async def test_one_that_was_cut_while_nobody_asked_is_made_anew(database_url, server) -> None:
    database = Database(database_url, Bus())
    hot, other = HotConnection(database), HotConnection(database)
    [[pid]] = await hot.fetch("SELECT pg_backend_pid()")
    await other.fetch("SELECT pg_terminate_backend($1, 10000)", pid)
    await other.fetch("SELECT 1")  # by now the end of the first has been heard of
    [[again]] = await hot.fetch("SELECT pg_backend_pid()")
    assert again != pid
    for connection in (hot, other):
        await connection.close()
    await database.close()
