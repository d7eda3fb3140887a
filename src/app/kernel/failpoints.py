"""Failpoints: named lines at which a test lets this very process fail. Off, and as good as free, unless armed.

``STORMBELL_FAILPOINTS="jobs.claimed=kill@3 jobs.flush=raise"`` arms them for the life of a process: at the third pass
of the first line the process kills itself, at the first pass of the second the line raises.
"""

import asyncio
import os
import re
import signal
import time
from dataclasses import dataclass

VARIABLE = "STORMBELL_FAILPOINTS"

# kill: SIGKILL, now or so many seconds later (between a statement and its answer). raise: FailpointReached.
# hang: the whole process stands still that long, as a stopped one does.
_PLAN = re.compile(r"(?P<name>[a-z_.]+)=(?P<action>kill|raise|hang)(:(?P<seconds>[0-9.]+))?(@(?P<at>[1-9][0-9]*))?")


class FailpointReached(ConnectionError):
    """An armed failpoint was reached; to the code around it a connection has broken."""


@dataclass
class _Plan:
    action: str
    seconds: float
    passes_left: int


def _plans(text: str) -> dict[str, _Plan]:
    plans: dict[str, _Plan] = {}
    for word in text.split():
        found = _PLAN.fullmatch(word)
        if found is None:
            raise ValueError(f"{VARIABLE}: {word!r} is not NAME=kill|raise|hang[:SECONDS][@PASS]")
        plans[found["name"]] = _Plan(found["action"], float(found["seconds"] or 0), int(found["at"] or 1))
    return plans


_armed = _plans(os.environ.get(VARIABLE, ""))


def arm(text: str) -> None:
    """Arm what ``text`` says and nothing else; ``""`` disarms. Raises ValueError."""
    _armed.clear()
    _armed.update(_plans(text))


def reach(name: str) -> None:
    """Pass the line called ``name``. Raises FailpointReached when a test has armed it so."""
    if _armed:
        plan = _armed.get(name)
        if plan is not None:
            plan.passes_left -= 1
            if plan.passes_left == 0:
                _fail(name, plan)


def _fail(name: str, plan: _Plan) -> None:
    if plan.action == "raise":
        raise FailpointReached(f"failpoint {name}")
    if plan.action == "hang":
        time.sleep(plan.seconds)
    elif plan.seconds:
        asyncio.get_running_loop().call_later(plan.seconds, os.kill, os.getpid(), signal.SIGKILL)
    else:
        os.kill(os.getpid(), signal.SIGKILL)
