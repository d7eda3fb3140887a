"""Hints between nodes: one coalescing NOTIFY flusher, one supervised LISTEN connection.

Never NOTIFY in a business transaction: its commit takes a database-wide lock (PostgreSQL 18 async.c,
PreCommit_Notify). One flusher connection sends the topics that gathered since its last flush. A lost listener is
re-made and everything is woken once, because what it missed cannot be known.
"""

import asyncio
from collections.abc import Callable

import asyncpg
import structlog

from app.kernel.bus import Bus

log = structlog.get_logger(__name__)

CHANNEL = "stormbell_topics"
# The first hint goes out at once, and so does one that comes well after another. Under a steady stream the pauses grow,
# up to 50 notifications a second from a node, whatever it does.
SHORTEST_GATHER_SECONDS = 0.002
GATHER_SECONDS = 0.02


class Wakeups:
    """Tells other nodes which topics this one touched, and listens for theirs."""

    def __init__(self, dsn: str, bus: Bus, boot_id: str) -> None:
        self._dsn = dsn
        self._bus = bus
        self._boot_id = boot_id
        self.on_listening: Callable[[], None] | None = None

    async def run(self) -> float | None:
        """Serve until the connection breaks; the loop that runs this makes a new one."""
        connection: asyncpg.Connection = await asyncpg.connect(self._dsn, timeout=10)
        ended = asyncio.get_running_loop().create_future()

        def note_end(_connection: object) -> None:
            if not ended.done():
                ended.set_result(None)

        connection.add_termination_listener(note_end)
        try:
            await connection.add_listener(CHANNEL, self._heard)
            if self.on_listening is not None:
                self.on_listening()
            self._bus.wake_all()
            gather = SHORTEST_GATHER_SECONDS
            while not ended.done():
                crowded = self._bus.outbound_ready.is_set()
                gather = min(2 * gather, GATHER_SECONDS) if crowded else SHORTEST_GATHER_SECONDS
                flush = asyncio.create_task(self._bus.outbound_ready.wait())
                try:
                    await asyncio.wait({flush, ended}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    flush.cancel()
                if ended.done():
                    break
                if topics := self._bus.take_outbound():
                    payload = self._boot_id + " " + " ".join(sorted(topics))
                    # A payload may have 7,999 bytes (PostgreSQL 18 manual, NOTIFY); "*" wakes everything.
                    try:
                        await connection.execute(
                            "SELECT pg_notify($1, $2)",
                            CHANNEL,
                            payload if len(payload) < 7900 else f"{self._boot_id} *",
                            timeout=10,
                        )
                    except BaseException:
                        self._bus.give_back_outbound(topics)  # the next connection tells them
                        raise
                    await asyncio.sleep(gather)
        finally:
            connection.terminate()
        raise ConnectionError("the listener's connection ended")

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        sender, *topics = str(payload).split(" ")
        if sender == self._boot_id:
            return
        for topic in topics:
            if topic == "*":
                self._bus.wake_all()
            else:
                self._bus.wake(topic, remote=False)
