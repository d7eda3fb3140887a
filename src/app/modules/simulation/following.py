"""What a run writes, as it is written: one reader for all who watch the same stream of the same attempt.

The reader asks how long the file is and reads what was added. On this host it asks a hundred times a second, which
costs less than a percent of a processor; elsewhere often while something comes, and less and less while nothing does.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import Machine, Transport
from app.modules.simulation.breakers import breaker_of
from app.modules.simulation.errors import TooManyViewers
from app.modules.simulation.fetching import is_here
from app.modules.simulation.models import Simulation
from app.modules.simulation.service import find
from app.modules.simulation.settings import SimulationSettings
from app.modules.simulation.states import SIMULATIONS_TOPIC

log = structlog.get_logger(__name__)

Stream = Literal["stdout", "stderr"]
HERE_SECONDS = 0.01
THERE_SECONDS = (0.02, 0.5)
TROUBLE_SECONDS = (1.0, 15.0)
STATE_SECONDS = 2.0  # should the hint of its end be lost
RING_BYTES = 4 * 1024**2


class OutputReader:
    """Reads one stream of one attempt from where the first viewer begins, and keeps the last of it."""

    def __init__(self, node: Node, row: Simulation, machine: Machine, stream: Stream) -> None:
        self._node = node
        self._machine = machine
        self._simulation_id, self._attempt, self._marker = row.id, row.attempt, str(row.marker)
        self._stream: Stream = stream
        self._ring: deque[tuple[int, bytes]] = deque()
        self._held = 0
        self._put_away = 0
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.viewers: set[asyncio.Event] = set()
        self.end_offset = 0
        self.ended_as: str | None = None
        self.trouble: str | None = None

    def begin(self, offset: int) -> None:
        """Read on from ``offset``, once."""
        if self._task is None:
            self.end_offset = offset
            self._task = asyncio.create_task(self._read_on(), name=f"follow {self._marker}")

    async def stop(self) -> None:
        """End the reading."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.ended_as = self.ended_as or "interrupted"
        self._wake()

    def since(self, offset: int) -> tuple[int, bytes]:
        """Return the bytes kept since ``offset`` and where they begin: later, when not all are kept."""
        found = [(at, chunk) for at, chunk in self._ring if at + len(chunk) > offset]
        if not found:
            return max(offset, self.end_offset), b""
        first, chunk = found[0]
        begins = max(offset, first)
        return begins, b"".join([chunk[begins - first :], *(chunk for _, chunk in found[1:])])

    async def _read_on(self) -> None:
        node = self._node
        off = node.bus.on(SIMULATIONS_TOPIC, self._moved.set)
        pause, failures, state_at = HERE_SECONDS, 0, 0.0
        try:
            while True:
                now = time.monotonic()
                over: str | None = None
                try:
                    if self._moved.is_set() or now - state_at > STATE_SECONDS:
                        self._moved.clear()
                        over, state_at = await self._over(), now
                    async with breaker_of(node, self._machine).call(20.0):
                        grown = await self._take()
                    self._say(None)
                    failures = 0
                except (OSError, TimeoutError, Problem, SQLAlchemyError) as error:
                    failures += 1
                    of_machine = str(error) or "it does not answer in time"
                    self._say("the database does not answer" if isinstance(error, SQLAlchemyError) else of_machine)
                    least, most = TROUBLE_SECONDS
                    await asyncio.sleep(min(most, least * 2**failures))
                    continue
                if over is not None and not grown:
                    self.ended_as = over
                    self._wake()
                    return
                if over is not None:
                    self._moved.set()  # look once more when all is read
                pause = self._pause(pause, grown=grown)
                await asyncio.sleep(0 if over is not None else pause)
        finally:
            off()

    def _pause(self, before: float, *, grown: bool) -> float:
        if is_here(self._machine):
            return HERE_SECONDS
        least, most = THERE_SECONDS
        return least if grown else min(most, before * 1.2)

    async def _over(self) -> str | None:
        """Return what became of the attempt, ``None`` while it may still write."""
        async with self._node.database.sessions() as session:
            row = await find(session, self._simulation_id)
        if row is None:
            return "gone"
        if row.attempt != self._attempt:
            return "repeated"
        return None if row.state in ("created", "prepared", "queued", "running", "unknown") else row.state

    async def _take(self) -> bool:
        """Read what was added; say whether there was anything."""
        batch = await machines.batch_of(self._node, self._machine)
        transport = await machines.transport_of(self._node, self._machine)
        path = batch.output_path(self._marker, self._stream)
        try:
            size = (await transport.stat(path)).bytes
        except FileNotFoundError:
            return False
        if size < self._offset_in_file:
            await self._begun_anew(transport, path)
        if size == self._offset_in_file:
            return False
        grown = False
        async for chunk in transport.read(path, start=self._offset_in_file):
            self._add(chunk)
            grown = True
        return grown

    async def _begun_anew(self, transport: Transport, path: str) -> None:
        """The file was put away as ``.old`` and begun anew, as this host's runner does with long outputs."""
        try:
            async for chunk in transport.read(f"{path}.old", start=self._offset_in_file):
                self._add(chunk)
        except FileNotFoundError:
            log.info("an output became shorter", marker=self._marker)
        self._put_away = self.end_offset

    @property
    def _offset_in_file(self) -> int:
        return self.end_offset - self._put_away

    def _add(self, chunk: bytes) -> None:
        self._ring.append((self.end_offset, chunk))
        self._held += len(chunk)
        self.end_offset += len(chunk)
        while self._held > RING_BYTES and len(self._ring) > 1:
            self._held -= len(self._ring.popleft()[1])
        self._wake()

    def _say(self, trouble: str | None) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self._wake()

    def _wake(self) -> None:
        for viewer in self.viewers:
            viewer.set()


class Following:
    """The readers of this node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._most = node.settings.of(SimulationSettings).tail_viewers
        self._readers: dict[tuple[str, Stream], OutputReader] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    @contextmanager
    def seat(self, row: Simulation, machine: Machine, stream: Stream, wake: asyncio.Event) -> Iterator[OutputReader]:
        """Watch a stream for as long as the block lasts; the last viewer ends its reader. Raises TooManyViewers."""
        if sum(len(reader.viewers) for reader in self._readers.values()) >= self._most:
            raise TooManyViewers(f"{self._most} are watching", retry_after=5)
        key = (str(row.marker), stream)
        reader = self._readers.get(key)
        if reader is None or reader.ended_as is not None:
            reader = self._readers[key] = OutputReader(self._node, row, machine, stream)
        reader.viewers.add(wake)
        try:
            yield reader
        finally:
            reader.viewers.discard(wake)
            if not reader.viewers:
                if self._readers.get(key) is reader:
                    del self._readers[key]
                task = asyncio.create_task(reader.stop())
                self._leaving.add(task)
                task.add_done_callback(self._leaving.discard)

    async def stop(self) -> None:
        """End every reader."""
        await asyncio.gather(*[reader.stop() for reader in self._readers.values()], *self._leaving)


def following_of(node: Node) -> Following:
    """Return the node's readers."""
    return node.part(Following, Following)
