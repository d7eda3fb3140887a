"""A machine that does not answer is left alone for a while: nobody waits for it again and again, and no other does."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules.machines import LoginWaits, Machine

_FAILURES = 3  # in a row: one cut connection is no silence
_FIRST_SECONDS = 5.0
_LONGEST_SECONDS = 120.0


class MachineSilent(ConnectionError):
    """A machine did not answer of late, and is not asked again before ``seconds`` have passed."""

    def __init__(self, name: str, seconds: float, said: str) -> None:
        super().__init__(f"{name} does not answer ({said}); it is asked again in {seconds:.0f} s")
        self.seconds = seconds


class Breaker:
    """Counts a machine's silences. Open, it refuses at once; half open, it lets one caller try."""

    def __init__(self, name: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._monotonic = monotonic
        self._failures = 0
        self._until = 0.0
        self._asking = 0
        self._said = ""

    @property
    def wait_seconds(self) -> float:
        """Return for how long the machine is left alone, 0.0 when it may be asked."""
        return max(0.0, self._until - self._monotonic())

    @asynccontextmanager
    async def call(self, timeout_seconds: float | None = None) -> AsyncIterator[None]:
        """Let the block speak to the machine. Raises MachineSilent, and what the block raises.

        OSError and TimeoutError, of which ``timeout_seconds`` makes one, count as silence; other problems as an answer.
        """
        if (seconds := self.wait_seconds) or (self._failures >= _FAILURES and self._asking):
            raise MachineSilent(self._name, max(seconds, 1.0), self._said)
        self._asking += 1
        try:
            async with asyncio.timeout(timeout_seconds):
                yield
        except LoginWaits:  # it answers; asking it again costs nobody anything
            raise
        except FileNotFoundError:  # it answered: there is no such file
            self._answered()
            raise
        except (OSError, TimeoutError) as error:
            self._failed(str(error) or "no answer in time")
            raise
        except Problem:
            self._answered()
            raise
        else:
            self._answered()
        finally:
            self._asking -= 1

    def _answered(self) -> None:
        self._failures, self._until = 0, 0.0

    def _failed(self, said: str) -> None:
        self._failures += 1
        self._said = said
        if self._failures >= _FAILURES:
            self._until = self._monotonic() + min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** (self._failures - _FAILURES))


def breaker_of(node: Node, machine: Machine) -> Breaker:
    """Return this process's breaker for a machine."""
    kept: dict[str, Breaker] = node.registry.setdefault("simulation.breakers", {})
    return kept.setdefault(machine.id, Breaker(machine.name))
