"""A connection kept for constant SQL."""

import gc

import pytest

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


async def test_one_that_cannot_be_set_up_is_left_to_nobody(database_url) -> None:
    """An open connection that is collected warns, and a warning fails the test."""
    database = Database(database_url, Bus())
    hot = HotConnection(database, settings=["SELECT pg_sleep(60)"])
    with pytest.raises(TimeoutError):
        await hot.fetch("SELECT 1", timeout=0.5)
    gc.collect()
    await database.close()
