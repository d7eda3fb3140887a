"""Who calls, and whether they may: one least role per operationId, denied when there is none.

The accounts module registers the authenticator. The decision hangs on the matched route object, never on its path:
CVE-2026-53576 and CVE-2026-3514 were both authentication skipped because a path ended in the right word.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from app.kernel.errors import Forbidden, Unauthenticated
from app.kernel.rate_limits import limits_of

# A hint: what a node knows of callers may be old, because accounts, sessions or tokens changed.
PRINCIPALS_TOPIC = "accounts"


class Role(IntEnum):
    """Roles from least to most; each may do all that the ones before it may."""

    PUBLIC = 0
    VIEWER = 1
    RUNNER = 2
    OPERATOR = 3
    ADMIN = 4
    OWNER = 5

    @property
    def label(self) -> str:
        """Return the name as the API writes it."""
        return self.name.lower()


@dataclass(frozen=True)
class Principal:
    """The authenticated caller. ``scopes`` (operationIds or ``*``) can only narrow what the role allows."""

    user_id: str
    name: str
    role: Role
    scopes: frozenset[str] = frozenset({"*"})
    session_id: str | None = None
    token_id: str | None = None
    by_cookie: bool = False
    group_ids: frozenset[str] = frozenset()

    @property
    def sees_all(self) -> bool:
        """Say whether this caller sees every object, whoever owns it: operators do, to keep the house running."""
        return self.role >= Role.OPERATOR

    @property
    def subjects(self) -> tuple[str, ...]:
        """Return whom something has to be shared with for this caller to see it."""
        return (self.user_id, *sorted(self.group_ids), EVERYONE)

    def may(self, operation_id: str, least: Role) -> bool:
        """Say whether this caller may call an operation that needs ``least``."""
        return self.role >= least and ("*" in self.scopes or operation_id in self.scopes)


# Subject of a share that is meant for whoever can log in.
EVERYONE = "everyone"
# Work the server does on its own account, such as a trigger that opens an incident. What it owns everybody sees.
HOUSE = "usr_system"
SYSTEM = Principal(user_id=HOUSE, name="Stormbell", role=Role.OWNER)

Authenticator = Callable[[Request], Awaitable[Principal | None]]


async def authorize(request: Request) -> None:
    """Let the request through to its route or raise 401/403/429. Dependency of every API router."""
    node = request.app.state.node
    route = request.scope.get("route")
    operation_id = route.operation_id if isinstance(route, APIRoute) else None
    least: Role | None = node.permissions.get(operation_id) if operation_id else None
    limits = limits_of(node)
    if least is Role.PUBLIC:
        limits.count(request.scope, None)
        return
    principal = await node.authenticate(request)
    limits.count(request.scope, principal.user_id if principal is not None else None)
    if principal is None:
        raise Unauthenticated("Log in, or send an API token as 'Authorization: Bearer sb_…'")
    if least is None or operation_id is None or not principal.may(operation_id, least):
        if least is not None and principal.role >= least:
            raise Forbidden(f"This API token's scopes do not have {operation_id}")
        needs = least.label if least is not None else "a permission nobody has"
        raise Forbidden(f"{operation_id} needs {needs}; you are {principal.role.label}")
    request.state.principal = principal


def actor_of(request: Request) -> Principal:
    """Return the caller :func:`authorize` found."""
    principal = getattr(request.state, "principal", None)
    if not isinstance(principal, Principal):
        raise Unauthenticated()
    return principal


Actor = Annotated[Principal, Depends(actor_of)]
