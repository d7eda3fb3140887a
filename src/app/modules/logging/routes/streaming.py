"""The response that is an event stream."""

from fastapi import Request
from starlette.types import Receive, Scope, Send

from app.kernel.event_streams import EventStreamResponse
from app.kernel.node import Node
from app.kernel.principal import PRINCIPALS_TOPIC, Principal, actor_of
from app.kernel.rate_limits import limits_of
from app.modules.logging.node_parts import hub_of, shared_of
from app.modules.logging.reader import Reader
from app.modules.logging.sight import Sight


class EventStream(EventStreamResponse):
    """Holds a seat in the hub, and no session, for as long as it is sent."""

    def __init__(self, node: Node, request: Request, *, after: str | None, incident_id: str | None) -> None:
        self._hub = hub_of(node)
        self._limits = limits_of(node)
        self._bus = node.bus
        self._user_id = actor_of(request).user_id

        async def allowed() -> Principal | None:
            principal = await node.authenticate(request)
            least = node.permissions["event_list"]
            return principal if principal is not None and principal.may("event_list", least) else None

        sight = Sight(shared_of(node), actor_of(request))
        self._reader = Reader(
            self._hub, node.database, node.clock, after=after, incident_id=incident_id, sight=sight, allowed=allowed
        )
        super().__init__(self._reader.frames())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream. Raises TooManyReaders or StreamsTaken (429) before anything was sent."""
        with self._limits.stream(self._user_id), self._hub.seat(self._reader):
            let_go = self._bus.on(PRINCIPALS_TOPIC, self._reader.ask_again)
            try:
                await super().__call__(scope, receive, send)
            finally:
                let_go()
