"""A load generator for arrivals over bare sockets, in a process of its own: as fast as answers come."""

import asyncio
import time
from typing import Any

from benchmarks.jobs_load import Caller
from benchmarks.peers.program import Program

_TEXT = (
    "Gauge 0042 at the old bridge, main stem, automatic reading with quality flags and the raw counts of its probe. "
)


def reading(number: int, run: str) -> bytes:
    """Return one reading: 1 KiB of JSON, its like in numbers, texts and depth to what stations send."""
    values = ",".join(f"{(number * 7 + k * 13) % 9973 / 100}" for k in range(96))
    head = (
        f'{{"id":"{run}-{number:09d}","station":"gauge-0042","at":"2026-11-23T01:00:00Z","values":[{values}],"note":"'
    )
    return (head + (_TEXT * 5)[: 1024 - len(head) - 2] + '"}').encode()


class Load(Program):
    async def open(self, port: int, token: str | None, connections: int) -> None:
        """Open kept connections; without a token the sender is told by its address."""
        login = "" if token is None else f"Authorization: Bearer {token}\r\n"
        self.head = f"Host: 127.0.0.1:{port}\r\n{login}"
        loop = asyncio.get_running_loop()
        opened = [await loop.create_connection(Caller, "127.0.0.1", port) for _ in range(connections)]
        self.callers = [caller for _, caller in opened]

    async def push(self, path: str, count: int, lines: int, run: str) -> dict[str, Any]:
        """POST ``count`` bodies of ``lines`` readings each, one in flight a connection; say how long each took."""
        kind = "application/json" if lines == 1 else "application/x-ndjson"
        requests = []
        for number in range(count):
            body = b"\n".join(reading(number * lines + line, run) for line in range(lines))
            head = f"POST {path} HTTP/1.1\r\n{self.head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
            requests.append(head.encode() + body)
        statuses: dict[int, int] = {}
        late: list[float] = []
        waiting = iter(requests)

        async def work(caller: Caller) -> None:
            for request in waiting:
                began = time.perf_counter()
                status, _ = await caller.call(request)
                late.append((time.perf_counter() - began) * 1000)
                statuses[status] = statuses.get(status, 0) + 1

        began = time.perf_counter()
        await asyncio.gather(*map(work, self.callers))
        return {"seconds": time.perf_counter() - began, "late": late, "statuses": statuses}

    async def close(self) -> None:
        for caller in self.callers:
            caller.transport.abort()


program = Load
