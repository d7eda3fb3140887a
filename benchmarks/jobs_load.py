"""A load generator over bare sockets, in a process of its own: as fast as answers come, or at a fixed rate."""

import asyncio
import random
import time
from collections import deque
from typing import Any

from benchmarks.peers.program import Program


class Caller(asyncio.Protocol):
    """One kept connection with one request on it at a time."""

    def __init__(self) -> None:
        self._answered: asyncio.Future[tuple[int, bytes]] | None = None
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self.transport: asyncio.Transport = transport

    def call(self, request: bytes) -> "asyncio.Future[tuple[int, bytes]]":
        """Send a request; the future is its status and body."""
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answered

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end or self._answered is None:
            return
        length = int(head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
        if len(rest) >= length:
            self._received = b""
            self._answered.set_result((int(head.split(b" ", 2)[1]), rest))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(error or ConnectionError("the server closed the connection"))


class Load(Program):
    async def open(self, port: int, token: str, connections: int) -> None:
        self.head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        loop = asyncio.get_running_loop()
        opened = [await loop.create_connection(Caller, "127.0.0.1", port) for _ in range(connections)]
        self.callers = [caller for _, caller in opened]

    async def post(self, path: str, body: str, count: int, key: str) -> dict[str, Any]:
        """POST ``body`` under ``count`` different keys, one in flight a connection; say how long each took."""
        numbers = iter(range(count))
        statuses: dict[int, int] = {}
        late: list[float] = []

        async def work(caller: Caller) -> None:
            for number in numbers:
                began = time.perf_counter()
                status, _ = await caller.call(
                    f"POST {path} HTTP/1.1\r\n{self.head}Idempotency-Key: {key}-{number}\r\n"
                    f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
                )
                late.append((time.perf_counter() - began) * 1000)
                statuses[status] = statuses.get(status, 0) + 1

        began = time.perf_counter()
        await asyncio.gather(*map(work, self.callers))
        return {"seconds": time.perf_counter() - began, "late": late, "statuses": statuses}

    async def get(self, paths: list[str], count: int, per_second: float) -> dict[str, Any]:
        """GET random ``paths`` at a fixed rate; the milliseconds count from when each was due."""
        statuses: dict[int, int] = {}
        late: list[float] = []
        free = deque(self.callers)
        waiting: deque[float] = deque()
        chosen = random.Random(1)

        async def work(caller: Caller, due: float) -> None:
            while True:
                status, body = await caller.call(f"GET {chosen.choice(paths)} HTTP/1.1\r\n{self.head}\r\n".encode())
                late.append((time.perf_counter() - due) * 1000)
                statuses[status] = statuses.get(status, 0) + 1
                if status == 200 and not body.startswith(b'{"items":[{'):
                    raise AssertionError(f"a page without jobs: {body[:200]!r}")
                if not waiting:
                    free.append(caller)
                    return
                due = waiting.popleft()

        due = time.perf_counter() + 0.05
        calls = []
        for _ in range(count):
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if free:
                calls.append(asyncio.create_task(work(free.popleft(), due)))
            else:
                waiting.append(due)
            due += 1 / per_second
        await asyncio.gather(*calls)
        return {"late": late, "statuses": statuses}

    async def close(self) -> None:
        for caller in self.callers:
            caller.transport.abort()


program = Load
