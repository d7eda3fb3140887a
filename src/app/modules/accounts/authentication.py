"""Finds who sends a request, from its bearer token or session cookie, without a query when it asked lately.

What is remembered lives at most 5 s and is forgotten at once, here after the commit and on other nodes by hint, when
anything about accounts changes. Use is written down at most once a minute, so requests do not write.
"""

import hmac
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from fastapi import Request
from sqlalchemy import Executable, Interval, bindparam, func, or_, select, update

from app.kernel.node import Node
from app.kernel.principal import EVERYONE, Principal, Role
from app.kernel.rate_limits import limits_of
from app.modules.accounts.credentials import digest, is_secret, is_token
from app.modules.accounts.group_models import GroupMember
from app.modules.accounts.models import Token, User, UserSession
from app.modules.accounts.origin import SAFE_METHODS, find_secret, require_same_origin
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.users import TOPIC

REMEMBERED_SECONDS = 5.0
REMEMBERED_COUNT = 10_000
NOTED_EVERY = timedelta(minutes=1)

_GROUPS = select(func.array_agg(GroupMember.group_id)).where(GroupMember.user_id == User.id).scalar_subquery()
_USER = (User.id.label("user_id"), User.name, User.role, _GROUPS.label("group_ids"))
_SESSION = (
    select(
        *_USER,
        UserSession.id,
        UserSession.sha256,
        func.extract("epoch", UserSession.expires_at - func.now()).label("seconds_left"),
        (UserSession.last_seen_at < func.now() - NOTED_EVERY).label("is_due"),
    )
    .join(User, User.id == UserSession.user_id)
    .where(
        UserSession.sha256 == bindparam("sha256"),
        UserSession.expires_at > func.now(),
        UserSession.last_seen_at > func.now() - bindparam("idle", type_=Interval()),
        User.disabled_at.is_(None),
    )
)
_TOKEN = (
    select(
        *_USER,
        Token.id,
        Token.sha256,
        Token.scopes,
        func.extract("epoch", Token.expires_at - func.now()).label("seconds_left"),
        or_(Token.last_used_at.is_(None), Token.last_used_at < func.now() - NOTED_EVERY).label("is_due"),
    )
    .join(User, User.id == Token.user_id)
    .where(
        Token.sha256 == bindparam("sha256"),
        or_(Token.expires_at.is_(None), Token.expires_at > func.now()),
        Token.revoked_at.is_(None),
        User.disabled_at.is_(None),
    )
)
_SESSION_SEEN = (
    update(UserSession)
    .where(UserSession.id == bindparam("row_id"), UserSession.last_seen_at < func.now() - NOTED_EVERY)
    .values(last_seen_at=func.now())
)
_TOKEN_USED = (
    update(Token)
    .where(
        Token.id == bindparam("row_id"),
        or_(Token.last_used_at.is_(None), Token.last_used_at < func.now() - NOTED_EVERY),
    )
    .values(last_used_at=func.now())
)


class Authentication:
    """The node's authenticator: call it with a request, get its principal or ``None``."""

    def __init__(self, node: Node) -> None:
        self._database = node.database
        self._clock = node.clock
        self._idle = timedelta(seconds=node.settings.of(AccountsSettings).session_idle_seconds)
        self._limits = limits_of(node)
        self._remembered: dict[bytes, tuple[Principal, float]] = {}
        self._known: set[bytes] = set()  # good when last looked up: no stranger's guess
        self._changes = 0
        node.bus.on(TOPIC, self.forget)
        if node.settings.of(AccountsSettings).share_new_with == EVERYONE:
            node.database.share_new_with = EVERYONE

    async def __call__(self, request: Request) -> Principal | None:
        """Return who calls.

        Raises CrossSite (403) when a page of another site makes the browser call, RateLimited (429) when an address
        has tried more that nobody knows than a stranger may.
        """
        authorization = request.headers.get("Authorization")
        if authorization is not None:
            scheme, _, token = authorization.partition(" ")
            if scheme.lower() != "bearer" or not is_token(token := token.strip()):
                return None
            return await self._find(request, digest(token), by_cookie=False)
        secret = find_secret(request)
        if secret is None or not is_secret(secret):
            return None
        principal = await self._find(request, digest(secret), by_cookie=True)
        if principal is not None and request.method not in SAFE_METHODS:
            require_same_origin(request)
        return principal

    def remembers(self, authorization: str) -> Callable[[], Principal | None]:
        """Return what says who sends this header, as far as that is remembered."""
        sha256 = digest(authorization.partition(" ")[2].strip())

        def remembered() -> Principal | None:
            found = self._remembered.get(sha256)
            return found[0] if found is not None and self._clock.monotonic() < found[1] else None

        return remembered

    def forget(self) -> None:
        """Forget everybody: something about accounts changed."""
        self._remembered.clear()
        self._changes += 1

    async def _find(self, request: Request, sha256: bytes, *, by_cookie: bool) -> Principal | None:
        remembered = self._remembered.get(sha256)
        if remembered is not None and self._clock.monotonic() < remembered[1]:
            return remembered[0]
        if getattr(request.state, "unknown", None) == sha256:
            return None  # asked again, to say who was refused
        changes, asked_at = self._changes, self._clock.monotonic()
        if sha256 in self._known:
            row = await self._query(sha256, by_cookie=by_cookie)
        else:
            # Counted for the address before the database is asked, or guesses would cost us more than who guesses.
            self._limits.count(request.scope, None)
            row = await self._query(sha256, by_cookie=by_cookie)
            if row is not None:
                self._limits.take_back(request.scope)
        # The index found it; comparing again in constant time costs nothing and holds if the query ever changes.
        if row is None or not hmac.compare_digest(row["sha256"], sha256):
            self._remembered.pop(sha256, None)
            self._known.discard(sha256)
            request.state.unknown = sha256
            return None
        principal = Principal(
            user_id=row["user_id"],
            name=row["name"],
            role=Role[row["role"].upper()],
            scopes=frozenset({"*"} if by_cookie else row["scopes"]),
            session_id=row["id"] if by_cookie else None,
            token_id=None if by_cookie else row["id"],
            by_cookie=by_cookie,
            group_ids=frozenset(row["group_ids"] or ()),
        )
        if len(self._known) >= REMEMBERED_COUNT:
            self._known.clear()
        self._known.add(sha256)
        if changes == self._changes:  # else the row may be older than the change that was hinted meanwhile
            if len(self._remembered) >= REMEMBERED_COUNT:
                self._remembered.clear()
            left = row["seconds_left"]
            seconds = REMEMBERED_SECONDS if left is None else min(REMEMBERED_SECONDS, float(left))
            self._remembered[sha256] = (principal, asked_at + seconds)
        return principal

    async def _query(self, sha256: bytes, *, by_cookie: bool) -> Mapping[str, Any] | None:
        query: Executable = _SESSION if by_cookie else _TOKEN
        noted = _SESSION_SEEN if by_cookie else _TOKEN_USED
        parameters = {"sha256": sha256, "idle": self._idle} if by_cookie else {"sha256": sha256}
        async with self._database.connection() as connection:
            row = (await connection.execute(query, parameters)).mappings().first()
            if row is not None and row["is_due"]:
                await connection.execute(noted, {"row_id": row["id"]})
        return dict(row) if row is not None else None
