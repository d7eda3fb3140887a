"""How often one caller may ask, and how many streams one may hold: counted in memory, on each node for itself.

Strangers are counted by address, who is let in by account. A limit here keeps one caller from taking a node from the
others; guessing passwords is slowed down by accounts, in the database.
"""

import ipaddress
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.errors import TooManyRequests

if TYPE_CHECKING:
    from app.kernel.node import Node

REMEMBERED_COUNT = 50_000


class LimitSettings(BaseModel):
    """What one caller may take of a node."""

    model_config = ConfigDict(extra="forbid")
    user_requests_per_second: float = Field(5000, gt=0, description="Requests of one account, in the long run")
    user_requests_burst: int = Field(20_000, ge=1, description="Requests of one account at once, after a pause")
    stranger_requests_per_second: float = Field(
        50, gt=0, description="Requests of one address (IPv6: /64) without a valid login or token, in the long run"
    )
    stranger_requests_burst: int = Field(500, ge=1, description="Such requests at once, after a pause")
    user_streams: int = Field(50, ge=1, description="Event streams one account may have open on one node")


class RateLimited(TooManyRequests):
    """You ask more often than one caller may.

    Wait for as many seconds as `Retry-After` says. An administrator can raise `limits.user_requests_per_second`, or for
    who is not logged in `limits.stranger_requests_per_second`.
    """

    code = "rate_limited"


class StreamsTaken(TooManyRequests):
    """You have as many event streams open as one account may.

    Close one, or have an administrator raise `limits.user_streams`.
    """

    code = "streams_taken"


class Bucket:
    """Lets ``burst`` through at once and ``per_second`` in the long run, for each key.

    Keeps one number a key: when its bucket will be full again (GCRA, ITU-T I.371).
    """

    def __init__(self, per_second: float, burst: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._each_seconds = 1 / per_second
        self._depth_seconds = burst / per_second
        self._monotonic = monotonic
        self._full_at: dict[str, float] = {}

    def take(self, key: str) -> float:
        """Count one; return 0, or in how many seconds the next one is let through."""
        now = self._monotonic()
        full_at = max(now, self._full_at.get(key, now)) + self._each_seconds
        # A part in a million for what is lost in adding: a burst of n is n.
        if full_at - now > self._depth_seconds + self._each_seconds * 1e-6:
            return full_at - now - self._depth_seconds
        if key not in self._full_at and len(self._full_at) >= REMEMBERED_COUNT:
            self._forget(now)
        self._full_at[key] = full_at
        return 0.0

    def give_back(self, key: str) -> None:
        """Take back one that was let through."""
        if (full_at := self._full_at.get(key)) is not None:
            self._full_at[key] = full_at - self._each_seconds

    def _forget(self, now: float) -> None:
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}
        if len(self._full_at) >= REMEMBERED_COUNT:  # so many callers at once that none of them can be told apart
            self._full_at.clear()


class RateLimits:
    """The limits of one node, and what has been taken of them."""

    def __init__(self, settings: LimitSettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._users = Bucket(settings.user_requests_per_second, settings.user_requests_burst, monotonic=monotonic)
        self._strangers = Bucket(
            settings.stranger_requests_per_second, settings.stranger_requests_burst, monotonic=monotonic
        )
        self._most_streams = settings.user_streams
        self._streams: Counter[str] = Counter()

    def count(self, scope: MutableMapping[str, Any], user_id: str | None) -> None:
        """Count a request, given as its ASGI scope, for the account or for the stranger's address.

        It is counted once, however often it is asked about. Raises RateLimited (429).
        """
        state = scope.setdefault("state", {})
        if state.get("counted"):
            return
        state["counted"] = True
        if user_id is not None:
            wait = self._users.take(user_id)
        else:
            wait = self._strangers.take(_network(scope["client"][0] if scope.get("client") else "local"))
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise RateLimited(f"Try again in {seconds} s", retry_after=seconds)

    def take_back(self, scope: MutableMapping[str, Any]) -> None:
        """Uncount a request that was counted for a stranger's address before it was known whose it is."""
        if scope.get("state", {}).pop("counted", False):
            self._strangers.give_back(_network(scope["client"][0] if scope.get("client") else "local"))

    @contextmanager
    def stream(self, user_id: str) -> Iterator[None]:
        """Hold one of the account's streams for as long as the block lasts. Raises StreamsTaken (429)."""
        if self._streams[user_id] >= self._most_streams:
            raise StreamsTaken(f"{self._most_streams} are open; close one", retry_after=5)
        self._streams[user_id] += 1
        try:
            yield
        finally:
            self._streams[user_id] -= 1
            if self._streams[user_id] == 0:
                del self._streams[user_id]


def limits_of(node: "Node") -> RateLimits:
    """Return the node's."""
    return node.part(RateLimits, _made)


def _made(node: "Node") -> RateLimits:
    return RateLimits(node.settings.kernel.limits, monotonic=node.clock.monotonic)


def _network(ip: str) -> str:
    # A customer of an IPv6 provider has at least a /64 to ask from (RFC 6177).
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)
