"""The response that is the tail of a node's log."""

from fastapi import Request
from starlette.types import Receive, Scope, Send

from app.kernel.event_streams import EventStreamResponse
from app.kernel.node import Node
from app.kernel.principal import PRINCIPALS_TOPIC, Principal, actor_of
from app.kernel.rate_limits import limits_of
from app.kernel.scoping import SHARES_TOPIC
from app.modules.logging.log_query import LogQuery
from app.modules.logging.log_sight import LogSight
from app.modules.logging.tail import TailReader, tail_of


class LogStream(EventStreamResponse):
    """Holds a seat at the tail, and no session, for as long as it is sent."""

    def __init__(self, node: Node, request: Request, query: LogQuery) -> None:
        self._tail = tail_of(node)
        self._limits = limits_of(node)
        self._bus = node.bus
        self._user_id = actor_of(request).user_id

        async def allowed() -> Principal | None:
            principal = await node.authenticate(request)
            least = node.permissions["log_list"]
            return principal if principal is not None and principal.may("log_list", least) else None

        self._sight = LogSight(node.database, actor_of(request))
        self._reader = TailReader(self._tail, node.clock, query, self._sight, allowed)
        super().__init__(self._reader.frames())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream. Raises TooManyReaders or StreamsTaken (429) before anything was sent."""
        with self._limits.stream(self._user_id), self._tail.seat(self._reader):
            offs = (
                self._bus.on(PRINCIPALS_TOPIC, self._reader.ask_again),
                self._bus.on(SHARES_TOPIC, self._sight.forget),
            )
            try:
                await super().__call__(scope, receive, send)
            finally:
                for off in offs:
                    off()
