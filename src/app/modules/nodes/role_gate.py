"""Keeps the API of a node that is not there for it shut, but for what supervisors ask."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from app.kernel.node import Node
from app.modules.nodes.errors import RoleStopped

OPEN_PATHS = frozenset({"/livez", "/readyz", "/metrics", "/api/v1/ping"})

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class RoleGate:
    """ASGI middleware: 503 role_stopped while the node does not have the role ``api``."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], node: Node | None) -> None:
        self._app = app
        self._node = node

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through or answer it."""
        node = self._node
        if scope["type"] != "http" or node is None or "api" in node.roles or scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        problem = RoleStopped(
            f"{node.name} has the roles {', '.join(sorted(node.roles)) or 'of nobody'}", retry_after=5
        )
        headers = [(b"content-type", b"application/problem+json"), (b"retry-after", b"5")]
        await send({"type": "http.response.start", "status": problem.status, "headers": headers})
        body = orjson.dumps(problem.document(scope.get("state", {}).get("request_id")))
        await send({"type": "http.response.body", "body": body})

    def vouches(self, _scope: Scope) -> bool:
        """Say whether the API is open."""
        node = self._node
        # What node.roles would say, without making the set of them.
        return node is not None and "api" in node.configured_roles and "role:api" not in node.switched_off
