"""Who waits for whom: messages under way from this node, so that receivers that hang hold up nobody else's.

A receiver that did not answer is asked by one message at a time, after rests that grow, from places of their own. In
the other places a message waits as long as it likes, until one of another receiver has none: then the one that waited
longest gives up its place.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from app.kernel.http import RemoteTimeout
from app.kernel.node import Node
from app.modules import jobs

T = TypeVar("T")

PLACES = 32
SLOW_PLACES = 8
AT_ONCE = PLACES + SLOW_PLACES + 8  # the last wait for a place: without them nobody would be seen to wait
_PATIENCE_SECONDS = 0.5  # an answer takes longer only where something is done first, and that is not asked of receivers
_FIRST_REST_SECONDS = 5.0
_LONGEST_REST_SECONDS = 120.0
_FORGOTTEN_SECONDS = 3600.0  # of rest that nobody ended: its webhook was removed, or is told nothing


class ReceiverSilent(Exception):
    """A receiver did not answer of late, and is not asked again before ``seconds`` have passed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"not sent: the receiver did not answer the last message; it is asked again in {seconds:.0f} s"
        )
        self.seconds = seconds


@dataclass(eq=False)
class _UnderWay:
    webhook_id: str
    began_at: float
    scope: asyncio.Timeout = field(default_factory=lambda: asyncio.timeout(None))
    gave_way: bool = False


@dataclass
class _Silence:
    count: int
    until: float
    asking: bool = False


class Lanes:
    """The messages under way from one process."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._under_way: dict[_UnderWay, None] = {}  # in the order they began
        self._silent: dict[str, _Silence] = {}
        self._slow_count = 0
        self._ended = asyncio.Event()

    async def send(self, webhook_id: str, call: Callable[[], Awaitable[T]], *, now: bool = False) -> T:
        """Return what ``call`` does, once it is this webhook's turn; with ``now`` whatever came before.

        Raises ReceiverSilent, jobs.Snooze when there is no place, RemoteTimeout (504), and what ``call`` raises.
        """
        if (silence := self._silent.get(webhook_id)) is None and not now:
            await self._place(webhook_id)
            silence = self._silent.get(webhook_id)  # it may have fallen silent meanwhile
        if silence is None and not now:
            return await self._send(webhook_id, call)
        return await self._ask_again(webhook_id, silence, call, now=now)

    async def _place(self, webhook_id: str) -> None:
        """Wait for a place."""
        if len(self._under_way) >= PLACES // 2 and any(one.webhook_id == webhook_id for one in self._under_way):
            raise jobs.Snooze(random.uniform(0.1, 0.4))  # noqa: S311 (jitter). Others have none under way yet
        while len(self._under_way) >= PLACES and webhook_id not in self._silent:
            longest = next(iter(self._under_way))
            seconds = longest.began_at + _PATIENCE_SECONDS - self._monotonic()
            if seconds <= 0:
                longest.gave_way = True
                longest.scope.reschedule(asyncio.get_running_loop().time())
                del self._under_way[longest]
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._ended.wait()

    async def _send(self, webhook_id: str, call: Callable[[], Awaitable[T]]) -> T:
        one = _UnderWay(webhook_id, self._monotonic())
        self._under_way[one] = None
        try:
            async with one.scope:
                answer = await call()
        except RemoteTimeout:
            self._note_silence(webhook_id)
            raise
        except TimeoutError:
            if not one.gave_way:
                raise
            self._note_silence(webhook_id)
            seconds = self._monotonic() - one.began_at
            said = f"no answer within {seconds:.1f} s, while messages to others waited for its place"
            raise RemoteTimeout(said) from None
        else:
            self._silent.pop(webhook_id, None)
            return answer
        finally:
            self._under_way.pop(one, None)
            self._ended.set()
            self._ended.clear()  # who waits now is woken all the same

    async def _ask_again(
        self, webhook_id: str, silence: _Silence | None, call: Callable[[], Awaitable[T]], *, now: bool
    ) -> T:
        if not now and silence is not None:
            if silence.asking or (seconds := silence.until - self._monotonic()) > 0:
                raise ReceiverSilent(_FIRST_REST_SECONDS if silence.asking else seconds)
            if self._slow_count >= SLOW_PLACES:
                raise jobs.Snooze(random.uniform(1, 3))  # noqa: S311 (jitter)
        if silence is not None:
            silence.asking = True
        self._slow_count += 1
        try:
            answer = await call()
        except RemoteTimeout:
            self._note_silence(webhook_id)
            raise
        except Exception:  # it said something, if only that nobody is there: no message hangs on that
            self._silent.pop(webhook_id, None)
            raise
        else:
            self._silent.pop(webhook_id, None)
            return answer
        finally:
            self._slow_count -= 1
            if silence is not None:
                silence.asking = False

    def _note_silence(self, webhook_id: str) -> None:
        now = self._monotonic()
        before = self._silent.get(webhook_id)
        if before is not None and before.until > now:
            return  # of those that were under way when the first of them was not answered
        count = 1 if before is None else before.count + 1
        rest = min(_LONGEST_REST_SECONDS, _FIRST_REST_SECONDS * 2 ** min(count - 1, 30))
        for old in [key for key, one in self._silent.items() if one.until + _FORGOTTEN_SECONDS < now]:
            del self._silent[old]
        self._silent[webhook_id] = _Silence(count, now + rest)


def lanes_of(node: Node) -> Lanes:
    """Return the lanes of this process."""
    kept: Lanes = node.registry.setdefault("webhooks.lanes", Lanes(monotonic=node.clock.monotonic))
    return kept
