"""A receiver of webhooks on loopback, and what its tests say often."""

import asyncio
import base64
import hashlib
import hmac
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx
import orjson
from sqlalchemy import text

from app.kernel.bus import publish
from app.kernel.node import Node
from app.modules.workflows.events import IncidentStateChanged, StageSucceeded


@dataclass
class Request:
    """One message as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return orjson.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Check as a receiver does, written from the specification and not from our code."""
        key = base64.b64decode(secret.split("_", 1)[1])
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return any(one == f"v1,{wanted}" for one in self.headers["webhook-signature"].split())


class Receiver:
    """Answers every message with ``status``; ``requests`` are those that came."""

    def __init__(self) -> None:
        self.status, self.answer, self.location = 200, b"taken", ""
        self.requests: list[Request] = []
        self._came = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/hook"
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.close()

    async def wait(self, count: int, seconds: float = 20) -> list[Request]:
        """Wait until this many have come."""
        async with asyncio.timeout(seconds), self._came:
            await self._came.wait_for(lambda: len(self.requests) >= count)
        return self.requests

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readline():
                headers = {}
                while (line := (await reader.readline()).strip()) != b"":
                    name, _, value = line.decode().partition(":")
                    headers[name.lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                async with self._came:
                    self.requests.append(Request(headers, body))
                    self._came.notify_all()
                extra = f"Location: {self.location}\r\n" if self.location else ""
                head = f"HTTP/1.1 {self.status} X\r\n{extra}Content-Length: {len(self.answer)}\r\n\r\n"
                writer.write(head.encode() + self.answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def add_incident(node: Node, incident_id: str, owner: str, *, exercise: bool = False) -> None:
    """An incident of this user's."""
    sql = (
        "INSERT INTO incidents (id, name, workflow, workflow_version, state, owner_id, exercise)"
        " VALUES (:id, :id, 'quake', 'v1', 'active', :owner, :exercise)"
    )
    async with node.database.transaction() as session:
        await session.execute(text(sql), {"id": incident_id, "owner": f"usr_{owner}", "exercise": exercise})


async def change_state(node: Node, incident_id: str, after: str = "complete") -> None:
    """A transition of an incident."""
    async with node.database.transaction() as session:
        fact = IncidentStateChanged(
            subject_id=incident_id, incident_id=incident_id, name="Fire", before="active", after=after
        )
        publish(session, fact)


async def end_stage(node: Node, incident_id: str) -> None:
    """A transition of a stage."""
    async with node.database.transaction() as session:
        publish(session, StageSucceeded(subject_id="stg_1", incident_id=incident_id, stage="assess", state="succeeded"))


async def add_webhook(client: httpx.AsyncClient, url: str, **members: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/webhooks", json={"name": "ops", "url": url, **members})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def messages(client: httpx.AsyncClient, webhook_id: str, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v1/webhooks/{webhook_id}/messages", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def eventually(condition: Any, seconds: float = 20) -> Any:
    """Return the first true answer of ``condition``."""
    async with asyncio.timeout(seconds):
        while not (answer := await condition()):
            await asyncio.sleep(0.02)
    return answer


async def ended(client: httpx.AsyncClient, message_id: str, *states: str) -> dict[str, Any]:
    """Wait until a message is delivered or given up."""

    async def reached() -> dict[str, Any] | None:
        found: dict[str, Any] = (await client.get(f"/api/v1/webhook-messages/{message_id}")).json()
        return found if found["state"] in (states or ("delivered", "failed")) else None

    found: dict[str, Any] = await eventually(reached)
    return found


async def hurry(node: Node) -> None:
    """Let what waits for its next attempt be due, and its last."""
    last = "UPDATE jobs SET run_at = now(), max_attempts = failed_count + 1 WHERE kind = 'webhook.deliver'"
    async with node.database.transaction() as session:
        await session.execute(text(last))
