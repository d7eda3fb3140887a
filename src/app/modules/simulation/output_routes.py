"""The response that is a run's output as it is written."""

import asyncio
import codecs
from collections.abc import AsyncIterator

import orjson
from fastapi import Request
from starlette.types import Receive, Scope, Send

from app.kernel.event_streams import EventStreamResponse
from app.kernel.node import Node
from app.kernel.principal import PRINCIPALS_TOPIC, Principal, actor_of
from app.kernel.rate_limits import limits_of
from app.kernel.scoping import SHARES_TOPIC
from app.modules import machines
from app.modules.machines import Machine
from app.modules.simulation.errors import NothingWritten
from app.modules.simulation.following import OutputReader, Stream, following_of
from app.modules.simulation.models import Simulation
from app.modules.simulation.service import find, get

HEARTBEAT_SECONDS = 15.0
RECHECK_SECONDS = 5.0
OPERATION = "simulation_output_stream"


class OutputStream(EventStreamResponse):
    """Holds a seat at the output's reader, and no session, for as long as it is sent."""

    def __init__(
        self, node: Node, request: Request, row: Simulation, machine: Machine, stream: Stream, tail_bytes: int
    ) -> None:
        self._node = node
        self._request = request
        self._row, self._machine, self._stream, self._tail_bytes = row, machine, stream, tail_bytes
        self._wake = asyncio.Event()
        self._asks_again = False
        self._reader: OutputReader | None = None
        super().__init__(self._frames())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream. Raises TooManyViewers or StreamsTaken (429) before anything was sent."""
        user_id = actor_of(self._request).user_id
        with (
            limits_of(self._node).stream(user_id),
            following_of(self._node).seat(self._row, self._machine, self._stream, self._wake) as self._reader,
        ):
            offs = [self._node.bus.on(topic, self._ask_again) for topic in (PRINCIPALS_TOPIC, SHARES_TOPIC)]
            try:
                await super().__call__(scope, receive, send)
            finally:
                for off in offs:
                    off()

    async def _frames(self) -> AsyncIterator[bytes]:
        """Yield ``hello``, each ``output``, ``trouble`` while the machine is silent, and ``end``."""
        reader, clock = self._reader, self._node.clock
        assert reader is not None
        reader.begin(await self._first_offset())
        at = max(0, reader.end_offset - self._tail_bytes)
        yield _frame("hello", {"simulation_id": self._row.id, "attempt": self._row.attempt, "stream": self._stream})
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        said: str | None = None
        first = True
        checked_at = wrote_at = clock.monotonic()
        while True:
            self._wake.clear()
            if self._asks_again or clock.monotonic() - checked_at >= RECHECK_SECONDS:
                self._asks_again, checked_at = False, clock.monotonic()
                if not await self._allowed():
                    return
            over = reader.ended_as
            begins, written = reader.since(at)
            if begins > at and not first:
                yield _frame("gap", {"skipped_bytes": begins - at})
            first = False
            at = begins + len(written)
            if written or over is not None:
                text = decoder.decode(written, final=over is not None)
                if text:
                    yield _frame("output", {"text": text, "offset": at})
                    wrote_at = clock.monotonic()
            if over is not None:
                yield _frame("end", {"state": over})
                return
            if reader.trouble != said:
                said = reader.trouble
                yield _frame("trouble", {"text": said})
                wrote_at = clock.monotonic()
            if clock.monotonic() - wrote_at >= HEARTBEAT_SECONDS:
                yield b": heartbeat\n\n"
                wrote_at = clock.monotonic()
            await clock.wait(self._wake, RECHECK_SECONDS)

    async def _first_offset(self) -> int:
        """Return where the last ``tail_bytes`` of what is there begin."""
        try:
            batch = await machines.batch_of(self._node, self._machine)
            transport = await machines.transport_of(self._node, self._machine)
            found = await transport.stat(batch.output_path(str(self._row.marker), self._stream))
        except (OSError, TimeoutError):  # not begun, or silent: the reader says so
            return 0
        return max(0, found.bytes - self._tail_bytes)

    def _ask_again(self) -> None:
        self._asks_again = True
        self._wake.set()

    async def _allowed(self) -> bool:
        principal = await self._node.authenticate(self._request)
        if principal is None or not principal.may(OPERATION, self._node.permissions[OPERATION]):
            return False
        async with self._node.database.session_of(principal) as session:
            return await find(session, self._row.id) is not None


async def open_stream(
    node: Node, request: Request, actor: Principal, simulation_id: str, stream: Stream, tail_bytes: int
) -> OutputStream:
    """Return the stream of a simulation's present attempt.

    Raises SimulationNotFound (404), NothingWritten (409) while it is on no machine.
    """
    async with node.database.session_of(actor) as session:
        row = await get(session, simulation_id)
        if row.machine_id is None or row.marker is None:
            raise NothingWritten(f"{row.name} is on no machine yet")
        machine = await machines.get(session, row.machine_id)
    return OutputStream(node, request, row, machine, stream, tail_bytes)


def _frame(event: str, data: object) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (event.encode(), orjson.dumps(data))
