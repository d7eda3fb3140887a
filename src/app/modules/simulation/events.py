"""Facts about simulations."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event

_SAID = {
    "prepared": "is prepared on {machine}",
    "queued": "is queued on {machine}",
    "running": "runs on {machine}",
    "unknown": "is in doubt: {machine} does not say what became of it",
    "completing": "has run; its outputs are being taken in",
    "succeeded": "succeeded",
    "failed": "failed",
    "timed_out": "ran out of time",
    "cancelled": "was cancelled",
    "lost": "was lost",
    "created": "is to be run again",
}


@dataclass(frozen=True, kw_only=True)
class SimulationCreated(Event):
    """A run was asked for."""

    type: ClassVar[str] = "simulation.created"
    name: str

    def text(self) -> str:
        """Say it."""
        return f"Simulation {self.name} created"


@dataclass(frozen=True, kw_only=True)
class SimulationStateChanged(Event):
    """A simulation moved from one state to another."""

    type: ClassVar[str] = "simulation.state_changed"
    name: str
    state: str
    before: str
    machine: str | None
    attempt: int
    error: str | None = None

    def text(self) -> str:
        """Say it."""
        said = _SAID[self.state].format(machine=self.machine)
        return f"Simulation {self.name} {said}" + (f": {self.error}" if self.error else "")
