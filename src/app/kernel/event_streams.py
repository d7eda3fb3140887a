"""Responses that are server-sent events, for as long as somebody reads them."""

import asyncio
from collections.abc import AsyncIterator

import structlog
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

log = structlog.get_logger(__name__)


class EventStreamResponse(StreamingResponse):
    """Sends frames until they end, the client goes, or it takes nothing for ``stalled_seconds``.

    A client that keeps its connection and does not read would keep its seat for ever: nothing else ends a send that
    waits for room, and a stream's own heartbeats wait behind it.
    """

    media_type = "text/event-stream"
    stalled_seconds = 60.0

    def __init__(self, frames: AsyncIterator[bytes]) -> None:
        # Proxies may not gather what is meant to be seen at once (nginx manual, proxy_buffering).
        super().__init__(frames, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the frames."""

        async def soon(message: Message) -> None:
            async with asyncio.timeout(self.stalled_seconds):
                await send(message)

        try:
            await super().__call__(scope, receive, soon)
        except (TimeoutError, ClientDisconnect):  # of a send that waited, as this server's and other servers' ASGI say
            log.info("stream ended", reason="nothing was read", path=scope.get("path"))
