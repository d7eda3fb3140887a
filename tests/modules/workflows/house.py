"""The running house as a test of workflows sees it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from app.kernel.node import Node

Predicate = Callable[[dict[str, Any]], bool]


class House:
    """The running node with its HTTP client, and ways to wait for what happens in it."""

    def __init__(self, node: Node, client: httpx.AsyncClient) -> None:
        self.node = node
        self.client = client
        self._changed = asyncio.Event()
        node.bus.on("events", self._changed.set)

    async def get(self, path: str, **params: Any) -> Any:
        return (await self.client.get(f"/api/v1{path}", params=params)).raise_for_status().json()

    async def push(self, **body: Any) -> str:
        items = (await self.get("/sources"))["items"]
        if not items:
            source = {"name": "bells", "driver": "push", "settings": {"key": "/id"}}
            items = [(await self.client.post("/api/v1/sources", json=source)).raise_for_status().json()]
        answer = await self.client.post(f"/api/v1/sources/{items[0]['id']}/deliveries", json=body)
        found: str = answer.raise_for_status().json()["delivery_ids"][0]
        return found

    async def until(self, look: Callable[[], Awaitable[Any]], seconds: float = 30) -> Any:
        """Look again after every fact until it finds something; the floor of half a second is for what makes none."""
        async with asyncio.timeout(seconds):
            while True:
                self._changed.clear()
                if found := await look():
                    return found
                await self.node.clock.wait(self._changed, 0.5)

    async def incident(self, when: Predicate = lambda _: True, seconds: float = 30) -> dict[str, Any]:
        """Return the one incident, once ``when`` holds for it."""

        async def look() -> dict[str, Any] | None:
            items = (await self.get("/incidents"))["items"]
            assert len(items) <= 1
            return items[0] if items and when(items[0]) else None

        found: dict[str, Any] = await self.until(look, seconds)
        return found

    async def ended(self, seconds: float = 30) -> dict[str, Any]:
        return await self.incident(lambda i: i["state"] not in ("active", "completing"), seconds)
