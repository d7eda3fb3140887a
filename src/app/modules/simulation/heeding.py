"""Heeding runs that call back: their machine is asked early, until what they said is known or was too long ago.

A script calls before it ends, so the first look may come before its batch system knows; the next ones are each half as
late again as the one before. What many runs say within a moment is one look, and looks are counted by the minute.
"""

import asyncio
from collections.abc import Callable

from sqlalchemy import and_, func, or_, select

from app.kernel.loops import Loop
from app.kernel.node import Node
from app.kernel.rate_limits import Bucket
from app.modules import machines
from app.modules.machines import Machine
from app.modules.simulation.models import Simulation
from app.modules.simulation.run_callbacks import topic_of

GATHER_SECONDS = 0.05
# A batch system clears up after a run for longer than that: then it is asked when its turn comes.
LONGEST_SECONDS = 10.0
_FLOOR_SECONDS = 60.0


class Heeding:
    """What wakes one machine's watching for its runs' callbacks."""

    def __init__(self, node: Node, machine: Machine, *, monotonic: Callable[[], float]) -> None:
        self._node, self._machine = node, machine
        looks = machines.callback_looks_of(machine)
        # As many at once as leave the rest of a minute its share: no minute has more than all of them.
        at_once = max(1, looks // 3)
        self._looks = Bucket(max(1, looks - at_once) / 60, at_once, monotonic=monotonic)

    async def heed(self) -> float | None:
        """Have the machine asked if a run said more of itself than is known; return when to see again."""
        await self._node.clock.wait(asyncio.Event(), GATHER_SECONDS)
        age_seconds = await self._newest_age()
        if age_seconds is None:
            return None
        if wait_seconds := self._looks.take(self._machine.id):
            return wait_seconds
        self._node.bus.wake(machines.topic_of(self._machine.id), remote=False)
        return max(0.0, age_seconds / 2 - GATHER_SECONDS)

    async def _newest_age(self) -> float | None:
        """Return how long ago the last call was made whose run is not known to be as it said."""
        begun = and_(Simulation.called_state == "running", Simulation.state.in_(("queued", "unknown")))
        ended = and_(Simulation.called_state == "ended", Simulation.state.in_(("queued", "running", "unknown")))
        age = func.extract("epoch", func.clock_timestamp() - func.max(Simulation.called_at))
        query = select(age).where(Simulation.machine_id == self._machine.id, or_(begun, ended))
        async with self._node.database.sessions() as session:
            seconds = await session.scalar(query)
        return None if seconds is None or seconds > LONGEST_SECONDS else max(0.0, float(seconds))


def heeding_loop(node: Node, machine: Machine) -> Loop:
    """Return the loop that heeds what runs of this machine say."""
    heeding = Heeding(node, machine, monotonic=node.clock.monotonic)
    return Loop(
        f"heed {machine.name}",
        heeding.heed,
        every_seconds=_FLOOR_SECONDS,
        topics=(topic_of(machine.id),),
        role="worker",
    )
