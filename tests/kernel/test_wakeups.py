"""A topic touched on one node wakes the other, in few notifications, and again after the connection broke."""

import asyncio
import os
import signal

import asyncpg

from app.kernel.bus import Bus
from app.kernel.clock import Clock
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.kernel.wakeups import Wakeups


class Pair:
    """Two nodes' hints over one database."""

    def __init__(self, url: str) -> None:
        dsn = url.replace("+asyncpg", "")
        self.buses = [Bus(), Bus()]
        self.loops = [
            Loop(f"wakeups {n}", Wakeups(dsn, bus, f"boot_{n}").run, every_seconds=0.1)
            for n, bus in enumerate(self.buses)
        ]

    async def __aenter__(self) -> "Pair":
        heard = [asyncio.Event(), asyncio.Event()]
        for bus, event in zip(self.buses, heard, strict=True):
            bus.on("hello", event.set)
        for loop, bus in zip(self.loops, self.buses, strict=True):
            loop.start(bus, Clock())
        async with asyncio.timeout(10):
            await asyncio.gather(*[event.wait() for event in heard])  # connected: everything is woken once
        return self

    async def __aexit__(self, *_: object) -> None:
        for loop in self.loops:
            await loop.stop()


async def test_the_other_node_is_woken(database_url: str) -> None:
    async with Pair(database_url) as pair:
        woken, echo = asyncio.Event(), []
        pair.buses[1].on("bells", woken.set)
        pair.buses[0].on("bells", lambda: echo.append(1))
        for _ in range(100):
            pair.buses[0].wake("bells")
        async with asyncio.timeout(5):
            await woken.wait()
        assert len(echo) == 100  # its own hundred, and none that came back from the database


async def test_a_lost_listener_is_made_again_and_everything_woken(database_url: str) -> None:
    async with Pair(database_url) as pair:
        again = [asyncio.Event(), asyncio.Event()]
        for bus, event in zip(pair.buses, again, strict=True):
            bus.on("bells", event.set)
        admin = await asyncpg.connect(database_url.replace("+asyncpg", ""))
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        await admin.close()
        async with asyncio.timeout(10):
            await asyncio.gather(*[event.wait() for event in again])


async def test_a_hint_that_could_not_be_sent_is_sent_by_the_next_connection(database_url: str) -> None:
    async with Pair(database_url) as pair:
        woken = [asyncio.Event(), asyncio.Event()]
        for event, topic in zip(woken, ("first", "second"), strict=True):
            pair.buses[1].on(topic, event.set)
        admin = await asyncpg.connect(database_url.replace("+asyncpg", ""))
        pair.buses[0].wake("first")
        async with asyncio.timeout(10):
            await woken[0].wait()
        pid = await admin.fetchval(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_notify%'"
            " AND pid <> pg_backend_pid()"
        )
        woken[1].clear()
        os.kill(pid, signal.SIGSTOP)
        pair.buses[0].wake("second")
        async with asyncio.timeout(10):
            while pair.buses[0].outbound_ready.is_set():
                await asyncio.sleep(0.001)
        await admin.execute("SELECT pg_terminate_backend($1)", pid)  # before it reads what it was sent
        os.kill(pid, signal.SIGCONT)
        async with asyncio.timeout(10):
            await woken[1].wait()
        await admin.close()


async def test_a_node_that_listens_again_is_not_called_ill(node: Node) -> None:
    await node.start()
    loop = next(loop for loop in node.loops if loop.name == "wakeups")
    for failures in (1, 2):
        async with node.database.connection() as connection:
            listening = False
            async with asyncio.timeout(10):
                while not listening:
                    killed = await connection.exec_driver_sql(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                        " AND (query LIKE 'LISTEN%' OR query LIKE '%pg_notify%') AND pid <> pg_backend_pid()"
                    )
                    listening = bool(killed.all())
        async with asyncio.timeout(10):
            while loop.health.failures < failures or loop.trouble(node.clock.now()):
                await asyncio.sleep(0.01)
