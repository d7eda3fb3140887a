"""Who calls, and whether they may: one least role per operationId, denied when there is none.

The accounts module registers the authenticator. The decision hangs on the matched route object, never on its path:
CVE-2026-53576 and CVE-2026-3514 were both authentication skipped because a path ended in the right word.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from starlette.types import Scope

from app.kernel.errors import Forbidden, Unauthenticated
from app.kernel.rate_limits import limits_of
from app.kernel.resource_scopes import operations_of

if TYPE_CHECKING:
    from app.kernel.node import Node

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
    """The authenticated caller. ``scopes`` (operationIds, ``*``, places) can only narrow what the role allows."""

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
        if self.role < least:
            return False
        if "*" in self.scopes or operation_id in self.scopes:
            return True
        # For a place only: the operation asks where.
        return any(operation_id in operations_of(scope) for scope in self.scopes)


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
        raise Unauthenticated(_why_nobody(request))
    if least is None or operation_id is None or not principal.may(operation_id, least):
        if least is not None and principal.role >= least:
            raise Forbidden(f"This API token's scopes do not have {operation_id}")
        needs = least.label if least is not None else "a permission nobody has"
        raise Forbidden(f"{operation_id} needs {needs}; you are {principal.role.label}")
    request.state.principal = principal


def _why_nobody(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        # Which of the three is nothing for whoever guesses tokens.
        return "This API token is unknown, was revoked or has expired; make one on the page of your account"
    return "Log in, or send an API token as 'Authorization: Bearer sb_…'"


def known_caller(node: "Node", scope: Scope) -> tuple[Principal, Callable[[], bool]] | None:
    """Return who sent a request that :func:`authorize` let in with a token, and what says whether that still holds.

    It asks nobody: as soon as anything about accounts may have changed, it does not hold. ``None`` for all others.
    """
    principal = scope.get("state", {}).get("principal")
    remembers = getattr(node.authenticate, "remembers", None)
    sent = [value for name, value in scope["headers"] if name == b"authorization"]
    if not isinstance(principal, Principal) or principal.token_id is None or remembers is None or len(sent) != 1:
        return None
    remembered: Callable[[], Principal | None] = remembers(sent[0].decode("latin-1"))
    return principal, lambda: remembered() is principal


def actor_of(request: Request) -> Principal:
    """Return the caller :func:`authorize` found."""
    principal = getattr(request.state, "principal", None)
    if not isinstance(principal, Principal):
        raise Unauthenticated()
    return principal


Actor = Annotated[Principal, Depends(actor_of)]
